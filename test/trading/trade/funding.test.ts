import { describe, expect, it } from 'vitest';
import { createLog } from '../../../src/log.ts';
import { Decimal } from '../../../src/trading/decimal.ts';
import { createFunding } from '../../../src/trading/desk/funding.ts';
import type { Runner } from '../../../src/trading/desk/runner.ts';
import type { PositionFee } from '../../../src/trading/exchange.ts';
import { resultOf } from '../../../src/trading/lifecycle/facts.ts';
import type { Trade } from '../../../src/trading/model.ts';
import { step } from '../../../src/trading/trade.ts';
import { type Bench, bench, opened } from './bench.ts';
import { fillOf, START_MS } from './fixtures.ts';

const AT = START_MS + 60_000;

function fee(amount: string, id = '1'): PositionFee {
  return { kind: 'funding', id, symbol: 'BTCUSDT', amount: new Decimal(amount), asset: 'USDT', at: AT };
}

/** Books fees among these trades, as the desk does. */
async function book(
  benches: readonly Bench[],
  fees: readonly PositionFee[],
  shareOf = (trade: Trade) => trade.funding,
): Promise<string[]> {
  const trades = new Map<string, Trade>(benches.map((b) => [b.trade.id, b.trade]));
  const runner: Pick<Runner, 'get' | 'all' | 'feed'> = {
    get: (id) => trades.get(id),
    all: () => [...trades.values()],
    async feed(id, event) {
      const trade = trades.get(id);
      if (trade) trades.set(id, step(trade, event, AT).trade);
    },
  };
  const funding = createFunding({
    exchange: { positionFeesSince: async () => [...fees] },
    runner: runner as Runner,
    closedOn: async () => [],
    archive: async () => undefined,
    onAmended: () => undefined,
    clock: { now: () => AT, after: () => () => undefined },
    log: createLog('silent'),
  });
  await funding.look(true);
  for (const b of benches) b.send({ type: 'tick' });
  return benches.map((b) => shareOf(trades.get(b.trade.id) ?? b.trade).toString());
}

function holding(messageId: string, quantity: string): Bench {
  return opened({ messageId, entries: [['market', null, quantity]] });
}

describe('funding', () => {
  it('that cannot be asked for keeps nothing from being done, and is asked for again', async () => {
    let asked = 0;
    const funding = createFunding({
      exchange: {
        async positionFeesSince() {
          asked += 1;
          throw new Error('no answer');
        },
      },
      runner: { get: () => undefined, all: () => [] } as Partial<Runner> as Runner,
      closedOn: async () => [],
      archive: async () => undefined,
      onAmended: () => undefined,
      clock: { now: () => AT, after: () => () => undefined },
      log: createLog('silent'),
    });
    await funding.look(false);
    await funding.look(false);
    expect(asked).toBe(2);
  });

  it.each([
    { what: 'one trade', held: ['1'], charged: '-3', shares: ['-3'] },
    { what: 'two trades', held: ['1', '3'], charged: '-4', shares: ['-1', '-3'] },
    {
      what: 'thirds',
      held: ['1', '1', '1'],
      charged: '1',
      shares: ['0.33333334', '0.33333333', '0.33333333'],
    },
  ])(
    'GIVEN $what THEN it is split by quantity, the remainder to the largest',
    async ({ held, charged, shares }) => {
      const trades = held.map((quantity, nth) => holding(`70000000000000000${nth}`, quantity));
      expect(await book(trades, [fee(charged)])).toEqual(shares);
    },
  );

  it('GIVEN the same fee again THEN it counts once; split otherwise, the share is replaced', () => {
    const b = holding('700000000000000001', '1');
    b.send({ type: 'funding', id: '7', amount: new Decimal('-4') });
    b.send({ type: 'funding', id: '7', amount: new Decimal('-4') });
    expect(b.trade.funding.toString()).toBe('-4');
    b.send({ type: 'funding', id: '7', amount: new Decimal('-1') });
    expect(b.trade.funding.toString()).toBe('-1');
  });

  it('GIVEN a trade whose exit ahead of the fee was not known THEN it gives its share back', async () => {
    const one = holding('700000000000000001', '1');
    const two = holding('700000000000000002', '1');
    for (const b of [one, two]) b.send({ type: 'funding', id: '1', amount: new Decimal('-2') });
    const close = one.order('target', 0);
    one.send({ type: 'fills', fills: [fillOf(close, '0.5', '110', { at: AT - 1 })] });
    const other = one.order('target', 1);
    one.send({ type: 'fills', fills: [fillOf(other, '0.5', '120', { at: AT - 1 })] });
    expect(await book([one, two], [fee('-4')])).toEqual(['0', '-4']);
  });

  it('GIVEN a row from before shares were kept THEN what it booked stays', () => {
    const b = bench({
      ...holding('700000000000000001', '1').trade,
      fundingIds: ['7'],
      funding: new Decimal(-4),
    });
    b.send({ type: 'funding', id: '7', amount: new Decimal('-1') });
    expect(b.trade.funding.toString()).toBe('-4');
  });
});

describe('a liquidation fee', () => {
  const charge: PositionFee = { ...fee('-6'), kind: 'liquidation', id: 'liquidation 1' };
  const liquidation = (trade: Trade) => resultOf(trade).liquidation;

  /** Loses this much to an order of the exchange's, so long ahead of the fee. */
  function lose(b: Bench, quantity: string, aheadMs: number): Bench {
    const left = fillOf(b.order('stop', 0), quantity, '90', { at: AT - aheadMs, clientId: 'autoclose-1' });
    b.send({
      type: 'elsewhere',
      quantity: new Decimal(quantity),
      fills: [{ ...left, tradeId: `${b.trade.id} ${aheadMs}` }],
      cause: 'liquidated',
    });
    return b;
  }

  it('GIVEN trades that were liquidated, another that was not, one that closed before THEN the first pay, by quantity', async () => {
    const trades = [
      lose(holding('700000000000000001', '1'), '1', 0),
      lose(holding('700000000000000002', '2'), '2', 5_000),
      holding('700000000000000003', '5'),
      lose(holding('700000000000000004', '4'), '1', 90_000),
    ];
    expect(await book(trades, [charge], liquidation)).toEqual(['-2', '-4', '0', '0']);
  });

  it('GIVEN the same fee twice THEN the net result has it once', async () => {
    const b = lose(holding('700000000000000001', '1'), '1', 0);
    const before = resultOf(b.trade).net;
    for (const _ of [1, 2]) b.send({ type: 'liquidation_fee', id: charge.id, amount: charge.amount });
    expect(resultOf(b.trade).net.minus(before).toString()).toBe('-6');
  });

  it('GIVEN a position that was nobody of ours THEN it is nobody of ours', async () => {
    expect(await book([holding('700000000000000001', '1')], [charge], liquidation)).toEqual(['0']);
  });
});
