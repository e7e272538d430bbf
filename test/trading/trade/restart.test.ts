import { describe, expect, it } from 'vitest';
import { Decimal } from '../../../src/trading/decimal.ts';
import { bench, opened } from './bench.ts';

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
