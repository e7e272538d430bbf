import type { Log } from '../../log.ts';
import type { Clock } from '../clock.ts';
import { Decimal, ZERO } from '../decimal.ts';
import type { Exchange, PositionFee } from '../exchange.ts';
import { missingFills, quantityOf } from '../lifecycle/facts.ts';
import type { Trade } from '../model.ts';
import { step } from '../trade.ts';
import type { Runner } from './runner.ts';

export interface FundingDeps {
  exchange: Pick<Exchange, 'positionFeesSince'>;
  runner: Runner;
  closedOn(symbols: ReadonlySet<string>, fromMs: number, toMs: number): Promise<Trade[]>;
  /** Stores a closed trade anew. */
  archive(trade: Trade): Promise<void>;
  /** A closed trade's result has changed. */
  onAmended(trade: Trade): void;
  clock: Clock;
  log: Log;
}

/** Brings fees into the trades that they were charged for: those that held the symbol then, or were liquidated. */
export interface Funding {
  /** A fee that the exchange told of; it may have been booked already. */
  charge(fee: PositionFee): void;
  /** Asks for fees that no event told of, unless that was done lately. */
  look(isUrgent: boolean): Promise<void>;
}

const LOOK_EVERY_MS = 5 * 60_000;
/** How long a trade that is closed may still be charged for; longer than any event is late or any clock is wrong. */
const LOOK_BACK_MS = 24 * 3_600_000;

export function createFunding(deps: FundingDeps): Funding {
  const { exchange, runner, clock, log } = deps;
  let lookedAt = Number.NEGATIVE_INFINITY;
  /** Fees are booked one after the other: two must not both start from the same archived trade. */
  let booking: Promise<void> = Promise.resolve();

  function inTurn(work: () => Promise<void>): Promise<void> {
    booking = booking.then(work).catch((error) => {
      lookedAt = Number.NEGATIVE_INFINITY;
      log.warn({ err: error }, 'fees of positions could not be booked');
    });
    return booking;
  }

  async function book(fees: readonly PositionFee[]): Promise<void> {
    if (fees.length === 0) return;
    const since = Math.min(...fees.map((fee) => fee.at)) - LOOK_BACK_MS;
    const archived = new Map<string, Trade>();
    const symbols = new Set(fees.map((fee) => fee.symbol));
    for (const trade of await deps.closedOn(symbols, since, clock.now() + LOOK_BACK_MS)) {
      if (!runner.get(trade.id)) archived.set(trade.id, trade);
    }
    for (const fee of fees) await split(fee, archived);
  }

  async function split(fee: PositionFee, archived: Map<string, Trade>): Promise<void> {
    const trades = [...runner.all(), ...archived.values()].filter(
      (trade) => trade.plan.symbol === fee.symbol,
    );
    if (trades.some((trade) => missingFills(trade).length > 0)) {
      // Who held how much is not known yet.
      lookedAt = Number.NEGATIVE_INFINITY;
      return;
    }
    const parts = shares(fee, fee.kind === 'funding' ? holders(trades, fee.at) : liquidated(trades, fee.at));
    // One that was taken for a holder, before the executions of the moment were all known, gives its share back.
    for (const { id, fundingShares, liquidationShares } of trades) {
      if ((fundingShares?.[fee.id] ?? liquidationShares?.[fee.id]) && !parts.has(id)) parts.set(id, ZERO);
    }
    for (const [tradeId, amount] of parts) {
      const type = fee.kind === 'funding' ? 'funding' : 'liquidation_fee';
      const event = { type, id: fee.id, amount } as const;
      const closed = archived.get(tradeId);
      if (!closed) {
        await runner.feed(tradeId, event);
        continue;
      }
      const { trade } = step(closed, event, clock.now());
      if (trade === closed) continue;
      await deps.archive(trade);
      archived.set(tradeId, trade);
      deps.onAmended(trade);
    }
  }

  return {
    charge: (fee) => void inTurn(() => book([fee])),
    async look(isUrgent) {
      const now = clock.now();
      if (!isUrgent && now >= lookedAt && now - lookedAt < LOOK_EVERY_MS) return;
      const since = Math.min(now - LOOK_BACK_MS, ...runner.all().map((trade) => trade.createdAt));
      // What protects does not wait for them: the next comparison asks again.
      await inTurn(async () => {
        const fees = await exchange.positionFeesSince(since);
        lookedAt = now;
        await book(fees);
      });
    },
  };
}

interface Part {
  id: string;
  quantity: Decimal;
}

/** By quantity, to eight decimals; what rounding leaves goes to the largest. */
function shares(fee: PositionFee, between: readonly Part[]): Map<string, Decimal> {
  const sorted = between.filter(({ quantity }) => quantity.gt(0)).sort((a, b) => b.quantity.cmp(a.quantity));
  const total = sorted.reduce((sum, { quantity }) => sum.plus(quantity), ZERO);
  const [largest, ...others] = sorted;
  const parts = new Map<string, Decimal>();
  if (!largest) return parts;
  let rest = fee.amount;
  for (const { id, quantity } of others) {
    const part = fee.amount.times(quantity).div(total).toDecimalPlaces(8);
    parts.set(id, part);
    rest = rest.minus(part);
  }
  return parts.set(largest.id, rest);
}

function holders(trades: readonly Trade[], at: number): Part[] {
  return trades.map((trade) => ({ id: trade.id, quantity: heldAt(trade, at) }));
}

/** The fee follows the executions; both have the exchange's time. */
const FEE_AFTER_MS = 60_000;

/**
 * What an order of the exchange's took out of each trade just ahead of the fee. Whose order it was need not be known:
 * an execution that was read later does not say, and nothing else is charged so.
 */
function liquidated(trades: readonly Trade[], at: number): Part[] {
  return trades.map(({ id, orders, fills }) => {
    const own = new Set(orders.map((order) => order.clientId));
    const outside = fills.filter(
      (fill) => !own.has(fill.clientId) && fill.at <= at && at - fill.at <= FEE_AFTER_MS,
    );
    return { id, quantity: quantityOf(outside) };
  });
}

/** What the trade held at that moment of the exchange's time; executions of the very same instant are ahead of it. */
function heldAt(trade: Trade, at: number): Decimal {
  const entries = new Set(
    trade.orders.filter((order) => order.role === 'entry').map((order) => order.clientId),
  );
  let quantity = ZERO;
  for (const fill of trade.fills) {
    if (entries.has(fill.clientId)) quantity = fill.at <= at ? quantity.plus(fill.quantity) : quantity;
    else if (fill.at < at) quantity = quantity.minus(fill.quantity);
  }
  return Decimal.max(quantity, ZERO);
}
