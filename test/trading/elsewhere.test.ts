import { describe, expect, it } from 'vitest';
import { Decimal } from '../../src/trading/decimal.ts';
import { compareCoins } from '../../src/trading/desk/coins.ts';
import { comparePositions, type ElsewhereDeps } from '../../src/trading/desk/elsewhere.ts';
import type { Account, Position } from '../../src/trading/exchange.ts';
import type { TradeEvent } from '../../src/trading/lifecycle/types.ts';
import type { Trade } from '../../src/trading/model.ts';
import { spotTradeOf } from './spot/fixtures.ts';
import { tradeOf } from './trade/fixtures.ts';

const OLDER = '700000000000000001';
const YOUNGER = '700000000000000002';

/** Its entry has executed so much. */
function having(trade: Trade, executed: string): Trade {
  return {
    ...trade,
    orders: trade.orders.map((order) => ({ ...order, executed: new Decimal(executed) })),
  };
}

/** The user has closed 0.3 of the older one's 1; while executions are read, `meanwhile` happens. */
function given(make: (messageId: string) => Trade, meanwhile: (trades: Map<string, Trade>) => void) {
  const older = having(make(OLDER), '1');
  const younger = make(YOUNGER);
  const trades = new Map([older, younger].map((trade) => [trade.id, trade]));
  const taken: [string, string, string][] = [];
  const closed: Trade[] = [];
  const balances = new Map([['BTC', { free: new Decimal('0.7'), locked: new Decimal(0) }]]);
  const deps = {
    exchange: {
      account: async () => ({}) as Account,
      async fillsSince() {
        meanwhile(trades);
        return [];
      },
    },
    runner: {
      all: () => [...trades.values()],
      get: (id: string) => trades.get(id),
      async feed(id: string, event: TradeEvent) {
        if (event.type === 'elsewhere') taken.push([id, event.quantity.toString(), event.cause]);
      },
    },
    keeper: {
      beginReading: () => ({ account: () => undefined, positions: (read: readonly Position[]) => read }),
      balances: () => balances,
    },
    closedBetween: async () => closed,
    attributed: new Set<string>(),
    clock: { now: () => older.createdAt + 60_000, after: (_ms: number, run: () => void) => run() },
  } as unknown as ElsewhereDeps;
  return { deps, balances, younger, taken, older, closed };
}

const MARKETS = [
  {
    market: 'usdm',
    gone: '0.3',
    make: (messageId: string) => tradeOf({ messageId }),
    async compare({ deps }: ReturnType<typeof given>) {
      const position = { symbol: 'BTCUSDT', positionSide: 'BOTH', quantity: new Decimal('0.7') } as Position;
      const lines: Parameters<typeof comparePositions>[3] = [];
      await comparePositions(deps, [position], async () => [position], lines);
      return lines.map(({ code }) => code);
    },
  },
  {
    market: 'spot',
    /** The commission is taken from what was bought. */
    gone: '0.299',
    make: (messageId: string) => spotTradeOf({ messageId }),
    async compare({ deps, balances }: ReturnType<typeof given>) {
      const lines: Parameters<typeof compareCoins>[2] = [];
      await compareCoins(deps, balances, lines);
      return lines.map(({ code }) => code);
    },
  },
];

describe.each(MARKETS)('$market: what the user has closed', ({ gone, make, compare }) => {
  it('is taken out of the trade', async () => {
    const world = given(make, () => undefined);
    expect(await compare(world)).toEqual(['closed_elsewhere']);
    expect(world.taken).toEqual([[world.older.id, gone, 'user']]);
  });

  it.each([YOUNGER, OLDER])('is not all that enters meanwhile, either: %s', async (messageId) => {
    const world = given(make, (trades) => {
      const { id } = make(messageId);
      const trade = trades.get(id);
      if (trade) trades.set(id, having(trade, messageId === OLDER ? '1.5' : '1'));
    });
    expect(await compare(world)).toEqual(['closed_elsewhere']);
    expect(world.taken).toEqual([[world.older.id, gone, 'user']]);
  });

  it('is nothing where an order of ours has done it', async () => {
    const world = given(make, (trades) => {
      const [older] = trades.values();
      const [entry] = older?.orders ?? [];
      if (older && entry) {
        const close = { ...entry, clientId: `${entry.clientId}c`, role: 'close' as const };
        trades.set(older.id, {
          ...older,
          orders: [entry, { ...close, executed: new Decimal('0.3') }],
        });
      }
    });
    expect(await compare(world)).toEqual([]);
    expect(world.taken).toEqual([]);
  });
});

describe('what orders of another trade of the position have closed beyond their own', () => {
  const [usdm] = MARKETS;
  const THIRD = '700000000000000003';

  /** It had opened 1, and its two stops have closed so much. */
  function overrun(messageId: string, closed: string): Trade {
    const trade = having(tradeOf({ messageId }), '1');
    const [entry] = trade.orders;
    if (!entry) throw new Error('a trade without an entry');
    const stop = (name: string, executed: string) => ({
      ...entry,
      clientId: `${entry.clientId}${name}`,
      role: 'stop' as const,
      executed: new Decimal(executed),
    });
    return { ...trade, phase: 'closed', orders: [entry, stop('a', '1'), stop('b', closed)] };
  }

  it('is not said to be the doing of the user', async () => {
    const world = given(
      (messageId) => tradeOf({ messageId }),
      () => undefined,
    );
    world.closed.push(overrun(THIRD, '0.3'));
    expect(await usdm?.compare(world)).toEqual(['closed_by_other_trade']);
    expect(world.taken).toEqual([[world.older.id, '0.3', 'other_trade']]);
  });

  it('is told beside what the user has closed', async () => {
    const world = given(
      (messageId) => tradeOf({ messageId }),
      () => undefined,
    );
    world.closed.push(overrun(THIRD, '0.1'));
    expect(await usdm?.compare(world)).toEqual(['closed_by_other_trade', 'closed_elsewhere']);
    expect(world.taken).toEqual([
      [world.older.id, '0.1', 'other_trade'],
      [world.older.id, '0.2', 'user'],
    ]);
  });

  it('is told once', async () => {
    const world = given(
      (messageId) => tradeOf({ messageId }),
      () => undefined,
    );
    const told = { ...tradeOf({ messageId: '700000000000000004' }), elsewhere: new Decimal('0.3') };
    world.closed.push(overrun(THIRD, '0.3'), told);
    expect(await usdm?.compare(world)).toEqual(['closed_elsewhere']);
  });
});
