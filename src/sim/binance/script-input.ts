import { z } from 'zod';
import { ApiError } from './errors.ts';
import { type HttpFault, preset, type StreamFault } from './faults.ts';
import type { Policy } from './usdm/core.ts';

/** Faults and policies as they come in over the control API: checked, so that a misspelt one is said and not ignored. */

const texts = z.record(z.string(), z.string());
const occurrence = { nth: z.int().positive().optional(), count: z.int().nonnegative().optional() };

const answer = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(['true', 'twice', 'unknown', 'cut', 'drop', 'hang']) }),
  z.strictObject({
    kind: z.literal('error'),
    status: z.int(),
    code: z.int(),
    msg: z.string(),
    headers: texts.optional(),
  }),
  z.strictObject({ kind: z.literal('raw'), status: z.int(), contentType: z.string(), body: z.string() }),
]);

const httpFault = z.strictObject({
  preset: z
    .enum([
      'refuse',
      'limited',
      'late',
      'twice',
      'unknown503',
      'unavailable503',
      'throttled',
      'timeout',
      'unexpected',
      'html502',
      'empty',
      'cut',
      'drop',
      'hang',
    ])
    .default('late'),
  code: z.int().optional(),
  msg: z.string().optional(),
  status: z.int().optional(),
  seconds: z.number().optional(),
  method: z.string().optional(),
  http: z.boolean().optional(),
  path: z.string().optional(),
  params: texts.optional(),
  unless: texts.optional(),
  ...occurrence,
  apply: z.boolean().optional(),
  applyAfterMs: z.number().optional(),
  delayMs: z.number().optional(),
  answer: answer.optional(),
});

const streamFault = z.strictObject({
  event: z.string().optional(),
  symbol: z.string().optional(),
  status: z.string().optional(),
  ...occurrence,
  action: z.enum(['lose', 'double', 'hold', 'delay']),
  delayMs: z.number().optional(),
});

/** Throws an ApiError with code -1 that names what is wrong. */
export function readHttpFault(body: unknown): HttpFault {
  const { preset: name, code, msg, status, seconds, ...own } = defined(checked(httpFault, body));
  const named = preset(name, defined({ code, msg, status, seconds }));
  return { ...named, ...own };
}

export function readStreamFault(body: unknown): StreamFault {
  return defined(checked(streamFault, body));
}

const policy = z.strictObject({
  reduceOnlyMarket: z.enum(['knock-out', 'reject']).optional(),
  reduceOnlyLimit: z.enum(['reject', 'accept']).optional(),
  maxAlgoOrders: z.int().nonnegative().optional(),
  gteWithoutPosition: z.enum(['reject', 'accept']).optional(),
  funding: z.enum(['scheduled', 'scripted']).optional(),
});

export function readPolicy(body: unknown): Partial<Policy> {
  return defined(checked(policy, body));
}

function checked<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (!result.success) throw new ApiError(-1, z.prettifyError(result.error), 400);
  return result.data;
}

/** Without the fields that are undefined. */
function defined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}
