import { describe, expect, it } from 'vitest';
import { Decimal } from '../../../src/trading/decimal.ts';
import { TOO_LATE } from '../../../src/trading/exchange.ts';
import { queryPatienceMs, validMs } from '../../../src/trading/lifecycle/patience.ts';
import { type Order, type OrderRole, type Trade, trade as tradeSchema } from '../../../src/trading/model.ts';
import { type Bench, bench, opened } from './bench.ts';
import { reportOf } from './fixtures.ts';

/** The exchange finds the newest order of the role too late; what takes its place has been sent. */
function tooLate(b: Bench, role: OrderRole): string[] {
  const { clientId } = b.order(role);
  const outcome = { kind: 'throttled', code: TOO_LATE, message: 'too late', retryAfterMs: 0 } as const;
  const did = b.send({ type: 'placed', clientId, outcome });
  b.wait(300);
  expect(b.order(role).clientId).not.toBe(clientId);
  return did;
}

function held(): Bench {
  const b = bench({ targets: [] });
  b.send({ type: 'begin' });
  b.fill(b.order('entry'), '1', '100');
  return b;
}

function closing(): Bench {
  const b = opened({ targets: [] });
  b.request({ type: 'close', fraction: new Decimal(1), reason: 'user' });
  return b;
}

describe('over a way that is too slow', () => {
  it.each<[OrderRole, () => Bench, (number | undefined)[]]>([
    ['close', closing, [4_000, 8_000, 16_000, 32_000, 60_000, 60_000]],
    ['stop', held, [undefined, 10_000, 20_000, 40_000, 60_000, 60_000]],
  ])('each %s has more time than the one before, as much as the exchange allows', (role, make, windows) => {
    const b = make();
    for (const window of windows) {
      expect(validMs(b.trade, b.order(role))).toBe(window);
      tooLate(b, role);
    }
  });

  it.each<[OrderRole, () => Bench]>([
    ['close', closing],
    ['stop', held],
  ])('the second %s that comes too late is told of, once', (role, make) => {
    const b = make();
    expect(tooLate(b, role)).not.toContain('alert orders_late');
    expect(tooLate(b, role)).toContain('alert orders_late');
    expect(tooLate(b, role)).not.toContain('alert orders_late');
  });

  it('one that was taken ends the row', () => {
    const b = held();
    tooLate(b, 'stop');
    tooLate(b, 'stop');
    b.accept(b.order('stop'));
    b.request({ type: 'move_stop', price: new Decimal(95), confirmed: false });
    expect(validMs(b.trade, b.order('stop'))).toBeUndefined();
    expect(tooLate(b, 'stop')).not.toContain('alert orders_late');
  });

  it('a close is not given up while the exchange may still carry it out', () => {
    const b = closing();
    for (let times = 0; times < 3; times += 1) tooLate(b, 'close');
    const close = b.order('close');
    expect(queryPatienceMs(b.trade, close)).toBe(33_000);
    const sentAt = b.now - 300;
    while (b.now - sentAt < 31_000) {
      b.wait(1_000);
      b.send({ type: 'missing', clientId: close.clientId });
      expect(b.order('close').clientId).toBe(close.clientId);
    }
    b.wait(3_000);
    b.send({ type: 'missing', clientId: close.clientId });
    expect(b.order('close').clientId).not.toBe(close.clientId);
  });

  /** Asked for in vain until it is given up, and another is sent. */
  function givenUp(b: Bench): string[] {
    const { clientId } = b.order('close');
    b.forget();
    while (b.order('close').clientId === clientId) {
      b.wait(500);
      b.send({ type: 'missing', clientId });
    }
    return b.log;
  }

  it('a close that was given up before the exchange found it too late gives the next ones more time, too', () => {
    const b = closing();
    const first = b.order('close');
    expect(givenUp(b)).not.toContain('alert orders_late');
    expect(validMs(b.trade, b.order('close'))).toBe(4_000);
    const outcome = { kind: 'throttled', code: TOO_LATE, message: 'too late', retryAfterMs: 0 } as const;
    b.send({ type: 'placed', clientId: first.clientId, outcome });
    expect(givenUp(b)).toContain('alert orders_late');
    expect(validMs(b.trade, b.order('close'))).toBe(8_000);
  });

  it('closes that are lost again and again are told of, and do not wait longer for each other', () => {
    const b = closing();
    expect(givenUp(b)).not.toContain('alert orders_late');
    expect(givenUp(b)).toContain('alert orders_late');
    expect(givenUp(b)).not.toContain('alert orders_late');
    expect(validMs(b.trade, b.order('close'))).toBe(4_000);
  });

  it('what is on its way keeps its time, whatever becomes of others', () => {
    const b = closing();
    tooLate(b, 'close');
    const close = b.order('close');
    b.send({
      type: 'report',
      report: reportOf(b.order('close', 0), { status: 'filled', executed: new Decimal('0.5') }),
      fill: null,
    });
    expect(validMs(b.trade, close)).toBe(8_000);
    expect(queryPatienceMs(b.trade, close)).toBe(9_000);
  });
});

describe('what had no answer when the program died', () => {
  const HOUR_MS = 3_600_000;

  /** A close that the exchange may carry out for 4 s, journalled just now. */
  function sent(): { b: Bench; close: Order } {
    const b = opened({ targets: [] });
    b.synchronise();
    b.request({ type: 'close', fraction: new Decimal(1), reason: 'user' });
    return { b, close: b.order('close') };
  }

  /** The program is away for so long, and asks in vain for the close from its start on, until so long after that. */
  function startsAfter(b: Bench, close: Order, awayMs: number, untilMs: number): void {
    b.sleep(awayMs);
    b.send({ type: 'restart' });
    for (let ms = 0; ms < untilMs; ms += 100) {
      b.wait(100);
      b.send({ type: 'missing', clientId: close.clientId });
    }
  }

  const clocks: [string, number][] = [
    ['left alone', 0],
    ['set back meanwhile', -HOUR_MS],
    ['set ahead meanwhile', HOUR_MS],
  ];

  it.each(clocks)('is given up once its time is over by the exchange, our clock %s', (_, byMs) => {
    const { b, close } = sent();
    b.setClock(byMs);
    startsAfter(b, close, 4_000, 900);
    expect(b.order('close').clientId).toBe(close.clientId);
    startsAfter(b, close, 0, 1_200);
    expect(b.order('close').clientId).not.toBe(close.clientId);
  });

  it.each(clocks)('is not given up while the exchange may carry it out, our clock %s', (_, byMs) => {
    const { b, close } = sent();
    b.setClock(byMs);
    startsAfter(b, close, 1_000, 3_800);
    expect(b.order('close').clientId).toBe(close.clientId);
    startsAfter(b, close, 0, 1_200);
    expect(b.order('close').clientId).not.toBe(close.clientId);
  });

  it('is waited for as long over a row of crashes as without one', () => {
    const { b, close } = sent();
    for (let crashes = 0; crashes < 3; crashes += 1) startsAfter(b, close, 500, 1_000);
    expect(b.order('close').clientId).toBe(close.clientId);
    startsAfter(b, close, 0, 1_200);
    expect(b.order('close').clientId).not.toBe(close.clientId);
  });

  it.each<[string, (b: Bench) => Trade]>([
    [
      'before the exchange’s time was journalled',
      ({ trade }) => ({
        ...trade,
        orders: trade.orders.map(({ validUntil, ...order }) => order),
      }),
    ],
    ['by a run that is told no time', ({ trade }) => trade],
  ])('%s has all of its time from the start on', (_, journalled) => {
    const { b, close } = sent();
    const again = bench(tradeSchema.parse(JSON.parse(JSON.stringify(journalled(b)))));
    if (close.validUntil === undefined) throw new Error('nothing was journalled');
    startsAfter(again, close, 4_000, 4_800);
    expect(again.order('close').clientId).toBe(close.clientId);
    again.wait(300);
    again.send({ type: 'missing', clientId: close.clientId });
    expect(again.order('close').clientId).not.toBe(close.clientId);
  });
});
