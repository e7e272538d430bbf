import { describe, expect, it } from 'vitest';
import { Decimal } from '../../../src/trading/decimal.ts';
import { step } from '../../../src/trading/trade.ts';
import { type Bench, bench } from './bench.ts';
import { reportOf, type Shape } from './fixtures.ts';

const LADDER: Shape = {
  entries: [
    ['limit', '100', '0.5'],
    ['limit', '98', '0.5'],
  ],
};

function working(shape: Shape = LADDER): Bench {
  const b = bench(shape);
  b.send({ type: 'begin' });
  b.acceptAll('entry');
  b.forget();
  return b;
}

describe('entries that nothing has filled', () => {
  it('GIVEN entryTimeout THEN they are cancelled', () => {
    const b = working({ ...LADDER, terms: { entryTimeoutMs: 60_000 } });
    expect(b.wait(59_999)).toEqual([]);
    expect(b.wait(1)).toEqual(['cancel entry 0.5 @100', 'cancel entry 0.5 @98']);
    b.endAll('entry', 'cancelled');
    expect([b.trade.phase, b.trade.closeReason]).toEqual(['closed', 'entry_timeout']);
  });

  it.each([
    { what: 'the first target', last: '110' },
    { what: 'the stop', last: '90' },
  ])('GIVEN that $what has traded THEN they are cancelled as target_passed', ({ last }) => {
    const b = working();
    expect(b.price('101')).toEqual([]);
    expect(b.price(last)).toEqual(['alert target_passed', 'cancel entry 0.5 @100', 'cancel entry 0.5 @98']);
    b.endAll('entry', 'cancelled');
    expect([b.trade.phase, b.trade.closeReason]).toEqual(['closed', 'target_passed']);
  });

  it('GIVEN a mark price alone beyond a target THEN nothing has traded there', () => {
    const b = working();
    expect(b.send({ type: 'prices', prices: { mark: new Decimal(110) } })).toEqual([]);
  });

  it('GIVEN that the user cancels them in the app THEN the trade is closed as cancelled', () => {
    const b = working();
    b.endAll('entry', 'cancelled');
    expect([b.trade.phase, b.trade.closeReason]).toEqual(['closed', 'entry_cancelled']);
  });

  it.each(['PRICE_RANGE', null])(
    'GIVEN that the exchange lets one expire (%s) THEN that is said, once',
    (reason) => {
      const b = working();
      const order = b.order('entry', 0);
      const expired = reportOf(order, { status: 'expired', reason, executed: new Decimal('0.2') });
      const { effects } = step(b.trade, { type: 'report', report: expired, fill: null }, b.now);
      expect(effects).toContainEqual({
        type: 'alert',
        level: 'warning',
        code: 'entry_expired',
        numbers: { symbol: 'BTCUSDT', quantity: '0.3', ...(reason ? { reason } : {}) },
      });
      b.send({ type: 'report', report: expired, fill: null });
      expect(b.send({ type: 'report', report: expired, fill: null })).not.toContain('alert entry_expired');
    },
  );

  it('GIVEN that one expires that was asked to go THEN nothing is said of it', () => {
    const b = working({ ...LADDER, terms: { entryTimeoutMs: 60_000 } });
    b.wait(60_000);
    expect(b.endAll('entry', 'expired')).not.toContain('alert entry_expired');
  });

  it('GIVEN that the exchange refuses one of two THEN it is said and the other works on', () => {
    const b = bench(LADDER);
    b.send({ type: 'begin' });
    expect(b.refuse(b.order('entry', 0), -2019)).toEqual(['rejected entry 0.5 @100']);
    b.accept(b.order('entry', 1));
    expect(b.trade.phase).toBe('entering');
  });

  it('GIVEN that all are refused THEN the trade is closed as rejected', () => {
    const b = bench(LADDER);
    b.send({ type: 'begin' });
    for (const nth of [0, 1]) b.refuse(b.order('entry', nth), -2019);
    expect([b.trade.phase, b.trade.closeReason]).toEqual(['closed', 'entry_rejected']);
  });
});

describe('an entry that has filled partly', () => {
  it('GIVEN that the first target trades THEN its rest is cancelled and what is held stays', () => {
    const b = working();
    b.fill(b.order('entry', 0), '0.5', '100');
    b.acceptAll('stop');
    expect(b.price('110')).toContain('cancel entry 0.5 @98');
    expect(b.trade.entriesCancelled).toBe('target_passed');
    expect(b.trade.phase).toBe('open');
  });

  it('GIVEN that the position is stopped out THEN its rest is cancelled', () => {
    const b = working();
    b.fill(b.order('entry', 0), '0.5', '100');
    b.acceptAll('stop');
    expect(b.fill(b.order('stop'), '0.5', '90')).toContain('cancel entry 0.5 @98');
  });

  it('GIVEN a cancellation answered with unknown order THEN the order itself is asked', () => {
    const b = working();
    b.request({ type: 'cancel_entries' });
    const entry = b.order('entry', 0);
    const outcome = { kind: 'rejected', code: -2011, message: 'Unknown order sent.' } as const;
    expect(b.send({ type: 'cancelled', clientId: entry.clientId, outcome })).toEqual([
      'query entry 0.5 @100',
    ]);
    b.send({
      type: 'report',
      report: reportOf(entry, { status: 'filled', executed: new Decimal('0.5') }),
      fill: null,
    });
    expect(b.did).toContain('place stop 0.5 @90');
  });

  it('GIVEN a cancellation without an answer THEN it is asked for again after two seconds', () => {
    const b = working();
    b.request({ type: 'cancel_entries' });
    b.forget();
    expect(b.wait(1_999)).toEqual([]);
    expect(b.wait(1)).toEqual(['cancel entry 0.5 @100', 'cancel entry 0.5 @98']);
  });
});

describe('removing an entry that may not exist', () => {
  it('THEN is asked for ever more rarely', () => {
    const b = bench();
    b.send({ type: 'begin' });
    b.unanswered(b.order('entry'));
    b.request({ type: 'cancel_entries' });
    b.wait(120_000);
    const asked = b.log.filter((line) => line === 'cancel entry 1').length;
    expect(asked).toBeGreaterThan(4);
    expect(asked).toBeLessThan(15);
  });
});

describe('an entry without an answer', () => {
  it('THEN is asked for with growing pauses and never sent again', () => {
    const b = bench();
    b.send({ type: 'begin' });
    b.unanswered(b.order('entry'));
    const asked: number[] = [];
    for (let ms = 0; ms < 60_000; ms += 250) {
      if (b.wait(250).includes('query entry 1')) asked.push(ms);
      b.send({ type: 'missing', clientId: b.order('entry').clientId });
    }
    expect(asked.length).toBeGreaterThan(5);
    expect(asked.length).toBeLessThan(12);
    expect(b.log.filter((line) => line === 'alert entry_unknown')).toHaveLength(1);
    expect(b.log.filter((line) => line.startsWith('place'))).toEqual(['place entry 1']);
    expect(b.send({ type: 'absent', clientId: b.order('entry').clientId })).toContain('alert entry_failed');
    expect([b.trade.phase, b.trade.closeReason]).toEqual(['closed', 'entry_failed']);
  });

  it('GIVEN that it fills after it was given up THEN the trade is open again and protected at once', () => {
    const b = bench();
    b.send({ type: 'begin' });
    b.unanswered(b.order('entry'));
    b.wait(70_000);
    b.send({ type: 'absent', clientId: b.order('entry').clientId });
    expect(b.trade.phase).toBe('closed');
    expect(b.fill(b.order('entry'), '1', '100')).toContain('place stop 1 @90');
    expect([b.trade.phase, b.trade.closeReason, b.trade.closedAt]).toEqual(['open', null, null]);
  });

  it('GIVEN that it is found working after it was given up THEN it is removed', () => {
    const b = bench({ entries: [['limit', '95', '1']] });
    b.send({ type: 'begin' });
    b.unanswered(b.order('entry'));
    b.wait(70_000);
    b.send({ type: 'absent', clientId: b.order('entry').clientId });
    expect(b.end(b.order('entry'), 'working')).toContain('cancel entry 1 @95');
    expect(b.trade.phase).toBe('closed');
  });
});

describe('an entry that the exchange is too busy for', () => {
  it('THEN waits and is sent with the same id', () => {
    const b = bench({ sendForMs: 10_000 });
    b.send({ type: 'begin' });
    b.throttle(b.order('entry'), 4_000);
    b.forget();
    expect(b.wait(4_000)).toEqual(['place entry 1']);
    expect(b.trade.orders).toHaveLength(1);
  });

  it.each([
    { what: 'the exchange names a time beyond maxAge', retryAfterMs: 11_000, asleepMs: 0 },
    { what: 'the program slept past maxAge', retryAfterMs: 4_000, asleepMs: 60_000 },
  ])('GIVEN that $what THEN it is given up, not sent late', ({ retryAfterMs, asleepMs }) => {
    const b = bench({ sendForMs: 10_000 });
    b.send({ type: 'begin' });
    b.throttle(b.order('entry'), retryAfterMs);
    if (asleepMs > 0) b.sleep(asleepMs);
    b.send({ type: 'restart' });
    expect(b.log.filter((line) => line === 'place entry 1')).toHaveLength(1);
    expect(b.log).toContain('rejected entry 1');
    expect([b.trade.phase, b.trade.closeReason]).toEqual(['closed', 'entry_failed']);
  });

  it('GIVEN that the trade is cancelled meanwhile THEN it is dropped without a word to the exchange', () => {
    const b = bench();
    b.send({ type: 'begin' });
    b.throttle(b.order('entry'), 4_000);
    b.forget();
    b.request({ type: 'cancel_entries' });
    b.wait(10_000);
    expect(b.log).toEqual([]);
    expect([b.trade.phase, b.trade.closeReason]).toEqual(['closed', 'entry_cancelled']);
  });

  it('GIVEN that the last open one is given up THEN the targets need not wait any longer', () => {
    const b = bench({ ...LADDER, sendForMs: 1_000 });
    b.send({ type: 'begin' });
    b.fill(b.order('entry', 0), '0.5', '100');
    expect(b.live('target')).toEqual([]);
    b.throttle(b.order('entry', 1), 2_000);
    expect(b.live('target')).toEqual(['target 0.25 @110', 'target 0.25 @120']);
  });

  it('GIVEN a fill in the same moment THEN the stop leaves before the waiting entry', () => {
    const b = bench(LADDER);
    b.send({ type: 'begin' });
    b.throttle(b.order('entry', 1), 4_000);
    b.sleep(4_000);
    const done = b.fill(b.order('entry', 0), '0.5', '100');
    expect(done.indexOf('place stop 0.5 @90')).toBeLessThan(done.indexOf('place entry 0.5 @98'));
  });
});

/** One of two entries has filled and is protected; the other waits. */
function halfEntered(): Bench {
  const b = bench({ ...LADDER, targets: [] });
  b.send({ type: 'begin' });
  b.acceptAll('entry');
  b.fill(b.order('entry', 0), '0.5', '100');
  b.acceptAll('stop');
  return b;
}

describe('a symbol that the exchange stops trading', () => {
  it('THEN its entries are cancelled, what protects stays, and it is said once', () => {
    const b = halfEntered();
    const done = b.send({ type: 'halted', halted: true });
    expect(done).toEqual(expect.arrayContaining(['alert symbol_halted', 'cancel entry 0.5 @98']));
    expect(b.live('stop')).toEqual(['stop 0.5 @90']);
    expect(b.send({ type: 'halted', halted: true })).not.toContain('alert symbol_halted');
    b.send({ type: 'halted', halted: false });
    expect(b.trade.halted).toBe(false);
  });

  it('GIVEN that soon nothing may be sent any more THEN what is held stays protected, the rest of the entries goes, and it is said once', () => {
    const b = halfEntered();
    const done = b.send({ type: 'unguarded' });
    expect(done).toEqual(expect.arrayContaining(['alert entries_withdrawn', 'cancel entry 0.5 @98']));
    expect(b.live('stop')).toEqual(['stop 0.5 @90']);
    expect(b.send({ type: 'unguarded' })).toEqual([]);
    // It has been quicker than the cancellation.
    expect(b.fill(b.order('entry', 1), '0.5', '98')).toContain('place stop 1 @90');
  });

  it('GIVEN an entry that waits for the exchange WHEN soon nothing may be sent any more THEN it never leaves', () => {
    const b = bench({ entries: [['limit', '100', '1']], targets: [] });
    b.send({ type: 'begin' });
    b.throttle(b.order('entry', 0), 4_000);
    b.forget();
    b.send({ type: 'unguarded' });
    b.wait(10_000);
    expect(b.log).toEqual(['alert entries_withdrawn']);
    expect(b.trade).toMatchObject({ phase: 'closed', closeReason: 'entry_cancelled' });
  });

  it('GIVEN a delisting that is announced THEN waiting entries go, what is held stays protected, and it is told once', () => {
    const b = bench({
      entries: [
        ['limit', '100', '0.5'],
        ['limit', '98', '0.5'],
      ],
    });
    b.send({ type: 'begin' });
    b.acceptAll('entry');
    b.fill(b.order('entry', 0), '0.5', '100');
    b.acceptAll('stop');
    const announced = { type: 'delisting', at: b.now + 86_400_000 } as const;
    expect(b.send(announced)).toEqual(
      expect.arrayContaining(['alert delisting_announced', 'cancel entry 0.5 @98']),
    );
    expect(b.live('stop')).toEqual(['stop 0.5 @90']);
    expect(b.send(announced)).not.toContain('alert delisting_announced');
    expect(b.send({ type: 'delisting', at: null })).not.toContain('alert delisting_announced');
    expect(b.trade.delistsAt).toBeNull();
  });
});
