import { type Clearance, HELD_BACK, TOO_LATE, Unreachable, type UnreachableCause } from '../exchange.ts';
import type { Clock } from './clock.ts';
import { causeOf, classify, type Failure, isKeyRefusal } from './errors.ts';
import type { Gate, Pass, SteadyTime } from './gate.ts';
import { type Release, Withheld, whenCleared } from './held.ts';
import { sentAtOf } from './sent-times.ts';
import { TransportError } from './transport.ts';

/** A write's answer: the body, or why there is none. */
export type Answer =
  | { kind: 'answered'; body: unknown; sentAt?: number }
  | { kind: 'withheld'; message: string }
  | Exclude<Failure, { kind: 'clock' | 'held' }>;

/** When the request left, on `performance.now()`'s clock, where that is known. */
export function sentTime(answer: Answer): number | undefined {
  return answer.kind === 'answered' ? answer.sentAt : undefined;
}

/** A read that the exchange refused with a definite code; 404 where it has no such address. */
export class Refused extends Unreachable {
  override name = 'Refused';
  readonly code: number;
  constructor(code: number, message: string, because: UnreachableCause | null = null) {
    super(message, because);
    this.code = code;
  }
}

/** Requests, each with what is tried again, how often and after which pause, whatever it is that carries them. */
export interface Calls {
  /**
   * Sends once; what protects again, after an answer that proves that it was not carried out: once after -1021, and as
   * long as `limits` allow after a rate limit.
   */
  write(protective: boolean, send: Send, limits?: WriteLimits): Promise<Answer>;
  /** @throws Refused for a definite no, Unreachable when a few tries brought nothing that `map` could use. */
  read<Body, Value>(
    what: string,
    send: () => Promise<unknown>,
    map: (body: Body) => Value,
    keyRefusal?: 'report' | 'expected',
  ): Promise<Value>;
  /** Once, and not at all while the gate is closed. @throws Unreachable where there was no answer of use. */
  ask<Value>(send: () => Promise<Value>): Promise<Value>;
}

/**
 * One attempt at a write. It gets what goes with its parameters for the exchange to refuse it when its time is over, and
 * what it waits for at its last step.
 */
type Send = (window: { recvWindow?: string }, release: Release) => Promise<unknown>;

export interface WriteLimits {
  /** So long at most a protective one waits for the gate; with 0 it is sent now or not at all. */
  patienceMs?: number;
  /** After so long it is neither sent nor, as the exchange is told, carried out. */
  validMs?: number | undefined;
  /** It leaves once this says so. */
  clearance?: Clearance | undefined;
}

/**
 * Why an order must not leave now, null where it may; what protects may when others may not. Asked before each request,
 * and once more when it is signed: one that is held up between that and its socket the exchange finds too old.
 */
export type Doubt = (protective: boolean) => string | null;

/** Whose the store is may be known again as soon as its server answers. */
const DOUBT_RETRY_MS = 500;
const READ_PAUSES_MS = [200, 800];
/** Of a request that names none, and the longest. https://developers.binance.com/docs/binance-spot-api-docs/rest-api/request-security */
const RECV_WINDOW_MS = 5_000;
const LONGEST_WINDOW_MS = 60_000;
/** Reads, and writes that protect, wait this long for the gate inside the adapter; longer waits are the caller's. */
const GATE_WAIT_MS = 5_000;
/** What has waited ready for longer is made anew: its signature tells the time, and its connection may have ended. */
const READY_MS = 100;

export interface CallsOptions {
  gate: Gate;
  clock: Pick<Clock, 'resync'>;
  now(): number;
  /** Takes secrets out of a text. */
  clean(text: string): string;
  onKeyRefused(code: number, message: string): void;
  doubt?: Doubt | undefined;
  time: SteadyTime;
}

/** What was to be sent has waited until its time was over: told as the exchange tells what reaches it too late. */
const LATE = { code: TOO_LATE, message: 'not sent in time' };

function heldBack(message: string): Answer {
  return { kind: 'throttled', scope: 'orders', code: HELD_BACK, message, retryAfterMs: DOUBT_RETRY_MS };
}

/** It comes from the exchange, or from what stands before it. */
function isAnswer(failure: Failure): boolean {
  if (failure.kind === 'unknown') return failure.status !== null;
  return failure.kind !== 'unsent' && failure.kind !== 'held';
}

/** @param isLeased the lease of the store outlasts the usual window, and no longer one */
function windowOf(leftMs: number, isLeased: boolean): { recvWindow?: string } {
  const windowMs = Math.min(leftMs, LONGEST_WINDOW_MS);
  if (leftMs === Number.POSITIVE_INFINITY || (isLeased && windowMs > RECV_WINDOW_MS)) return {};
  return { recvWindow: String(windowMs) };
}

export function createCalls(options: CallsOptions): Calls {
  const { gate, clock, now, time } = options;

  function understand(error: unknown, pass: Pass, keyRefusal: 'report' | 'expected' = 'report'): Failure {
    const failure = classify(error, now());
    failure.message = options.clean(failure.message);
    if (failure.kind === 'throttled') gate.close(failure.scope, failure.retryAfterMs, failure);
    // Whatever it says: it comes from where requests are taken again.
    if (isAnswer(failure)) gate.answered(pass);
    if (keyRefusal === 'report' && failure.kind === 'refused' && isKeyRefusal(failure)) {
      options.onKeyRefused(failure.code, failure.message);
    }
    return failure;
  }

  async function ask<Value>(send: () => Promise<Value>): Promise<Value> {
    const pass = gate.tryPass('read');
    if (pass === null) throw new Unreachable('waiting for the rate limit');
    try {
      const answer = await send();
      gate.answered(pass);
      return answer;
    } catch (error) {
      throw new Unreachable(understand(error, pass).message);
    }
  }

  async function whileFresh(clearance: Clearance): Promise<void> {
    const readyAt = time.nowMs();
    await whenCleared(clearance);
    if (time.nowMs() - readyAt > READY_MS) throw new TransportError('made ready too long ago', false);
  }

  async function write(
    protective: boolean,
    send: Send,
    { patienceMs = GATE_WAIT_MS, validMs = Number.POSITIVE_INFINITY, clearance }: WriteLimits = {},
  ): Promise<Answer> {
    const startedAt = time.nowMs();
    const deadline = startedAt + Math.min(patienceMs, validMs);
    let synced = false;
    let waitsFor = clearance;
    for (;;) {
      const why = options.doubt?.(protective) ?? null;
      if (why !== null) return heldBack(why);
      const waitMs = gate.waitMs(protective ? 'protective' : 'entry');
      const pass =
        gate.tryPass(protective ? 'protective' : 'entry') ??
        (protective ? await gate.pass('protective', deadline - time.nowMs()) : null);
      if (pass === null) {
        const { code, message } = gate.refusal();
        return { kind: 'throttled', scope: 'orders', code, message, retryAfterMs: waitMs };
      }
      const leftMs = Math.floor(startedAt + validMs - time.nowMs());
      if (leftMs < 1) return { kind: 'throttled', scope: 'orders', ...LATE, retryAfterMs: 0 };
      let failure: Failure;
      try {
        const window = windowOf(leftMs, options.doubt !== undefined);
        const release = waitsFor && whileFresh(waitsFor);
        // It may reject before anybody waits for it.
        release?.catch(() => undefined);
        const body = await send(window, release);
        gate.answered(pass);
        const sentAt = sentAtOf(body);
        return { kind: 'answered', body, ...(sentAt === undefined ? {} : { sentAt }) };
      } catch (error) {
        if (error instanceof Withheld) return { kind: 'withheld', message: error.message };
        failure = understand(error, pass);
      }
      if (failure.kind === 'unsent' && waitsFor) {
        // Made ready in vain: it is made anew when it may leave.
        const why = await waitsFor;
        if (why !== null) return { kind: 'withheld', message: why };
        waitsFor = undefined;
        continue;
      }
      if (failure.kind === 'held') return heldBack(failure.message);
      if (failure.kind === 'clock') {
        if (synced || !(await clock.resync())) {
          return { ...failure, kind: 'throttled', scope: 'orders', retryAfterMs: 1_000 };
        }
        // Entries may have been paused meanwhile: the caller decides anew.
        if (!protective) return { ...failure, kind: 'throttled', scope: 'orders', retryAfterMs: 0 };
        synced = true;
        continue;
      }
      // -1008 holds back what adds exposure; where it meets what protects, the caller decides anew, for by then
      // another quantity may be held.
      const again =
        protective &&
        failure.kind === 'throttled' &&
        failure.scope !== 'entries' &&
        time.nowMs() + failure.retryAfterMs < deadline;
      if (!again) return failure;
    }
  }

  async function read<Body, Value>(
    what: string,
    send: () => Promise<unknown>,
    map: (body: Body) => Value,
    keyRefusal: 'report' | 'expected' = 'report',
  ): Promise<Value> {
    let said = 'waiting for the rate limit';
    let because: UnreachableCause | null = 'limits';
    for (let attempt = 0; attempt <= READ_PAUSES_MS.length; attempt += 1) {
      if (gate.waitMs('read') > GATE_WAIT_MS) break;
      const pauseMs = READ_PAUSES_MS[attempt - 1] ?? 0;
      if (pauseMs > 0) await time.pause(pauseMs);
      const pass = gate.tryPass('read') ?? (await gate.pass('read', GATE_WAIT_MS));
      if (pass === null) break;
      let body: unknown;
      try {
        body = await send();
        gate.answered(pass);
      } catch (error) {
        const failure = understand(error, pass, keyRefusal);
        if (failure.kind === 'refused') {
          throw new Refused(failure.code, `${what}: ${failure.code} ${failure.message}`, causeOf(failure));
        }
        if (failure.kind === 'unknown' && failure.status === 404) {
          throw new Refused(404, `${what}: ${failure.message}`);
        }
        if (failure.kind === 'clock') await clock.resync();
        said = failure.message;
        because = causeOf(failure);
        continue;
      }
      if (typeof body !== 'object' || body === null) {
        said = 'an answer that is not JSON';
        because = null;
        continue;
      }
      try {
        // The one place where an answer gets its type; a field that is missing fails in `map`.
        return map(body as Body);
      } catch (error) {
        throw new Unreachable(`${what}: unusable answer (${options.clean((error as Error).message)})`);
      }
    }
    throw new Unreachable(`${what}: ${said}`, because);
  }

  return { ask, write, read };
}

/** @throws TypeError where the body is no list. */
export function asList<Row>(body: Row[]): Row[] {
  if (!Array.isArray(body)) throw new TypeError('not a list');
  return body;
}
