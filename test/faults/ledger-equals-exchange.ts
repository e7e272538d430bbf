import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { Decimal, ZERO } from '../../src/trading/decimal.ts';
import { createDeskStore } from '../../src/trading/desk-store.ts';
import { openLedger } from '../../src/trading/ledger.ts';
import { direction, held, isConditional, isLive, resultOf } from '../../src/trading/lifecycle/facts.ts';
import type { Market, Trade } from '../../src/trading/model.ts';
import type { Rig } from '../e2e/rig.ts';
import { compareSpot, type SpotCheck, unsettledSpot } from './spot-ledger.ts';

/** What a row of the matrix ends with: the exchange's books and the bot's store say the same. */

export interface LedgerCheck {
  /** The user's own: signed quantity by symbol, which the ledger must not explain. */
  foreign?: Readonly<Record<string, string>>;
  /** The same on spot. */
  spot?: SpotCheck;
  /** The bot has ended already, so nothing is stopped first. */
  ended?: boolean;
  /** Where the store is, when not where the rig puts it. */
  store?: string;
}

const STOPS_WITHIN_MS = 5_000;

/**
 * Waits until the bot has brought both together, stops it, and compares once more what it has left: positions, orders,
 * executions and money agree; nothing is naked, doubled or left over.
 */
export async function ledgerEqualsExchange(rig: Rig, check: LedgerCheck = {}): Promise<void> {
  const store = check.store ?? join(rig.folder, 'data', 'signalbox.sqlite');
  if (!check.ended) {
    await agreement(rig, store, check);
    const stoppedAt = performance.now();
    expect(await rig.end('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(performance.now() - stoppedAt).toBeLessThan(STOPS_WITHIN_MS);
  }
  compare(rig, await readTrades(store), check);
}

/** While the bot runs its store is locked: what is looked at is a copy. */
async function agreement(rig: Rig, store: string, check: LedgerCheck): Promise<void> {
  let difference: unknown = null;
  const agree = async (): Promise<boolean> => {
    if (unsettled(rig, check) !== null || unsettledSpot(rig) !== null) return false;
    const folder = await mkdtemp(join(tmpdir(), 'ledger-'));
    try {
      for (const part of ['', '-wal']) await cp(`${store}${part}`, join(folder, `copy.sqlite${part}`));
      compare(rig, await readTrades(join(folder, 'copy.sqlite')), check);
      return true;
    } catch (error) {
      difference = error;
      return false;
    } finally {
      await rm(folder, { recursive: true });
    }
  };
  await rig.eventually('ledger and exchange agree', agree).catch((error: unknown) => {
    throw new Error(unsettled(rig, check) ?? 'ledger and exchange do not agree', {
      cause: difference ?? error,
    });
  });
}

interface Trades {
  open: Trade[];
  closed: Trade[];
}

function compare(rig: Rig, trades: Trades, check: LedgerCheck): void {
  const of = (list: readonly Trade[], market: Market) => list.filter(({ plan }) => plan.market === market);
  compareSpot(rig, [...of(trades.open, 'spot'), ...of(trades.closed, 'spot')], check.spot);
  const open = of(trades.open, 'usdm');
  const closed = of(trades.closed, 'usdm');
  expect(unsettled(rig, check)).toBeNull();
  comparePositions(rig, open, check);
  compareOrders(rig, open);
  compareFills(rig, [...open, ...closed]);
  compareMoney(rig, [...open, ...closed]);
  for (const trade of closed) expect(held(trade).toNumber()).toBe(0);
}

async function readTrades(path: string): Promise<Trades> {
  const ledger = await openLedger(`sqlite://${path}`);
  try {
    const store = createDeskStore(ledger);
    const trades = await store.openTrades();
    const archived = await store.closedBetween(0, Number.MAX_SAFE_INTEGER);
    // A closed trade stays among the open ones until all of it has been told.
    return {
      open: trades.filter(({ phase }) => phase !== 'closed'),
      closed: [...archived, ...trades.filter(({ phase }) => phase === 'closed')],
    };
  } finally {
    await ledger.close();
  }
}

const OURS = /^sb-\w+-\d+-([estcr])\d+-\w+$/;

function roleOf(clientId: string): string | null {
  return OURS.exec(clientId)?.[1] ?? null;
}

/** From the exchange's books alone: why things are not at rest; null when they are. */
function unsettled({ binance: { usdm } }: Rig, check: LedgerCheck): string | null {
  const exits = new Set<string>();
  for (const order of usdm.openOrders.values()) {
    const role = roleOf(order.clientOrderId);
    if (role !== null && role !== 'e') exits.add(`${order.symbol}:${order.positionSide}`);
  }
  const stops = new Map<string, Decimal>();
  for (const algo of usdm.openAlgos.values()) {
    const role = roleOf(algo.clientAlgoId);
    if (role !== 's' && role !== 'r') continue;
    const key = `${algo.symbol}:${algo.positionSide}`;
    exits.add(key);
    stops.set(key, (stops.get(key) ?? ZERO).plus(algo.quantity));
  }
  for (const position of usdm.account.openPositions()) {
    const key = `${position.symbol}:${position.positionSide}`;
    exits.delete(key);
    const ours = position.amount.minus(check.foreign?.[position.symbol] ?? 0).abs();
    const covered = stops.get(key) ?? ZERO;
    if (!covered.eq(ours)) {
      return `${key} holds ${ours}, stops cover ${covered}`;
    }
  }
  return exits.size === 0 ? null : `left over: ${[...exits].join(', ')}`;
}

function comparePositions({ binance: { usdm } }: Rig, open: readonly Trade[], check: LedgerCheck): void {
  const intended = new Map<string, Decimal>();
  const add = (key: string, quantity: Decimal) =>
    intended.set(key, (intended.get(key) ?? ZERO).plus(quantity));
  for (const trade of open) {
    add(`${trade.plan.symbol}:${trade.plan.positionSide}`, held(trade).times(direction(trade)));
  }
  for (const [symbol, quantity] of Object.entries(check.foreign ?? {}))
    add(`${symbol}:BOTH`, new Decimal(quantity));
  const actual = usdm.account
    .openPositions()
    .map(({ symbol, positionSide, amount }) => [`${symbol}:${positionSide}`, amount.toFixed()]);
  const wanted = [...intended].filter(([, quantity]) => !quantity.isZero());
  expect(Object.fromEntries(actual)).toEqual(
    Object.fromEntries(wanted.map(([key, quantity]) => [key, quantity.toFixed()])),
  );
}

/** Every order that the ledger believes in stands on the exchange as it believes, and no other one of ours does. */
function compareOrders({ binance: { usdm } }: Rig, open: readonly Trade[]): void {
  const believed: Record<string, string> = {};
  for (const order of open.flatMap((trade) => trade.orders).filter(isLive)) {
    // Waits for the exchange to have time again: nothing was sent.
    if (order.status === 'pending' && order.sendAt !== null) continue;
    const level = isConditional(order) ? order.triggerPrice : order.price;
    believed[order.clientId] = `${order.quantity.minus(order.executed)} @ ${level ?? 'market'}`;
  }
  const standing: Record<string, string> = {};
  for (const order of usdm.openOrders.values()) {
    if (roleOf(order.clientOrderId) === null) continue;
    standing[order.clientOrderId] = `${order.quantity.minus(order.executed)} @ ${order.price}`;
  }
  for (const algo of usdm.openAlgos.values()) {
    if (roleOf(algo.clientAlgoId) !== null)
      standing[algo.clientAlgoId] = `${algo.quantity} @ ${algo.triggerPrice}`;
  }
  expect(believed).toEqual(standing);
  const entered = [...usdm.orders.values()]
    .map(({ clientOrderId }) => clientOrderId)
    .filter((id) => roleOf(id) === 'e');
  expect(entered).toEqual([...new Set(entered)]);
  for (const trade of open) {
    const slots = trade.orders.filter(({ role }) => role === 'entry').map(({ slot }) => slot);
    expect(slots).toEqual([...new Set(slots)]);
  }
}

/** Each execution of ours is in the ledger once, as the exchange has it; executions of others only where a trade lost by them. */
function compareFills({ binance: { usdm } }: Rig, trades: readonly Trade[]): void {
  const known = new Map<string, { quantity: Decimal; commission: Decimal; realised: Decimal }>();
  for (const fill of trades.flatMap((trade) => trade.fills)) {
    // One execution that several trades share goes by `id/trade`.
    const id = fill.tradeId.split('/')[0] ?? '';
    const sum = known.get(id) ?? { quantity: ZERO, commission: ZERO, realised: ZERO };
    known.set(id, {
      quantity: sum.quantity.plus(fill.quantity),
      commission: sum.commission.plus(fill.commission),
      realised: sum.realised.plus(fill.realisedPnl),
    });
  }
  for (const execution of usdm.trades) {
    const ours = roleOf(usdm.orders.get(execution.orderId)?.clientOrderId ?? '') !== null;
    const found = known.get(String(execution.id));
    known.delete(String(execution.id));
    if (!ours && !found) continue;
    expect(
      found && {
        quantity: found.quantity.toFixed(8),
        commission: found.commission.toFixed(8),
        realised: found.realised.toFixed(8),
      },
    ).toEqual({
      quantity: execution.quantity.toFixed(8),
      commission: execution.commission.toFixed(8),
      realised: execution.realized.toFixed(8),
    });
  }
  expect([...known.keys()]).toEqual([]);
}

/** What the trades say they made is what the wallet has gained by them. */
function compareMoney({ binance: { usdm } }: Rig, trades: readonly Trade[]): void {
  const symbols = new Set(trades.map((trade) => trade.plan.symbol));
  const counted = new Set(trades.flatMap((trade) => trade.fills.map(({ tradeId }) => tradeId.split('/')[0])));
  let earned = ZERO;
  for (const income of usdm.account.incomes) {
    if (!symbols.has(income.symbol)) continue;
    if (income.tradeId !== '' && !counted.has(income.tradeId)) continue;
    earned = earned.plus(income.income);
  }
  const told = trades.reduce((sum, trade) => sum.plus(resultOf(trade).net), ZERO);
  expect(told.toFixed(6)).toBe(earned.toFixed(6));
}
