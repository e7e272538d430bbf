import { type Rig, startRig } from '../e2e/rig.ts';
import { lineTo } from '../faults/proxy.ts';
import { AT_MARKET } from '../faults/signals.ts';

/**
 * `node test/healing/restart.ts [ROUNDS]`: a bot that holds a protected position is stopped (SIGTERM) and started with
 * another API key, as often as said. Prints how long it was away each time: from the signal until it was ready again, and
 * until a signal that was posted meanwhile had its order. In the last two rounds Discord, then the exchange, has stopped
 * answering in the middle of something.
 */
const ROUNDS = Number(process.argv[2] ?? 10);
const rig = await startRig({
  start: false,
  // A start asks for some three hundred; these come one after the other.
  binance: { limits: { weightPerMinute: 1e9, ordersPerMinute: 1e9, ordersPer10s: 1e9 } },
  risk: ['riskPerTradePct: 0.1', 'maxOpenTrades: 100', 'maxTradesPerSymbol: 100', 'maxEntryDeviationPct: 20']
    .map((line) => `  ${line}`)
    .join('\n'),
});
const line = await lineTo(rig.binance.url);
let env: Record<string, string> = { BINANCE_URL: line.url };
const stopped: number[] = [];
const away: number[] = [];
const traded: number[] = [];
try {
  await rig.start(env);
  rig.post(AT_MARKET);
  await rig.eventually('the stop stands', () => rig.stops('BTCUSDT').length === 1);
  for (let round = 0; round < ROUNDS; round += 1) {
    const began = performance.now();
    env = { ...env, ...(await rotated(rig, round)) };
    stopped.push(performance.now() - began);
    const before = rig.entries('ETHUSDT');
    rig.post(`#ETH/USDT LONG\nEntry: ${2_900 - round}\nSL: 2500`);
    await rig.start(env);
    away.push(performance.now() - began);
    await rig.eventually('it is traded', () => rig.entries('ETHUSDT') > before);
    traded.push(performance.now() - began);
  }
  rig.discord.stallGateway('frozen');
  rig.discord.faults.add({ kind: 'hang', times: 0 });
  rig.price('BTCUSDT', 61_010);
  await rig.eventually('it has something to post', () => rig.resting('BTCUSDT').length < 2);
  const withoutDiscord = await timed(() => rig.end('SIGTERM'));
  rig.discord.faults.clear();
  await rig.start(env);
  line.loseAnswers(true);
  const asked = rig.binance.requests.length;
  rig.post('#ETH/USDT LONG\nEntry: 2890\nSL: 2500');
  await rig.eventually('an order has no answer', () => rig.binance.requests.length > asked);
  const withoutExchange = await timed(() => rig.end('SIGTERM'));
  console.log(
    `ended, with Discord half open, after ${seconds(withoutDiscord)} s; with an order without an answer after ${seconds(withoutExchange)} s`,
  );
} finally {
  await rig.close();
  await line.close();
}
console.log(
  `${ROUNDS} restarts, from SIGTERM: ended after ${figure(stopped)}, ready again after ${figure(away)}, the signal of meanwhile ordered after ${figure(traded)}`,
);

/** Stopped, with a fresh key at the exchange; what the next start is to be given. */
async function rotated({ binance, end }: Rig, round: number): Promise<Record<string, string>> {
  const fresh = { apiKey: `e5f${round}`.padEnd(64, '6'), secret: `a7b${round}`.padEnd(64, '8') };
  await end('SIGTERM');
  binance.usdm.keys.register(fresh);
  return { BINANCE_API_KEY: fresh.apiKey, BINANCE_API_SECRET: fresh.secret };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

function seconds(ms = 0): string {
  return (ms / 1_000).toFixed(2);
}

function figure(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  return `${seconds(sorted[Math.floor(sorted.length / 2)])} s (median; longest ${seconds(sorted.at(-1))} s)`;
}
