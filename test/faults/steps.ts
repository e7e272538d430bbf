import { expect } from 'vitest';
import type { Scene } from './row.ts';
import { AT_LIMIT, AT_MARKET } from './signals.ts';

/** Ways into the situations that faults strike at, and looks at what came of them. */

/** A long of 0.1 BTC at market, its stop and both targets standing. */
export async function openAtMarket(scene: Scene): Promise<void> {
  scene.post(AT_MARKET);
  await scene.says('Filled BTCUSDT LONG entry');
  await protectedWithTargets(scene);
}

/** A limit entry at 60000 that rests. */
export async function restingEntry(scene: Scene): Promise<void> {
  scene.post(AT_LIMIT);
  await scene.eventually('the entry rests', () => scene.resting('BTCUSDT').length === 1);
}

export async function protectedWithTargets(scene: Scene): Promise<void> {
  await isProtected(scene);
  await scene.eventually('both targets', () => scene.resting('BTCUSDT').length === 2);
}

/** One stop over what is held. */
export async function isProtected(scene: Scene, symbol = 'BTCUSDT'): Promise<void> {
  await scene.eventually('one stop covers the position', () => {
    const stops = scene.stops(symbol).filter(({ ours }) => ours);
    return stops.length === 1 && Number(stops[0]?.quantity) === Math.abs(scene.position(symbol));
  });
}

export async function isFlat(scene: Scene, symbol = 'BTCUSDT'): Promise<void> {
  await scene.eventually(
    'flat, and nothing left over',
    () =>
      scene.position(symbol) === 0 && scene.stops(symbol).length === 0 && scene.resting(symbol).length === 0,
  );
}

/** Requests of the bot that would have bought. */
export function buys(scene: Scene): number {
  return scene.orders().filter(({ params }) => params.side === 'BUY').length;
}

/** Requests of the bot for a conditional order. */
export function stopsSent(scene: Scene): number {
  return scene.orders().filter(({ path }) => path === '/fapi/v1/algoOrder').length;
}

/** How often faults have struck. */
export function strikes(scene: Scene): number {
  return scene.binance.faults.list().reduce((sum, { hits }) => sum + hits, 0);
}

export async function struck(scene: Scene, times = 1): Promise<void> {
  await scene.eventually('the fault has struck', () => strikes(scene) >= times);
}

/** The operators' direct messages say this. */
export async function alerted(scene: Scene, ...words: string[]): Promise<void> {
  await scene.eventually(`alert: ${words.join(' + ')}`, () =>
    scene.dms().some((line) => words.every((word) => line.includes(word))),
  );
}

/** The operators are told that a stop is put back: found missing, or not there when it was asked for. */
export async function stopPutBack(scene: Scene): Promise<void> {
  await scene.eventually('alert: the stop is put back', () =>
    scene.dms().some((line) => /stop had disappeared.*no answer|refused the stop.*not found/.test(line)),
  );
}

/** Whether a new signal on another symbol would be traded: the code of its denial, or null. */
export async function nextSignal(scene: Scene, code: string): Promise<void> {
  scene.post('#SOL/USDT LONG\nEntry: 150\nTP1: 160\nSL: 140');
  await scene.says('Denied', code);
  expect(scene.entries('SOLUSDT')).toBe(0);
}

/** An order that the user places in the app. */
export async function byHand({ binance }: Scene, order: Record<string, string>): Promise<void> {
  const sent = await fetch(`${binance.url}/__sim/order`, {
    method: 'POST',
    body: JSON.stringify({ via: 'ios', ...order }),
  });
  expect(sent.status).toBe(200);
}

/** So long in the bot's time. */
export async function passes(scene: Scene, ms: number): Promise<void> {
  const until = scene.binance.usdm.now() + ms;
  for (let left = ms; left > 0; left = until - scene.binance.usdm.now()) {
    const next = scene.binance.usdm.now() + Math.min(left, 100_000);
    await scene.eventually('time passes', () => scene.binance.usdm.now() >= next);
  }
}
