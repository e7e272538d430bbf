import { type Rig, startRig } from '../e2e/rig.ts';
import { AT_MARKET } from '../faults/signals.ts';

/**
 * `node test/healing/restart.ts [ROUNDS]`: a bot that holds a protected position is stopped (SIGTERM) and started with
 * another API key, as often as said. Prints how long it was away each time: from the signal until it was ready again, and
 * until a signal that was posted meanwhile had its order.
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
const stopped: number[] = [];
const away: number[] = [];
const traded: number[] = [];
try {
  await rig.start();
  rig.post(AT_MARKET);
  await rig.eventually('the stop stands', () => rig.stops('BTCUSDT').length === 1);
  for (let round = 0; round < ROUNDS; round += 1) {
    const began = performance.now();
    const env = await rotated(rig, round);
    stopped.push(performance.now() - began);
    const before = rig.entries('ETHUSDT');
    rig.post(`#ETH/USDT LONG\nEntry: ${2_900 - round}\nSL: 2500`);
    await rig.start(env);
    away.push(performance.now() - began);
    await rig.eventually('it is traded', () => rig.entries('ETHUSDT') > before);
    traded.push(performance.now() - began);
  }
} finally {
  await rig.close();
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

function figure(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const seconds = (ms = 0): string => (ms / 1_000).toFixed(1);
  return `${seconds(sorted[Math.floor(sorted.length / 2)])} s (median; longest ${seconds(sorted.at(-1))} s)`;
}
