import type { Side, Update, UpdateAction } from '../model.ts';
import { hasAny, type Token } from './token.ts';
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
  const kept = dropImplied(found);
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
    const everything = update.scope !== null && update.except.length > 0;
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

/** "Closed SUI at break-even" closes and nothing else; a stop moved to the entry is a break-even, whatever price is told. */
function dropImplied(found: readonly FoundUpdate[]): readonly FoundUpdate[] {
  const closes = found.some((update) => update.action === 'close');
  const breakEven = found.some((update) => update.action === 'break_even');
  const cancels = found.some((update) => update.action === 'cancel_entry');
  const stopped = found.some((update) => update.action === 'stop_hit');
  const reasoned = (update: FoundUpdate): boolean =>
    closes && update.clause.tokens.some((token) => /^invalid|失效|无效/i.test(token.text));
  return found.filter((update) => {
    if (update.action === 'break_even') return !closes && !stopped;
    if (update.action === 'move_stop') return !closes && !breakEven && !cancels && !stopped;
    if (update.action === 'set_targets') return !cancels;
    if (update.action === 'close') return !stopped && !isRestOfKept(update, found);
    if (update.action === 'close_partial')
      return !closes || update.fraction !== null || update.symbols.length > 0;
    if (update.action === 'take_profit_hit') return !cancels;
    if (update.action === 'cancel_entry') return !reasoned(update);
    return true;
  });
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
