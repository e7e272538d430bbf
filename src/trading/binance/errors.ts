import type { UnreachableCause } from '../exchange.ts';
import type { GateScope } from './gate.ts';
import { HeldBack, TransportError } from './transport.ts';

/**
 * What a request that did not succeed amounts to. Codes: https://developers.binance.com/docs/derivatives/usds-margined-futures/error-code
 * `refused`: a definite no; `data` is what it says beside code and text. `throttled`: not carried out, for load. `clock`: not carried out, our time is off (-1021).
 * `unsent`: nothing left this machine. `held`: nor did this, for we kept it. `unknown`: neither yes nor no.
 */
export type Failure =
  | { kind: 'refused'; code: number; message: string; data?: unknown }
  | { kind: 'throttled'; scope: GateScope; code: number; message: string; retryAfterMs: number }
  | { kind: 'clock'; code: number; message: string }
  | { kind: 'unsent'; message: string }
  | { kind: 'held'; message: string }
  | { kind: 'unknown'; message: string; status: number | null };

const THROTTLES: ReadonlyMap<number, { scope: GateScope; retryAfterMs: number }> = new Map([
  [-1003, { scope: 'requests', retryAfterMs: 5_000 }],
  [-1008, { scope: 'entries', retryAfterMs: 2_000 }],
  [-1015, { scope: 'orders', retryAfterMs: 2_000 }],
]);
const BAN_MS = 120_000;
/** "Status unknown", "internal error", "execution status unknown": the order may exist. */
const UNDECIDED: ReadonlySet<number> = new Set([-1000, -1001, -1006, -1007]);
const UNCHANGED: ReadonlySet<number> = new Set([-4046, -4059]);
const NO_SUCH_ORDER: ReadonlySet<number> = new Set([-2011, -2013]);
/** The symbol's status, tick, lot or smallest size is not what we took it for. */
const MISFITS: ReadonlySet<number> = new Set([
  -1013, -1111, -1121, -4002, -4003, -4004, -4005, -4013, -4014, -4016, -4023, -4024, -4140, -4141, -4164,
]);
const KEY_REFUSED: ReadonlySet<number> = new Set([-2014, -2015]);
const SIGNATURE_REFUSED = -1022;

interface Answer {
  status: number;
  headers: Record<string, unknown>;
  data: unknown;
}

/** Reads whatever the SDK's client threw; keeps nothing of it but status, code and text. */
export function classify(error: unknown, now: number): Failure {
  if (error instanceof HeldBack) return { kind: 'held', message: error.message };
  if (error instanceof TransportError) {
    return error.sent
      ? { kind: 'unknown', message: error.message, status: null }
      : { kind: 'unsent', message: error.message };
  }
  if (!isAnswer(error)) {
    return { kind: 'unknown', message: error instanceof Error ? error.message : 'no answer', status: null };
  }
  const { status } = error;
  const body = apiError(error.data);
  const throttle = throttleOf(status, body?.code);
  if (throttle !== null) {
    return {
      kind: 'throttled',
      scope: throttle.scope,
      code: body?.code ?? -status,
      message: body?.message ?? `HTTP ${status}`,
      retryAfterMs: retryAfter(error.headers, body?.message ?? '', now) ?? throttle.retryAfterMs,
    };
  }
  if (body === null || status >= 500 || UNDECIDED.has(body.code)) {
    const said = body === null ? 'no API answer' : `${body.code} ${body.message}`;
    return { kind: 'unknown', message: `HTTP ${status}: ${said}`, status };
  }
  return { kind: body.code === -1021 ? 'clock' : 'refused', ...body };
}

export function isUnchanged(failure: { code: number; message: string }): boolean {
  return UNCHANGED.has(failure.code) || /no need to change/i.test(failure.message);
}

export function isNoSuchOrder(failure: { code: number }): boolean {
  return NO_SUCH_ORDER.has(failure.code);
}

export function isDuplicate(failure: { code: number; message: string }): boolean {
  return failure.code === -4116 || /duplicate/i.test(failure.message);
}

export function isMisfit(failure: { code: number }): boolean {
  return MISFITS.has(failure.code);
}

/** What stands behind it, for a user who can do something about it. */
export function causeOf(failure: Failure): UnreachableCause | null {
  switch (failure.kind) {
    case 'clock':
      return 'clock';
    case 'throttled':
      return 'limits';
    case 'unsent':
      return 'network';
    case 'unknown':
      return failure.status === null ? 'network' : null;
    case 'refused':
      if (isKeyRefusal(failure)) return 'key';
      if (failure.code === SIGNATURE_REFUSED) return 'signature';
      return /restricted location/i.test(failure.message) ? 'place' : null;
    case 'held':
      return null;
  }
}

export function isKeyRefusal(failure: { code: number }): boolean {
  return KEY_REFUSED.has(failure.code);
}

function isAnswer(error: unknown): error is Answer {
  return (
    typeof error === 'object' && error !== null && 'status' in error && 'data' in error && 'headers' in error
  );
}

function apiError(answer: unknown): { code: number; message: string; data?: unknown } | null {
  if (typeof answer !== 'object' || answer === null || !('code' in answer)) return null;
  // An object here may even refuse to be made a number.
  const code = typeof answer.code === 'object' ? Number.NaN : Number(answer.code);
  if (!Number.isInteger(code)) return null;
  const message = 'msg' in answer && typeof answer.msg === 'string' ? answer.msg : '';
  return 'data' in answer ? { code, message, data: answer.data } : { code, message };
}

function throttleOf(status: number, code: number | undefined) {
  if (status === 418) return { scope: 'requests', retryAfterMs: BAN_MS } as const;
  const throttle = code === undefined ? undefined : THROTTLES.get(code);
  if (throttle !== undefined) return throttle;
  return status === 429 ? ({ scope: 'requests', retryAfterMs: 5_000 } as const) : null;
}

/** By our reckoning the time may be over already: a request without any pause, and another, would be what bans are for. */
const LEAST_RETRY_MS = 500;

/** Seconds in the header, or "banned until <ms since the epoch>" in the text. */
function retryAfter(headers: Record<string, unknown>, message: string, now: number): number | null {
  const seconds = Number(headers['retry-after'] ?? Number.NaN);
  if (Number.isFinite(seconds) && seconds >= 0) return Math.max(LEAST_RETRY_MS, seconds * 1000);
  const until = /banned until (\d{13})/.exec(message)?.[1];
  return until === undefined ? null : Math.max(LEAST_RETRY_MS, Number(until) - now);
}
