import type { Side } from '../model.ts';
import { fold } from './fold.ts';
import { sideOf } from './recognise-side.ts';
import { has, hasAny, type Token } from './token.ts';
import type { ClauseView } from './update-view.ts';
import type { FoundUpdate } from './updates.ts';

/** Which trades a clause speaks of: coins named, coins spared, or all of a side. */
export function aimOf(view: ClauseView): Pick<FoundUpdate, 'symbols' | 'except' | 'scope' | 'side'> {
  const exceptAt = view.find('except');
  const mentioned = view.tokens.flatMap((token, index) =>
    token.symbol === null ? [] : [{ symbol: token.symbol.symbol, index }],
  );
  // "Except BTC …" and 除了BTC以外 both put the coin behind the word; "BTC excepted" (狗狗除外) before it.
  const isSpared = (index: number): boolean => index > exceptAt !== has(view.tokens[exceptAt + 2], 'except');
  const spared = exceptAt === -1 ? [] : mentioned.filter(({ index }) => isSpared(index));
  const except = (spared.length > 0 || exceptAt === -1 ? spared : mentioned).map(({ symbol }) => symbol);
  const symbols = [...new Set(mentioned.map(({ symbol }) => symbol))].filter(
    (each) => !except.includes(each),
  );
  // "除了 ETH 其他全部离场": where all that is named is spared, the rest of them go.
  const spares = except.length > 0 && symbols.length === 0;
  const scope = scopeOf(view) ?? (spares ? (sideOnly(view.tokens) ?? 'all') : null);
  return { symbols, except, scope, side: scope === null ? sideHeld(view.tokens) : null };
}

/** 空单全部平仓, 把多单都平了: also where it is part of the verb. 全平 closes one trade as a whole. */
const EVERY_HAN = /全部|全都|全清|都|统统|通通/;

const HAN_SIDE = /[多空][单單]/;

function scopeOf(view: ClauseView): FoundUpdate['scope'] {
  if (view.namesCoin && !view.any('except')) return null;
  const others = view.any('all') && view.any('except', 'rest') && !view.namesCoin;
  const speaksOfAll = view.any('all') || view.tokens.some((token) => EVERY_HAN.test(token.text));
  const every = speaksOfAll && !view.any('stop', 'target');
  const spoken = view.tokens.filter(
    (token) =>
      hasAny(token, 'crowd', 'everything') ||
      (hasAny(token, 'all') && view.any('crowd')) ||
      ((others || every) && sideOf(token) !== null),
  );
  const text = spoken.map((token) => token.text.toLowerCase()).join(' ');
  if (/long|多|лонг|largo|comprad/.test(text)) return 'longs';
  if (/short|空|шорт|corto|vendid/.test(text)) return 'shorts';
  if (!view.any('everything')) return null;
  // 手上的单子空单全平: the side stands beside the word for all of them.
  return (HAN_SIDE.test(view.tokens.map((token) => token.text).join('')) && sideOnly(view.tokens)) || 'all';
}

/**
 * The side of the trade that a clause speaks of: "BTC shorts", "my ETH long", 大饼空单, 平多. Words of a side to come
 * ("close BTC before going short") do not stand beside a coin or its owner.
 */
function sideHeld(tokens: readonly Token[]): Side | null {
  const sides = new Set(tokens.flatMap((_, index) => sideHeldAt(tokens, index) ?? []));
  const [side = null] = sides;
  return sides.size === 1 ? side : null;
}

function sideHeldAt(tokens: readonly Token[], index: number): Side | null {
  const token = tokens[index] as Token;
  if (/^[平减][多空]$/.test(token.text)) return token.text.endsWith('多') ? 'long' : 'short';
  const isHeld =
    /^[多空][单仓]$/.test(token.text) ||
    [tokens[index - 1], tokens[index + 1]].some(
      (beside) => beside?.symbol != null || /^(?:my|our|the|this)$/i.test(beside?.text ?? ''),
    );
  if (!isHeld) return null;
  const plural = /^(long|short)s$/i.exec(token.text)?.[1]?.toLowerCase();
  if (plural !== undefined) return plural === 'long' ? 'long' : 'short';
  const named = sideOf(token);
  return named?.strength === 'word' ? named.side : null;
}

/** 手里有空单的都出掉: the only side that a clause names. */
export function sideOnly(tokens: readonly Token[]): 'longs' | 'shorts' | null {
  const sides = new Set(tokens.flatMap((token) => sideOf(token)?.side ?? []));
  const [side] = sides;
  if (sides.size !== 1) return null;
  return side === 'long' ? 'longs' : 'shorts';
}

/** "Cancel all open limit orders", 所有挂单先撤, 单子全部撤: whatever coin they are for. */
export function speaksOfAllOrders(view: ClauseView): boolean {
  if (view.namesCoin) return false;
  if (/单子?(?:先|就)?(?:全部|全都|都|统统|全)$/.test(textBefore(view, view.find('cancel')))) return true;
  const at = view.tokens.findIndex(
    (token) => /^(?:all|every|所有|全部)$/i.test(token.text) || has(token, 'everything'),
  );
  const counted = view.tokens
    .slice(at + 1, at + 5)
    .some((token) => /^(?:limit )?(?:orders?|limits|entries|bids|setups)$|单/i.test(token.text));
  return at !== -1 && counted;
}

const textBefore = (view: ClauseView, at: number): string =>
  fold(
    view.tokens
      .slice(0, Math.max(at, 0))
      .map((token) => token.text)
      .join(''),
  );
