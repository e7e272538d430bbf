import { afterEach, expect, test } from 'vitest';
import { IDS, LONG_BTC, type Rig, type RigOptions, SHORT_ETH, startRig } from './rig.ts';

/** Management messages: what lowers risk is done at once, what raises it or cannot be aimed is asked. */

let rig: Rig;

async function given(options: RigOptions = {}): Promise<void> {
  rig = await startRig(options);
}

afterEach(() => rig.close());

const AT_MARKET = '#BTC/USDT LONG market\nTP1: 61500\nTP2: 62000\nSL: 59500';

/** An open long of 0.1 BTC with its stop and two targets. Answers with the signal's id. */
async function openLong(): Promise<string> {
  const { id } = rig.post(AT_MARKET);
  await rig.eventually(
    'an open trade',
    () => rig.stops('BTCUSDT').length === 1 && rig.resting('BTCUSDT').length === 2,
  );
  return id;
}

test('a reply closes half, the stop follows', async () => {
  await given();
  const replyTo = await openLong();
  rig.post('close half', { replyTo });
  await rig.says('Filled BTCUSDT LONG close: 0.05');
  await rig.eventually('the stop covers the rest', () => {
    const stops = rig.stops('BTCUSDT');
    return stops.length === 1 && stops[0]?.quantity === '0.05';
  });
  expect(rig.position('BTCUSDT')).toBeCloseTo(0.05);
});

test('the only trade of a channel needs no name, and break-even moves its stop', async () => {
  await given();
  await openLong();
  rig.price('BTCUSDT', 61_000);
  rig.post('move sl to entry');
  // A taker entry at 60500.1: 60500.1 × 1.0005 / 0.9995.
  await rig.eventually('break-even', () => {
    const stops = rig.stops('BTCUSDT');
    return stops.length === 1 && stops[0]?.trigger === '60560.7';
  });
});

test('by symbol a trade is closed though another is open', async () => {
  await given();
  await openLong();
  rig.price('ETHUSDT', 3_040);
  rig.post(SHORT_ETH);
  await rig.eventually('the other waits', () => rig.resting('ETHUSDT').length === 1);
  rig.post('close btc');
  await rig.says('Closed BTCUSDT LONG', 'closed by the author');
  expect(rig.position('BTCUSDT')).toBe(0);
  expect(rig.resting('ETHUSDT')).toHaveLength(1);
});

test('a tighter stop is moved at once, even in confirm mode; a wider one is asked about', async () => {
  await given({ mode: 'confirm' });
  rig.post(LONG_BTC);
  await rig.press(await rig.says('trade this?'), 'Confirm');
  await rig.eventually('the entry rests', () => rig.resting('BTCUSDT').length === 1);
  rig.price('BTCUSDT', 59_990);
  await rig.eventually('the stop is there', () => rig.stops('BTCUSDT').length === 1);
  rig.post('move stop to 59500');
  await rig.eventually('tighter', () => {
    const stops = rig.stops('BTCUSDT');
    return stops.length === 1 && stops[0]?.trigger === '59500';
  });

  rig.post('move stop to 58500');
  const question = await rig.says('raises the risk', '58500', 'Confirm', 'Cancel');
  expect(rig.stops('BTCUSDT')).toMatchObject([{ trigger: '59500' }]);
  await rig.press(question, 'Confirm');
  await rig.eventually('wider', () => {
    const stops = rig.stops('BTCUSDT');
    return stops.length === 1 && stops[0]?.trigger === '58500';
  });
  const answered = await rig.becomes(question, `<@${IDS.operator}>`);
  expect(answered.components).toEqual([]);
});

test('a stop that would trigger at once is refused and the old one kept', async () => {
  await given();
  await openLong();
  rig.post('move stop to 61000');
  await rig.says('BTCUSDT', 'the stop stays');
  expect(rig.stops('BTCUSDT')).toMatchObject([{ trigger: '59500' }]);
});

test('what was on its way when the bot died is told in the same message by the next start', async () => {
  await given();
  await openLong();
  const answer = { kind: 'error', status: 503, code: -1008, msg: 'Server is busy' } as const;
  rig.binance.faults.add({ method: 'POST', path: '/fapi/v1/order', apply: false, count: 0, answer });
  rig.post('close btc');
  const told = await rig.says('alpha: BTCUSDT LONG', 'closing 100%');
  await rig.end('SIGKILL');
  rig.binance.faults.clear();
  await rig.start();
  await rig.becomes(told, 'alpha: BTCUSDT LONG', 'close: done');
  expect(rig.position('BTCUSDT')).toBe(0);
});

test('cancel takes the waiting entry back', async () => {
  await given();
  const { id } = rig.post(LONG_BTC);
  await rig.eventually('the entry rests', () => rig.resting('BTCUSDT').length === 1);
  rig.post('cancel', { replyTo: id });
  await rig.says('Ended BTCUSDT LONG', 'entries cancelled');
  expect(rig.resting('BTCUSDT')).toEqual([]);
});

test('cancel takes back a question that nobody has answered', async () => {
  await given({ mode: 'confirm' });
  const { id } = rig.post(LONG_BTC);
  const question = await rig.says('trade this?');
  rig.post('cancel', { replyTo: id });
  expect((await rig.becomes(question, 'Withdrawn by its author')).components).toEqual([]);
});

test('what could mean two trades is asked with a button for each', async () => {
  await given();
  await openLong();
  rig.post('#ETH/USDT LONG market\nTP1: 3100\nSL: 2900');
  await rig.eventually('both are protected', () => rig.stops('ETHUSDT').length === 1);
  rig.post('close');
  const question = await rig.says(
    'Which trade is meant?',
    'Confirm BTCUSDT LONG',
    'Confirm ETHUSDT LONG',
    'Cancel',
  );
  expect(rig.position('ETHUSDT')).toBeGreaterThan(0);
  await rig.press(question, 'Confirm ETHUSDT LONG');
  await rig.says('Closed ETHUSDT LONG');
  expect(rig.position('BTCUSDT')).toBeCloseTo(0.1);
});

test('a report of a hit target sends nothing', async () => {
  await given();
  await openLong();
  const before = rig.orders().length;
  rig.post('TP1 hit');
  rig.post('#FOO/USDT LONG\nEntry: 1\nTP1: 1.2\nSL: 0.9');
  await rig.says('Denied', 'symbol_not_listed');
  expect(rig.orders()).toHaveLength(before);
});

test('the buttons of the card close a part, move the stop to break-even and tell details', async () => {
  await given();
  await openLong();
  const card = await rig.says('BTCUSDT LONG: open', 'Close 25%');
  const details = await rig.press(card, 'Details');
  expect(details).toMatchObject({ ephemeral: true });
  expect(JSON.stringify(details.message)).toContain('59500');
  const refused = await rig.press(card, 'Close 25%', IDS.stranger);
  expect(refused).toMatchObject({
    ephemeral: true,
    message: { content: 'You are not an operator of this bot.' },
  });

  await Promise.all([rig.press(card, 'Close 25%'), rig.press(card, 'Close 25%', IDS.deputy)]);
  await rig.says('Filled BTCUSDT LONG close: 0.025');
  rig.price('BTCUSDT', 61_000);
  await rig.press(card, 'Break-even');
  await rig.eventually('break-even for the rest', () => {
    const stops = rig.stops('BTCUSDT');
    return stops.length === 1 && stops[0]?.trigger === '60560.7' && stops[0].quantity === '0.075';
  });
  expect(rig.count('Filled BTCUSDT LONG close')).toBe(1);
});
