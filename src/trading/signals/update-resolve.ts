import type { Side, Update, UpdateAction } from '../model.ts';
import { has, hasAny, type Token } from './token.ts';
import type { FoundUpdate } from './updates.ts';

/** Strongest first: what takes most risk away leads. */
const ORDER: Record<UpdateAction, number> = {
  close: 0,
  close_partial: 1,
  break_even: 2,
  move_stop: 2,
  cancel_entry: 3,
  set_targets: 4,
  take_profit_hit: 5,
  stop_hit: 5,
};

/**
 * Puts found orders in the model's form: symbols filled in, doubles and weaker repetitions dropped, strongest first.
 * @param quoted the coin of the words that the message quotes
 */
export function resolveUpdates(
  found: readonly FoundUpdate[],
  tokens: readonly Token[],
  quoted: string | null,
): Update[] {
  const meant = ofOthers(found);
  const kept = dropImplied(meant, tokens, quoted);
  const excluded = new Set(kept.flatMap((update) => update.except));
  const symbols = [
    ...new Set(
      tokens.flatMap((token) =>
        token.symbol === null || excluded.has(token.symbol.symbol) ? [] : [token.symbol.symbol],
      ),
    ),
  ];
  const updates: Update[] = [];
  const seen = new Map<string, Update>();
  for (const update of [...kept].sort((a, b) => ORDER[a.action] - ORDER[b.action])) {
    const own = update.symbols.filter((symbol) => !excluded.has(symbol));
    const spoken = update.scope === null ? quoted : null;
    const everything = update.scope !== null && (update.except.length > 0 || isBesideCoin(update, meant));
    const targets: readonly (string | null)[] =
      own.length > 0
        ? own
        : [everything ? null : (symbolBefore(update, tokens, excluded) ?? symbols[0] ?? spoken)];
    for (const symbol of targets) {
      const key = `${update.action} ${symbol}`;
      const same = seen.get(key);
      if (same !== undefined) {
        if (update.price !== null && same.fraction === undefined) same.price ??= update.price;
        if (update.fraction !== null && update.symbols.length === 0) same.fraction ??= update.fraction;
        if (update.scope !== null && symbol === null) same.scope ??= update.scope;
        // "BTC long closed. BTC short closed."
        if (same.side !== sideOf(update)) delete same.side;
        continue;
      }
      const made = toUpdate(update, symbol);
      seen.set(key, made);
      updates.push(made);
    }
  }
  return updates;
}

/** "Close TAO. All stops to entry.": the coin that is named has an order of its own. */
const isBesideCoin = (update: FoundUpdate, found: readonly FoundUpdate[]): boolean =>
  found.some((other) => other.action !== update.action && other.symbols.length > 0 && other.scope === null);

/**
 * "Close TAO, rest to breakeven": where nothing is left of a trade, the others are those of other coins. Of a trade that
 * is closed in part the rest is what is left of it.
 */
function ofOthers(found: readonly FoundUpdate[]): readonly FoundUpdate[] {
  if (found.length < 2) return found;
  const closed = new Set(
    found.flatMap((update) =>
      update.action === 'close' || update.action === 'stop_hit' ? update.symbols : [],
    ),
  );
  if (closed.size === 0) return found;
  return found.map((update) =>
    (update.action === 'break_even' || update.action === 'move_stop') &&
    update.scope === null &&
    update.symbols.every((symbol) => closed.has(symbol)) &&
    update.clause.tokens.some(
      (token) => OTHERS.test(token.text) || (has(token, 'rest') && update.symbols.length === 0),
    )
      ? { ...update, symbols: [], side: null, scope: 'all' }
      : update,
  );
}

const OTHERS = /^(?:(?:all |every )?(?:the )?others?|else|rest to)$/i;

/** The last coin named before the clause. */
function symbolBefore(
  update: FoundUpdate,
  tokens: readonly Token[],
  excluded: ReadonlySet<string>,
): string | null {
  const start = update.clause.tokens[0]?.start ?? 0;
  let last: string | null = null;
  for (const token of tokens) {
    if (token.start >= start) break;
    if (token.symbol !== null && !excluded.has(token.symbol.symbol)) last = token.symbol.symbol;
  }
  return last;
}

/**
 * "Closed SUI at break-even" closes and nothing else; a stop moved to the entry is a break-even, whatever price is told.
 * What is ordered for one coin implies nothing for another ("close TAO, ZEC stop to entry"), nor for all of them.
 */
function dropImplied(
  found: readonly FoundUpdate[],
  tokens: readonly Token[],
  quoted: string | null,
): readonly FoundUpdate[] {
  if (found.length < 2) return found;
  const coins = new Map(found.map((update) => [update, coinsOf(update, tokens, quoted)]));
  const isSame = (a: FoundUpdate, b: FoundUpdate): boolean => {
    if (a.scope !== null && b.scope !== 'all' && a.scope !== b.scope) return false;
    const [one, other] = [coins.get(a) ?? [], coins.get(b) ?? []];
    return one.length === 0 || other.length === 0 || one.some((coin) => other.includes(coin));
  };
  const beside = (update: FoundUpdate, ...actions: readonly UpdateAction[]): boolean =>
    found.some((other) => actions.includes(other.action) && isSame(update, other));
  const reasoned = (update: FoundUpdate): boolean =>
    beside(update, 'close') && update.clause.tokens.some((token) => /^invalid|失效|无效/i.test(token.text));
  return found.filter((update) => {
    switch (update.action) {
      case 'break_even':
        return !beside(update, 'close', 'stop_hit');
      case 'move_stop':
        return !beside(update, 'close', 'break_even', 'cancel_entry', 'stop_hit');
      case 'set_targets':
      case 'take_profit_hit':
        return !beside(update, 'cancel_entry');
      case 'close':
        return !beside(update, 'stop_hit') && !isRestOfKept(update, found);
      case 'close_partial':
        return !beside(update, 'close') || update.fraction !== null || update.symbols.length > 0;
      case 'cancel_entry':
        return !reasoned(update);
      default:
        return true;
    }
  });
}

/** The coins that an order is for: those of its clause, else the last one before it. */
function coinsOf(update: FoundUpdate, tokens: readonly Token[], quoted: string | null): readonly string[] {
  if (update.symbols.length > 0 || update.scope !== null) return update.symbols;
  const coin = symbolBefore(update, tokens, new Set(update.except)) ?? quoted;
  return coin === null ? [] : [coin];
}

/** 留30%仓位，其余平掉: the rest that goes was counted already. */
const isRestOfKept = (update: FoundUpdate, found: readonly FoundUpdate[]): boolean =>
  update.clause.tokens.some((token) => hasAny(token, 'rest')) &&
  found.some(
    (other) =>
      other.action === 'close_partial' &&
      other.clause.line === update.clause.line &&
      other.clause.tokens.some((token) => hasAny(token, 'keep')),
  );

const SIDES = { longs: 'long', shorts: 'short', all: null } as const;
const sideOf = ({ scope, side }: FoundUpdate): Side | null => (scope === null ? side : SIDES[scope]);

function toUpdate(update: FoundUpdate, symbol: string | null): Update {
  const result: Update = { action: update.action, symbol };
  if (update.fraction !== null) result.fraction = update.fraction;
  if (update.price !== null) result.price = update.price;
  if (update.takeProfits.length > 0) result.takeProfits = [...update.takeProfits];
  const side = symbol === null ? update.side : sideOf(update);
  // "AVAXUSDT: all shorts closed" speaks of one trade.
  const isOfCoin = symbol !== null && side !== null;
  if (update.scope !== null && !isOfCoin) result.scope = update.scope;
  if (update.except.length > 0) result.except = [...update.except];
  if (side !== null) result.side = side;
  return result;
}
