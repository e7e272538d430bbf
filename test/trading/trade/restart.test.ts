import { describe, expect, it } from 'vitest';
import { Decimal } from '../../../src/trading/decimal.ts';
import { trade } from '../../../src/trading/model.ts';
import { type Bench, bench, opened } from './bench.ts';
import { reportOf } from './fixtures.ts';

describe('a restart', () => {
  it('GIVEN an entry that was journalled but perhaps never sent THEN it is asked for and never sent again', () => {
    const b = bench();
    expect(b.send({ type: 'restart' })).toEqual(['query entry 1']);
    for (let minute = 0; minute < 3; minute += 1) {
      b.wait(60_000);
      b.send({ type: 'missing', clientId: b.order('entry').clientId });
    }
    expect(b.log.some((line) => line.startsWith('place'))).toBe(false);
    b.send({ type: 'absent', clientId: b.order('entry').clientId });
    expect([b.trade.phase, b.trade.closeReason]).toEqual(['closed', 'entry_failed']);
  });

  it('GIVEN a clock that was set back meanwhile THEN a missing price is not waited for by the old one', () => {
    const before = bench();
    before.send({ type: 'begin' });
    const entry = before.order('entry');
    before.send({
      type: 'report',
      report: reportOf(entry, { status: 'filled', executed: entry.quantity }),
      fill: null,
    });
    const orders = before.trade.orders.map((order) => ({ ...order, queryAt: before.now + 3_600_000 }));
    const b = bench({ ...before.trade, orders });
    b.send({ type: 'restart' });
    expect(b.wait(2_000)).toContain('query_fills');
  });

  it('GIVEN a clock that was set back meanwhile THEN an entry that waits to be sent is given up', () => {
    const before = bench();
    before.send({ type: 'begin' });
    const ahead = before.now + 3_600_000;
    const orders = before.trade.orders.map((order) => ({
      ...order,
      status: 'pending' as const,
      since: ahead,
      sendAt: ahead + 200,
    }));
    const b = bench({ ...before.trade, orders, createdAt: ahead, sendUntil: ahead + 60_000 });
    b.send({ type: 'restart' });
    b.wait(2 * 3_600_000);
    expect(b.log.filter((line) => line.startsWith('place'))).toEqual([]);
    expect([b.trade.phase, b.trade.closeReason]).toEqual(['closed', 'entry_failed']);
  });

  it('GIVEN a clock that was set back meanwhile THEN a close does not wait by the old one for targets to go', () => {
    const before = opened();
    before.request({ type: 'close', fraction: new Decimal(1), reason: 'user' });
    before.refuse(before.order('close'), -2022);
    const { closing } = before.trade;
    if (!closing) throw new Error('nothing is being closed');
    const b = bench({ ...before.trade, closing: { ...closing, clearingSince: before.now + 3_600_000 } });
    b.send({ type: 'restart' });
    b.send({ type: 'position', quantity: new Decimal(1) });
    expect(b.wait(5_000)).toContain('place close 1');
  });

  it('GIVEN a fill but no stop yet THEN the stop goes out at once', () => {
    const b = bench();
    b.send({ type: 'begin' });
    b.send({ type: 'restart' });
    expect(b.fill(b.order('entry'), '1', '100')).toContain('place stop 1 @90');
  });

  it('GIVEN a stop whose answer was lost THEN it is asked for during a second before another is placed', () => {
    const b = bench();
    b.send({ type: 'begin' });
    b.fill(b.order('entry'), '1', '100');
    b.unanswered(b.order('stop'));
    b.wait(900);
    b.forget();
    expect(b.send({ type: 'restart' }).filter((line) => line.includes('stop'))).toContain('query stop 1 @90');
    expect(b.wait(900).filter((line) => line.startsWith('place stop'))).toEqual([]);
    expect(b.wait(200)).toContain('place stop 1 @90');
  });

  it('GIVEN a stop that is not there any more THEN what else has happened is found out first', () => {
    const b = opened();
    b.send({ type: 'restart' });
    const after = b.end(b.order('stop'), 'cancelled');
    expect(after.filter((line) => line.startsWith('place'))).toEqual([]);
    expect(b.wait(1_000)).toContain('place stop 1 @90');
  });

  it('GIVEN a stop there that the journal does not know, moved toward the price THEN it stays', () => {
    const b = opened({ targets: [] });
    b.send({ type: 'restart' });
    const stop = b.order('stop');
    const report = reportOf(stop, { clientId: `${stop.clientId}z`, triggerPrice: new Decimal(95) });
    b.send({ type: 'adopt', found: [{ report, role: 'stop', slot: 0 }] });
    const after = [...b.did, ...b.wait(1_100)];
    expect(after.filter((line) => line.startsWith('place'))).toEqual([]);
    expect([b.trade.stopPrice.toString(), b.live('stop')]).toEqual(['95', ['stop 1 @90', 'stop 1 @95']]);
    expect(after).toContain('cancel stop 1 @90');
  });

  const phases: [string, () => Bench][] = [
    ['entering', () => bench({ entries: [['limit', '95', '1']] })],
    ['open', () => opened()],
    [
      'open, half of it being closed',
      () => {
        const b = opened();
        b.request({ type: 'close', fraction: new Decimal('0.5'), reason: 'user' });
        return b;
      },
    ],
    [
      'open, the stop being moved',
      () => {
        const b = opened();
        b.request({ type: 'move_stop', price: new Decimal(95), confirmed: false });
        return b;
      },
    ],
    [
      'closing',
      () => {
        const b = opened();
        b.request({ type: 'close', fraction: new Decimal(1), reason: 'user' });
        return b;
      },
    ],
  ];

  it.each(phases)(
    'GIVEN a trade that is %s THEN what was under way is asked for, nothing is sent twice',
    (_, make) => {
      const b = make();
      const before = new Set(b.trade.orders.map((order) => order.clientId));
      const waiting = b.trade.orders.filter((order) => order.status === 'pending').length;
      const stored = trade.parse(JSON.parse(JSON.stringify(b.trade)));
      const again = bench(stored);
      again.send({ type: 'restart' });
      expect(again.did.filter((line) => line.startsWith('place'))).toEqual([]);
      expect(again.did.filter((line) => line.startsWith('query'))).toHaveLength(waiting);
      expect(again.trade.orders.every((order) => before.has(order.clientId))).toBe(true);
      expect(again.trade.orders.some((order) => order.status === 'pending')).toBe(false);
    },
  );

  it('GIVEN a stop beyond the journal THEN none goes before the journalled one has been asked for', () => {
    const b = opened({ targets: [] });
    const old = b.order('stop');
    const behind = bench(trade.parse(JSON.parse(JSON.stringify(b.trade))));
    behind.send({ type: 'restart' });
    const report = { ...reportOf(old), clientId: `${old.clientId}z`, quantity: new Decimal('0.5') };
    behind.send({ type: 'adopt', found: [{ report, role: 'stop', slot: 0 }] });
    expect(behind.log).not.toContain('cancel stop 0.5 @90');
    expect(behind.log).toContain('query stop 1 @90');
    behind.end(old, 'cancelled');
    expect(behind.wait(1_000)).toContain('place stop 1 @90');
    expect(behind.log.filter((line) => line.startsWith('cancel'))).toEqual([]);
  });

  it('GIVEN a stop that was asked to go THEN it is not counted on: its removal may still be on the way', () => {
    const b = bench({ targets: [] });
    b.send({ type: 'begin' });
    b.fill(b.order('entry'), '1', '100');
    const first = b.order('stop');
    b.unanswered(first);
    b.wait(1_100);
    expect(b.accept(b.order('stop'))).toContain('cancel stop 1 @90');
    // It stands after all.
    b.send({ type: 'report', report: reportOf(first), fill: null });
    b.send({ type: 'restart' });
    expect(b.wait(4_000)).toContain('cancel stop 1 @90');
    expect(b.trade.orders.filter(({ cancelAskedAt }) => cancelAskedAt !== null)).toEqual([
      expect.objectContaining({ clientId: first.clientId }),
    ]);
  });

  it('GIVEN a close under way THEN it goes on', () => {
    const b = opened();
    b.request({ type: 'close', fraction: new Decimal(1), reason: 'panic' });
    b.send({ type: 'restart' });
    b.refuse(b.order('close'), -1001);
    b.wait(1_000);
    expect(b.live('close')).toEqual(['close 1']);
    b.fill(b.order('close'), '1', '100');
    b.endAll('target', 'cancelled');
    b.endAll('stop', 'cancelled');
    expect([b.trade.phase, b.trade.closeReason]).toEqual(['closed', 'panic']);
  });
});
