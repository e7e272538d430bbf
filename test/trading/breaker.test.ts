import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TroubleClass } from '../../src/risk/book.ts';
import { type BreakerNews, createBreakers, POLICIES } from '../../src/trading/desk/breaker.ts';
import { HELD_BACK, type Outcome, TOO_LATE } from '../../src/trading/exchange.ts';

const OUTCOMES = {
  late: { kind: 'throttled', code: TOO_LATE, message: '', retryAfterMs: 0 },
  heldBack: { kind: 'throttled', code: HELD_BACK, message: '', retryAfterMs: 0 },
  ok: { kind: 'confirmed', value: null },
  unknown: { kind: 'unknown', message: '' },
  unsent: { kind: 'throttled', code: 0, message: '', retryAfterMs: 1 },
  busy: { kind: 'throttled', code: -1008, message: '', retryAfterMs: 1 },
  limited: { kind: 'throttled', code: -1003, message: '', retryAfterMs: 1 },
  margin: { kind: 'rejected', code: -2019, message: '' },
  filters: { kind: 'rejected', code: -4164, message: '' },
  other: { kind: 'rejected', code: -2021, message: '' },
} as const satisfies Record<string, Outcome<unknown>>;

function stage() {
  let at = 1_000_000;
  const news: BreakerNews[] = [];
  const breakers = createBreakers(
    () => at,
    (told) => news.push(told),
  );
  return {
    news,
    troubles: () =>
      breakers.troubles().map(({ class: kind, symbol }) => [kind, symbol].filter(Boolean).join(' ')),
    later: (ms: number) => {
      at += ms;
    },
    /** Answered so long after what was before. */
    entry(name: keyof typeof OUTCOMES, symbol = 'BTCUSDT', afterMs = 1_000) {
      at += afterMs;
      breakers.sending(symbol);
      breakers.answered(symbol, true, OUTCOMES[name]);
    },
    sending: (symbol = 'BTCUSDT') => breakers.sending(symbol),
    stop(name: keyof typeof OUTCOMES) {
      at += 1_000;
      breakers.answered('BTCUSDT', false, OUTCOMES[name]);
    },
  };
}

describe('a circuit breaker', () => {
  test.each(['late', 'heldBack'] as const)('is not opened by what is %s: that is ours', (name) => {
    const { entry, troubles } = stage();
    for (let count = 0; count < 10; count += 1) entry(name);
    expect(troubles()).toEqual([]);
  });

  test.each<[keyof typeof OUTCOMES, TroubleClass]>([
    ['unknown', 'server'],
    ['unsent', 'server'],
    ['busy', 'load'],
    ['limited', 'rate'],
    ['margin', 'margin'],
    ['filters', 'filters'],
  ])('opens after enough of %s in a row (%s), says so once, and lets one try afterwards', (name, kind) => {
    const { failures, openMs, bySymbol } = POLICIES[kind];
    const { entry, troubles, later, news, sending } = stage();
    for (let count = 1; count < failures; count += 1) entry(name);
    expect(troubles()).toEqual([]);
    entry(name);
    expect(troubles()).toEqual([bySymbol ? `${kind} BTCUSDT` : kind]);
    later(openMs - 1);
    expect(troubles()).toHaveLength(1);
    later(1);
    expect(troubles()).toEqual([]);
    sending();
    expect(troubles()).toHaveLength(1);
    entry('ok');
    expect(troubles()).toEqual([]);
    expect(news.map(({ state }) => state)).toEqual(['open', 'closed']);
  });

  test('a probe that fails opens it for twice as long, up to a limit', () => {
    const { entry, troubles, later } = stage();
    for (let count = 0; count < 3; count += 1) entry('unknown');
    let openMs = POLICIES.server.openMs;
    for (let round = 0; round < 8; round += 1) {
      later(openMs);
      expect(troubles()).toEqual([]);
      entry('unknown');
      openMs = Math.min(openMs * 2, POLICIES.server.longestMs);
      later(openMs - 1);
      expect(troubles()).toEqual(['server']);
      later(1);
      openMs = Math.min(openMs, POLICIES.server.longestMs);
    }
  });

  test('a good answer in between begins the count again; so does time', () => {
    const { entry, troubles, later } = stage();
    for (const name of ['unknown', 'unknown', 'ok', 'unknown', 'unknown', 'other', 'unknown'] as const)
      entry(name);
    later(POLICIES.server.withinMs);
    entry('unknown');
    entry('unknown');
    expect(troubles()).toEqual([]);
  });

  test('what fails together, as all that is lost with one socket, counts once', () => {
    const { entry, troubles, news } = stage();
    for (let count = 0; count < 9; count += 1) entry('unknown', 'BTCUSDT', 10);
    entry('unknown');
    for (let count = 0; count < 9; count += 1) entry('unknown', 'BTCUSDT', 10);
    expect(troubles()).toEqual([]);
    entry('unknown');
    expect(troubles()).toEqual(['server']);
    expect(news[0]?.trouble.failures).toBe(3);
  });

  test('a stop that gets through closes what is about the exchange, not what is about entries', () => {
    const { entry, stop, troubles } = stage();
    for (let count = 0; count < 3; count += 1) entry('unknown');
    for (let count = 0; count < 3; count += 1) entry('margin');
    expect(troubles()).toEqual(['margin']);
    for (let count = 0; count < 3; count += 1) stop('unknown');
    expect(troubles()).toEqual(['server', 'margin']);
    stop('ok');
    expect(troubles()).toEqual(['margin']);
  });

  test('what a stop is refused for holds no entry back', () => {
    const { stop, troubles } = stage();
    for (let count = 0; count < 9; count += 1) stop('filters');
    expect(troubles()).toEqual([]);
  });

  test('filters concern one symbol', () => {
    const { entry, troubles } = stage();
    for (let count = 0; count < 3; count += 1) entry('filters', 'ETHUSDT');
    for (let count = 0; count < 2; count += 1) entry('filters', 'BTCUSDT');
    expect(troubles()).toEqual(['filters ETHUSDT']);
  });

  test('a probe that never comes back gives way to another', () => {
    const { entry, sending, troubles, later } = stage();
    for (let count = 0; count < 3; count += 1) entry('unknown');
    later(POLICIES.server.openMs);
    sending();
    later(29_999);
    expect(troubles()).toEqual(['server']);
    later(1);
    expect(troubles()).toEqual([]);
  });

  test('whatever happens, it never stays open without a time at which one is let through', () => {
    const names = fc.constantFrom(...(Object.keys(OUTCOMES) as (keyof typeof OUTCOMES)[]));
    fc.assert(
      fc.property(fc.array(fc.tuple(names, fc.nat(120_000)), { maxLength: 60 }), (steps) => {
        const { entry, later, troubles, news } = stage();
        for (const [name, ms] of steps) {
          entry(name);
          later(ms);
        }
        later(60 * 60_000);
        expect(troubles()).toEqual([]);
        const open = news.filter(({ state }) => state === 'open').length;
        expect(news.length - open).toBeLessThanOrEqual(open);
      }),
    );
  });
});
