import { afterEach, expect, test } from 'vitest';
import { LONG_BTC, type Rig, type RigOptions, SHORT_ETH, startRig } from './rig.ts';

let rig: Rig;

async function given(options: RigOptions = {}): Promise<void> {
  rig = await startRig(options);
}

afterEach(() => rig.close());

test('a confirmed signal is traded to its last target', async () => {
  await given({ mode: 'confirm' });
  rig.post(LONG_BTC);
  const question = await rig.says('trade this?', 'BTCUSDT LONG', 'Confirm', 'Reject');
  expect(question.content).toContain('Risk 100.00 USDT if the stop is hit (1% of equity)');
  expect(rig.orders()).toEqual([]);

  await rig.press(question, 'Confirm');
  const decided = await rig.becomes(question, 'Confirmed by <@200000000000000001>');
  expect(decided.components).toEqual([]);
  await rig.eventually('the entry rests', () => rig.resting('BTCUSDT').length === 1);
  expect(rig.resting('BTCUSDT')).toMatchObject([{ side: 'BUY', quantity: '0.1', price: '60000' }]);
  expect(rig.stops('BTCUSDT')).toEqual([]);

  rig.price('BTCUSDT', 59_990);
  await rig.says('Filled BTCUSDT LONG entry: 0.1 @ 60000');
  await rig.eventually('stop and targets', () => rig.resting('BTCUSDT').length === 2);
  expect(rig.stops('BTCUSDT')).toMatchObject([{ side: 'SELL', quantity: '0.1', trigger: '59000' }]);

  rig.price('BTCUSDT', 61_010);
  await rig.says('Filled BTCUSDT LONG target 1: 0.05 @ 61000');
  // Break-even of a maker entry: 60000 × 1.0002 / 0.9995, rounded towards profit.
  await rig.eventually('stop at break-even', () => {
    const [stop, ...others] = rig.stops('BTCUSDT');
    return others.length === 0 && stop?.quantity === '0.05' && stop.trigger === '60042.1';
  });

  rig.price('BTCUSDT', 62_010);
  await rig.says('Closed BTCUSDT LONG: +147.', 'all targets reached');
  await rig.eventually('nothing is left', () => rig.stops('BTCUSDT').length === 0);
  expect(rig.position('BTCUSDT')).toBe(0);
  expect(rig.resting('BTCUSDT')).toEqual([]);
  expect(rig.count('Filled')).toBe(3);
  expect(rig.dms().filter((line) => line.startsWith('Filled'))).toHaveLength(3);
});

test('a signal in auto mode is traded to its stop', async () => {
  await given();
  rig.price('ETHUSDT', 3_040);
  rig.post(SHORT_ETH);
  await rig.eventually('the entry rests', () => rig.resting('ETHUSDT').length === 1);
  rig.price('ETHUSDT', 3_051);
  await rig.says('Filled ETHUSDT SHORT entry');
  await rig.eventually('stop and targets', () => rig.resting('ETHUSDT').length === 2);
  expect(rig.stops('ETHUSDT')).toMatchObject([{ side: 'BUY', quantity: '1', trigger: '3150' }]);

  rig.price('ETHUSDT', 3_151);
  await rig.says('Filled ETHUSDT SHORT stop');
  await rig.says('Closed ETHUSDT SHORT: -10', 'stopped out');
  await rig.eventually('targets are gone', () => rig.resting('ETHUSDT').length === 0);
  expect(rig.position('ETHUSDT')).toBe(0);
  expect(rig.stops('ETHUSDT')).toEqual([]);
});

test('one card tells of the trade from entry to close and loses its buttons with it', async () => {
  await given();
  rig.post(LONG_BTC);
  const card = await rig.says('BTCUSDT LONG: waiting for entry', 'Close 100%');
  rig.price('BTCUSDT', 59_990);
  await rig.becomes(card, 'BTCUSDT LONG: open', '0.1 / 0.1 @ 60000', '59000');
  await rig.press(card, 'Close 100%');
  const closed = await rig.becomes(card, 'BTCUSDT LONG: closed', 'closed by an operator');
  expect(JSON.stringify(closed.components)).not.toContain('custom_id');
  expect(rig.position('BTCUSDT')).toBe(0);
});

test('a zone is laddered, and its rest is cancelled when the first target trades', async () => {
  await given();
  rig.post('#BTC/USDT LONG\nEntry: 59000 - 60000\nTP1: 61000\nTP2: 62000\nSL: 58000');
  await rig.eventually('three orders', () => rig.resting('BTCUSDT').length === 3);
  rig.price('BTCUSDT', 59_950);
  await rig.eventually('the stop covers the part', () => rig.stops('BTCUSDT').length === 1);
  const [stop] = rig.stops('BTCUSDT');
  expect(stop?.quantity).toBe(String(rig.position('BTCUSDT')));
  rig.price('BTCUSDT', 61_010);
  await rig.says('Filled BTCUSDT LONG target 1');
  await rig.eventually('no entry waits', () => rig.resting('BTCUSDT').every(({ side }) => side === 'SELL'));
});

test('unfilled entries are cancelled at entryTimeout', async () => {
  await given({ trading: '  entryTimeout: 1s' });
  rig.post(LONG_BTC);
  await rig.says('Ended BTCUSDT LONG', 'entries not filled in time');
  expect(rig.resting('BTCUSDT')).toEqual([]);
});

test.each([
  ['the first target', LONG_BTC, 61_010],
  ['the stop', 'BTC/USDT LONG\nBuy above 60800\nTP1: 61000\nTP2: 62000\nSL: 59000', 58_990],
])('entries are cancelled as target_passed when %s trades before any fill', async (_what, signal, price) => {
  await given();
  rig.post(signal);
  await rig.says('waiting for entry');
  await rig.eventually(
    'the entry waits',
    () => rig.stops('BTCUSDT').length + rig.resting('BTCUSDT').length > 0,
  );
  // The bot may not have subscribed to the symbol's trades yet: a market trades more than once at a price.
  await rig.eventually('it waits no more', () => {
    rig.price('BTCUSDT', price);
    return rig.stops('BTCUSDT').length + rig.resting('BTCUSDT').length === 0;
  });
  await rig.says('Ended BTCUSDT LONG', 'target_passed');
});

test('an opposite signal closes the open trade first where closeOnOpposite is on', async () => {
  await given({ trading: '  closeOnOpposite: true' });
  rig.post('BTC/USDT LONG market\nTP1: 62000\nSL: 59000');
  await rig.says('Filled BTCUSDT LONG entry');
  rig.post('BTC/USDT SHORT market\nTP1: 59000\nSL: 62000');
  await rig.says('Closed BTCUSDT LONG', 'closed by an opposite signal');
  await rig.says('Filled BTCUSDT SHORT entry');
  await rig.eventually('short with a stop', () => rig.stops('BTCUSDT')[0]?.side === 'BUY');
  expect(rig.position('BTCUSDT')).toBeLessThan(0);
});

test('each stage on the way of a signal is timed', async () => {
  await given();
  const signal = rig.post('BTC/USDT LONG\nEntry: market\nSL: 59000\nTP: 62000');
  await rig.says('Filled BTCUSDT LONG entry');
  let status = '';
  await rig.eventually('every stage has been reached', async () => {
    status = (await rig.command('status')).message?.content ?? '';
    const line = status.split('\n').find((each) => each.startsWith('Stages'));
    return line !== undefined && !line.includes('–');
  });
  const one = String.raw`[\d.]+ ms/[\d.]+ ms/[\d.]+ ms \(1\)`;
  expect(status).toMatch(new RegExp(`signal to order ${one}, fill to stop ${one}, command to answer`));
  const two = String.raw`[\d.]+ ms/[\d.]+ ms`;
  expect(status).toMatch(
    new RegExp(
      ['Discord', 'read', 'judged', 'written', 'sent', 'acknowledged', 'filled at market', 'posted']
        .map((stage) => `${stage} ${two}`)
        .join(' · '),
    ),
  );
  const why = (await rig.command('why', { message: signal.id })).message?.content ?? '';
  expect(why).toMatch(/Took: Discord [\d.]+ ms · read [\d.]+ ms · .* · posted [\d.]+ ms/);
});
