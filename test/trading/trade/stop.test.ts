import { describe, expect, it } from 'vitest';
import { Decimal } from '../../../src/trading/decimal.ts';
import { judgeRequest } from '../../../src/trading/lifecycle/requests.ts';
import { bench, opened } from './bench.ts';
import { fillOf, reportOf } from './fixtures.ts';

describe('moving the stop', () => {
  it('GIVEN a stop beyond break-even THEN asking for break-even is refused and loosens nothing', () => {
    const b = opened();
    b.request({ type: 'move_stop', price: new Decimal(105), confirmed: false });
    b.accept(b.order('stop'));
    expect(judgeRequest(b.trade, { type: 'break_even' }, null)).toEqual({
      kind: 'refused',
      reason: 'raises_risk',
    });
    expect(b.request({ type: 'break_even' })).toEqual([]);
    expect(b.trade.stopPrice.toString()).toBe('105');
  });

  it('GIVEN a move away from the price WHEN nobody has confirmed it THEN nothing moves', () => {
    const b = opened();
    expect(b.request({ type: 'move_stop', price: new Decimal(80), confirmed: false })).toEqual([]);
    expect(b.request({ type: 'move_stop', price: new Decimal(80), confirmed: true })).toEqual([
      'place stop 1 @80',
    ]);
  });

  it.each([
    ['long', '90', '104.34', '104.4'],
    ['short', '110', '95.66', '95.6'],
  ] as const)(
    'GIVEN a %s and a price between two ticks THEN it moves to the one with less risk',
    (side, stop, asked, moved) => {
      const b = opened({ side, stop, targets: [] });
      const request = { type: 'move_stop', price: new Decimal(asked), confirmed: false } as const;
      expect(b.request(request)).toEqual([`place stop 1 @${moved}`]);
    },
  );

  it('GIVEN a price that the market has not passed, but the tick it goes to has THEN that is refused as a stop that would trigger at once', () => {
    const b = opened();
    const price = new Decimal('104.34');
    const at = (mark: string) => ({ last: new Decimal(mark), mark: new Decimal(mark) });
    expect(judgeRequest(b.trade, { type: 'move_stop', price, confirmed: false }, at('104.35'))).toEqual({
      kind: 'refused',
      reason: 'wrong_side',
    });
  });

  it('GIVEN a price looser than the stop by less than a tick THEN it moves nothing and asks nobody', () => {
    const b = opened();
    const request = { type: 'move_stop', price: new Decimal('89.96'), confirmed: false } as const;
    expect(judgeRequest(b.trade, request, null)).toEqual({ kind: 'done' });
    expect(b.request(request)).toEqual([]);
  });
});

describe('a stop that the exchange is too busy for', () => {
  it('THEN waits, one new order at the time named, for what is held by then', () => {
    const b = bench({ entries: [['limit', '100', '1']] });
    b.send({ type: 'begin' });
    b.accept(b.order('entry'));
    b.fill(b.order('entry'), '0.4', '100');
    b.throttle(b.order('stop'), 5_000);
    b.forget();
    b.fill(b.order('entry'), '0.2', '100');
    b.wait(4_990);
    expect(b.log.filter((line) => line.includes('stop'))).toEqual([]);
    expect(b.wait(10)).toContain('place stop 0.6 @90');
  });
});

describe('a stop whose removal the exchange is too busy for', () => {
  it('THEN it is not asked about, and asked to go again while it is still too many', () => {
    const b = opened();
    const larger = b.order('stop');
    b.fill(b.order('target', 0), '0.5', '110');
    b.accept(b.order('stop'));
    expect(b.log).toContain('cancel stop 1 @90');
    b.forget();
    b.send({
      type: 'cancelled',
      clientId: larger.clientId,
      outcome: { kind: 'throttled', code: -1003, message: 'busy', retryAfterMs: 5_000 },
    });
    b.wait(1_990);
    expect(b.log.filter((line) => line.includes('stop'))).toEqual([]);
    expect(b.wait(10)).toContain('cancel stop 1 @90');
  });
});

describe('the first stop', () => {
  it('GIVEN a fill THEN it goes out in the same step, before anything else', () => {
    const b = bench();
    b.send({ type: 'begin' });
    b.accept(b.order('entry'));
    expect(b.fill(b.order('entry'), '1', '100')[0]).toBe('place stop 1 @90');
  });

  it('GIVEN fills in parts THEN each part is covered as soon as the last stop is confirmed, new before old', () => {
    const b = bench({ entries: [['limit', '100', '1']] });
    b.send({ type: 'begin' });
    b.accept(b.order('entry'));
    expect(b.fill(b.order('entry'), '0.3', '100')).toContain('place stop 0.3 @90');
    b.fill(b.order('entry'), '0.2', '100');
    b.fill(b.order('entry'), '0.5', '100');
    expect(b.live('stop')).toEqual(['stop 0.3 @90']);
    expect(b.accept(b.order('stop'))).toContain('place stop 1 @90');
    expect(b.live('stop')).toEqual(['stop 0.3 @90', 'stop 1 @90']);
    expect(b.accept(b.order('stop'))).toContain('cancel stop 0.3 @90');
  });

  it('GIVEN a price beyond it already (-2021) THEN the position is closed at market', () => {
    const b = bench();
    b.send({ type: 'begin' });
    b.fill(b.order('entry'), '1', '100');
    const done = b.refuse(b.order('stop'), -2021);
    expect(done).toContain('alert stop_crossed');
    expect(done).toContain('place close 1');
    expect(b.live('stop')).toEqual([]);
  });

  it('GIVEN three refusals THEN the position is closed, the fault is raised', () => {
    const b = bench({ targets: [] });
    b.send({ type: 'begin' });
    b.fill(b.order('entry'), '1', '100');
    for (let attempt = 0; attempt < 3; attempt += 1) {
      b.refuse(b.order('stop'), -4045);
      b.wait(250);
    }
    expect(b.log.filter((line) => line === 'place stop 1 @90')).toHaveLength(3);
    expect(b.log).toContain('alert stop_unplaceable');
    expect(b.log).toContain('fault');
    expect(b.live('close')).toEqual(['close 1']);
  });

  it('GIVEN refusals while the user has a stop of their own THEN nothing is closed', () => {
    const b = opened();
    b.send({ type: 'user_stop', covers: true });
    b.end(b.order('stop'), 'cancelled');
    for (let attempt = 0; attempt < 5; attempt += 1) {
      b.wait(1_000);
      b.refuse(b.order('stop'), attempt % 2 === 0 ? -2021 : -4045);
    }
    b.wait(30_000);
    expect(b.log.some((line) => line.startsWith('place close'))).toBe(false);
  });

  it('GIVEN an answer that the id exists already (-4116) THEN it is asked for, not refused', () => {
    const b = bench();
    b.send({ type: 'begin' });
    b.fill(b.order('entry'), '1', '100');
    expect(b.refuse(b.order('stop'), -4116)).toContain('query stop 1 @90');
    b.accept(b.order('stop'));
    expect(b.live('stop')).toEqual(['stop 1 @90']);
  });
});

describe('a stop without an answer', () => {
  it('THEN is asked for during a second, then placed under a new id; when both turn up the surplus goes', () => {
    const b = bench({ targets: [] });
    b.send({ type: 'begin' });
    b.fill(b.order('entry'), '1', '100');
    const first = b.order('stop');
    expect(b.unanswered(first)).toContain('query stop 1 @90');
    expect(b.wait(999).filter((line) => line.startsWith('place'))).toEqual([]);
    expect(b.wait(1)).toContain('place stop 1 @90');
    const second = b.order('stop');
    expect(second.clientId).not.toBe(first.clientId);
    b.accept(second);
    expect(b.did).toContain('cancel stop 1 @90');
    b.end(first, 'working');
    b.wait(2_000);
    expect(b.log.filter((line) => line === 'cancel stop 1 @90').length).toBeGreaterThan(1);
    b.end(first, 'cancelled');
    expect(b.live('stop')).toEqual(['stop 1 @90']);
  });

  it('GIVEN an answer that comes late THEN the second counts from when it was sent', () => {
    const b = bench({ targets: [] });
    b.send({ type: 'begin' });
    b.fill(b.order('entry'), '1', '100');
    b.wait(950);
    b.unanswered(b.order('stop'));
    expect(b.wait(50)).toContain('place stop 1 @90');
  });

  it('GIVEN an exchange that answers nothing for ten minutes THEN a few stops are tried, not hundreds', () => {
    const b = bench({ targets: [] });
    b.send({ type: 'begin' });
    b.fill(b.order('entry'), '1', '100');
    b.forget();
    b.wait(600_000);
    const tried = b.trade.orders.filter((order) => order.role === 'stop').length;
    expect(tried).toBeGreaterThan(3);
    expect(tried).toBeLessThan(30);
  });

  it('GIVEN an outage that swallowed several THEN the next one is placed and nothing is closed', () => {
    const b = bench({ targets: [] });
    b.send({ type: 'begin' });
    b.fill(b.order('entry'), '1', '100');
    b.wait(100_000);
    for (const lost of b.trade.orders.filter((order) => order.role === 'stop')) b.unanswered(lost);
    b.wait(60_000);
    b.forget();
    for (const lost of b.trade.orders.filter((order) => order.status === 'unknown')) {
      b.send({ type: 'missing', clientId: lost.clientId });
    }
    b.wait(200);
    expect(b.log.filter((line) => line.startsWith('place'))).toEqual(['place stop 1 @90']);
    expect(b.trade.closing).toBeNull();
  });

  it('GIVEN that none of them is ever found THEN the position is closed', () => {
    const b = bench({ targets: [] });
    b.send({ type: 'begin' });
    b.fill(b.order('entry'), '1', '100');
    for (let ask = 0; ask < 30; ask += 1) {
      const live = b.trade.orders.filter((order) => order.role === 'stop' && order.status !== 'failed');
      for (const stop of live) {
        if (stop.status === 'pending') b.unanswered(stop);
        else b.send({ type: 'missing', clientId: stop.clientId });
      }
      b.wait(250);
    }
    expect(b.log).toContain('alert stop_unplaceable');
    expect(b.live('close')).toEqual(['close 1']);
  });
});

describe('a stop that disappears', () => {
  it.each(['cancelled', 'expired', 'rejected'] as const)(
    'WHEN it is %s THEN it is back within a second',
    (end) => {
      const b = opened();
      expect(b.end(b.order('stop'), end)).toContain('alert stop_lost');
      expect(b.wait(1_000)).toContain('place stop 1 @90');
    },
  );

  it('WHEN the exchange takes every one away again THEN the position is closed, not a loop entered', () => {
    const b = opened({ targets: [] });
    for (let attempt = 0; attempt < 3; attempt += 1) {
      b.end(b.order('stop'), 'expired');
      b.wait(1_000);
      b.acceptAll('stop');
    }
    expect(b.log).toContain('alert stop_unplaceable');
    expect(b.live('close')).toEqual(['close 1']);
  });

  it('WHEN it was surplus THEN nobody is alarmed', () => {
    const b = opened();
    b.request({ type: 'move_stop', price: new Decimal(95), confirmed: false });
    const old = b.order('stop', 0);
    b.accept(b.order('stop'));
    b.send({ type: 'restart' });
    b.forget();
    b.end(old, 'cancelled');
    expect(b.log).toEqual([]);
  });
});

describe('a moved stop that is refused', () => {
  it.each([
    { code: -2021, attempts: 1 },
    { code: -4045, attempts: 3 },
  ])('GIVEN $code THEN after $attempts attempts the old one is kept and said', ({ code, attempts }) => {
    const b = opened();
    b.request({ type: 'move_stop', price: new Decimal(105), confirmed: false });
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      b.refuse(b.order('stop'), code);
      b.wait(250);
    }
    expect(b.log.filter((line) => line === 'place stop 1 @105')).toHaveLength(attempts);
    expect(b.log).toContain('alert stop_move_refused');
    expect(b.live('stop')).toEqual(['stop 1 @90']);
    expect([b.trade.stopPrice.toString(), b.trade.stopKind]).toEqual(['90', 'initial']);
  });

  it('GIVEN an earlier attempt without an answer THEN there is no going back before its fate is known', () => {
    const b = opened();
    b.request({ type: 'move_stop', price: new Decimal(95), confirmed: false });
    const first = b.order('stop');
    b.unanswered(first);
    b.wait(1_000);
    for (let attempt = 0; attempt < 4; attempt += 1) {
      b.refuse(b.order('stop'), -4045);
      b.wait(1_000);
    }
    expect(b.trade.stopPrice.toString()).toBe('95');
    expect(b.live('stop')).toContain('stop 1 @90');
    b.end(first, 'working');
    expect(b.did).toContain('cancel stop 1 @90');
  });

  it('GIVEN late news of an older stop THEN it does not become what is fallen back to', () => {
    const b = opened();
    b.end(b.order('stop'), 'expired');
    b.wait(1_000);
    const lost = b.order('stop');
    b.unanswered(lost);
    b.request({ type: 'move_stop', price: new Decimal(95), confirmed: false });
    b.wait(1_000);
    b.accept(b.order('stop'));
    b.end(lost, 'working');
    b.request({ type: 'move_stop', price: new Decimal(105), confirmed: false });
    b.refuse(b.order('stop'), -2021);
    expect(b.trade.stopPrice.toString()).toBe('95');
  });
});

describe('a position above the largest market order', () => {
  it('THEN has several stops, and a smaller rest keeps those that fit', () => {
    const b = opened({ targets: [], terms: { marketMaxQuantity: new Decimal('0.4') } });
    expect(b.live('stop')).toEqual(['stop 0.4 @90', 'stop 0.4 @90', 'stop 0.2 @90']);
    b.send({ type: 'elsewhere', quantity: new Decimal('0.5'), fills: [], cause: 'user' });
    expect(b.did).toContain('place stop 0.1 @90');
    b.acceptAll('stop');
    b.endAllCancelled();
    expect(b.live('stop')).toEqual(['stop 0.4 @90', 'stop 0.1 @90']);
  });

  it('GIVEN that one of several is never answered THEN it is joined by another without any event', () => {
    const b = bench({ targets: [], terms: { marketMaxQuantity: new Decimal('0.6') } });
    b.send({ type: 'begin' });
    b.fill(b.order('entry'), '1', '100');
    b.accept(b.order('stop', 1));
    expect(b.wait(1_000)).toContain('place stop 0.6 @90');
  });

  it('GIVEN that all of them are refused at once THEN that is one refusal, not three', () => {
    const b = bench({ targets: [], terms: { marketMaxQuantity: new Decimal('0.4') } });
    b.send({ type: 'begin' });
    b.fill(b.order('entry'), '1', '100');
    for (const nth of [0, 1, 2]) b.refuse(b.order('stop', nth), -4045);
    expect(b.trade.stopRefusals).toBe(1);
    b.wait(100);
    expect(b.live('stop')).toEqual(['stop 0.4 @90', 'stop 0.4 @90', 'stop 0.2 @90']);
  });
});

describe('a triggered stop', () => {
  it('GIVEN a fill under a new order id THEN it is recognised by its client id or that id', () => {
    const b = opened({ targets: [] });
    const stop = b.order('stop');
    b.send({ type: 'report', report: reportOf(stop, { status: 'triggered', orderId: 'child' }), fill: null });
    const fill = fillOf(stop, '1', '89.9', { orderId: 'child', clientId: 'unknown to us' });
    b.send({ type: 'fills', fills: [fill] });
    expect([b.trade.phase, b.trade.closeReason]).toEqual(['closed', 'stop']);
  });

  it('GIVEN a first part of it as a fill alone THEN it is under way and no second stop is placed', () => {
    const b = opened({ targets: [] });
    b.send({ type: 'fills', fills: [fillOf(b.order('stop'), '0.4', '89.9')] });
    expect(b.order('stop').status).toBe('triggered');
    expect(b.log.filter((line) => line.startsWith('place'))).toEqual([]);
  });
});

describe('a stop that is too large', () => {
  it('GIVEN that the smaller one is refused again and again THEN it stays and the position is kept', () => {
    const b = opened();
    b.fill(b.order('target', 0), '0.5', '110');
    b.request({ type: 'move_stop', price: new Decimal(90), confirmed: true });
    for (let attempt = 0; attempt < 6; attempt += 1) {
      b.refuse(b.order('stop'), -4045);
      b.wait(5_000);
    }
    expect(b.trade.phase).toBe('open');
    expect(b.live('stop')).toEqual(expect.arrayContaining(['stop 1 @90']));
    expect(b.live('close')).toEqual([]);
  });
});
