import { describe, expect, test } from 'vitest';
import { Decimal } from '../../../src/trading/decimal.ts';
import type { RefusalCause } from '../../../src/trading/exchange.ts';
import { held, resultOf } from '../../../src/trading/lifecycle/facts.ts';
import { isAttached } from '../../../src/trading/lifecycle/spot/attached.ts';
import { stateOf } from '../../../src/trading/lifecycle/states.ts';
import type { Order } from '../../../src/trading/model.ts';
import { fillOf, reportOf } from '../trade/fixtures.ts';
import { attachedReport, restingPair, tellAttached, tellPair, tellTarget } from './attached-steps.ts';
import { type SpotBench, spotBench } from './bench.ts';
import type { SpotShape } from './fixtures.ts';

const d = (value: string | number): Decimal => new Decimal(value);

const CLOSE = { type: 'close', fraction: d(1), reason: 'user' } as const;

/** Without what is told to the user. */
function sent(did: readonly string[]): string[] {
  return did.filter((line) => !line.startsWith('filled'));
}

/** Bought whole, 0.001 of it taken as commission; stop and target stand. */
function covered(shape: SpotShape = {}): SpotBench {
  const b = restingPair(shape);
  b.buy('1', '100', '0.001');
  tellPair(b);
  b.wait(600);
  b.forget();
  return b;
}

function attachedOrders(b: SpotBench): Order[] {
  return b.trade.orders.filter((order) => isAttached(b.trade, order));
}

/** Its removal is answered: so much had executed. */
function gone(b: SpotBench, executed: string): string[] {
  const [entry] = b.trade.orders;
  if (!entry) throw new Error('no entry');
  const value = reportOf(entry, { status: 'cancelled', executed: d(executed) });
  return sent(b.send({ type: 'cancelled', clientId: entry.clientId, outcome: { kind: 'confirmed', value } }));
}

const PAIR = ['target 0.999 @110', 'stop 0.999 @90'];

function live(b: SpotBench): string[] {
  return [...b.live('target'), ...b.live('stop')];
}

describe('a target that goes with its entry', () => {
  test('is journalled with it and the stop, under the ids of its list', () => {
    const b = restingPair();
    expect(b.order('entry').attached).toMatchObject({
      clientId: `sb-${b.trade.id}-s0-0`,
      listId: `sb-${b.trade.id}-l0-0`,
      type: 'stop_market',
      quantity: d('0.999'),
      triggerPrice: d(90),
      target: { clientId: `sb-${b.trade.id}-t0-0`, price: d(110) },
    });
  });

  test('stays behind where that is how it was planned', () => {
    const { attached } = restingPair({ entries: [['limit', '100', '1', '0.999']] }).order('entry');
    expect(attached?.target).toBeUndefined();
    expect(attached?.clientId).toContain('-s10000-');
  });

  test('protects nothing, and neither is an order of the trade, while the entry waits', () => {
    const b = restingPair();
    tellAttached(b, 'waiting');
    tellTarget(b, 'waiting');
    expect(b.trade.orders).toHaveLength(1);
    expect(stateOf(b.trade)).toBe('entering');
  });
});

describe('an entry that fills whole', () => {
  test('has its list, and nothing is sent', () => {
    const b = restingPair();
    expect(sent(b.buy('1', '100', '0.001'))).toEqual([]);
    expect(sent(tellPair(b))).toEqual([]);
    expect(sent(b.wait(60_000))).toEqual([]);
    expect(live(b)).toEqual(PAIR);
    expect(stateOf(b.trade)).toBe('protected');
  });

  test.each([
    ['stop', tellAttached],
    ['target', tellTarget],
  ] as const)('is known to have filled by its %s, whichever is told first', (_, tell) => {
    const b = restingPair();
    expect(sent(tell(b, 'working'))).toEqual([]);
    expect(b.order('entry').status).toBe('filled');
    expect(held(b.trade).toString()).toBe('0.999');
    expect(sent(tellPair(b))).toEqual([]);
    expect(b.wait(400).join()).not.toMatch(/place|cancel/);
    expect(live(b)).toEqual(PAIR);
  });

  test('has both asked for where no event tells of them', () => {
    const b = restingPair();
    b.buy('1', '100', '0.001');
    expect(b.wait(249).join()).not.toContain('query');
    expect(b.wait(1).filter((line) => line.startsWith('query'))).toHaveLength(2);
    expect(sent(tellPair(b))).toEqual([]);
    expect(stateOf(b.trade)).toBe('protected');
  });

  test('gets a list of ours where the exchange could place neither, under a new id and without an alarm', () => {
    const b = restingPair();
    b.buy('1', '100', '0.001');
    expect(sent(tellAttached(b, 'expired', { reason: 'REJECTED' }))).toEqual([]);
    expect(sent(tellTarget(b, 'expired', { reason: 'REJECTED' }))).toEqual([
      'place list target 0.999 @110 / stop 0.999 @90',
    ]);
    expect(b.order('stop').clientId).toBe(`sb-${b.trade.id}-s0-1`);
    expect(b.order('stop').listId).toBe(`sb-${b.trade.id}-l0-1`);
  });

  test('and where that is told ahead of its last execution', () => {
    const b = restingPair();
    tellAttached(b, 'expired', { reason: 'REJECTED' });
    expect(sent(tellTarget(b, 'expired', { reason: 'REJECTED' }))).toEqual([]);
    expect(b.order('entry').status).toBe('working');
    expect(b.buy('1', '100', '0.001')).toContain('place list target 0.999 @110 / stop 0.999 @90');
  });

  test('gets its list where neither is found, and those are removed should they turn up', () => {
    const b = restingPair();
    b.buy('1', '100', '0.001');
    const ids = attachedOrders(b).map(({ clientId }) => clientId);
    b.wait(1_000);
    for (const clientId of ids) b.send({ type: 'missing', clientId });
    b.wait(1_500);
    const did = ids.flatMap((clientId) => b.send({ type: 'missing', clientId }));
    expect(did).toContain('place list target 0.999 @110 / stop 0.999 @90');
    b.takeAll();
    tellAttached(b, 'working');
    b.wait(600);
    expect(b.log.join()).toContain('cancel');
  });

  test('whose commission was taken elsewhere has its list made larger', () => {
    const b = restingPair();
    b.buy('1', '100');
    tellPair(b);
    b.wait(600);
    expect(sent(b.log)).toEqual(['cancel list stop 0.999 @90 / target 0.999 @110']);
    expect(b.cancelAll()).toContain('place list target 1 @110 / stop 1 @90');
  });

  test.each<[string, (b: SpotBench) => void, string]>([
    [
      'stop was moved',
      (b) => b.request({ type: 'move_stop', price: d(95), confirmed: true }),
      'place list target 0.999 @110 / stop 0.999 @95',
    ],
    [
      'target was changed',
      (b) => b.request({ type: 'set_targets', prices: [d(115)] }),
      'place list target 0.999 @115 / stop 0.999 @90',
    ],
    [
      'target got a second one beside it',
      (b) => b.request({ type: 'set_targets', prices: [d(110), d(120)] }),
      'place list target 0.499 @110 / stop 0.499 @90',
    ],
    ['target was taken back', (b) => b.request({ type: 'set_targets', prices: [] }), 'place stop 0.999 @90'],
  ])('whose %s meanwhile keeps its place, and has that replaced right after', (_, change, then) => {
    const b = restingPair();
    change(b);
    expect(b.log.join()).not.toContain('cancel');
    b.buy('1', '100', '0.001');
    tellPair(b);
    b.wait(600);
    expect(b.log.filter((line) => line.startsWith('cancel'))).toHaveLength(1);
    expect(b.cancelAll()).toContain(then);
  });

  test('and that was cancelled at that moment is closed if that was asked for', () => {
    const b = restingPair();
    b.request(CLOSE);
    tellPair(b);
    expect(b.cancelAll().join()).toContain('place close 0.999');
  });
});

describe('from then on it is a list as any', () => {
  test('its target ends the trade', () => {
    const b = covered();
    tellAttached(b, 'expired', { reason: 'OCO_TRIGGER' });
    b.fill(b.order('target'), '0.999', '110');
    b.wait(5_000);
    expect(b.log.join()).not.toMatch(/place|cancel/);
    expect(b.trade).toMatchObject({ phase: 'closed', closeReason: 'targets', targetsHit: 1 });
    // 0.999 at 110, bought at 100 with 0.001 of it gone.
    expect(resultOf(b.trade).realised.toString()).toBe('9.99');
  });

  test('its stop ends the trade', () => {
    const b = covered();
    tellTarget(b, 'expired', { reason: 'OCO_TRIGGER' });
    b.fill(b.order('stop'), '0.999', '90');
    b.wait(5_000);
    expect(b.log.join()).not.toMatch(/place|cancel/);
    expect(b.trade).toMatchObject({ phase: 'closed', closeReason: 'stop' });
  });

  test('its stop is moved, half of it closed, all of it closed', () => {
    const moved = covered();
    expect(sent(moved.request({ type: 'move_stop', price: d(95), confirmed: true }))).toEqual([
      'cancel list stop 0.999 @90 / target 0.999 @110',
    ]);
    expect(moved.cancelAll()).toContain('place list target 0.999 @110 / stop 0.999 @95');
    const halved = covered();
    halved.request({ type: 'close', fraction: d('0.5'), reason: 'user' });
    expect(halved.cancelAll().join()).toContain('place close 0.5');
    const closed = covered();
    closed.request(CLOSE);
    expect(closed.cancelAll().join()).toContain('place close 0.999');
  });

  test('taken away by somebody else it comes back', () => {
    const b = covered();
    const [stop] = b.trade.orders.filter(({ role }) => role === 'stop');
    if (!stop) throw new Error('no stop');
    b.end(stop, 'cancelled');
    tellTarget(b, 'cancelled');
    expect(b.log.join()).toContain('stop_lost');
    expect(b.wait(200).join()).toContain('place list target 0.999 @110 / stop 0.999 @90');
  });
});

describe('a part of an entry', () => {
  test('takes the rest back with stop and target, and none of them ever stood', () => {
    const b = restingPair();
    expect(sent(b.buy('0.4', '100', '0.0004'))).toEqual(['cancel entry 1 @100']);
    tellAttached(b, 'cancelled');
    tellTarget(b, 'cancelled');
    expect(gone(b, '0.4')).toEqual(['place stop 0.399 @90', 'place entry 0.6 @100']);
    // Its ids are not used again.
    expect(b.order('stop').clientId).toBe(`sb-${b.trade.id}-s0-1`);
    expect(b.order('entry').attached).toBeUndefined();
    expect(attachedOrders(b)).toEqual([]);
  });

  test('whose rest fills before it is gone has its list', () => {
    const b = restingPair();
    b.buy('0.4', '100', '0.0004');
    expect(sent(b.buy('0.6', '100', '0.0006'))).toEqual([]);
    expect(sent(tellPair(b))).toEqual([]);
    expect(gone(b, '1')).toEqual([]);
    expect(live(b)).toEqual(PAIR);
  });

  test('too small for a stop of ours leaves the list as it is', () => {
    const b = restingPair({ terms: { minNotional: d(30) } });
    expect(sent(b.buy('0.1', '100', '0.0001')).join()).not.toContain('cancel');
    expect(sent(b.buy('0.5', '100', '0.0005'))).toEqual(['cancel entry 1 @100']);
  });
});

describe('an entry that the exchange does not take with both', () => {
  function refused(b: SpotBench, code: number, cause?: RefusalCause): string[] {
    const outcome = { kind: 'rejected', code, message: 'no', ...(cause ? { cause } : {}) } as const;
    return b.send({ type: 'placed', clientId: b.order('entry').clientId, outcome });
  }

  function begun(): SpotBench {
    const shape: SpotShape = {
      entries: [['limit', '100', '1', '0.999', 'with target']],
      targets: [['110', '100']],
    };
    const b = spotBench(shape);
    b.send({ type: 'begin' });
    return b;
  }

  test('goes once more with its stop, then without, each under a new id', () => {
    const b = begun();
    expect(refused(b, -1013, 'price_filter')).toEqual(['place entry 1 @100']);
    const second = b.order('entry').attached;
    expect(second?.target).toBeUndefined();
    expect(second?.clientId).toBe(`sb-${b.trade.id}-s10000-1`);
    expect(second?.quantity.toString()).toBe('0.999');
    expect(refused(b, -2010, 'too_many')).toEqual(['place entry 1 @100']);
    expect(b.order('entry').attached).toBeUndefined();
    expect(refused(b, -2010, 'too_many').join()).toContain('rejected entry');
    const ids = b.trade.orders.map(({ clientId }) => clientId);
    expect(new Set(ids).size).toBe(3);
  });

  test('for want of money does not', () => {
    expect(refused(begun(), -2010, 'balance').join()).toContain('rejected entry');
  });
});

describe('a restart', () => {
  function restarted(): SpotBench {
    const b = restingPair();
    b.sleep(3_600_000);
    b.send({ type: 'restart', found: [] });
    return b;
  }

  test('finds that the entry has filled and that both stand: nothing is sent', () => {
    const b = restarted();
    expect(sent(tellPair(b))).toEqual([]);
    expect(sent(b.wait(600)).join()).not.toMatch(/place|cancel/);
    expect(live(b)).toEqual(PAIR);
  });

  test.each([
    ['target', 'targets', tellTarget, tellAttached],
    ['stop', 'stop', tellAttached, tellTarget],
  ] as const)('finds that the %s has been carried out', (role, reason, tell, tellOther) => {
    const b = restarted();
    tell(b, 'filled', { executed: d('0.999') });
    expect(b.log.join()).not.toMatch(/place|cancel/);
    tellOther(b, 'expired', { reason: 'OCO_TRIGGER' });
    const [entry] = b.trade.orders;
    if (!entry) throw new Error('no entry');
    const bought = fillOf(entry, '1', '100', { commission: d('0.001'), commissionAsset: 'BTC' });
    const sold = fillOf(b.order(role), '0.999', role === 'stop' ? '90' : '110', { action: 'SELL' });
    b.send({ type: 'fills', fills: [bought, { ...sold, tradeId: 'sold' }] });
    expect(b.log.join()).not.toMatch(/place|cancel/);
    expect(b.trade).toMatchObject({ phase: 'closed', closeReason: reason });
    expect(resultOf(b.trade).realised.toString()).toBe(role === 'stop' ? '-9.99' : '9.99');
  });

  test.each(['OTO_PHASE_ONE_EXPIRED', 'OCO_TRIGGER', null])(
    'a leg that ended, with its entry or after it, tells nothing (%s)',
    (reason) => {
      const b = restarted();
      tellAttached(b, reason ? 'expired' : 'cancelled', { reason });
      tellTarget(b, reason ? 'expired' : 'cancelled', { reason });
      expect(b.trade.orders).toHaveLength(1);
    },
  );

  test('adopts what was carried out in part before somebody cancelled it', () => {
    const b = restarted();
    const report = attachedReport(b, { status: 'cancelled' });
    const clientId = `sb-${b.trade.id}-t0-0`;
    const found = { ...report, clientId, price: d(110), triggerPrice: null, executed: d('0.4') };
    b.send({ type: 'adopt', found: [{ report: found, role: 'target', slot: 0 }] });
    expect(held(b.trade).toString()).toBe('0.599');
  });
});

describe('a target that sold what the dearer commission leaves', () => {
  function sold(rest: SpotShape = {}): SpotBench {
    const b = restingPair(rest);
    b.sleep(3_600_000);
    b.send({ type: 'restart', found: [] });
    tellTarget(b, 'filled', { executed: d('0.999') });
    tellAttached(b, 'expired', { reason: 'OCO_TRIGGER' });
    b.forget();
    return b;
  }

  test('has the rest given up where no order takes so little', () => {
    const b = sold();
    const did = paidElsewhere(b);
    expect(did.join()).toContain('holding_too_small');
    expect(did.join()).not.toMatch(/place|cancel/);
    expect(b.trade).toMatchObject({ phase: 'closed', closeReason: 'targets' });
  });

  test('has the rest sold at market where one does', () => {
    const b = sold({ terms: { minNotional: d('0.01') } });
    expect(sent(paidElsewhere(b))).toEqual(['place close 0.001']);
  });
});

/** The entry's execution is told: its commission was taken in another asset. */
function paidElsewhere(b: SpotBench): string[] {
  const [entry] = b.trade.orders;
  if (!entry) throw new Error('no entry');
  const bought = fillOf(entry, '1', '100', { commission: d('0.075'), commissionAsset: 'USDT' });
  const target = fillOf(b.order('target'), '0.999', '110', { action: 'SELL' });
  return b.send({ type: 'fills', fills: [bought, { ...target, tradeId: 'sold' }] });
}
