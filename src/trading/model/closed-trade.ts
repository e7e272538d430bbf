import { z } from 'zod';
import { Decimal } from '../decimal.ts';
import type { Fill, Order } from './order.ts';
import type { Plan } from './plan.ts';
import type { Source } from './signal.ts';
import { type SpotTerms, type Trade, trade } from './trade.ts';

/**
 * Of a closed trade what its result follows from, and what it counts for: all that a start reads of the many that
 * closed lately. Any trade is one of these, too.
 */
export interface ClosedTrade extends Pick<Trade, 'id' | 'funding' | 'createdAt' | 'closedAt'> {
  source: Pick<Source, 'channelId'>;
  plan: Pick<Plan, 'market' | 'symbol' | 'quote' | 'side' | 'entryPrice' | 'riskAmount'>;
  terms: { spot?: Pick<SpotTerms, 'base'> | undefined };
  orders: Pick<Order, 'clientId' | 'role' | 'executed'>[];
  fills: Pick<
    Fill,
    | 'clientId'
    | 'action'
    | 'price'
    | 'quantity'
    | 'commission'
    | 'commissionAsset'
    | 'commissionValue'
    | 'realisedPnl'
  >[];
  liquidationShares?: Record<string, Decimal> | undefined;
}

/**
 * Reads it off a stored trade, by hand: by a schema, which has run for nothing else yet, it takes three times as long.
 * Whatever is not as it should be is left to the schema of trades, which says what is wrong, or knows better.
 */
export const closedTrade: z.ZodType<ClosedTrade> = z.unknown().transform((value, context) => {
  const read = closedTradeOf(value);
  if (read !== null) return read;
  const { data, error } = trade.safeParse(value);
  if (data) return data;
  context.issues.push(...(error.issues as typeof context.issues));
  return z.NEVER;
});

class Unfit extends Error {}

type Raw = Readonly<Record<string, unknown>>;

function closedTradeOf(value: unknown): ClosedTrade | null {
  try {
    const raw = record(value);
    const plan = planOf(record(raw.plan));
    const { spot } = record(raw.terms);
    if ((plan.market === 'spot') !== (spot !== undefined)) return null;
    return {
      id: text(raw.id),
      source: { channelId: text(record(raw.source).channelId) },
      plan,
      terms: { spot: optional(spot, (known) => ({ base: text(record(known).base) })) },
      orders: list(raw.orders, orderOf),
      fills: list(raw.fills, fillOf),
      funding: amount(raw.funding),
      liquidationShares: optional(raw.liquidationShares, (shares) =>
        Object.fromEntries(Object.entries(record(shares)).map(([id, share]) => [id, amount(share)])),
      ),
      createdAt: time(raw.createdAt),
      closedAt: time(raw.closedAt),
    };
  } catch (error) {
    if (error instanceof Unfit) return null;
    throw error;
  }
}

function planOf({ market, symbol, quote, side, entryPrice, riskAmount }: Raw): ClosedTrade['plan'] {
  return {
    market: oneOf(market, 'usdm', 'spot'),
    symbol: text(symbol),
    quote: text(quote),
    side: oneOf(side, 'long', 'short'),
    entryPrice: amount(entryPrice),
    riskAmount: amount(riskAmount),
  };
}

function orderOf({ clientId, role, executed }: Raw): ClosedTrade['orders'][number] {
  return {
    clientId: text(clientId),
    role: oneOf(role, 'entry', 'stop', 'target', 'close', 'trail'),
    executed: amount(executed),
  };
}

function fillOf(raw: Raw): ClosedTrade['fills'][number] {
  return {
    clientId: text(raw.clientId),
    action: oneOf(raw.action, 'BUY', 'SELL'),
    price: amount(raw.price),
    quantity: amount(raw.quantity),
    commission: amount(raw.commission),
    commissionAsset: text(raw.commissionAsset),
    commissionValue: optional(raw.commissionValue, amount),
    realisedPnl: amount(raw.realisedPnl),
  };
}

function record(value: unknown): Raw {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Raw;
  throw new Unfit();
}

function list<T>(value: unknown, read: (one: Raw) => T): T[] {
  if (Array.isArray(value)) return value.map((one) => read(record(one)));
  throw new Unfit();
}

function optional<T>(value: unknown, read: (value: unknown) => T): T | undefined {
  return value === undefined ? undefined : read(value);
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new Unfit();
}

function oneOf<Word extends string>(value: unknown, ...words: readonly Word[]): Word {
  const word = words.find((known) => known === value);
  if (word !== undefined) return word;
  throw new Unfit();
}

function time(value: unknown): number {
  if (typeof value === 'number') return value;
  throw new Unfit();
}

const NUMBER = /^-?\d+(\.\d+)?$/;

function amount(value: unknown): Decimal {
  if (typeof value === 'string' && NUMBER.test(value)) return new Decimal(value);
  throw new Unfit();
}
