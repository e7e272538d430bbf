import type { RigOptions } from '../e2e/rig.ts';

/** Time that runs faster, the same for the bot and both simulators. */

const PRELOAD = `--import=${new URL('./quick-clock.ts', import.meta.url).href}`;

/** Rig options under which everybody's time runs `rate` times as fast. */
export function quick(rate: number): Pick<RigOptions, 'env' | 'binance' | 'discord'> {
  const from = Date.now();
  const now = () => Math.floor(from + (Date.now() - from) * rate);
  const after = (delayMs: number, callback: () => void) => {
    const timer = setTimeout(callback, delayMs / rate).unref();
    return () => clearTimeout(timer);
  };
  return {
    env: { NODE_OPTIONS: PRELOAD, FAULTS_CLOCK: `${from}:${rate}` },
    binance: { clock: now, markPriceMs: Math.max(20, 1_000 / rate) },
    discord: { clock: { now, after } },
  };
}

/** Rig options under which the bot's timers of at least `longMs` take `shortMs`, and everything else its time. */
export function shortened(longMs: number, shortMs: number): Pick<RigOptions, 'env'> {
  return { env: { NODE_OPTIONS: PRELOAD, FAULTS_LONG_TIMERS: `${longMs}:${shortMs}` } };
}
