import type { Figure } from './figures.ts';

/** What a figure of the bot is to keep to: a bound of its own, and how many times another's figure it may be. */
export interface Goal {
  most?: number;
  times?: readonly [times: number, of: 'floor' | 'floor with a row'];
}

export const GOALS: Readonly<Record<string, Goal>> = {
  'start to ready, 600 symbols, 0 past trades': { most: 1_000, times: [1.5, 'floor'] },
  'start to ready, 600 symbols, 100 past trades': { most: 1_000, times: [1.5, 'floor'] },
  'start to ready, 600 symbols, 10000 past trades': { most: 1_000, times: [1.5, 'floor'] },
  'RSS at rest': { most: 110 },
  'RSS after the signals': { most: 120 },
  'RSS with 20 open trades': { most: 120 },
  'RSS after the chats in 20 channels, 20 open trades': { most: 120 },
  'signals without an order, most of a round': { most: 0 },
  'signal to order p50': { times: [1.2, 'floor with a row'] },
  'signal to order p99': { times: [2, 'floor with a row'] },
  'command to first answer p99': { most: 100 },
  '200 signals in a second, neither ordered nor denied': { most: 0 },
  '200 signals in a second, orders on one symbol out of order': { most: 0 },
};

export interface Judged {
  bound: Goal;
  met: boolean;
}

/** Null where the figure has no goal, or what would tell whether it is met was not measured. */
export function judge({ figure, of }: Figure): Judged | null {
  const bound = GOALS[figure];
  const { bot } = of;
  if (bound === undefined || bot === undefined) return null;
  const { most = Number.POSITIVE_INFINITY, times } = bound;
  if (bot > most) return { bound, met: false };
  if (times === undefined) return { bound, met: true };
  const beside = of[times[1]];
  return beside === undefined ? null : { bound, met: bot <= beside * times[0] };
}
