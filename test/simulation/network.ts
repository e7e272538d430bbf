import { TransportError } from '../../src/trading/binance/transport.ts';
import { tagOf } from './books.ts';
import { fixedChance } from './chance.ts';
import type { Scheduler } from './scheduler.ts';
import type { Errand, Fate, InFlight, Item } from './script.ts';
import type { Answer, Venue } from './venue.ts';
import type { Method } from './wire.ts';

export interface Request {
  number: number;
  errand: Errand;
  method: Method;
  path: string;
  params: ReadonlyMap<string, string>;
  sentAt: number;
}

export interface NetworkHooks {
  /** A request is about to leave. */
  beforeSent(): void;
  note(line: () => string): void;
  /** The program sent it. */
  onSent(request: Request): void;
  /** Nothing of it left. */
  onUnsent(request: Request): void;
  /** The exchange has carried it out, or refused it. */
  onHandled(request: Request, answer: Answer): void;
  /** The program got this answer. */
  onAnswered(request: Request, answer: Answer): void;
  /** Something of the script's went wrong with it. */
  onTrouble(request: Request, fate: Fate): void;
}

export interface Network {
  /** One end of a connection; `isOpen` false: the program is gone, nothing reaches it any more. */
  connect(isOpen: () => boolean): Connection;
  /** Until `calm`, the script's faults hold; afterwards everything arrives. */
  calm(): void;
  outage(how: 'silent' | 'refused' | 'broken' | null): void;
  /** 418 to every request until then. */
  ban(untilMs: number): void;
  isReachable(): boolean;
}

export interface Connection {
  send(method: Method, path: string, params: Record<string, unknown>): Promise<unknown>;
  /** The program ends: what it had sent arrives or does not. */
  crash(fate: InFlight, chance: () => number): void;
}

const READ_TIMEOUT_MS = 5_000;
const WRITE_TIMEOUT_MS = 12_000;
/**
 * The exchange carries out no request that is older than it says itself, or than this: it looks when the request comes,
 * and again before the order is matched.
 * https://developers.binance.com/docs/binance-spot-api-docs/rest-api/request-security#timing-security
 */
const RECV_WINDOW_MS = 5_000;
/** Nor one that comes from its future. */
const AHEAD_MS = 1_000;

const UNKNOWN: Answer = { status: 503, body: { code: -1007, msg: 'Timeout waiting for response' } };

export function createNetwork(
  seed: number,
  items: readonly Item[],
  venue: Venue,
  scheduler: Scheduler,
  hooks: NetworkHooks,
): Network {
  const faults = items.filter((item) => item.do === 'fault');
  const counts = new Map<Errand | 'any', number>();
  let isCalm = false;
  let down: 'silent' | 'refused' | 'broken' | null = null;
  let bannedUntil = 0;

  function count(kind: Errand | 'any'): number {
    const next = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, next);
    return next;
  }

  function fateOf(request: Request, ofKind: number): { fate: Fate; ms: number } | null {
    if (isCalm) return null;
    if (down !== null)
      return { fate: { silent: 'lost', refused: 'unsent', broken: 'html' }[down] as Fate, ms: 0 };
    const fault = faults.find(({ of, nth, times }) => {
      const number = of === 'any' ? request.number : of === request.errand ? ofKind : 0;
      return number >= nth && number < nth + times;
    });
    if (fault?.fate === 'refused' && refusalOf(request) === null) return null;
    if (fault?.fate === 'doubled' && !isHarmlessTwice(request)) return null;
    return fault ?? null;
  }

  function connect(isOpen: () => boolean): Connection {
    const onTheWay = new Set<{ arrive: () => void }>();

    function send(method: Method, path: string, params: Record<string, unknown>): Promise<unknown> {
      if (isOpen()) hooks.beforeSent();
      // It may just have ended: nothing more comes of it.
      if (!isOpen()) return new Promise(() => undefined);
      const errand = errandOf(method, path, params);
      const request: Request = {
        number: count('any'),
        errand,
        method,
        path,
        params: new Map(
          Object.entries(params).flatMap(([key, value]) =>
            value === undefined ? [] : [[key, String(value)]],
          ),
        ),
        sentAt: scheduler.now(),
      };
      const fault = fateOf(request, count(errand));
      hooks.note(() => `→ ${describe(request)}${fault ? ` [${fault.fate}]` : ''}`);
      hooks.onSent(request);
      if (fault) hooks.onTrouble(request, fault.fate);
      return new Promise((done, failed) => {
        const timeoutMs = method === 'GET' ? READ_TIMEOUT_MS : WRITE_TIMEOUT_MS;
        const settle = (ms: number, act: () => void): void => {
          scheduler.after(ms, () => {
            if (isOpen()) act();
          });
        };
        const answer = (ms: number, seen: Answer): void =>
          settle(Math.min(ms, timeoutMs), () => {
            if (ms >= timeoutMs) return failed(new TransportError('no answer in time', true));
            hooks.note(() => `← ${describe(request)}: ${summary(seen)}`);
            hooks.onAnswered(request, seen);
            if (seen.status === 200) done(exact(seen.body));
            else failed({ status: seen.status, headers: seen.headers ?? {}, data: seen.body });
          });
        const silence = (): void =>
          settle(timeoutMs, () => failed(new TransportError('no answer in time', true)));
        /** On its way to the exchange: arrives after `ms` even if the program is gone, unless a crash takes it back. */
        const travel = (ms: number, arrived: (seen: Answer) => void): void => {
          const way = {
            arrive: () => {
              if (!onTheWay.delete(way)) return;
              const seen = arrive(request);
              arrived(seen);
            },
          };
          onTheWay.add(way);
          scheduler.after(ms, way.arrive);
        };
        const there = 4 + fixedChance(seed, 1, request.number) * 40;
        const back = 4 + fixedChance(seed, 2, request.number) * 40;
        if (fault === null) return travel(there, (seen) => answer(back, seen));
        switch (fault.fate) {
          case 'lost':
            return silence();
          case 'answer lost':
            travel(there, () => undefined);
            return silence();
          case 'dropped':
            return travel(there, () =>
              settle(back, () => failed(new TransportError('the answer was cut off', true))),
            );
          case 'unsent':
            return settle(1, () => {
              hooks.onUnsent(request);
              failed(new TransportError('ECONNREFUSED', false));
            });
          case 'late':
            return travel(there + fault.ms, (seen) => answer(back, seen));
          case 'doubled':
            return travel(there, () => {
              const again = arrive(request);
              answer(back, again);
            });
          case 'slow answer':
            return travel(there, (seen) => answer(back + fault.ms, seen));
          case 'unknown before':
            return answer(there + back, UNKNOWN);
          case 'unknown after':
            return travel(there, () => answer(back, UNKNOWN));
          case 'unknown later':
            travel(there + fault.ms, () => undefined);
            return answer(there + back, UNKNOWN);
          case 'html':
            return settle(there + back, () =>
              failed({ status: 502, headers: {}, data: '<html>Bad Gateway</html>' }),
            );
          case 'throttled':
            return answer(there + back, {
              status: 429,
              body: { code: -1003, msg: 'Too many requests' },
            });
          case 'busy':
            return answer(there + back, {
              status: 503,
              body: { code: -1008, msg: 'Request throttled by system-level protection' },
            });
          case 'refused':
            return answer(there + back, { status: 400, body: refusalOf(request) });
          case 'not found':
            if (method !== 'GET' || !/\/(order|algoOrder)$/.test(path))
              return travel(there, (seen) => answer(back, seen));
            return answer(there + back, {
              status: 400,
              body: { code: -2013, msg: 'Order does not exist.' },
            });
        }
      });
    }

    function arrive(request: Request): Answer {
      const seen = handled(request);
      hooks.note(() => `  exchange ${describe(request)}: ${summary(seen)}`);
      hooks.onHandled(request, seen);
      return seen;
    }

    /** What the exchange's gates say of it before anything else does. */
    function handled(request: Request): Answer {
      const now = scheduler.now();
      if (now < bannedUntil) return banned(bannedUntil, now);
      const stamp = Number(request.params.get('timestamp') ?? now);
      const windowMs = Number(request.params.get('recvWindow') ?? RECV_WINDOW_MS);
      if (now - stamp > windowMs || stamp - now > AHEAD_MS) {
        return { status: 400, body: { code: -1021, msg: 'Timestamp outside of the recvWindow.' } };
      }
      return venue.handle(request.method, request.path, request.params);
    }

    return {
      send,
      crash(fate, chance) {
        for (const way of [...onTheWay]) {
          if (fate === 'none' || (fate === 'some' && chance() < 0.5)) onTheWay.delete(way);
        }
      },
    };
  }

  return {
    connect,
    calm() {
      isCalm = true;
      // A ban lasts as long as it was said to: nobody asks before it is over.
      down = null;
    },
    outage(how) {
      down = how;
    },
    ban(untilMs) {
      bannedUntil = untilMs;
    },
    isReachable: () => down === null && scheduler.now() >= bannedUntil,
  };
}

/** https://developers.binance.com/docs/derivatives/usds-margined-futures/general-info (HTTP return codes) */
function banned(untilMs: number, now: number): Answer {
  return {
    status: 418,
    headers: { 'retry-after': String(Math.ceil((untilMs - now) / 1000)) },
    body: { code: -1003, msg: `Way too many requests; IP banned until ${untilMs}.` },
  };
}

function errandOf(method: Method, path: string, params: Record<string, unknown>): Errand {
  const isOrder = /order$|\/orderlist(\/(oco|oto|otoco))?$|\/cancelreplace$/.test(path.toLowerCase());
  if (!isOrder) return 'other';
  if (method === 'GET') return 'question';
  if (method === 'DELETE') return 'cancel';
  const { newClientOrderId, clientAlgoId, workingClientOrderId } = params;
  const role = tagOf(
    String(newClientOrderId ?? clientAlgoId ?? workingClientOrderId ?? listStop(params)),
  )?.role;
  return role === 'trail' ? 'stop' : (role ?? 'other');
}

/** The leg of a list that protects. */
function listStop(params: Record<string, unknown>): unknown {
  return params.belowType === 'LIMIT_MAKER' ? params.aboveClientOrderId : params.belowClientOrderId;
}

export function isSpot({ path }: Pick<Request, 'path'>): boolean {
  return path.startsWith('/api/');
}

/** An order that is done by the time it arrives again is carried out again, and no client can help it. */
function isHarmlessTwice({ method, path }: Request): boolean {
  return method !== 'POST' || path.endsWith('/algoOrder');
}

/** What the exchange could well say to it; null for what it would not refuse. */
function refusalOf(request: Request): { code: number; msg: string } | null {
  const { errand } = request;
  if (isSpot(request)) return spotRefusalOf(request);
  switch (errand) {
    case 'entry':
      return { code: -2019, msg: 'Margin is insufficient.' };
    case 'stop':
      return { code: -4045, msg: 'Reach max stop order limit.' };
    case 'target':
      return { code: -4118, msg: 'ReduceOnly order failed.' };
    case 'close':
      return { code: -2022, msg: 'ReduceOnly Order is rejected.' };
    default:
      return null;
  }
}

function spotRefusalOf({ errand, path }: Request): { code: number; msg: string } | null {
  if (errand === 'cancel' || errand === 'question' || errand === 'other') return null;
  // A refusal of both halves has a form of its own.
  if (path.endsWith('/cancelReplace')) return null;
  // The exchange may not take the target that goes with an entry.
  if (path.endsWith('/otoco')) return { code: -1013, msg: 'Filter failure: PERCENT_PRICE_BY_SIDE' };
  // The stop that goes with an entry counts, and the entry alone would not have been refused.
  if (path.endsWith('/oto')) return { code: -2010, msg: 'Filter failure: MAX_NUM_ALGO_ORDERS' };
  return { code: -2010, msg: 'Account has insufficient balance for requested action.' };
}

/** As it comes over the wire: numbers beyond 2^53 do not occur, everything else is what JSON makes of it. */
function exact(body: unknown): unknown {
  return JSON.parse(JSON.stringify(body));
}

export function describe({ number, method, path, params }: Request): string {
  const shown = [
    'newClientOrderId',
    'clientAlgoId',
    'listClientOrderId',
    'cancelOrigClientOrderId',
    'origClientOrderId',
    'side',
    'quantity',
    'price',
    'triggerPrice',
    'stopPrice',
    'abovePrice',
    'belowStopPrice',
    'workingQuantity',
    'workingPrice',
    'pendingQuantity',
    'pendingStopPrice',
    'pendingAbovePrice',
    'pendingBelowStopPrice',
  ];
  const values = shown.flatMap((name) => params.get(name) ?? []);
  return `#${number} ${method} ${path} ${values.join(' ')}`.trimEnd();
}

function summary({ status, body }: Answer): string {
  if (typeof body !== 'object' || body === null) return String(status);
  if (Array.isArray(body)) return `${status} ${body.length} rows`;
  const fields = ['code', 'msg', 'status', 'algoStatus', 'executedQty'] as const;
  const row = body as Record<string, unknown>;
  return `${status} ${fields.flatMap((field) => (row[field] === undefined ? [] : `${field}=${row[field]}`)).join(' ')}`;
}
