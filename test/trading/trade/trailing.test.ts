import { describe, expect, it } from 'vitest';
import { Decimal } from '../../../src/trading/decimal.ts';
import { type Bench, bench, opened } from './bench.ts';
import type { Shape } from './fixtures.ts';

/** A long of 1 at 100 whose first target, half of it, has filled. */
function trailing(callbackPct: string, shape: Shape = {}): Bench {
  const terms = {
    trailingStop: { activateAfter: 1, callbackPct: new Decimal(callbackPct) },
    breakEvenAfter: 0,
    ...shape.terms,
  };
  const b = opened({ ...shape, terms });
  const target = b.order('target', 0);
  b.fill(target, '0.5', target.price?.toString() ?? '');
  b.acceptAll('stop');
  b.endAllCancelled();
  b.send({ type: 'announced', clientId: target.clientId, executed: new Decimal('0.5') });
  return b;
}

/** Prices that the order on the exchange must have seen, too. */
function later(b: Bench, ...prices: string[]): void {
  b.wait(3_000);
  for (const price of prices) b.price(price);
}

describe('a trailing stop on the exchange', () => {
  it('GIVEN enough targets THEN a trailing order for all that is held stands above the plain stop', () => {
    const b = trailing('1');
    expect(b.live('stop')).toEqual(['stop 0.5 @90']);
    const trail = b.order('trail');
    expect(b.live('trail')).toEqual(['trail 0.5']);
    expect(trail).toMatchObject({
      type: 'trailing_stop_market',
      reduceOnly: true,
      triggerPrice: null,
      price: null,
    });
    expect(trail.callbackPct?.toString()).toBe('1');
    b.accept(trail);
    later(b, '115', '114', '120');
    expect(b.live('stop')).toEqual(['stop 0.5 @90']);
    expect(b.trade.stopPrice.toString()).toBe('90');
  });

  it.each([
    { activateAfter: 0, hit: 0, trails: true },
    { activateAfter: 1, hit: 0, trails: false },
    { activateAfter: 2, hit: 1, trails: false },
  ])('GIVEN activateAfter $activateAfter and $hit targets THEN trailing: $trails', (given) => {
    const { activateAfter, hit, trails } = given;
    const b = opened({ terms: { trailingStop: { activateAfter, callbackPct: new Decimal(1) } } });
    if (hit > 0) b.fill(b.order('target', 0), '0.5', '110');
    b.wait(1_000);
    expect(b.live('trail').length > 0).toBe(trails);
  });

  it('GIVEN its fill THEN everything else goes and the trade ends by it', () => {
    const b = trailing('1');
    const trail = b.order('trail');
    b.accept(trail);
    b.fill(trail, '0.5', '118');
    expect(b.did).toEqual(expect.arrayContaining(['cancel target 0.5 @120']));
    b.endAllCancelled();
    b.endAllCancelled();
    expect([b.trade.phase, b.trade.closeReason]).toEqual(['closed', 'trailing_stop']);
  });

  it('GIVEN a partial close THEN the plain stop is raised to what is known of it before it is replaced', () => {
    const b = trailing('1');
    const first = b.order('trail');
    b.accept(first);
    later(b, '120');
    b.request({ type: 'close', fraction: new Decimal('0.5'), reason: 'user' });
    b.forget();
    b.fill(b.order('close'), '0.25', '119.9');
    // 120 × 0.99 = 118.8
    expect(b.did).toEqual(expect.arrayContaining(['place stop 0.25 @118.8', 'place trail 0.25']));
    expect(b.live('trail')).toEqual(['trail 0.5', 'trail 0.25']);
    b.accept(b.order('trail'));
    expect(b.log).not.toContain('cancel trail 0.5');
    expect(b.accept(b.order('stop'))).toContain('cancel trail 0.5');
    b.endAllCancelled();
    expect([b.live('stop'), b.live('trail')]).toEqual([['stop 0.25 @118.8'], ['trail 0.25']]);
    expect(b.trade.stopKind).toBe('trailing');
  });

  it('GIVEN prices that may be older than the order THEN they say nothing of where it is', () => {
    const b = trailing('1');
    b.accept(b.order('trail'));
    b.price('130');
    b.request({ type: 'close', fraction: new Decimal('0.5'), reason: 'user' });
    b.fill(b.order('close'), '0.25', '119.9');
    expect(b.trade.stopPrice.toString()).toBe('90');
  });

  it('GIVEN that it disappears THEN the plain stop takes its place and another is placed', () => {
    const b = trailing('1');
    b.accept(b.order('trail'));
    later(b, '120');
    expect(b.end(b.order('trail'), 'cancelled')).toEqual(['compare', 'place stop 0.5 @118.8']);
    b.acceptAll('stop');
    b.wait(2_000);
    expect(b.live('trail')).toEqual(['trail 0.5']);
  });

  it('GIVEN refusals THEN three are enough: said once, and the stop is moved by us', () => {
    const b = trailing('1');
    b.refuse(b.order('trail'), -4045);
    b.wait(2_000);
    b.refuse(b.order('trail'), -4045);
    b.wait(4_000);
    b.forget();
    b.refuse(b.order('trail'), -4045);
    expect(b.log).toContain('alert trailing_refused');
    b.wait(600_000);
    expect(b.live('trail')).toEqual([]);
    expect(b.price('120')).toEqual(['place stop 0.5 @118.8']);
  });

  it('GIVEN a busy exchange THEN the plain stop waits for nothing and the order is tried again', () => {
    const b = trailing('1');
    b.throttle(b.order('trail'), 5_000);
    expect(b.request({ type: 'move_stop', price: new Decimal(95), confirmed: false })).toEqual([
      'place stop 0.5 @95',
    ]);
    expect(b.live('trail')).toEqual([]);
    b.wait(5_000);
    expect(b.live('trail')).toEqual(['trail 0.5']);
  });

  it('GIVEN that it triggers and is not executed to its end THEN the rest is closed at market', () => {
    const b = trailing('1');
    const trail = b.order('trail');
    b.accept(trail);
    b.end(trail, 'triggered');
    expect(b.end(trail, 'expired')).toContain('place close 0.5');
    expect(b.trade.closing?.reason).toBe('trailing_stop');
    expect(b.live('stop')).toEqual(['stop 0.5 @90']);
  });

  it('GIVEN new targets THEN it goes on', () => {
    const b = trailing('1');
    b.accept(b.order('trail'));
    b.request({ type: 'set_targets', prices: [new Decimal(130)] });
    b.endAllCancelled();
    expect(b.live('trail')).toEqual(['trail 0.5']);
  });

  it('GIVEN a restart in between THEN what is standing is kept and nothing is placed twice', () => {
    const b = trailing('1');
    b.accept(b.order('trail'));
    later(b, '120');
    b.forget();
    b.send({ type: 'restart' });
    b.wait(5_000);
    expect(b.log.filter((line) => line.startsWith('place') || line.startsWith('cancel'))).toEqual([]);
    b.end(b.order('trail'), 'cancelled');
    expect(b.trade.stopPrice.toString()).toBe('118.8');
  });

  it('GIVEN another trade in the same position THEN the order goes and the stop is moved by us', () => {
    const b = trailing('1');
    b.accept(b.order('trail'));
    later(b, '120');
    expect(b.send({ type: 'shared', shared: true })).toEqual(['place stop 0.5 @118.8']);
    expect(b.accept(b.order('stop'))).toEqual(
      expect.arrayContaining(['cancel stop 0.5 @90', 'cancel trail 0.5']),
    );
    b.endAllCancelled();
    expect(b.price('125')).toEqual(['place stop 0.5 @123.7']);
    b.acceptAll('stop');
    b.endAllCancelled();
    b.send({ type: 'shared', shared: false });
    expect(b.live('trail')).toEqual(['trail 0.5']);
  });

  it('GIVEN an order that the journal does not know THEN it is adopted as what it is', () => {
    const b = trailing('1');
    const trail = b.order('trail');
    b.accept(trail);
    const fresh = opened({ terms: { trailingStop: { activateAfter: 2, callbackPct: new Decimal(1) } } });
    fresh.send({
      type: 'adopt',
      found: [
        {
          role: 'trail',
          slot: 0,
          report: {
            clientId: 'sb-x-0-r0-0',
            symbol: 'BTCUSDT',
            conditional: true,
            orderId: null,
            status: 'working',
            action: 'SELL',
            positionSide: 'BOTH',
            reduceOnly: true,
            quantity: new Decimal(1),
            executed: new Decimal(0),
            avgPrice: null,
            price: null,
            triggerPrice: null,
            reason: null,
            at: 0,
          },
        },
      ],
    });
    expect(fresh.order('trail')).toMatchObject({ type: 'trailing_stop_market', status: 'working' });
  });
});

describe('a trailing stop that the exchange cannot do', () => {
  it.each(['0.05', '0.25', '10.5', '12'])(
    'GIVEN a callback of %s % THEN no order of that kind is sent',
    (pct) => {
      const b = trailing(pct);
      b.wait(10_000);
      expect(b.live('trail')).toEqual([]);
    },
  );

  it.each([
    { side: 'long', up: ['112', '115', '114.5'], stop: '113.5' },
    { side: 'short', up: ['88', '85', '85.5'], stop: '86.1' },
  ] as const)(
    'GIVEN a $side THEN the stop follows the price, new before old, and never goes back',
    ({ side, up, stop }) => {
      const b = trailing('1.25', { side });
      for (const price of up) {
        b.price(price);
        b.acceptAll('stop');
        b.endAllCancelled();
      }
      expect(b.live('stop')).toEqual([`stop 0.5 @${stop}`]);
      b.fill(b.order('stop'), '0.5', stop);
      b.endAllCancelled();
      expect([b.trade.phase, b.trade.closeReason]).toEqual(['closed', 'trailing_stop']);
    },
  );

  it('GIVEN a price that creeps THEN not every tick is an order', () => {
    const b = trailing('1.25');
    b.forget();
    for (let tenth = 0; tenth < 100; tenth += 1) {
      b.price(new Decimal(112).plus(new Decimal(tenth).div(100)).toString());
      b.acceptAll('stop');
      b.endAllCancelled();
    }
    expect(b.log.filter((line) => line.startsWith('place stop')).length).toBeLessThan(12);
  });

  it('GIVEN a refused step THEN the old one is kept and trailing rests for a while', () => {
    const b = trailing('1.25');
    b.price('115');
    b.refuse(b.order('stop'), -2021);
    expect(b.trade.stopPrice.toString()).toBe('90');
    expect(b.price('116')).toEqual([]);
    b.wait(10_000);
    expect(b.price('116')[0]).toBe('place stop 0.5 @114.5');
  });

  it('GIVEN more than one market order may carry THEN the stop is moved by us', () => {
    const b = bench({
      targets: [],
      terms: {
        trailingStop: { activateAfter: 0, callbackPct: new Decimal(1) },
        marketMaxQuantity: new Decimal('0.4'),
      },
    });
    b.send({ type: 'begin' });
    b.fill(b.order('entry'), '1', '100');
    b.acceptAll('stop');
    b.wait(1_000);
    expect(b.live('trail')).toEqual([]);
    b.price('110');
    expect(b.trade.stopPrice.toString()).toBe('108.9');
  });
});
