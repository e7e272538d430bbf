import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';

/**
 * Loaded into the bot ahead of everything else (`node --import`), so that what takes an hour need not be waited for.
 * `FAULTS_CLOCK=from:rate` lets its clocks and timers run `rate` times as fast since the instant `from`;
 * `FAULTS_LONG_TIMERS=atLeastMs:becomesMs` shortens only the long ones. The program itself knows nothing of it.
 */

const RealDate = Date;
const realNow = Date.now;
const realPerformanceNow = performance.now.bind(performance);
const realTimeout = globalThis.setTimeout;
const realInterval = globalThis.setInterval;

const [from = 0, rate = 1] = pair('FAULTS_CLOCK');
const [longMs = Number.POSITIVE_INFINITY, shortMs = 0] = pair('FAULTS_LONG_TIMERS');

function pair(name: string): number[] {
  return (process.env[name] ?? '').split(':').filter(Boolean).map(Number);
}

const now = (): number => (rate === 1 ? realNow() : Math.floor(from + (realNow() - from) * rate));
const quicker = (delayMs: number | undefined): number => {
  const wanted = delayMs ?? 0;
  return (wanted >= longMs ? shortMs : wanted) / rate;
};

class QuickDate extends RealDate {
  constructor(...given: readonly []) {
    if (given.length === 0) super(now());
    else super(...given);
  }
  static override now = now;
}

globalThis.Date = QuickDate as DateConstructor;
performance.now = () => realPerformanceNow() * rate;
const quickTimeout = (callback: () => void, delayMs?: number, ...rest: []) =>
  realTimeout(callback, quicker(delayMs), ...rest);
const quickInterval = (callback: () => void, delayMs?: number, ...rest: []) =>
  realInterval(callback, quicker(delayMs), ...rest);
globalThis.setTimeout = Object.assign(quickTimeout, realTimeout) as typeof setTimeout;
globalThis.setInterval = Object.assign(quickInterval, realInterval) as typeof setInterval;
timers.setTimeout = globalThis.setTimeout;
timers.setInterval = globalThis.setInterval;
syncBuiltinESMExports();
