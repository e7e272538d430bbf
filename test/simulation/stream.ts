import type { SpotExchange } from '../../src/sim/binance/spot/exchange.ts';
import type { UsdmExchange } from '../../src/sim/binance/usdm/exchange.ts';
import { tagOf } from './books.ts';
import { fixedChance } from './chance.ts';
import type { Scheduler } from './scheduler.ts';
import type { EventFate, EventKind, Item } from './script.ts';
import { type About, ANYTHING } from './untold.ts';

export interface StreamEnd {
  isOpen(): boolean;
  /** A message of the private stream. */
  user(event: unknown): void;
  price(symbol: string, prices: { mark: string; last: string }, at: number): void;
  state(state: 'reconnected' | 'down', reason: string): void;
}

export interface StreamHooks {
  note(line: () => string): void;
  /** An event did not reach the program, or only later. */
  onTrouble(about: About, fate: EventFate, ms: number): void;
  /** The program has been told. */
  onDelivered(event: unknown): void;
}

/** Of which exchange. */
export interface StreamSource {
  subscribe(user: (event: unknown) => void, market: (symbol: string) => void): void;
  prices(symbol: string): { mark: string; last: string };
  /** The event that tells of the end of the account's stream. */
  ends: string;
}

export function usdmSource(exchange: UsdmExchange): StreamSource {
  return {
    subscribe(user, market) {
      exchange.subscribe((event) => {
        if (event.kind === 'user') user(event.event);
        else if (event.kind === 'market') market(event.symbol);
      });
    },
    prices(symbol) {
      const { mark, last } = exchange.market(symbol);
      return { mark: mark.toFixed(), last: last.toFixed() };
    },
    ends: 'listenKeyExpired',
  };
}

export function spotSource(exchange: SpotExchange): StreamSource {
  return {
    subscribe(user, market) {
      exchange.subscribe((event) => {
        if (event.kind === 'user') user(event.event);
        else if (event.kind === 'market') market(event.symbol);
      });
    },
    prices(symbol) {
      const last = exchange.market(symbol).last.toFixed();
      return { mark: last, last };
    },
    ends: 'eventStreamTerminated',
  };
}

/** How long a new connection takes, its listen key included. */
const RECONNECT_MS = 600;

/** The exchange's streams: in order and prompt, unless the script says otherwise. */
export interface Streams {
  open(end: StreamEnd): void;
  watch(symbols: readonly string[]): void;
  /** Nothing comes through any more; `noticed`: the program is told so. */
  cut(noticed: boolean): void;
  mend(): void;
  /** The listen key ends: that is said, and nothing after it. */
  expire(): void;
  /** The program asks for a new connection. */
  renew(reason: string): void;
  isUp(): boolean;
  calm(): void;
}

export function createStreams(
  seed: number,
  items: readonly Item[],
  source: StreamSource,
  scheduler: Scheduler,
  hooks: StreamHooks,
): Streams {
  const faults = items.filter((item) => item.do === 'event');
  const counts = new Map<EventKind, number>();
  let published = 0;
  let isCalm = false;
  let isCut = false;
  let end: StreamEnd | null = null;
  let watched: ReadonlySet<string> = new Set();
  let lastArrivalAt = 0;

  function faultOf(event: unknown, number: number): (typeof faults)[number] | undefined {
    const kind = kindOf(event);
    const ofKind = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, ofKind);
    if (isCalm) return undefined;
    return faults.find(({ of, nth, times }) => {
      const n = of === 'any' ? number : of === kind ? ofKind : 0;
      return n >= nth && n < nth + times;
    });
  }

  function deliver(target: StreamEnd, ms: number, about: About, run: () => void): void {
    scheduler.after(ms, () => {
      if (!target.isOpen() || isCut) return hooks.onTrouble(about, 'lost', 0);
      run();
    });
  }

  function user(event: unknown): void {
    published += 1;
    const number = published;
    const target = end;
    const fault = faultOf(event, number);
    const about = aboutOf(event);
    if (!target?.isOpen() || isCut || fault?.fate === 'lost') {
      hooks.onTrouble(about, 'lost', 0);
      hooks.note(() => `  event ${number} lost: ${nameOf(event)}`);
      return;
    }
    // As it is now: the order it tells of goes on changing.
    const text = JSON.stringify(event);
    const latency = 3 + fixedChance(seed, 3, number) * 30;
    const arrivesAt = Math.max(scheduler.now() + latency, lastArrivalAt);
    if (fault?.fate !== 'late') lastArrivalAt = arrivesAt;
    const ms = arrivesAt - scheduler.now() + (fault?.fate === 'late' ? fault.ms : 0);
    if (fault) hooks.onTrouble(about, fault.fate, fault.ms);
    const run = (): void => {
      hooks.note(() => `⇐ event ${number} ${nameOf(event)}${fault ? ` [${fault.fate}]` : ''}`);
      target.user(JSON.parse(text));
      hooks.onDelivered(event);
    };
    deliver(target, ms, about, run);
    if (fault?.fate === 'double') deliver(target, ms + fault.ms, about, run);
  }

  function market(symbol: string): void {
    const target = end;
    if (!target || isCut || !watched.has(symbol)) return;
    const seen = source.prices(symbol);
    const at = scheduler.now();
    deliver(target, 20 + fixedChance(seed, 4, scheduler.steps()) * 100, { symbol, listId: null }, () =>
      target.price(symbol, seen, at),
    );
  }

  source.subscribe(user, market);

  function mend(): void {
    if (!isCut) return;
    isCut = false;
    const target = end;
    if (target) deliver(target, 5, ANYTHING, () => target.state('reconnected', 'connected again'));
  }

  return {
    open(to) {
      end = to;
      watched = new Set();
      lastArrivalAt = 0;
    },
    watch(symbols) {
      const added = symbols.filter((symbol) => !watched.has(symbol));
      watched = new Set(symbols);
      for (const symbol of added) market(symbol);
    },
    cut(noticed) {
      isCut = true;
      if (noticed && end?.isOpen()) end.state('down', 'closed');
    },
    mend,
    expire() {
      const target = end;
      if (isCut || !target?.isOpen()) return;
      target.user({ e: source.ends, E: scheduler.now() });
      isCut = true;
    },
    renew(reason) {
      isCut = true;
      end?.state('down', reason);
      scheduler.after(RECONNECT_MS, mend);
    },
    isUp: () => !isCut,
    calm() {
      isCalm = true;
    },
  };
}

interface Wire {
  e?: string;
  o?: { s?: string; X?: string; c?: string; caid?: string; z?: string };
  a?: { m?: string };
  /** Of spot, which has them at the top. */
  s?: string;
  g?: number;
  c?: string;
  C?: string;
  X?: string;
  z?: string;
}

/** The client id of the order that it is about. */
function clientOf({ o, c, C }: Wire): string {
  return o?.caid ?? o?.c ?? (C === undefined || C === '' ? (c ?? '') : C);
}

function aboutOf(event: unknown): About {
  const { e, o, s, g } = event as Wire;
  const isOfList = e === 'executionReport' && g !== undefined && g !== -1;
  return { symbol: o?.s ?? s ?? null, listId: isOfList ? g : null };
}

function kindOf(event: unknown): EventKind {
  const role = tagOf(clientOf(event as Wire))?.role;
  return role === 'trail' ? 'stop' : (role ?? 'account');
}

function nameOf(event: unknown): string {
  const { e, o, a, X, z } = event as Wire;
  return [
    e,
    e === 'TRADE_LITE' ? undefined : clientOf(event as Wire) || undefined,
    o?.X ?? X,
    o?.z ?? z,
    a?.m,
  ]
    .filter((part) => part !== undefined)
    .join(' ');
}
