import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/trading/clock.ts';
import { averagePrice, entered, held, isLive, resultOf } from '../../../src/trading/lifecycle/facts.ts';
import type { Signal, Trade } from '../../../src/trading/model.ts';
import type { TradingOverrides } from '../../../src/trading/settings.ts';
import { channelOf, d, longBtc, type Rig, sourceOf, startRig } from './harness.ts';

let rig: Rig;
afterEach(() => rig.close());

const market = { entry: { type: 'market' } } as const;

async function open(over: Partial<Signal>, trading: TradingOverrides = {}): Promise<string> {
  const channel = channelOf({ maxTradesPerSymbol: 3, minRewardRisk: d(0) }, trading);
  const opened = await rig.desk.open(longBtc(over), sourceOf(), channel);
  if (opened.kind !== 'opened') throw new Error(JSON.stringify(opened));
  return opened.trade.id;
}

const working = (id: string, role: string) =>
  rig.trade(id).orders.filter((order) => order.role === role && order.status === 'working');

const isProtected = (id: string) => () =>
  working(id, 'stop').length === 1 && working(id, 'target').length === rig.trade(id).targets.length;

const algos = () => [...rig.sim.usdm.openAlgos.values()];

/** What the exchange has booked as realised. */
const realisedThere = () =>
  rig.sim.usdm.account.incomes
    .filter(({ incomeType }) => incomeType === 'REALIZED_PNL')
    .reduce((sum, { income }) => sum.plus(income), d(0));

function pricesOf(trade: Trade) {
  const mean = (action: 'BUY' | 'SELL') => averagePrice(trade.fills.filter((fill) => fill.action === action));
  return { entries: mean('BUY') ?? d(0), exits: mean('SELL') ?? d(0) };
}

function price(value: number): void {
  rig.sim.usdm.setPrice('BTCUSDT', { last: d(value) });
}

describe('a trailing stop', () => {
  const trading = { trailingStop: { activateAfter: 1, callbackPct: d(1) }, breakEvenAfter: 0 };
  const trailing = () => algos().filter((algo) => algo.type === 'TRAILING_STOP_MARKET');

  it('stands on the exchange after its target, reduce-only, above the plain stop, and ends the trade', async () => {
    rig = await startRig();
    const id = await open(market, trading);
    await rig.eventually('protected', isProtected(id));
    price(61_010);
    await rig.eventually('it trails', () => working(id, 'trail').length === 1);
    await rig.eventually('nothing else is left over', () => algos().length === 2);
    const rest = held(rig.trade(id));
    expect(trailing()).toMatchObject([{ side: 'SELL', reduceOnly: true, activatePrice: null }]);
    expect(trailing()[0]?.callbackRate?.toFixed()).toBe('1');
    expect(trailing()[0]?.quantity.eq(rest)).toBe(true);
    price(61_900);
    price(61_200);
    await rig.eventually('closed', () => rig.trade(id).phase === 'closed');
    expect(rig.trade(id).closeReason).toBe('trailing_stop');
    expect(algos()).toEqual([]);
  });

  it('outlives a restart and is resized by a partial close', async () => {
    rig = await startRig();
    const id = await open(market, trading);
    await rig.eventually('protected', isProtected(id));
    price(61_010);
    await rig.eventually('it trails', () => working(id, 'trail').length === 1);
    const [before] = trailing();
    await rig.restart();
    expect(trailing()).toEqual([before]);
    await rig.desk.request(id, { type: 'close', fraction: d('0.5'), reason: 'user' }, 'user');
    await rig.eventually('one that fits is left', () => {
      const [trail, ...others] = trailing();
      return others.length === 0 && trail !== before && trail?.quantity.eq(held(rig.trade(id))) === true;
    });
  });

  it('is moved by us where another trade has a part of the position', async () => {
    rig = await startRig();
    const one = await open(market, trading);
    await rig.eventually('protected', isProtected(one));
    const two = await open({ ...market, stopLoss: { price: d(58_000) } }, { breakEvenAfter: 0 });
    await rig.eventually('both protected', isProtected(two));
    price(61_010);
    await rig.eventually('the stop follows', () => {
      price(61_020);
      return rig.trade(one).stopKind === 'trailing' && working(one, 'stop').length === 1;
    });
    expect(trailing()).toEqual([]);
    expect(rig.trade(two).stopPrice.toString()).toBe('58000');
  });
});

describe.each([{ hedgeMode: false }, { hedgeMode: true }])(
  'two trades in one position, hedge mode $hedgeMode',
  ({ hedgeMode }) => {
    async function both(): Promise<[string, string]> {
      rig = await startRig();
      rig.sim.usdm.account.hedgeMode = hedgeMode;
      await rig.restart();
      const one = await open(market);
      const two = await open({
        ...market,
        stopLoss: { price: d(58_000) },
        takeProfits: [{ price: d(63_000) }],
      });
      await rig.eventually('both protected', () => isProtected(one)() && isProtected(two)());
      return [one, two];
    }

    it('has a stop of its own for each; one that triggers leaves the other as it was', async () => {
      const [one, two] = await both();
      const holds = held(rig.trade(two));
      expect(
        algos()
          .map((algo) => algo.triggerPrice.toFixed())
          .sort(),
      ).toEqual(['58000', '59000']);
      price(58_900);
      await rig.eventually('the first is stopped', () => rig.trade(one).phase === 'closed');
      expect(rig.trade(one).closeReason).toBe('stop');
      expect(held(rig.trade(two)).eq(holds)).toBe(true);
      expect(algos()).toHaveLength(1);
      expect(algos()[0]?.quantity.eq(holds)).toBe(true);
      expect(rig.desk.book.foreignSymbols.size).toBe(0);
    });

    it('closes one by request and leaves the other as it was', async () => {
      const [one, two] = await both();
      const holds = held(rig.trade(two));
      await rig.desk.request(one, { type: 'close', fraction: d(1), reason: 'user' }, 'user');
      await rig.eventually('closed', () => rig.trade(one).phase === 'closed');
      expect(held(rig.trade(two)).eq(holds)).toBe(true);
      expect(rig.trade(two).orders.filter(isLive)).toHaveLength(2);
    });

    it('gives each the result of its own prices, whatever the exchange reckons by their mean', async () => {
      rig = await startRig();
      rig.sim.usdm.account.hedgeMode = hedgeMode;
      await rig.restart();
      const low = await open(market);
      await rig.eventually('the first protected', isProtected(low));
      price(60_900);
      const high = await open({
        ...market,
        stopLoss: { price: d(60_000) },
        takeProfits: [{ price: d(63_000) }],
      });
      await rig.eventually('both protected', () => isProtected(low)() && isProtected(high)());
      price(60_700);
      await rig.desk.request(low, { type: 'close', fraction: d(1), reason: 'user' }, 'user');
      await rig.eventually('closed', () => rig.trade(low).phase === 'closed');
      const { entries, exits } = pricesOf(rig.trade(low));
      expect(exits.gt(entries)).toBe(true);
      const won = exits.minus(entries).times(entered(rig.trade(low)));
      expect(resultOf(rig.trade(low)).realised.minus(won).abs().lt('0.0001')).toBe(true);
      await rig.desk.request(high, { type: 'close', fraction: d(1), reason: 'user' }, 'user');
      await rig.eventually('closed', () => rig.trade(high).phase === 'closed');
      const ours = [low, high].reduce((sum, id) => sum.plus(resultOf(rig.trade(id)).realised), d(0));
      expect(ours.minus(realisedThere()).abs().lt('0.0001')).toBe(true);
    });

    it('is liquidated as a whole: both end by it, with their parts of what was lost', async () => {
      const [one, two] = await both();
      rig.sim.usdm.liquidate('BTCUSDT', hedgeMode ? 'LONG' : 'BOTH');
      await rig.eventually('both closed', () => [one, two].every((id) => rig.trade(id).phase === 'closed'));
      expect([one, two].map((id) => rig.trade(id).closeReason)).toEqual(['liquidated', 'liquidated']);
      const lost = [one, two]
        .flatMap((id) => rig.trade(id).fills)
        .reduce((sum, fill) => sum.plus(fill.realisedPnl), d(0));
      expect(lost.eq(realisedThere())).toBe(true);
      expect(algos()).toEqual([]);
    });
  },
);

describe('an opposite signal', () => {
  const short: Partial<Signal> = {
    side: 'short',
    ...market,
    stopLoss: { price: d(62_000) },
    takeProfits: [{ price: d(59_000) }],
  };

  it('GIVEN closeOnOpposite and a trade that cannot be closed in time THEN it is denied, not netted', async () => {
    // Patience with it ends at once.
    const clock = {
      ...systemClock,
      after: (ms: number, run: () => void) => systemClock.after(ms === 10_000 ? 50 : ms, run),
    };
    rig = await startRig({}, clock);
    const id = await open(market);
    await rig.eventually('protected', isProtected(id));
    rig.sim.faults.add({
      method: 'POST',
      path: '/fapi/v1/order',
      params: { side: 'SELL', type: 'MARKET' },
      apply: false,
      count: 100,
      answer: { kind: 'error', status: 400, code: -2022, msg: 'ReduceOnly Order is rejected.' },
    });
    const channel = channelOf({}, { closeOnOpposite: true });
    const opened = await rig.desk.open(longBtc(short), sourceOf(), channel);
    expect(opened).toMatchObject({ kind: 'denied', denial: { code: 'opposite_position' } });
    expect(held(rig.trade(id)).gt(0)).toBe(true);
  });

  it('GIVEN hedge mode THEN both sides stand beside each other, each with its own stop', async () => {
    rig = await startRig();
    rig.sim.usdm.account.hedgeMode = true;
    await rig.restart();
    const long = await open(market);
    await rig.eventually('long protected', isProtected(long));
    const other = await open(short, { closeOnOpposite: true });
    await rig.eventually('short protected', isProtected(other));
    expect(rig.trade(long).phase).toBe('open');
    price(58_900);
    await rig.eventually('the long is stopped', () => rig.trade(long).phase === 'closed');
    expect(rig.trade(other).closeReason).not.toBe('stop');
  });
});

describe('what the exchange does by itself', () => {
  it('GIVEN commissions in BNB THEN they are in the result with what they were worth', async () => {
    rig = await startRig();
    rig.sim.usdm.setPrice('BNBUSDT', { last: d(600) });
    rig.sim.usdm.changeAccount({ bnb: d(10) });
    const id = await open(market);
    await rig.eventually('protected', isProtected(id));
    price(58_900);
    await rig.eventually('closed', () => rig.trade(id).phase === 'closed');
    const { fees, otherFees, net, realised } = resultOf(rig.trade(id));
    const paid = rig.sim.usdm.account.incomes
      .filter(({ incomeType }) => incomeType === 'COMMISSION')
      .reduce((sum, { income, asset }) => (asset === 'BNB' ? sum.minus(income) : sum), d(0));
    expect(paid.gt(0)).toBe(true);
    expect(fees.eq(paid.times(600))).toBe(true);
    expect(otherFees).toEqual({});
    expect(net.eq(realised.minus(fees))).toBe(true);
  });

  it('GIVEN a contract that is halted THEN its waiting entries go and the user is told', async () => {
    rig = await startRig();
    const id = await open({ entry: { type: 'limit', prices: [d(60_000)] } });
    await rig.eventually('the entry waits', () => working(id, 'entry').length === 1);
    rig.sim.usdm.setStatus('BTCUSDT', 'SETTLING');
    await rig.restart();
    await rig.until('told', (event) => event.type === 'alert' && event.code === 'symbol_halted');
    await rig.eventually('closed', () => rig.trade(id).phase === 'closed');
    expect(rig.sim.usdm.openOrders.size).toBe(0);
  });

  it('GIVEN a delisting that is announced THEN the open trade is told of it, and nothing new is opened', async () => {
    rig = await startRig();
    const id = await open(market);
    await rig.eventually('protected', isProtected(id));
    rig.sim.usdm.changeInstrument('BTCUSDT', { deliveryDate: Date.UTC(2027, 0, 5, 9) });
    await rig.restart();
    await rig.until(
      'told',
      (event) =>
        event.type === 'alert' &&
        event.code === 'delisting_announced' &&
        event.numbers.at === '2027-01-05 09:00 UTC',
    );
    const again = await rig.desk.open(longBtc(), sourceOf(), channelOf());
    expect(again.kind === 'denied' ? again.denial.code : again.kind).toBe('symbol_halted');
    expect(isProtected(id)()).toBe(true);
  });

  it('GIVEN a contract that is delisted THEN its trade ends as settled, with its profit and loss', async () => {
    rig = await startRig();
    const id = await open(market);
    await rig.eventually('protected', isProtected(id));
    rig.sim.usdm.settle('BTCUSDT');
    await rig.eventually('closed', () => rig.trade(id).phase === 'closed');
    expect(rig.trade(id).closeReason).toBe('settled');
    expect(resultOf(rig.trade(id)).realised.isZero()).toBe(false);
    const again = await rig.desk.open(longBtc(), sourceOf(), channelOf());
    expect(again.kind === 'denied' ? again.denial.code : again.kind).not.toBe('opened');
  });
});
