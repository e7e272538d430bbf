import { describe, expect, it } from 'vitest';
import { Decimal } from '../../../src/trading/decimal.ts';
import { bench, opened } from './bench.ts';
import { reportOf } from './fixtures.ts';

describe('orders whose last report was lost', () => {
  it('GIVEN a triggered stop that says no more THEN it is asked for, and a rest is protected again', () => {
    const b = opened();
    const stop = b.order('stop');
    b.end(stop, 'triggered');
    expect(b.wait(1_100)).toContain('query stop 1 @90');
    b.send({
      type: 'report',
      report: reportOf(stop, { status: 'expired', executed: stop.quantity.times('0.4') }),
      fill: null,
    });
    expect(b.wait(200)).toContain('place stop 0.6 @90');
  });

  it('GIVEN a triggered stop that is not found at first THEN nothing else is sent on top of it', () => {
    const b = opened();
    const stop = b.order('stop');
    b.end(stop, 'triggered');
    b.wait(1_000);
    b.send({ type: 'missing', clientId: stop.clientId });
    expect(b.log.filter((line) => line.startsWith('place'))).toEqual([]);
  });

  it('GIVEN a stop that was asked for before it stood THEN that it was not found then says nothing', () => {
    const b = opened();
    b.request({ type: 'move_stop', price: new Decimal(95), confirmed: true });
    const moved = b.trade.orders.find(({ role, status }) => role === 'stop' && status === 'pending');
    if (!moved) throw new Error('the stop was not moved');
    b.accept(moved);
    const status = () => b.trade.orders.find(({ clientId }) => clientId === moved.clientId)?.status;
    b.send({ type: 'missing', clientId: moved.clientId, asked: moved });
    expect(status()).toBe('working');
    b.send({ type: 'missing', clientId: moved.clientId });
    expect(status()).toBe('failed');
  });

  it.each([
    { role: 'stop', afterMs: 1_000 },
    { role: 'target', afterMs: 10_000 },
  ] as const)(
    'GIVEN a $role that never left THEN it is given up after $afterMs ms, and another sent',
    ({ role, afterMs }) => {
      const b = bench();
      b.send({ type: 'begin' });
      b.fill(b.order('entry'), '1', '100');
      if (role === 'target') b.accept(b.order('stop'));
      const lost = b.order(role);
      const sentAt = b.now;
      b.unanswered(lost);
      const isOpen = () =>
        b.trade.orders.some((one) => one.clientId === lost.clientId && one.status !== 'failed');
      while (isOpen() && b.now - sentAt < 60_000) {
        if (b.wait(10).some((line) => line.startsWith(`query ${role}`)))
          b.send({ type: 'missing', clientId: lost.clientId, asked: lost });
      }
      expect(b.now - sentAt).toBe(afterMs);
      b.wait(200);
      expect(b.trade.orders.filter((one) => one.role === role && one.slot === lost.slot)).toHaveLength(2);
    },
  );

  it('GIVEN a market entry that was acknowledged and says no more THEN it is asked for', () => {
    const b = bench();
    b.send({ type: 'begin' });
    b.accept(b.order('entry'));
    expect(b.wait(1_100)).toContain('query entry 1');
  });
});
