import { afterEach, describe, expect, it } from 'vitest';
import { createLines, type Turn } from '../../../src/trading/desk/lines.ts';
import { channelOf, d, longBtc, type Rig, sourceOf, startRig } from './harness.ts';

describe('a line', () => {
  const timers = new Set<{ ms: number; run: () => void }>();
  const lineUp = createLines({
    after(ms, run) {
      const timer = { ms, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
  });
  const told = async (turn: Turn, ...place: Parameters<Turn['behind']>): Promise<boolean> => {
    let is = false;
    void turn.behind(...place).then(() => {
      is = true;
    });
    await new Promise(setImmediate);
    return is;
  };

  it('GIVEN that nobody is before THEN nothing is waited for', async () => {
    const only = lineUp('BTCUSDT');
    expect(await told(only, 'reserved')).toBe(true);
    expect(await told(only, 'answered')).toBe(true);
    only.leave();
  });

  it('GIVEN one before THEN each place is reached after it; other lines do not wait', async () => {
    const [first, second, other] = [lineUp('BTCUSDT'), lineUp('BTCUSDT'), lineUp('ETHUSDT')];
    expect(await told(other, 'answered')).toBe(true);
    expect(await told(second, 'reserved')).toBe(false);
    first.reach('reserved');
    expect(await told(second, 'reserved')).toBe(true);
    expect(await told(second, 'answered')).toBe(false);
    first.leave();
    expect(await told(second, 'answered')).toBe(true);
  });

  it('GIVEN that the one before has left THEN whoever comes later waits for the last alone', async () => {
    const first = lineUp('SOLUSDT');
    const second = lineUp('SOLUSDT');
    first.leave();
    const third = lineUp('SOLUSDT');
    expect(await told(third, 'answered')).toBe(false);
    second.leave();
    expect(await told(third, 'answered')).toBe(true);
  });

  it('GIVEN that one leaves early THEN whoever is behind it is behind the one before', async () => {
    const [first, second] = [lineUp('ADAUSDT'), lineUp('ADAUSDT')];
    second.leave();
    const third = lineUp('ADAUSDT');
    expect(await told(third, 'reserved')).toBe(false);
    first.reach('reserved');
    expect(await told(third, 'reserved')).toBe(true);
    expect(await told(third, 'answered')).toBe(false);
    first.leave();
    expect(await told(third, 'answered')).toBe(true);
  });

  it.each([
    ['reserved', 10_000],
    ['answered', 3_000],
  ] as const)(
    'GIVEN one that is never %s THEN whoever is behind it goes on after %i ms',
    async (place, ms) => {
      timers.clear();
      const symbol = `XRP-${place}`;
      lineUp(symbol);
      const second = lineUp(symbol);
      expect(await told(second, place)).toBe(false);
      const [patience, ...others] = timers;
      expect([patience?.ms, others]).toEqual([ms, []]);
      const waiting = second.behind(place);
      const own = [...timers].at(-1);
      own?.run();
      await waiting;
      expect(timers).toEqual(new Set([patience]));
    },
  );
});

describe('signals on one symbol at once', () => {
  let rig: Rig;
  afterEach(() => rig.close());

  it('go in their order, and not before the leverage is set that the first one asks for', async () => {
    rig = await startRig();
    rig.sim.faults.add({
      method: 'POST',
      path: '/fapi/v1/leverage',
      apply: true,
      delayMs: 200,
      answer: { kind: 'true' },
    });
    const channel = channelOf({ maxTradesPerSymbol: 5 });
    const entries = ['59900', '59800', '59700'];
    const opened = await Promise.all(
      entries.map((price) =>
        rig.desk.open(longBtc({ entry: { type: 'limit', prices: [d(price)] } }), sourceOf(), channel),
      ),
    );
    expect(opened.map(({ kind }) => kind)).toEqual(['opened', 'opened', 'opened']);
    const sent = () =>
      rig.sim.requests.filter(({ method, path }) => method === 'POST' && path === '/fapi/v1/order');
    await rig.eventually('all are sent', () => sent().length === entries.length);
    expect(sent().map(({ params }) => params.price)).toEqual(entries);
    const leverage = rig.sim.requests.filter(({ path }) => path === '/fapi/v1/leverage');
    expect(leverage).toHaveLength(1);
    for (const { at } of sent()) expect(at).toBeGreaterThanOrEqual((leverage[0]?.at ?? 0) + 200);
  });

  it('do not overtake each other on the way: each waits until the one before has been answered', async () => {
    rig = await startRig();
    rig.sim.faults.add({
      method: 'POST',
      path: '/fapi/v1/order',
      apply: true,
      delayMs: 200,
      answer: { kind: 'true' },
    });
    const channel = channelOf({ maxTradesPerSymbol: 5 });
    await Promise.all(
      ['59900', '59800'].map((price) =>
        rig.desk.open(longBtc({ entry: { type: 'limit', prices: [d(price)] } }), sourceOf(), channel),
      ),
    );
    const sent = () =>
      rig.sim.requests.filter(({ method, path }) => method === 'POST' && path === '/fapi/v1/order');
    await rig.eventually('both are sent', () => sent().length === 2);
    const [first, second] = sent();
    expect([first?.params.price, second?.params.price]).toEqual(['59900', '59800']);
    expect(second?.at).toBeGreaterThanOrEqual((first?.at ?? 0) + 200);
  });
});
