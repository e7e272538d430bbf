import { afterEach, expect, test } from 'vitest';
import { preset } from '../../src/sim/binance/faults.ts';
import { LONG_BTC, type Rig, type RigOptions, startRig } from './rig.ts';

/** kill -9 wherever it hurts, and a start on the same store. */

let rig: Rig;

async function given(options: RigOptions = {}): Promise<void> {
  rig = await startRig(options);
}

afterEach(() => rig.close());

const AT_MARKET = '#BTC/USDT LONG market\nTP1: 61000\nTP2: 62000\nSL: 59500';

/** The bot is not heard of again once this request is out: it hangs there, and then it is killed. */
interface Point {
  what: string;
  phase: 'entering' | 'target' | 'closing';
  method: 'POST' | 'DELETE';
  path: string;
  params?: Record<string, string>;
  nth?: number;
}

const POINTS: readonly Point[] = [
  { what: 'leverage', phase: 'entering', method: 'POST', path: '/fapi/v1/leverage' },
  { what: 'entry', phase: 'entering', method: 'POST', path: '/fapi/v1/order', params: { side: 'BUY' } },
  { what: 'first stop', phase: 'entering', method: 'POST', path: '/fapi/v1/algoOrder' },
  { what: 'target', phase: 'entering', method: 'POST', path: '/fapi/v1/order', params: { type: 'LIMIT' } },
  { what: 'moved stop', phase: 'target', method: 'POST', path: '/fapi/v1/algoOrder', nth: 2 },
  { what: 'removal of the old stop', phase: 'target', method: 'DELETE', path: '/fapi/v1/algoOrder' },
  {
    what: 'close',
    phase: 'closing',
    method: 'POST',
    path: '/fapi/v1/order',
    params: { type: 'MARKET', side: 'SELL' },
  },
  { what: 'removal of the last stop', phase: 'closing', method: 'DELETE', path: '/fapi/v1/algoOrder' },
];

const CASES = POINTS.flatMap((point) => [
  { ...point, arrived: true, how: 'carried out' },
  { ...point, arrived: false, how: 'lost' },
]);

test.each(CASES)(
  'killed while the $what is under way ($how), nothing is doubled and nothing naked',
  async (point) => {
    await given();
    const { method, path, params, nth, arrived, phase } = point;
    rig.binance.faults.add({
      method,
      path,
      ...(params ? { params } : {}),
      ...(nth === undefined ? {} : { nth }),
      ...preset('hang'),
      apply: arrived,
    });
    rig.post(AT_MARKET);
    if (phase !== 'entering') {
      await rig.eventually(
        'stop and targets',
        () => rig.stops('BTCUSDT').length + rig.resting('BTCUSDT').length === 3,
      );
      if (phase === 'target') rig.price('BTCUSDT', 61_010);
      else void rig.command('close', { symbol: 'BTCUSDT' }).catch(() => {});
    }
    await rig.eventually('the request hangs', () => rig.binance.faults.list().some(({ hits }) => hits === 1));
    await rig.end('SIGKILL');
    rig.binance.faults.clear();
    await rig.start();

    await rig.eventually('as much is protected as is held', () => {
      const held = rig.position('BTCUSDT');
      const stops = rig.stops('BTCUSDT');
      if (held === 0) return stops.length === 0 && rig.resting('BTCUSDT').length === 0;
      return stops.length === 1 && Number(stops[0]?.quantity) === held;
    });
    expect(rig.entries('BTCUSDT')).toBeLessThanOrEqual(1);
    if (point.what === 'leverage') expect(rig.entries('BTCUSDT')).toBe(0);
    if (point.what === 'entry') expect(rig.entries('BTCUSDT')).toBe(arrived ? 1 : 0);
    if (phase === 'target') expect(rig.position('BTCUSDT')).toBeCloseTo(0.05);
    if (phase === 'closing') {
      await rig.eventually('the close goes on', () => rig.position('BTCUSDT') === 0);
      await rig.says('Closed BTCUSDT LONG');
    }
    if (rig.position('BTCUSDT') > 0) {
      await rig.says('Filled BTCUSDT LONG entry');
      expect(rig.count('Filled BTCUSDT LONG entry')).toBe(1);
    }
  },
);

test('killed between confirmation and entry, the question does not come back', async () => {
  await given({ mode: 'confirm' });
  rig.post(LONG_BTC);
  const question = await rig.says('trade this?');
  rig.binance.faults.add({ method: 'POST', path: '/fapi/v1/order', ...preset('hang') });
  void rig.press(question, 'Confirm').catch(() => {});
  await rig.eventually('the entry is out', () => rig.resting('BTCUSDT').length === 1);
  await rig.end('SIGKILL');
  await rig.start();
  const decided = await rig.becomes(question, 'Confirmed');
  expect(decided.components).toEqual([]);
  expect(rig.entries('BTCUSDT')).toBe(1);
  rig.price('BTCUSDT', 59_990);
  await rig.says('Filled BTCUSDT LONG entry');
  await rig.eventually('the stop is there', () => rig.stops('BTCUSDT').length === 1);
});

test('an entry that filled while the bot was down is protected at the start and told once', async () => {
  await given();
  rig.post(LONG_BTC);
  await rig.eventually('the entry rests', () => rig.resting('BTCUSDT').length === 1);
  await rig.end('SIGKILL');
  rig.price('BTCUSDT', 59_990);
  await rig.start();
  await rig.eventually('the stop covers it', () => rig.stops('BTCUSDT')[0]?.quantity === '0.1');
  await rig.says('Filled BTCUSDT LONG entry: 0.1 @ 60000');
  expect(rig.count('Filled')).toBe(1);
});

test('a stop that was hit while the bot was down closes the trade at the start', async () => {
  await given();
  rig.post(AT_MARKET);
  await rig.eventually(
    'stop and targets',
    () => rig.stops('BTCUSDT').length + rig.resting('BTCUSDT').length === 3,
  );
  await rig.end('SIGKILL');
  rig.price('BTCUSDT', 59_400);
  await rig.start();
  await rig.says('Filled BTCUSDT LONG stop');
  await rig.says('Closed BTCUSDT LONG', 'stopped out');
  await rig.eventually('no target is left', () => rig.resting('BTCUSDT').length === 0);
  await rig.eventually(
    'card and closing line',
    () => rig.count('Closed BTCUSDT LONG') === 1 && rig.count('### BTCUSDT LONG: closed') === 1,
  );
  await rig.end('SIGKILL');
  await rig.start();
  expect(rig.count('Closed BTCUSDT LONG')).toBe(1);
  expect(rig.count('Filled BTCUSDT LONG stop')).toBe(1);
});

test('a panic goes on over a restart until everything is flat', async () => {
  await given();
  rig.post(AT_MARKET);
  rig.post('#ETH/USDT LONG\nEntry: 2990\nTP1: 3100\nSL: 2900');
  await rig.eventually(
    'both are there, with all that belongs to them',
    () =>
      rig.stops('BTCUSDT').length + rig.resting('BTCUSDT').length === 3 &&
      rig.resting('ETHUSDT').length === 1,
  );
  const down = { ...preset('unavailable503'), count: 0 };
  rig.binance.faults.add({ method: 'POST', path: '/fapi/v1/order', ...down });
  rig.binance.faults.add({ method: 'DELETE', path: '/fapi/v1/order', ...down });
  const asked = await rig.command('panic');
  if (asked.message === null) throw new Error('panic was not asked about');
  void rig.press(asked.message, 'Confirm').catch(() => {});
  await rig.eventually('it closes in vain', () => rig.binance.faults.list().some(({ hits }) => hits > 0));
  await rig.end('SIGKILL');
  rig.binance.faults.clear();
  await rig.start();
  await rig.eventually(
    'everything is flat',
    () =>
      rig.position('BTCUSDT') === 0 &&
      rig.resting('ETHUSDT').length === 0 &&
      rig.stops('BTCUSDT').length === 0,
  );
  await rig.says('Closed BTCUSDT LONG', 'closed by /panic');
  rig.post('#SOL/USDT LONG\nEntry: 150\nTP1: 160\nSL: 140');
  await rig.says('Denied', 'paused:');
});

test('the answer that was lost to a 5xx is asked for, never sent again', async () => {
  await given();
  rig.binance.faults.add({ method: 'POST', path: '/fapi/v1/order', ...preset('unknown503') });
  rig.post(AT_MARKET);
  await rig.says('Filled BTCUSDT LONG entry');
  await rig.eventually('the stop is there', () => rig.stops('BTCUSDT').length === 1);
  expect(rig.entries('BTCUSDT')).toBe(1);
  expect(rig.orders().filter(({ params }) => params.side === 'BUY')).toHaveLength(1);
});

test('a stop whose answer was lost to a 5xx stands once', async () => {
  await given();
  rig.binance.faults.add({ method: 'POST', path: '/fapi/v1/algoOrder', ...preset('unknown503') });
  rig.post(AT_MARKET);
  await rig.says('Filled BTCUSDT LONG entry');
  await rig.eventually('targets rest', () => rig.resting('BTCUSDT').length === 2);
  await rig.eventually('one stop', () => rig.stops('BTCUSDT').length === 1);
  expect(rig.stops('BTCUSDT')).toMatchObject([{ side: 'SELL', trigger: '59500' }]);
});
