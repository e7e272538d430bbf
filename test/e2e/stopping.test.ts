import { afterEach, expect, test } from 'vitest';
import { LONG_BTC, type Rig, startRig } from './rig.ts';

let rig: Rig;

afterEach(() => rig.close());

const MARKET_BTC = '#BTC/USDT LONG market\nTP1: 62000\nTP2: 63000\nSL: 59500';
const ended = (): boolean => rig.output().includes('"msg":"ended"');

/** What has been heard is brought to its end first, and this takes a while. */
async function ending() {
  rig.discord.faults.add({
    kind: 'slow',
    delayMs: 400,
    route: 'POST /interactions/:interaction/:token/callback',
  });
  const answered = rig.command('positions');
  await rig.eventually('it is being answered', () => rig.discord.faults.pending.length === 0);
  const end = rig.end('SIGTERM');
  await rig.eventually('it is ending', () => rig.output().includes('"msg":"ending"'));
  return { answered, end };
}

test('what is said once it is ending is left to the next start, which trades it once', async () => {
  rig = await startRig();
  rig.post(MARKET_BTC);
  await rig.eventually('the stop stands', () => rig.stops('BTCUSDT').length === 1);
  const { answered, end } = await ending();
  rig.post('#SOL/USDT LONG\nEntry: 148\nTP1: 170\nSL: 140', { channel: 'beta' });
  expect(await end).toEqual({ code: 0, signal: null });
  expect((await answered).message?.content).toContain('BTCUSDT');
  expect(rig.entries('SOLUSDT')).toBe(0);

  await rig.start();
  await rig.eventually('it is traded', () => rig.entries('SOLUSDT') === 1);
  // What is read a second time would come before this one.
  rig.post('#BNB/USDT LONG\nEntry: 1\nSL: 2');
  await rig.says('Invalid');
  expect([rig.entries('BTCUSDT'), rig.entries('SOLUSDT')]).toEqual([1, 1]);
  expect(rig.stops('BTCUSDT')).toHaveLength(1);
});

test('told to end once more while it is ending it ends in order all the same', async () => {
  rig = await startRig();
  const { answered, end } = await ending();
  expect(await rig.end('SIGTERM')).toEqual({ code: 0, signal: null });
  expect(await end).toEqual({ code: 0, signal: null });
  expect(ended()).toBe(true);
  await answered;
});

test('a connection to Discord that is half open, and posts without an answer, keep it from no orderly end', async () => {
  rig = await startRig();
  rig.post(LONG_BTC);
  await rig.says('BTCUSDT LONG', 'Cancel entries');
  rig.discord.stallGateway('frozen');
  rig.discord.faults.add({ kind: 'hang', route: 'POST /channels/:channel/messages', times: 0 });
  rig.price('BTCUSDT', 59_990);
  await rig.eventually('it has filled', () => rig.stops('BTCUSDT').length === 1);
  const from = rig.output().length;
  expect(await rig.end('SIGTERM')).toEqual({ code: 0, signal: null });
  expect(ended()).toBe(true);

  rig.discord.faults.clear();
  await rig.start();
  await rig.says('Filled BTCUSDT LONG entry');
  expect(rig.output().slice(from)).not.toContain('"part":"program"');
  expect(rig.count('Filled BTCUSDT LONG entry')).toBe(1);
});
