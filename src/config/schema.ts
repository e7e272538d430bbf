import { z } from 'zod';
import { mergeRisk, riskConflict, riskOverrides } from '../risk/settings.ts';
import { duration } from '../trading/duration.ts';
import { market } from '../trading/model.ts';
import { refusal } from '../trading/refusal.ts';
import { boundedDecimal, tradingOverrides } from '../trading/settings.ts';

/** The config file. Keys are the file's; durations are milliseconds once parsed, amounts Decimals. */

/** YAML reads a bare id as a number and rounds it, so a number here is always a missing pair of quotes. */
const snowflake = z
  .string({
    error: ({ input }) => (typeof input === 'number' ? refusal('id_unquoted').message : undefined),
  })
  .regex(/^\d{17,20}$/, refusal('id'));

const ids = z.array(snowflake).default([]);

/** A key with nothing behind it, as when everything below is commented out, is an empty block. */
function block<T extends z.ZodType>(schema: T) {
  return z.preprocess((value) => value ?? {}, schema);
}

function isTimezone(name: string): boolean {
  // The runtime's timezone data take 8 MB once they are asked.
  if (name === 'UTC') return true;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

const signalChannel = z.strictObject({
  channel: snowflake,
  name: z
    .string()
    .trim()
    .regex(/^[^\n]{1,50}$/, refusal('name')),
  authors: z.array(snowflake).min(1, refusal('authors')),
  market: market.default('usdm'),
  mode: z.enum(['confirm', 'auto', 'observe']).default('confirm'),
  maxAge: duration().default(60_000),
  risk: block(riskOverrides),
  trading: block(tradingOverrides),
});

const shape = z.strictObject({
  guild: snowflake,
  language: z.enum(['en', 'zh-CN']).default('en'),
  timezone: z.string().refine(isTimezone, refusal('time_zone')).default('UTC'),
  operators: block(
    z.strictObject({
      users: ids,
      roles: ids,
      viewers: block(z.strictObject({ users: ids, roles: ids })),
    }),
  ),
  channels: z.strictObject({ trades: snowflake, alerts: snowflake.nullable().default(null) }),
  alerts: block(
    z.strictObject({
      dm: ids,
      summaryAt: z
        .string()
        .regex(/^([01]\d|2[0-3]):[0-5]\d$/, refusal('time_of_day'))
        .nullable()
        .default(null),
      nearStopPct: boundedDecimal('0.1', '100').nullable().default(null),
      heartbeatUrl: z
        .string()
        .refine((text) => /^https?:$/.test(URL.parse(text)?.protocol ?? ''), refusal('address'))
        .nullable()
        .default(null),
    }),
  ),
  confirm: block(z.strictObject({ timeout: duration(10_000, 86_400_000).default(120_000) })),
  signals: z.array(signalChannel),
  risk: block(riskOverrides),
  trading: block(tradingOverrides),
  paper: block(z.strictObject({ balance: boundedDecimal('1', '1000000000').prefault(10_000) })),
});

export const configSchema = shape.superRefine((config, context) => {
  const account = riskConflict(mergeRisk(config.risk));
  if (account) context.addIssue({ code: 'custom', path: ['risk', account], ...refusal('stop_needed') });
  for (const [index, channel] of config.signals.entries()) {
    const own = account ? null : riskConflict(mergeRisk(config.risk, channel.risk));
    if (own)
      context.addIssue({ code: 'custom', path: ['signals', index, 'risk', own], ...refusal('stop_needed') });
    for (const key of ['channel', 'name'] as const) {
      const first = config.signals.findIndex((other) => other[key] === channel[key]);
      if (first !== index) {
        context.addIssue({
          code: 'custom',
          path: ['signals', index, key],
          ...refusal('same_as', { other: `signals[${first}]` }),
        });
      }
    }
  }
});

export type Config = z.output<typeof configSchema>;
