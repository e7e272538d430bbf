import { z } from 'zod';
import type { Pause, RecentSignal } from '../risk/book.ts';
import type { DayMark, GuardState } from './desk/day.ts';
import { amount, market } from './model.ts';

/** What the desk keeps in the store beside its trades, as it is read back. Times are milliseconds since the epoch. */

export const pauseRecord: z.ZodType<Pause> = z.object({
  reason: z.enum(['user', 'daily_loss', 'loss_streak', 'fault', 'account_changed']),
  channelId: z.string().nullable(),
  since: z.number(),
  until: z.number().nullable(),
  by: z.string().nullable(),
  detail: z.string(),
});

export const dayMarkRecord: z.ZodType<DayMark> = z.object({
  day: z.string(),
  equity: amount,
  markets: z.array(market).optional(),
  wallets: z.array(z.string()).optional(),
  worth: z.record(z.string(), amount),
});

const byId = z.record(z.string(), z.number());

export const guardRecord: z.ZodType<GuardState> = z.object({
  streak: z.number().int().nonnegative(),
  channelStreaks: byId,
  lastLossAt: byId,
  liftedUntil: byId,
  counted: byId.optional(),
});

/** One of the closed trades was seen not to be readable: a start reads them whole until it can. */
export const archiveInDoubtRecord = z.boolean().catch(true);

export const recentSignalRecord: z.ZodType<RecentSignal> = z.object({
  at: z.number(),
  messageId: z.string(),
  index: z.number().int().nonnegative(),
});
