import { Decimal, ZERO } from '../../src/trading/decimal.ts';

/** What the exchange's own books say of the program's orders; nothing here has ever seen the ledger. */

export interface Tag {
  tradeId: string;
  role: 'entry' | 'stop' | 'target' | 'close' | 'trail';
  slot: number;
}

const ROLES = { e: 'entry', s: 'stop', t: 'target', c: 'close', r: 'trail' } as const;

/** Client ids are part of what the program promises: prefix, trade, role and slot, generation. */
export function tagOf(clientId: string): Tag | null {
  const found = /^sb-(\w+-\d+)-([estcr])(\d+)-\w+$/.exec(clientId);
  if (!found?.[1] || !found[2] || !found[3]) return null;
  return { tradeId: found[1], role: ROLES[found[2] as keyof typeof ROLES], slot: Number(found[3]) };
}

export interface TradeBooks {
  tradeId: string;
  key: string;
  /** Which way its entries go. */
  side: 'BUY' | 'SELL';
  entered: Decimal;
  exited: Decimal;
  /** Of what entered, taken as commission. */
  fees: Decimal;
  /** What somebody else took out of it, the oldest trade's part first. */
  elsewhere: Decimal;
  /** Executions, oldest first: positive ones enter. */
  changes: { at: number; change: Decimal }[];
}

/** What the exchange's executions have left of it. */
export function heldBy({ entered, fees, exited, elsewhere }: TradeBooks): Decimal {
  return Decimal.max(entered.minus(fees).minus(exited).minus(elsewhere), ZERO);
}

export interface Execution {
  orderId: number;
  symbol: string;
  side: 'BUY' | 'SELL';
  quantity: Decimal;
  time: number;
}

export interface Standing {
  clientId: string;
  quantity: Decimal;
  executed: Decimal;
}

/** What an exchange keeps, whichever market it is. */
export interface Source<E extends Execution = Execution> {
  /** All of them, oldest first; it grows. */
  executions: readonly E[];
  clientIdOf(orderId: number): string | undefined;
  /** Under which the trade of that execution is held: the symbol, a colon, and what tells positions apart. */
  keyOf(execution: E, tag: Tag | null): string;
  /** What of its quantity went as commission. */
  feeOf(execution: E): Decimal;
  /** Unsigned. */
  position(key: string): Decimal;
  coverage(key: string): Decimal;
  coverageOf(tradeId: string): Decimal;
  standing(): Iterable<Standing>;
}

export interface Books {
  /** Takes in what was executed since the last call. */
  update(): void;
  trades(): IterableIterator<TradeBooks>;
  /** The least that a trade held at any moment since. */
  leastHeldSince(tradeId: string, sinceMs: number): Decimal;
  /** Unsigned: what our trades brought into the position and have not taken out, at most the position itself. */
  ours(key: string): Decimal;
  /** Quantity of the orders that would close the position of that key should the price go against it. */
  coverage(key: string): Decimal;
  /** The part of it that is that trade's own. */
  coverageOf(tradeId: string): Decimal;
  /** Client ids of our orders that stand on either book. */
  standing(): Map<string, Standing>;
  /** Quantity that a trade's entries may still bring. */
  pendingEntries(tradeId: string): Decimal;
}

export function createBooks<E extends Execution>(source: Source<E>): Books {
  const trades = new Map<string, TradeBooks>();
  let read = 0;

  function update(): void {
    for (; read < source.executions.length; read += 1) {
      const execution = source.executions[read];
      if (!execution) continue;
      const tag = tagOf(source.clientIdOf(execution.orderId) ?? '');
      if (!tag) {
        takeElsewhere(execution);
        continue;
      }
      let known = trades.get(tag.tradeId);
      if (!known) {
        const key = source.keyOf(execution, tag);
        const side = tag.role === 'entry' ? execution.side : execution.side === 'BUY' ? 'SELL' : 'BUY';
        const { tradeId } = tag;
        known = { tradeId, key, side, entered: ZERO, exited: ZERO, fees: ZERO, elsewhere: ZERO, changes: [] };
        trades.set(tag.tradeId, known);
      }
      const { quantity, time } = execution;
      const change = tag.role === 'entry' ? quantity : quantity.negated();
      known.changes.push({ at: time, change });
      known.fees = known.fees.plus(source.feeOf(execution));
      if (tag.role === 'entry') known.entered = known.entered.plus(execution.quantity);
      else known.exited = known.exited.plus(execution.quantity);
    }
  }

  function takeElsewhere(execution: E): void {
    const key = source.keyOf(execution, null);
    let rest = execution.quantity;
    for (const trade of trades.values()) {
      if (trade.key !== key || trade.side === execution.side) continue;
      const part = Decimal.min(rest, heldBy(trade));
      if (part.lte(0)) continue;
      trade.elsewhere = trade.elsewhere.plus(part);
      trade.changes.push({ at: execution.time, change: part.negated() });
      rest = rest.minus(part);
    }
  }

  return {
    update,
    trades: () => trades.values(),
    leastHeldSince(tradeId, sinceMs) {
      let held = ZERO;
      let least: Decimal | null = null;
      for (const { at, change } of trades.get(tradeId)?.changes ?? []) {
        if (at > sinceMs) least = Decimal.min(least ?? held, held);
        held = held.plus(change);
      }
      return Decimal.min(least ?? held, held);
    },
    ours(key) {
      let sum = ZERO;
      for (const trade of trades.values()) {
        if (trade.key === key) sum = sum.plus(heldBy(trade));
      }
      return Decimal.min(sum, source.position(key));
    },
    coverage: source.coverage,
    coverageOf: source.coverageOf,
    standing() {
      const found = new Map<string, Standing>();
      for (const order of source.standing()) if (tagOf(order.clientId)) found.set(order.clientId, order);
      return found;
    },
    pendingEntries(tradeId) {
      let sum = ZERO;
      for (const { clientId, quantity, executed } of source.standing()) {
        const tag = tagOf(clientId);
        if (tag?.tradeId === tradeId && tag.role === 'entry') sum = sum.plus(quantity).minus(executed);
      }
      return sum;
    },
  };
}
