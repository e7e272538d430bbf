import { describe, expect, it } from 'vitest';
import { Decimal } from '../../../src/trading/decimal.ts';
import { type Bench, bench, opened } from './bench.ts';

function close(b: Bench, fraction: number | string): string[] {
  return b.request({ type: 'close', fraction: new Decimal(fraction), reason: 'user' });
}

describe('closing at market', () => {
  it('GIVEN a position THEN entries go first, the position second, targets and stop last', () => {
    const b = opened();
    expect(close(b, 1)).toEqual(['place close 1']);
    const after = b.fill(b.order('close'), '1', '101');
    expect(after.slice(0, 2)).toEqual(['cancel target 0.5 @110', 'cancel target 0.5 @120']);
    expect(b.live('stop')).toEqual(['stop 1 @90']);
    b.endAll('target', 'cancelled');
    expect(b.did).toContain('cancel stop 1 @90');
    b.endAll('stop', 'cancelled');
    expect([b.trade.phase, b.trade.closeReason]).toEqual(['closed', 'user']);
  });

  it('GIVEN half of it THEN targets and stop are fitted to the rest, the stop new before old', () => {
    const b = opened();
    expect(close(b, '0.5')).toEqual(['place close 0.5']);
    b.fill(b.order('close'), '0.5', '101');
    expect(b.did).toContain('place stop 0.5 @90');
    expect(b.live('stop')).toEqual(['stop 1 @90', 'stop 0.5 @90']);
    expect(b.accept(b.order('stop'))).toContain('cancel stop 1 @90');
    b.endAll('target', 'cancelled');
    b.acceptAll('target');
    expect(b.live('target')).toEqual(['target 0.25 @110', 'target 0.25 @120']);
  });

  it('GIVEN a half that is still being closed THEN another half is half of the rest', () => {
    const b = opened();
    close(b, '0.5');
    close(b, '0.5');
    expect(b.fill(b.order('close'), '0.5', '101')).toContain('place close 0.25');
    b.fill(b.order('close'), '0.25', '101');
    expect(b.live('close')).toEqual([]);
  });

  it('GIVEN a part below one lot THEN one lot is closed', () => {
    const b = opened({ entries: [['market', null, '0.002']], targets: [] });
    expect(close(b, '0.1')).toEqual(['place close 0.001']);
  });

  it('GIVEN a part that was all there is THEN the trade is closed for the reason of that part', () => {
    const b = opened({ entries: [['market', null, '0.001']], targets: [] });
    b.request({ type: 'close', fraction: new Decimal('0.5'), reason: 'message' });
    b.fill(b.order('close'), '0.001', '101');
    b.endAllCancelled();
    expect([b.trade.phase, b.trade.closeReason]).toEqual(['closed', 'message']);
  });

  it('GIVEN a largest market order THEN it closes in lots of it', () => {
    const b = opened({ targets: [], terms: { marketMaxQuantity: new Decimal('0.45') } });
    expect(close(b, 1)).toEqual(['place close 0.45']);
    expect(b.fill(b.order('close'), '0.45', '101')).toContain('place close 0.45');
    expect(b.fill(b.order('close'), '0.45', '101')).toContain('place close 0.1');
  });

  it('GIVEN a market lot coarser than the limit lot THEN whole lots are closed first, the rest after', () => {
    const terms = { marketStepSize: new Decimal('0.1') };
    const b = opened({ entries: [['market', null, '0.25']], targets: [], terms });
    expect(close(b, 1)).toEqual(['place close 0.2']);
    expect(b.fill(b.order('close'), '0.2', '101')).toContain('place close 0.05');
  });

  it('GIVEN a market without lot sizes of its own THEN the general ones hold', () => {
    const b = opened({
      targets: [],
      terms: { marketStepSize: new Decimal(0), marketMaxQuantity: new Decimal(0) },
    });
    expect(close(b, '0.5')).toEqual(['place close 0.5']);
  });

  it('GIVEN -2022 THEN targets are cleared, the stop stays, the close is repeated', () => {
    const b = opened();
    close(b, 1);
    const cleared = ['cancel target 0.5 @110', 'cancel target 0.5 @120'];
    expect(b.refuse(b.order('close'), -2022)).toEqual(['compare', ...cleared]);
    b.endAll('target', 'cancelled');
    expect(b.did).toEqual(['place close 1']);
    expect(b.live('stop')).toEqual(['stop 1 @90']);
  });

  it('GIVEN -2022 where no target of ours stands THEN the close is repeated after a while', () => {
    const b = opened({ targets: [] });
    close(b, 1);
    expect(b.refuse(b.order('close'), -2022)).toEqual(['compare']);
    expect(b.wait(600)).toEqual(['place close 1']);
  });

  it('GIVEN targets that are still on their way THEN they are asked to go once they stand', () => {
    const b = bench();
    b.send({ type: 'begin' });
    b.fill(b.order('entry'), '1', '100');
    const [first] = b.trade.orders.filter(({ role }) => role === 'target');
    b.request({ type: 'set_targets', prices: [new Decimal(130)] });
    expect(b.did.filter((line) => line.startsWith('cancel'))).toEqual([]);
    if (!first) throw new Error('no target was sent');
    expect(b.accept(first)).toContain('cancel target 0.5 @110');
    expect(b.wait(600)).toContain('cancel target 0.5 @120');
  });

  it('GIVEN targets whose cancelling is never answered THEN the close is repeated all the same', () => {
    const b = opened();
    close(b, 1);
    b.refuse(b.order('close'), -2022);
    expect(b.wait(3_000)).toContain('place close 1');
  });

  it('GIVEN that one of them was asked to go earlier, and is asked again meanwhile, THEN the wait does not begin anew', () => {
    const b = bench();
    b.send({ type: 'begin' });
    b.fill(b.order('entry'), '1', '100');
    b.acceptAll('stop');
    b.accept(b.order('target', 0));
    b.request({ type: 'set_targets', prices: [new Decimal(130)] });
    expect(b.wait(900)).toContain('cancel target 0.5 @120');
    b.unanswered(b.order('target', 1));
    close(b, 1);
    b.refuse(b.order('close'), -2022);
    const did = b.wait(2_100).filter((line) => !line.startsWith('filled') && !line.startsWith('query'));
    expect(did).toEqual(['cancel target 0.5 @110', 'cancel target 0.5 @120', 'place close 1']);
  });

  it('GIVEN a full close that is refused THEN it is repeated with pauses of up to 5 s, and an alert is raised', () => {
    const b = opened({ targets: [] });
    close(b, 1);
    const pauses = Array.from({ length: 9 }, () => {
      b.refuse(b.order('close'), -1001);
      const refusedAt = b.now;
      while (b.live('close').length === 0) b.wait(500);
      return b.now - refusedAt;
    });
    expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 5_000, 5_000, 5_000, 5_000, 5_000]);
    expect(b.log.filter((line) => line === 'alert close_refused')).toHaveLength(1);
    expect(b.log.filter((line) => line === 'compare')).toHaveLength(6);
  });

  it('GIVEN a partial close that is refused again and again THEN it is given up and targets stay wanted', () => {
    const b = opened();
    close(b, '0.5');
    for (let attempt = 0; attempt < 3; attempt += 1) {
      b.refuse(b.order('close'), -4003);
      b.endAll('target', 'cancelled');
      b.wait(2_500);
    }
    expect(b.trade.closing).toBeNull();
    b.wait(60_000);
    expect(b.live('close')).toEqual([]);
    expect(b.live('target')).toEqual(['target 0.5 @110', 'target 0.5 @120']);
  });

  it('GIVEN a close that the exchange accepts and lets expire THEN it is repeated with pauses, not in a loop', () => {
    const b = opened({ targets: [] });
    close(b, 1);
    b.accept(b.order('close'));
    expect(b.end(b.order('close'), 'expired')).toEqual(['compare']);
    expect(b.wait(600)).toEqual(['place close 1']);
  });

  it('GIVEN a ladder that is still working THEN its rest is cancelled, and what fills late is closed as well', () => {
    const b = bench({
      entries: [
        ['limit', '100', '0.5'],
        ['limit', '98', '0.5'],
      ],
    });
    b.send({ type: 'begin' });
    b.acceptAll('entry');
    b.fill(b.order('entry', 0), '0.5', '100');
    b.accept(b.order('stop'));
    b.wait(600);
    const done = close(b, 1);
    expect(done).toContain('cancel entry 0.5 @98');
    expect(done).toContain('place close 0.5');
    b.fill(b.order('close'), '0.5', '100');
    expect(b.fill(b.order('entry', 1), '0.5', '98')).toContain('place close 0.5');
  });
});

describe('what nobody meant to keep', () => {
  it('GIVEN an entry that fills after targets for everything THEN it is closed at market', () => {
    const b = bench({
      entries: [
        ['limit', '100', '0.5'],
        ['limit', '98', '0.5'],
      ],
      targets: [['110', '100']],
    });
    b.send({ type: 'begin' });
    b.acceptAll('entry');
    b.fill(b.order('entry', 0), '0.5', '100');
    b.acceptAll('stop');
    b.wait(600);
    b.acceptAll('target');
    b.fill(b.order('target', 0), '0.5', '110');
    expect(b.fill(b.order('entry', 1), '0.5', '98')).toContain('place close 0.5');
    expect(b.live('stop')).toEqual(expect.arrayContaining(['stop 0.5 @90']));
    b.fill(b.order('close'), '0.5', '109');
    b.endAllCancelled();
    b.endAllCancelled();
    expect([b.trade.phase, b.trade.closeReason]).toEqual(['closed', 'targets']);
  });

  it('GIVEN a part of an entry that is less than an order may be THEN it is closed when the entry is over', () => {
    const b = bench({
      entries: [['limit', '100', '1']],
      targets: [],
      terms: { minQuantity: new Decimal('0.01') },
    });
    b.send({ type: 'begin' });
    b.acceptAll('entry');
    b.fill(b.order('entry'), '0.004', '100');
    b.acceptAll('stop');
    expect(b.live('close')).toEqual([]);
    b.request({ type: 'cancel_entries' });
    expect(b.end(b.order('entry'), 'cancelled')).toContain('place close 0.004');
  });

  it('GIVEN a runner that the shares leave THEN it stays on its stop', () => {
    const b = opened({ targets: [['110', '90']] });
    b.fill(b.order('target', 0), '0.9', '110');
    b.acceptAll('stop');
    b.endAllCancelled();
    expect(b.live('close')).toEqual([]);
    expect(b.live('stop')).toEqual(['stop 0.1 @100.2']);
  });
});
