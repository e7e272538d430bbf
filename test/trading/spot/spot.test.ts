import { describe, expect, test } from 'vitest';
import { Decimal } from '../../../src/trading/decimal.ts';
import type { OrderReport, Outcome } from '../../../src/trading/exchange.ts';
import { dustOf, held, resultOf } from '../../../src/trading/lifecycle/facts.ts';
import { clientIdOf } from '../../../src/trading/lifecycle/ids.ts';
import { validMs } from '../../../src/trading/lifecycle/patience.ts';
import { type Order, trade } from '../../../src/trading/model.ts';
import { fillOf, reportOf } from '../trade/fixtures.ts';
import { bought, type SpotBench, spotBench, tell } from './bench.ts';

/** What stands, without the entry. */
function stands(b: SpotBench): string[] {
  return [...b.live('target'), ...b.live('stop')];
}

function late(code: number): Outcome<OrderReport> {
  return { kind: 'throttled', code, message: 'Timestamp', retryAfterMs: 0 };
}

function listFills(b: SpotBench, nth: number): void {
  const target = b.order('target', nth);
  b.fill(target, target.quantity.minus(target.executed).toString(), target.price?.toString() ?? '0');
  const stop = b.trade.orders.find((order) => order.role === 'stop' && order.listId === target.listId);
  if (stop) b.end(stop, 'expired');
}

/** The newest stop, with its list: the exchange is asked for it until it is given up. */
function neverArrives(b: SpotBench): void {
  const stop = b.order('stop');
  const legs = b.trade.orders.filter(
    ({ clientId, listId }) => clientId === stop.clientId || (listId !== undefined && listId === stop.listId),
  );
  for (const leg of legs) if (leg.status === 'pending') b.unanswered(leg);
  for (let asked = 0; asked < 12; asked += 1) {
    for (const { clientId } of legs) b.send({ type: 'missing', clientId });
    b.wait(250);
  }
}

describe('protection', () => {
  test('a bought position is covered by a list for each target, at once', () => {
    const b = spotBench();
    b.send({ type: 'begin' });
    expect(b.buy('1', '100')).toEqual([
      'place list target 0.5 @110 / stop 0.5 @90',
      'place list target 0.5 @120 / stop 0.5 @90',
      'filled entry 1',
    ]);
  });

  test('client ids of list and legs are derived, at most 36 characters, and share their generation', () => {
    const b = bought();
    const ids = b.trade.orders.flatMap((order) => [order.clientId, order.listId ?? '']);
    expect(Math.max(...ids.map((id) => id.length))).toBeLessThanOrEqual(36);
    expect(b.order('stop', 0).listId).toBe(`sb-${b.trade.id}-l0-0`);
    expect(b.order('stop', 0).clientId).toBe(`sb-${b.trade.id}-s0-0`);
    expect(b.order('target', 0).clientId).toBe(`sb-${b.trade.id}-t0-0`);
  });

  test('what no target takes has a stop that stands alone', () => {
    const b = bought({ targets: [['110', '50']] });
    expect(stands(b)).toEqual(['target 0.5 @110', 'stop 0.5 @90', 'stop 0.5 @90']);
  });

  test('GIVEN a part of the entry, a target that has executed and a rest too little for an order THEN that target stays', () => {
    const b = spotBench({ targets: [['110', '100']], terms: { minNotional: new Decimal(30) } });
    b.send({ type: 'begin' });
    b.buy('0.5', '100');
    b.takeAll();
    b.wait(600);
    b.cancelAll();
    b.takeAll();
    expect(stands(b)).toEqual(['target 0.5 @110', 'stop 0.5 @90']);
    b.fill(b.order('target'), '0.25', '110');
    b.forget();
    b.wait(400);
    expect(b.log.filter((line) => line.startsWith('cancel'))).toEqual([]);
    expect(stands(b)).toEqual(['target 0.5 @110', 'stop 0.5 @90']);
  });

  test('without targets one stop covers all', () => {
    expect(stands(bought({ targets: [] }))).toEqual(['stop 1 @90']);
  });

  test('commission taken in coins: only what is left can be covered, the rest is dust', () => {
    const b = bought({ targets: [] }, '0.0015');
    expect(stands(b)).toEqual(['stop 0.998 @90']);
    expect(dustOf(b.trade).toString()).toBe('0.0005');
  });

  test('executions that are not known as fills yet count as if they had paid in coins', () => {
    const b = spotBench({ targets: [] });
    b.send({ type: 'begin' });
    const entry = b.order('entry');
    const report = reportOf(entry, { executed: entry.quantity, status: 'filled' });
    expect(b.send({ type: 'report', report, fill: null })).toContain('place stop 0.999 @90');
  });

  test('the answer of a market order tells its fills itself', () => {
    const b = spotBench({ targets: [] });
    b.send({ type: 'begin' });
    const entry = b.order('entry');
    const fills = [fillOf(entry, '1', '100', { commission: new Decimal('0.5'), commissionAsset: 'BNB' })];
    const value = { ...reportOf(entry, { executed: entry.quantity, status: 'filled' }), fills };
    const outcome = { kind: 'confirmed', value } as const;
    expect(b.send({ type: 'placed', clientId: entry.clientId, outcome })).toContain('place stop 1 @90');
  });

  test('a symbol without STOP_LOSS gets a stop with a limit well below its trigger', () => {
    const b = bought({ targets: [], spot: { stopMarket: false } });
    const stop = b.order('stop');
    expect([stop.type, stop.triggerPrice?.toString(), stop.price?.toString()]).toEqual([
      'stop_limit',
      '90',
      '87.3',
    ]);
  });

  test.each([
    { given: 'targets too small merge into the next', minNotional: '30', targets: ['0.5', '0.5'], lists: 5 },
    {
      given: 'both legs count, the stop at its price',
      minNotional: '22.6',
      targets: ['0.5', '0.5'],
      lists: 5,
    },
    { given: 'no more than the lists that are free', minNotional: '5', targets: ['0.25', '0.75'], lists: 2 },
    { given: 'one list alone', minNotional: '5', targets: ['1'], lists: 1 },
  ])('$given', ({ minNotional, targets, lists }) => {
    const b = bought({
      targets: [
        ['104', '25'],
        ['108', '25'],
        ['112', '25'],
        ['116', '25'],
      ],
      spot: { maxLists: lists },
      terms: { minNotional: new Decimal(minNotional) },
    });
    expect(b.live('target').map((text) => text.split(' ')[1])).toEqual(targets);
    expect(b.live('stop')).toHaveLength(targets.length);
  });
});

describe('a partly filled entry', () => {
  test('is covered by a stop alone at once, which grows in one request, and by lists when it has settled', () => {
    const b = spotBench({ entries: [['limit', '100', '1']] });
    b.send({ type: 'begin' });
    b.acceptAll('entry');
    expect(b.buy('0.3', '100')).toContain('place stop 0.3 @90');
    b.takeAll();
    expect(b.buy('0.2', '100')).toContain('replace stop 0.3 @90 by stop 0.5 @90');
    b.cancelAll();
    b.takeAll();
    expect(b.wait(600)).toEqual(['replace stop 0.5 @90 by stop 0.25 @90']);
    expect(b.cancelAll()).toEqual(['place list target 0.25 @110 / stop 0.25 @90']);
    expect(b.takeAll()).toEqual(['cancel stop 0.25 @90']);
    expect(b.cancelAll()).toEqual(['place list target 0.25 @120 / stop 0.25 @90']);
    b.takeAll();
    expect(stands(b)).toEqual(['target 0.25 @110', 'target 0.25 @120', 'stop 0.25 @90', 'stop 0.25 @90']);
  });

  test('too little for any order is said, watched, and covered when more comes', () => {
    const b = spotBench({ entries: [['limit', '100', '1']] });
    b.send({ type: 'begin' });
    b.acceptAll('entry');
    expect(b.buy('0.01', '100')).toEqual(['alert holding_too_small']);
    expect(b.buy('0.5', '100')).toContain('place stop 0.51 @90');
  });
});

describe('a target that fills', () => {
  test('takes the stop of its list along; the other stops go to break-even one after the other', () => {
    const b = bought({
      targets: [
        ['110', '40'],
        ['120', '30'],
        ['130', '30'],
      ],
    });
    listFills(b, 0);
    b.wait(300);
    expect(b.log).toContain('cancel list target 0.3 @120 / stop 0.3 @90');
    expect(b.log).not.toContain('cancel list target 0.3 @130 / stop 0.3 @90');
    expect(b.cancelAll()).toContain('place list target 0.3 @120 / stop 0.3 @100.3');
    expect(b.log).not.toContain('cancel list target 0.3 @130 / stop 0.3 @90');
    expect(b.takeAll()).toContain('cancel list target 0.3 @130 / stop 0.3 @90');
    b.cancelAll();
    b.takeAll();
    expect(b.live('stop')).toEqual(['stop 0.3 @100.3', 'stop 0.3 @100.3']);
    expect(b.log.join()).not.toContain('alert');
  });

  test('GIVEN that the first new list is refused THEN the next old one stays, and the first comes back as it was', () => {
    const b = bought({
      targets: [
        ['110', '40'],
        ['120', '30'],
        ['130', '30'],
      ],
    });
    listFills(b, 0);
    b.wait(300);
    b.cancelAll();
    b.refuseCover();
    b.wait(300);
    expect(b.log).not.toContain('cancel list target 0.3 @130 / stop 0.3 @90');
    expect(b.log).toContain('place list target 0.3 @120 / stop 0.3 @90');
    b.takeAll();
    expect(b.live('stop')).toEqual(['stop 0.3 @90', 'stop 0.3 @90']);
  });

  test('the stop leg may be told first', () => {
    const b = bought();
    b.end(b.order('stop', 0), 'expired');
    b.fill(b.order('target', 0), '0.5', '110');
    b.wait(2_000);
    expect(b.log.join()).not.toContain('alert');
    expect(held(b.trade).toString()).toBe('0.5');
  });

  test('in part takes its stop along, too: the rest has a list of its own within a second', () => {
    const b = bought({ terms: { breakEvenAfter: 0 } });
    b.fill(b.order('target', 0), '0.2', '110');
    b.end(b.order('stop', 0), 'expired');
    expect(b.wait(300)).toContain('cancel target 0.5 @110');
    b.cancelAll();
    expect(b.log).toContain('place list target 0.3 @110 / stop 0.3 @90');
  });

  test('the last one closes the trade; results count commissions in coins at their price', () => {
    const b = bought({ terms: { breakEvenAfter: 0 } }, '0.001');
    // 0.999: 0.499 and 0.5.
    listFills(b, 0);
    listFills(b, 1);
    tell(b);
    expect([b.trade.phase, b.trade.closeReason]).toEqual(['closed', 'targets']);
    const { realised, fees, net } = resultOf(b.trade);
    expect(realised.toString()).toBe('14.99');
    expect(fees.toString()).toBe('0.1');
    expect(net.toString()).toBe('14.89');
  });
});

describe('the stop', () => {
  test('that executes ends its lists and the trade', () => {
    const b = bought();
    for (const nth of [0, 1]) {
      const stop = b.order('stop', nth);
      b.send({ type: 'report', report: reportOf(stop, { status: 'triggered' }), fill: null });
      b.end(b.order('target', nth), 'expired');
      b.fill(stop, '0.5', '89.9');
    }
    expect([b.trade.phase, b.trade.closeReason]).toEqual(['closed', 'stop']);
    expect(b.log.join()).not.toContain('alert');
  });

  test('alone is moved in one request', () => {
    const b = bought({ targets: [] });
    expect(b.request({ type: 'move_stop', price: new Decimal(95), confirmed: false })).toEqual([
      'replace stop 1 @90 by stop 1 @95',
    ]);
  });

  test('that would trigger at once comes back where it was', () => {
    const b = bought({ targets: [['110', '100']] });
    b.request({ type: 'move_stop', price: new Decimal(95), confirmed: false });
    b.cancelAll();
    expect(b.refuseCover('prices_crossed')).toEqual(['place stop 1 @95']);
    expect(b.refuseCover('would_trigger')).toEqual(['alert stop_move_refused', 'place stop 1 @90']);
  });

  test('that would trigger at once does not wait for the list that was sent together with it', () => {
    const b = bought({ targets: [['110', '50']] });
    for (const role of ['target', 'stop'] as const) b.endAll(role, 'cancelled');
    b.request({ type: 'move_stop', price: new Decimal(95), confirmed: false });
    expect(b.live('stop')).toEqual(['stop 0.5 @95', 'stop 0.5 @95']);
    expect(b.refuseCover('would_trigger')).toContain('alert stop_move_refused');
    expect(b.trade.stopPrice.toString()).toBe('90');
  });

  test('that would trigger at once stands there all the same where the list that was sent with it does', () => {
    const b = bought({ targets: [['110', '50']] });
    for (const role of ['target', 'stop'] as const) b.endAll(role, 'cancelled');
    b.request({ type: 'move_stop', price: new Decimal(95), confirmed: false });
    b.refuseCover('would_trigger');
    expect(b.trade.stopPrice.toString()).toBe('90');
    b.takeAll();
    expect(b.trade.stopPrice.toString()).toBe('95');
    expect(b.trade.closing).toBeNull();
    expect(b.live('stop')).not.toContain('stop 1 @90');
  });

  test('that is refused after the old one went is restored at once', () => {
    const b = bought({ targets: [['110', '100']] });
    b.request({ type: 'move_stop', price: new Decimal(95), confirmed: false });
    b.cancelAll();
    expect(b.refuseCover()).toEqual(['alert stop_move_refused', 'place list target 1 @110 / stop 1 @90']);
  });

  test('that is lost on the way, once and once more, stands in the end where it was moved to', () => {
    const b = bought({ targets: [['110', '100']] });
    b.request({ type: 'move_stop', price: new Decimal(95), confirmed: false });
    b.cancelAll();
    for (let time = 0; time < 2; time += 1) {
      neverArrives(b);
      expect(b.live('stop')).toEqual(['stop 1 @95']);
    }
    b.takeAll();
    expect(b.log).not.toContain('alert stop_move_refused');
    expect([b.trade.stopPrice.toString(), b.trade.closing]).toEqual(['95', null]);
  });

  test.each([
    ['moved', { type: 'move_stop', price: new Decimal(95), confirmed: false }, '95'],
    ['at break-even', { type: 'break_even' }, '100.3'],
  ] as const)('that is %s stays there when the list that goes for it is not found', (_, request, price) => {
    const b = bought({ targets: [['110', '100']] });
    b.request(request);
    expect(b.log).toContain('cancel list target 1 @110 / stop 1 @90');
    b.end(b.order('stop', 0), 'cancelled');
    neverArrives(b);
    expect(b.order('target', 0)).toMatchObject({ status: 'failed', reason: 'not found' });
    expect(b.live('stop')).toEqual([`stop 1 @${price}`]);
    expect(b.log).not.toContain('alert stop_move_refused');
  });

  test('stays where it was moved to when the exchange ends a list that still stands at the price before', () => {
    const b = bought();
    b.request({ type: 'move_stop', price: new Decimal(95), confirmed: false });
    const before = b.trade.orders.filter(
      (order) => order.listId !== undefined && order.cancelAskedAt === null,
    );
    expect(before.length).toBeGreaterThan(0);
    for (const order of before) b.end(order, 'expired');
    expect(b.log).toContain('alert stop_lost');
    expect(b.log).not.toContain('alert stop_move_refused');
    expect(b.trade.stopPrice.toString()).toBe('95');
  });

  test('that is lost on the way again and again: everything is sold', () => {
    const b = bought({ targets: [] });
    b.request({ type: 'move_stop', price: new Decimal(95), confirmed: false });
    b.end(b.order('stop', 0), 'cancelled');
    for (let time = 0; time < 3; time += 1) neverArrives(b);
    expect(b.log).toContain('alert stop_unplaceable');
    expect(b.log).toContain('place close 1');
    expect(b.trade.stopPrice.toString()).toBe('95');
  });

  test('at first refused three times: everything is sold', () => {
    const b = spotBench({ targets: [] });
    b.send({ type: 'begin' });
    b.buy('1', '100');
    b.refuseCover();
    b.wait(200);
    b.refuseCover();
    b.wait(400);
    b.refuseCover();
    expect(b.log).toContain('alert stop_unplaceable');
    expect(b.log.at(-1)).toBe('filled entry 1');
    expect(b.log).toContain('place close 1');
  });

  test('already crossed at the first attempt: everything is sold', () => {
    const b = spotBench({ targets: [] });
    b.send({ type: 'begin' });
    b.buy('1', '100');
    expect(b.refuseCover('would_trigger')).toContain('place close 1');
    expect(b.log).toContain('alert stop_crossed');
  });

  test('with a limit that the price has run past is sold at market within a second', () => {
    const b = bought({ targets: [], spot: { stopMarket: false } });
    const stop = b.order('stop');
    b.send({ type: 'report', report: reportOf(stop, { status: 'triggered' }), fill: null });
    expect(b.wait(1_100)).toContain('replace stop 1 @90 by stop 1 @90');
    b.cancelAll();
    expect(b.refuseCover('would_trigger')).toContain('place close 1');
  });

  test('that the user cancels in the app is back at once', () => {
    const b = bought({ targets: [['110', '100']] });
    b.end(b.order('target'), 'cancelled');
    b.end(b.order('stop'), 'cancelled');
    b.wait(300);
    expect(b.log).toContain('alert stop_lost');
    expect(b.log).toContain('place list target 1 @110 / stop 1 @90');
  });

  test('whose list is over, and nothing else is told: it is asked for, and back as soon as that is answered', () => {
    const b = bought({ targets: [['110', '100']] });
    const [target, stop] = [b.order('target'), b.order('stop')];
    const did = [target, stop].flatMap(({ clientId }) => b.send({ type: 'list_over', clientId }));
    expect(did).toEqual(['query target 1 @110', 'query stop 1 @90']);
    b.end(target, 'cancelled');
    b.end(stop, 'cancelled');
    b.wait(300);
    expect(b.log).toContain('alert stop_lost');
    expect(b.log).toContain('place list target 1 @110 / stop 1 @90');
  });

  test('whose list is over, and which stands all the same, is left as it is', () => {
    const b = bought({ targets: [['110', '100']] });
    const before = stands(b);
    for (const role of ['target', 'stop'] as const) {
      b.send({ type: 'list_over', clientId: b.order(role).clientId });
      b.send({ type: 'report', report: reportOf(b.order(role)), fill: null });
    }
    expect(stands(b)).toEqual(before);
    expect(b.wait(10_000).filter((did) => did.startsWith('query'))).toEqual([]);
  });

  test('follows the price where trailing is wanted', () => {
    const b = bought({
      targets: [],
      terms: { trailingStop: { activateAfter: 0, callbackPct: new Decimal(5) } },
    });
    expect(b.price('110')).toEqual(['replace stop 1 @90 by stop 1 @104.5']);
  });
});

/** The list of the first target was refused: a stop alone stands for its share. */
function withBareTarget(): SpotBench {
  const b = spotBench({ terms: { breakEvenAfter: 0 } });
  b.send({ type: 'begin' });
  b.buy('1', '100');
  const [first] = b.trade.orders.filter((order) => order.role === 'target');
  const outcome = { kind: 'rejected', code: -2010, message: 'no', cause: 'prices_crossed' } as const;
  b.send({ type: 'list_placed', listId: first?.listId ?? '', outcome });
  b.takeAll();
  return b;
}

/** And its price has come: its share is being sold. */
function atTarget(): SpotBench {
  const b = withBareTarget();
  tell(b);
  b.price('110.5');
  b.cancelAll();
  b.forget();
  return b;
}

describe('a target that can have no list', () => {
  test('because the price is there already: a stop alone covers its share, and its price sells it at market', () => {
    const b = withBareTarget();
    expect(stands(b)).toEqual(['target 0.5 @120', 'stop 0.5 @90', 'stop 0.5 @90']);
    tell(b);
    b.forget();
    expect(b.price('110.5')).toEqual(['cancel stop 0.5 @90']);
    expect(b.cancelAll()).toEqual(['place target 0.5']);
  });

  test('and has one by the time its price comes is sold by that alone', () => {
    const b = withBareTarget();
    b.wait(10_000);
    b.cancelAll();
    b.takeAll();
    expect(stands(b)).toEqual(['target 0.5 @120', 'target 0.5 @110', 'stop 0.5 @90', 'stop 0.5 @90']);
    tell(b);
    b.forget();
    expect(b.price('110.5')).toEqual([]);
    b.fill(b.order('target'), '0.5', '110');
    b.wait(1_000);
    expect(b.log.filter((did) => did.startsWith('place'))).toEqual([]);
  });

  test('whose sale is refused: the stop comes back, and the next attempt is 5 s away', () => {
    const b = atTarget();
    expect(b.refuse(b.order('target'), -1013)).toContain('place stop 0.5 @90');
    b.takeAll();
    b.forget();
    b.price('110.6');
    b.wait(4_800);
    expect(b.log.filter((did) => /^(place|cancel)/.test(did))).toEqual([]);
    expect(b.wait(300)).toEqual(['cancel stop 0.5 @90']);
    expect(b.cancelAll()).toEqual(['place target 0.5']);
  });

  test('whose sale is throttled waits as long as that says', () => {
    const b = atTarget();
    expect(b.throttle(b.order('target'), 1_000)).toEqual(['place stop 0.5 @90']);
    b.takeAll();
    expect(b.wait(1_100)).toEqual(['cancel stop 0.5 @90']);
    expect(b.cancelAll()).toEqual(['place target 0.5']);
  });

  test('whose sale is never answered: asked for, and sold anew once the exchange would not take it any more', () => {
    const b = atTarget();
    const sale = b.order('target');
    while (b.now - sale.createdAt < 5_000) {
      b.wait(200);
      b.send({ type: 'missing', clientId: sale.clientId });
    }
    expect(b.live('target')).toEqual(['target 0.5 @120', 'target 0.5']);
    expect(b.order('target').clientId).not.toBe(sale.clientId);
  });

  test('an entry that came with the wrong time gives covers no more of it', () => {
    const b = spotBench({ targets: [] });
    b.send({ type: 'begin' });
    b.send({ type: 'placed', clientId: b.order('entry').clientId, outcome: late(-1021) });
    b.wait(2_000);
    b.buy('1', '100');
    expect(validMs(b.trade, b.order('stop'))).toBe(1_000);
  });

  test.each([
    { given: 'the first', before: null, isAnswered: true, patienceMs: 2_000 },
    { given: 'one without any answer', before: null, isAnswered: false, patienceMs: 2_000 },
    {
      given: 'one after the exchange found another too late',
      before: -1021,
      isAnswered: true,
      patienceMs: 5_000,
    },
  ])(
    '$given that is not found is given up when the exchange would not take it any more',
    ({ before, isAnswered, patienceMs }) => {
      const b = spotBench({ targets: [] });
      b.send({ type: 'begin' });
      b.buy('1', '100');
      if (before !== null) {
        b.send({ type: 'placed', clientId: b.order('stop').clientId, outcome: late(before) });
        b.wait(300);
      }
      const first = b.order('stop');
      expect(validMs(b.trade, first)).toBe(patienceMs - 1_000);
      if (isAnswered) b.unanswered(first);
      while (b.now - first.createdAt < patienceMs) {
        expect(b.live('stop')).toEqual(['stop 1 @90']);
        expect(b.order('stop').clientId).toBe(first.clientId);
        b.wait(100);
        b.send({ type: 'missing', clientId: first.clientId });
      }
      b.wait(200);
      expect(b.order('stop').clientId).not.toBe(first.clientId);
    },
  );

  test('of targets that have been replaced meanwhile: the new ones keep their lists', () => {
    const b = spotBench();
    b.send({ type: 'begin' });
    b.buy('1', '100');
    const { listId = '' } = b.order('stop', 0);
    b.request({ type: 'set_targets', prices: [new Decimal(115)] });
    const outcome = { kind: 'rejected', code: -2010, message: 'no', cause: 'would_match' } as const;
    b.send({ type: 'list_placed', listId, outcome });
    expect(b.trade.bareTargets ?? []).toEqual([]);
    expect(trade.safeParse(JSON.parse(JSON.stringify(b.trade))).success).toBe(true);
  });

  test('because the symbol takes none now: a stop alone, and where that is refused too, again after 5 s', () => {
    const b = spotBench({ targets: [['110', '100']] });
    b.send({ type: 'begin' });
    b.buy('1', '100');
    expect(b.refuseCover('halted')).toContain('place stop 1 @90');
    expect(b.refuseCover('halted').filter((did) => did.startsWith('place'))).toEqual([]);
    expect(b.wait(5_100)).toContain('place stop 1 @90');
    b.takeAll();
    expect(b.wait(60_000)).toContain('cancel stop 1 @90');
    expect(b.cancelAll()).toContain('place list target 1 @110 / stop 1 @90');
  });

  test('because the symbol takes no more: fewer lists from now on', () => {
    const b = spotBench();
    b.send({ type: 'begin' });
    b.buy('1', '100');
    b.takeAll();
    const c = spotBench();
    c.send({ type: 'begin' });
    c.buy('1', '100');
    expect(c.refuseCover('too_many')).toContain('alert targets_merged');
    expect(c.trade.listLimit).toBe(1);
  });

  test.each(['too_many', 'no_replace'] as const)(
    'of a replacement (%s), the old one counting beside it: it goes first from then on, and no list is given up',
    (cause) => {
      const b = bought({ targets: [['110', '50']], terms: { breakEvenAfter: 0 } });
      expect(stands(b)).toEqual(['target 0.5 @110', 'stop 0.5 @90', 'stop 0.5 @90']);
      b.request({ type: 'move_stop', price: new Decimal(95), confirmed: true });
      expect(b.log).toContain('replace stop 0.5 @90 by stop 0.5 @95');
      const old = b.order('stop', -2);
      b.forget();
      expect(b.refuseCover(cause)).not.toContain('alert targets_merged');
      const kept = { kind: 'throttled', code: -1013, message: 'no', retryAfterMs: 0 } as const;
      b.send({ type: 'cancelled', clientId: old.clientId, outcome: kept, withNew: true });
      while (b.live('stop').includes('stop 0.5 @90')) {
        b.cancelAll();
        b.takeAll();
      }
      expect(b.log.filter((did) => did.startsWith('replace'))).toEqual([]);
      expect(stands(b)).toEqual(['target 0.5 @110', 'stop 0.5 @95', 'stop 0.5 @95']);
      expect(b.trade.listLimit).toBeUndefined();
    },
  );

  test('because not even one list is taken: a stop alone, and a list again after a minute', () => {
    const b = spotBench({ targets: [['110', '100']], spot: { maxLists: 1 } });
    b.send({ type: 'begin' });
    b.buy('1', '100');
    expect(b.refuseCover('too_many')).toContain('place stop 1 @90');
    b.takeAll();
    expect(b.trade.closing).toBeNull();
    expect(stands(b)).toEqual(['stop 1 @90']);
    expect(b.wait(60_000)).toContain('cancel stop 1 @90');
    expect(b.cancelAll()).toContain('place list target 1 @110 / stop 1 @90');
  });

  test('because not even a stop alone is taken: what was bought is sold', () => {
    const b = spotBench({ targets: [['110', '100']], spot: { maxLists: 1 } });
    b.send({ type: 'begin' });
    b.buy('1', '100');
    for (let attempt = 0; attempt < 4; attempt += 1) {
      b.refuseCover('too_many');
      b.wait(1_000);
    }
    expect(b.log).toContain('place close 1');
  });
});

test('more is bought, and the stop alone grows by it: what is left of a list that is over goes at once', () => {
  const b = spotBench({
    entries: [
      ['limit', '100', '5'],
      ['limit', '98', '1'],
    ],
    targets: [['110', '40']],
    terms: { breakEvenAfter: 0 },
  });
  b.send({ type: 'begin' });
  b.acceptAll('entry');
  b.buy('5', '100');
  b.wait(600);
  b.takeAll();
  b.wait(600);
  b.cancelAll();
  b.takeAll();
  expect(b.live('stop')).toEqual(['stop 3 @90', 'stop 2 @90']);
  b.fill(b.order('target'), '2', '110');
  b.sleep(300);
  const did = b.buy('1', '98').filter((line) => line.includes('stop'));
  expect(did).toEqual(['replace stop 3 @90 by stop 4 @90', 'cancel stop 2 @90']);
});

test('a stop that has gone for a list, and more bought meanwhile: the cover for most coins comes first', () => {
  const b = spotBench({
    entries: [['limit', '100', '1']],
    targets: [
      ['110', '25'],
      ['120', '75'],
    ],
  });
  b.send({ type: 'begin' });
  b.buy('0.8', '100');
  b.takeAll();
  b.wait(600);
  expect(stands(b)).toEqual(['stop 0.8 @90', 'stop 0.6 @90']);
  b.accept(b.order('stop', 1));
  b.end(b.order('stop', 0), 'cancelled');
  b.takeAll();
  expect(b.log.at(-1)).toBe('cancel stop 0.6 @90');
  b.buy('0.2', '100');
  b.forget();
  expect(b.cancelAll()).toContain('place list target 0.75 @120 / stop 0.75 @90');
  expect(b.log).not.toContain('place list target 0.25 @110 / stop 0.25 @90');
});

describe('while the symbol takes no orders', () => {
  const kept = (b: SpotBench) =>
    b.send({
      type: 'kept',
      clientIds: b.trade.orders
        .filter((order) => order.cancelAskedAt !== null)
        .map((order) => order.clientId),
    });

  test('a list that was to be moved stays, and goes when it is asked for again after 5 s', () => {
    const b = bought({ targets: [['110', '100']], terms: { breakEvenAfter: 0 } });
    const moved = { type: 'move_stop', price: new Decimal(95), confirmed: true } as const;
    expect(b.request(moved)).toEqual(['cancel list target 1 @110 / stop 1 @90']);
    expect(kept(b)).toEqual([]);
    expect(stands(b)).toEqual(['target 1 @110', 'stop 1 @90']);
    expect(b.trade.phase).toBe('open');
    expect(b.wait(4_900)).toEqual([]);
    expect(b.wait(200)).toEqual(['cancel list target 1 @110 / stop 1 @90']);
    expect(b.cancelAll()).toEqual(['place list target 1 @110 / stop 1 @95']);
  });

  test('a stop that stands alone stays, and is replaced when that is asked for again after 5 s', () => {
    const b = bought({ targets: [], terms: { breakEvenAfter: 0 } });
    const moved = { type: 'move_stop', price: new Decimal(95), confirmed: true } as const;
    expect(b.request(moved)).toEqual(['replace stop 1 @90 by stop 1 @95']);
    const { clientId } = b.order('stop', -1);
    const outcome = {
      kind: 'throttled',
      code: 0,
      message: 'the symbol takes no orders',
      retryAfterMs: 0,
    } as const;
    expect(b.send({ type: 'placed', clientId, outcome })).toEqual([]);
    expect(kept(b)).toEqual([]);
    expect(stands(b)).toEqual(['stop 1 @90']);
    expect(b.wait(4_900)).toEqual([]);
    expect(b.wait(200)).toEqual(['replace stop 1 @90 by stop 1 @95']);
  });

  test('what was to be sold stays covered, and is sold when trading goes on', () => {
    const b = bought({ targets: [['110', '100']] });
    b.request({ type: 'close', fraction: new Decimal(1), reason: 'user' });
    kept(b);
    expect(stands(b)).toEqual(['target 1 @110', 'stop 1 @90']);
    expect(b.wait(5_100)).toEqual(['cancel list target 1 @110 / stop 1 @90']);
    expect(b.cancelAll()).toEqual(['place close 1']);
  });

  test('coins that were bought beside a list that stays get a stop of their own, until one list takes all', () => {
    const b = spotBench({ entries: [['limit', '100', '1']], targets: [['110', '100']] });
    b.send({ type: 'begin' });
    b.buy('0.6', '100');
    b.takeAll();
    b.wait(600);
    b.cancelAll();
    b.takeAll();
    expect(stands(b)).toEqual(['target 0.6 @110', 'stop 0.6 @90']);
    b.buy('0.4', '100');
    expect(kept(b)).toContain('place stop 0.4 @90');
    expect(b.refuseCover('halted').filter((did) => did.startsWith('place'))).toEqual([]);
    expect(b.wait(4_900)).toEqual([]);
    expect(b.wait(200)).toContain('cancel list target 0.6 @110 / stop 0.6 @90');
    expect(kept(b)).toContain('place stop 0.4 @90');
    b.takeAll();
    expect(stands(b)).toEqual(['target 0.6 @110', 'stop 0.6 @90', 'stop 0.4 @90']);
    b.wait(5_000);
    b.cancelAll();
    b.cancelAll();
    b.takeAll();
    expect(stands(b)).toEqual(['target 1 @110', 'stop 1 @90']);
  });

  test('what covers nothing any more goes all the same', () => {
    const b = bought({ targets: [['110', '100']] });
    b.request({ type: 'move_stop', price: new Decimal(95), confirmed: true });
    kept(b);
    b.send({ type: 'elsewhere', quantity: new Decimal(1), fills: [], cause: 'user' });
    expect(b.log).toContain('cancel list target 1 @110 / stop 1 @90');
  });
});

describe('closing', () => {
  test('all of it: every list goes, then a market order', () => {
    const b = bought();
    expect(b.request({ type: 'close', fraction: new Decimal(1), reason: 'user' })).toEqual([
      'cancel list target 0.5 @120 / stop 0.5 @90',
      'cancel list target 0.5 @110 / stop 0.5 @90',
    ]);
    expect(b.cancelAll()).toEqual(['place close 1']);
  });

  test('a part: as many lists as are needed go, the farthest first; then all shrink', () => {
    const b = bought({ terms: { breakEvenAfter: 0 } });
    expect(b.request({ type: 'close', fraction: new Decimal('0.5'), reason: 'user' })).toEqual([
      'cancel list target 0.5 @120 / stop 0.5 @90',
    ]);
    expect(b.cancelAll()).toEqual(['place close 0.5']);
    // The other one goes when that is sold: until then it is all that covers the rest.
    expect(b.live('stop')).toEqual(['stop 0.5 @90']);
    const close = b.order('close');
    b.accept(close);
    b.fill(close, '0.5', '105');
    b.cancelAll();
    b.takeAll();
    expect(stands(b)).toEqual(['target 0.25 @110', 'target 0.25 @120', 'stop 0.25 @90', 'stop 0.25 @90']);
  });

  test('a part that one cover has coins enough for takes no other away', () => {
    const b = bought({ targets: [['110', '49']], terms: { breakEvenAfter: 0 } });
    expect(stands(b)).toEqual(['target 0.49 @110', 'stop 0.49 @90', 'stop 0.51 @90']);
    expect(b.request({ type: 'close', fraction: new Decimal('0.51'), reason: 'user' })).toEqual([
      'cancel stop 0.51 @90',
    ]);
    expect(b.cancelAll()).toEqual(['place close 0.51']);
  });

  test('a part that several covers are needed for takes none away that is not', () => {
    const b = bought({
      targets: [
        ['110', '50'],
        ['120', '30'],
        ['130', '10'],
      ],
      terms: { breakEvenAfter: 0 },
    });
    expect(b.live('stop')).toEqual(['stop 0.5 @90', 'stop 0.3 @90', 'stop 0.1 @90', 'stop 0.1 @90']);
    expect(b.request({ type: 'close', fraction: new Decimal('0.55'), reason: 'user' })).toEqual([
      'cancel list target 0.1 @130 / stop 0.1 @90',
      'cancel list target 0.5 @110 / stop 0.5 @90',
    ]);
    expect(b.cancelAll()).toEqual(['place close 0.55']);
  });

  test('a sale that is refused: the lists come back, and it is tried again', () => {
    const b = bought({ targets: [['110', '100']] });
    b.request({ type: 'close', fraction: new Decimal(1), reason: 'user' });
    b.cancelAll();
    expect(b.refuse(b.order('close'), -1_000)).toContain('place list target 1 @110 / stop 1 @90');
    b.takeAll();
    expect(b.wait(600)).toContain('cancel list target 1 @110 / stop 1 @90');
    expect(b.cancelAll()).toEqual(['place close 1']);
  });

  test('too little to sell is left to the user, and said', () => {
    const b = spotBench({ entries: [['limit', '100', '1']] });
    b.send({ type: 'begin' });
    b.acceptAll('entry');
    b.buy('0.01', '100');
    b.request({ type: 'close', fraction: new Decimal(1), reason: 'user' });
    b.endAllCancelled();
    const close = b.order('close');
    const outcome = { kind: 'rejected', code: -1013, message: 'NOTIONAL', cause: 'too_small' } as const;
    b.send({ type: 'placed', clientId: close.clientId, outcome });
    b.endAllCancelled();
    expect([b.trade.phase, b.trade.closeReason]).toEqual(['closed', 'too_small']);
  });

  test('a part never leaves too little to be covered: then all of it goes', () => {
    const b = bought({ terms: { minNotional: new Decimal(50) }, targets: [] });
    b.request({ type: 'close', fraction: new Decimal('0.5'), reason: 'user' });
    expect(b.cancelAll()).toEqual(['place close 1']);
  });
});

describe('coins that are not there', () => {
  test('are looked for before a stop is tried again, and sold elsewhere when they are gone', () => {
    const b = bought({ targets: [] });
    b.end(b.order('stop'), 'cancelled');
    b.wait(150);
    expect(b.refuseCover('balance')).toContain('compare');
    expect(b.wait(1_500).filter((did) => did.startsWith('place'))).toEqual([]);
    b.send({ type: 'elsewhere', quantity: new Decimal(1), fills: [], cause: 'user' });
    expect([b.trade.phase, b.trade.closeReason]).toEqual(['closed', 'elsewhere']);
  });
});

describe('a restart', () => {
  test.each<[string, (b: SpotBench, stop: Order) => void]>([
    ['as the order is asked for', (b, stop) => b.fill(stop, '0.5', '94')],
    ['among executions', (b, stop) => b.send({ type: 'fills', fills: [fillOf(stop, '0.5', '94')] })],
  ])(
    'GIVEN a moved stop that sold unseen, found %s THEN no looser one follows: the rest is sold',
    (_, find) => {
      const b = bought();
      b.request({ type: 'move_stop', price: new Decimal(95), confirmed: false });
      b.cancelAll();
      b.send({ type: 'restart', found: [] });
      const moved = b.order('stop');
      expect(moved.triggerPrice?.toString()).toBe('95');
      find(b, moved);
      for (const role of ['target', 'stop'] as const) b.endAll(role, 'cancelled');
      b.wait(1_100);
      b.refuseCover('prices_crossed');
      expect(b.refuseCover('would_trigger')).toContain('alert stop_crossed');
      expect(b.refuseCover('prices_crossed')).toContain('place close 0.5');
      expect(b.trade.stopPrice.toString()).toBe('95');
    },
  );

  test('GIVEN a moved stop that never left, and a message that is read once more THEN it stands where it was moved to', () => {
    const b = bought();
    const move = { type: 'move_stop', price: new Decimal(95), confirmed: false } as const;
    b.request(move);
    const [first] = b.trade.orders.filter(({ cancelAskedAt }) => cancelAskedAt !== null);
    b.cancelAll();
    b.send({ type: 'restart', found: [] });
    b.request(move);
    neverArrives(b);
    expect(b.log).not.toContain('alert stop_move_refused');
    expect(b.trade.stopPrice.toString()).toBe('95');
    expect(b.live('stop')).toContain(`stop ${first?.quantity} @95`);
  });

  test('GIVEN a sale that the journal never heard of THEN it is known at once, and nothing is protected any more', () => {
    const b = bought({ targets: [] });
    const stop = b.order('stop');
    const close = { ...stop, clientId: clientIdOf(b.trade.id, 'close', 0, 0), orderId: 'x9' };
    const fills = [fillOf(close, '1', '105')];
    const report = { ...reportOf(close, { status: 'filled', executed: new Decimal(1) }), fills };
    b.send({ type: 'restart', found: [{ report, role: 'close', slot: 0 }] });
    expect(b.log).toContain('filled close 1');
    b.end(stop, 'cancelled');
    b.wait(2_000);
    expect(b.log.filter((did) => did.startsWith('place'))).toEqual([]);
    expect([b.trade.phase, b.trade.closeReason, b.trade.elsewhere.toString()]).toEqual([
      'closed',
      'user',
      '0',
    ]);
  });
});
