import { describe, expect, test } from 'vitest';
import { Decimal } from '../../../src/trading/decimal.ts';
import type { RefusalCause } from '../../../src/trading/exchange.ts';
import { held } from '../../../src/trading/lifecycle/facts.ts';
import { isAttached } from '../../../src/trading/lifecycle/spot/attached.ts';
import { stateOf } from '../../../src/trading/lifecycle/states.ts';
import type { Order } from '../../../src/trading/model.ts';
import { reportOf } from '../trade/fixtures.ts';
import { attachedReport, resting, tellAttached } from './attached-steps.ts';
import { type SpotBench, spotBench } from './bench.ts';

const d = (value: string | number): Decimal => new Decimal(value);

const CLOSE = { type: 'close', fraction: d(1), reason: 'user' } as const;

/** Without what is told to the user. */
function sent(did: readonly string[]): string[] {
  return did.filter((line) => !line.startsWith('filled'));
}

function refused(b: SpotBench, code: number, cause?: RefusalCause): string[] {
  const outcome = { kind: 'rejected', code, message: 'no', ...(cause ? { cause } : {}) } as const;
  return b.send({ type: 'placed', clientId: b.order('entry').clientId, outcome });
}

function attachedOrder(b: SpotBench): Order | undefined {
  return b.trade.orders.find((order) => isAttached(b.trade, order));
}

describe('a stop that goes with its entry', () => {
  test('is journalled with it, under ids of its own that are derived', () => {
    const b = resting();
    expect(b.order('entry').attached).toMatchObject({
      clientId: `sb-${b.trade.id}-s10000-0`,
      listId: `sb-${b.trade.id}-l10000-0`,
      type: 'stop_market',
      quantity: d('0.999'),
      price: null,
      triggerPrice: d(90),
    });
  });

  test('has a limit where the symbol takes no other stop', () => {
    const b = resting({ spot: { stopMarket: false } });
    expect(b.order('entry').attached).toMatchObject({ type: 'stop_limit', price: d('87.3') });
  });

  test('protects nothing, and is no order of the trade, while the entry waits', () => {
    const b = resting();
    tellAttached(b, 'waiting');
    expect(b.trade.orders).toHaveLength(1);
    expect(stateOf(b.trade)).toBe('entering');
  });
});

describe('an entry that fills whole', () => {
  test('gets no stop of ours beside the one that the exchange places', () => {
    const b = resting({ targets: [] });
    expect(sent(b.buy('1', '100', '0.001'))).toEqual([]);
    expect(sent(tellAttached(b, 'working'))).toEqual([]);
    expect(stateOf(b.trade)).toBe('protected');
    b.wait(5_000);
    expect(b.live('stop')).toEqual(['stop 0.999 @90']);
  });

  test('is known to have filled by its stop, whichever is told first', () => {
    const b = resting({ targets: [] });
    expect(sent(tellAttached(b, 'working'))).toEqual([]);
    expect(b.order('entry').status).toBe('filled');
    expect(held(b.trade).toString()).toBe('0.999');
    expect(stateOf(b.trade)).toBe('protected');
  });

  test('hands its stop over to the lists of the targets, a share at a time', () => {
    const b = resting();
    b.buy('1', '100', '0.001');
    tellAttached(b, 'working');
    const log = b.wait(600);
    expect([...log, ...b.log].some((line) => line.startsWith('replace stop'))).toBe(true);
    for (let round = 0; round < 6; round += 1) {
      b.cancelAll();
      b.takeAll();
      b.wait(600);
    }
    expect([...b.live('target'), ...b.live('stop')].sort()).toEqual([
      'stop 0.499 @90',
      'stop 0.5 @90',
      'target 0.499 @110',
      'target 0.5 @120',
    ]);
  });

  test('gives its coins up once for each list, in whichever order the two parts of a replacement are answered', () => {
    const b = resting();
    b.buy('1', '100', '0.001');
    tellAttached(b, 'working');
    b.wait(600);
    const old = attachedOrder(b);
    if (!old) throw new Error('no stop');
    b.accept(b.order('stop'));
    const value = reportOf(old, { status: 'cancelled' });
    const outcome = { kind: 'confirmed', value } as const;
    expect(b.send({ type: 'cancelled', clientId: old.clientId, outcome, withNew: true })).toContain(
      'place list target 0.499 @110 / stop 0.499 @90',
    );
  });

  test('has its stop asked for where no event tells of it', () => {
    const b = resting({ targets: [] });
    b.buy('1', '100', '0.001');
    expect(b.wait(249)).not.toContain('query stop');
    expect(b.wait(1).join()).toContain('query');
    const report = attachedReport(b, { status: 'working' });
    b.send({ type: 'report', report, fill: null });
    expect(stateOf(b.trade)).toBe('protected');
  });

  test('is covered by us at once where the exchange could not place its stop, without an alarm', () => {
    const b = resting({ targets: [] });
    b.buy('1', '100', '0.001');
    expect(sent(tellAttached(b, 'expired', { reason: 'REJECTED' }))).toEqual(['place stop 0.999 @90']);
  });

  test('and where that is told ahead of its last execution', () => {
    const b = resting({ targets: [] });
    expect(sent(tellAttached(b, 'expired', { reason: 'REJECTED' }))).toEqual([]);
    expect(b.buy('1', '100', '0.001')).toContain('place stop 0.999 @90');
  });

  test('is covered by us where its stop is not found, and that one is removed should it turn up', () => {
    const b = resting({ targets: [] });
    b.buy('1', '100', '0.001');
    const clientId = attachedOrder(b)?.clientId ?? '';
    b.wait(1_000);
    b.send({ type: 'missing', clientId });
    b.wait(1_500);
    expect(b.send({ type: 'missing', clientId })).toContain('place stop 0.999 @90');
    b.takeAll();
    expect(tellAttached(b, 'working').join()).toContain('cancel stop');
  });

  test('is covered by us where its stop is said to wait although it has filled; old news of that mean nothing', () => {
    const b = resting({ targets: [] });
    b.buy('1', '100', '0.001');
    expect(sent(tellAttached(b, 'waiting'))).toEqual([]);
    expect(b.live('stop')).toEqual(['stop 0.999 @90']);
    b.wait(4_000);
    expect(sent(tellAttached(b, 'waiting'))).toEqual(['place stop 0.999 @90']);
  });

  test('whose stop was moved meanwhile has it replaced right after', () => {
    const b = resting({ targets: [] });
    b.request({ type: 'move_stop', price: d(95), confirmed: true });
    b.buy('1', '100', '0.001');
    expect(sent(tellAttached(b, 'working'))).toEqual(['replace stop 0.999 @90 by stop 0.999 @95']);
  });

  test('and that was cancelled at that moment is covered, and closed if that was asked for', () => {
    const b = resting({ targets: [] });
    b.request(CLOSE);
    tellAttached(b, 'working');
    expect(b.live('stop')).toEqual(['stop 0.999 @90']);
    expect(b.cancelAll().join()).toContain('place close 0.999');
  });
});

describe('a part of an entry', () => {
  /** Its removal is answered: so much had executed. */
  function gone(b: SpotBench, executed: string): string[] {
    const [entry] = b.trade.orders;
    if (!entry) throw new Error('no entry');
    const value = reportOf(entry, { status: 'cancelled', executed: d(executed) });
    return sent(
      b.send({ type: 'cancelled', clientId: entry.clientId, outcome: { kind: 'confirmed', value } }),
    );
  }

  test('takes the rest back with its stop before that part gets one of ours, and sends the rest again', () => {
    const b = resting({ targets: [] });
    expect(sent(b.buy('0.4', '100', '0.0004'))).toEqual(['cancel entry 1 @100']);
    expect(gone(b, '0.4')).toEqual(['place stop 0.399 @90', 'place entry 0.6 @100']);
    const rest = b.order('entry');
    expect(rest.clientId).toBe(`sb-${b.trade.id}-e0-1`);
    expect(rest.attached).toBeUndefined();
    b.takeAll();
    b.accept(rest);
    // The stop for the part grows with it.
    expect(sent(b.buy('0.6', '100', '0.0006'))).toEqual(['replace stop 0.399 @90 by stop 0.999 @90']);
  });

  test('has a stop of ours alone: the one that went with the entry never stood, and nothing is asked for it', () => {
    const b = resting({ targets: [] });
    b.buy('0.4', '100', '0.0004');
    gone(b, '0.4');
    b.takeAll();
    const orders = b.trade.orders.map(({ clientId, status }) => [clientId, status]);
    const found = [
      { report: attachedReport(b, { status: 'cancelled' }), role: 'stop', slot: 10_000 } as const,
    ];
    expect(b.send({ type: 'adopt', found })).toEqual([]);
    expect(b.trade.orders.map(({ clientId, status }) => [clientId, status])).toEqual(orders);
    expect(b.live('stop')).toEqual(['stop 0.399 @90']);
  });

  test('whose rest fills before it is gone is covered by its stop, and nothing is sent again', () => {
    const b = resting({ targets: [] });
    b.buy('0.4', '100', '0.0004');
    expect(sent(b.buy('0.6', '100', '0.0006'))).toEqual([]);
    expect(sent(tellAttached(b, 'working'))).toEqual([]);
    expect(gone(b, '1')).toEqual([]);
    expect(b.live('stop')).toEqual(['stop 0.999 @90']);
    expect(b.live('entry')).toEqual([]);
  });

  test('is asked to go twice a second, and covered by us all the same after ten in vain', () => {
    const b = resting({ targets: [] });
    b.buy('0.4', '100', '0.0004');
    b.wait(9_999);
    expect(b.log.filter((line) => line.startsWith('cancel entry'))).toHaveLength(20);
    expect(b.log.join()).not.toContain('place');
    b.wait(1);
    expect(b.log).toContain('place stop 0.399 @90');
    b.takeAll();
    // Should all of it fill after all, one of both stops goes at once.
    b.buy('0.6', '100', '0.0006');
    expect(tellAttached(b, 'working').join()).toContain('cancel stop 0.399');
  });

  test('too small for a stop of ours leaves the list as it is', () => {
    const b = resting({ targets: [], terms: { minNotional: d(30) } });
    expect(sent(b.buy('0.1', '100', '0.0001')).join()).not.toContain('cancel');
    expect(sent(b.buy('0.5', '100', '0.0005'))).toEqual(['cancel entry 1 @100']);
  });

  test('is all there is after a close', () => {
    const b = resting();
    b.buy('0.4', '100', '0.0004');
    b.request(CLOSE);
    expect(gone(b, '0.4').join()).not.toContain('place entry');
    b.wait(5_000);
    expect(b.trade.orders.filter(({ role }) => role === 'entry')).toHaveLength(1);
  });

  test.each([
    ['what is left is too little for an order', { terms: { minNotional: d(30) } }, '0.8'],
    ['entries are cancelled meanwhile', {}, '0.4'],
  ])('is all there is where %s', (why, shape, part) => {
    const b = resting({ targets: [], ...shape });
    b.buy(part, '100');
    if (why.startsWith('entries')) b.request({ type: 'cancel_entries' });
    expect(gone(b, part).join()).not.toContain('place entry');
  });

  test('has its rest sent again once, whatever is told again', () => {
    const b = resting({ targets: [] });
    b.buy('0.4', '100', '0.0004');
    gone(b, '0.4');
    expect(gone(b, '0.4')).toEqual([]);
    b.wait(5_000);
    expect(b.trade.orders.filter(({ role }) => role === 'entry')).toHaveLength(2);
  });

  test('that was taken away by somebody else is not bought again', () => {
    const b = resting({ targets: [] });
    b.request({ type: 'cancel_entries' });
    b.buy('0.4', '100', '0.0004');
    b.end(b.order('entry'), 'cancelled');
    expect(b.trade.orders.filter(({ role }) => role === 'entry')).toHaveLength(1);
  });

  test('that was taken back before a restart is not covered before it is told what has become of it', () => {
    const b = resting({ targets: [] });
    b.buy('0.4', '100', '0.0004');
    b.sleep(3_600_000);
    b.forget();
    expect(sent(b.send({ type: 'restart', found: [] }))).toEqual(['cancel entry 1 @100']);
    expect(sent(tellAttached(b, 'filled', { executed: d('0.999') }))).toEqual([]);
    expect(held(b.trade).toString()).toBe('0');
  });

  test('is found after a restart, and taken back then', () => {
    const b = resting({ targets: [] });
    b.sleep(3_600_000);
    b.send({ type: 'restart', found: [] });
    expect(sent(b.buy('0.4', '100', '0.0004'))).toEqual(['cancel entry 1 @100']);
    expect(gone(b, '0.4')).toContain('place stop 0.399 @90');
  });
});

describe('an entry that the exchange does not take with its stop', () => {
  test('goes once more without, under a new id', () => {
    const b = spotBench({ entries: [['limit', '100', '1', '0.999']] });
    b.send({ type: 'begin' });
    const [first] = b.trade.orders;
    expect(refused(b, -2010, 'too_many')).toEqual(['place entry 1 @100']);
    const second = b.order('entry');
    expect(second.attached).toBeUndefined();
    expect(second.clientId).not.toBe(first?.clientId);
    expect(refused(b, -2010, 'too_many').join()).toContain('rejected entry');
  });

  test.each([
    ['for want of money', -2010, 'balance'],
    ['while entries are paused', 0, undefined],
    ['because the key is not taken', -2015, undefined],
  ] as const)('does not %s', (_, code, cause) => {
    const b = spotBench({ entries: [['limit', '100', '1', '0.999']] });
    b.send({ type: 'begin' });
    expect(refused(b, code, cause).join()).toContain('rejected entry');
  });

  test('nor after it was cancelled, or when its signal is no longer fresh', () => {
    const cancelled = spotBench({ entries: [['limit', '100', '1', '0.999']] });
    cancelled.send({ type: 'begin' });
    cancelled.request({ type: 'cancel_entries' });
    expect(refused(cancelled, -2010, 'too_many').join()).not.toContain('place entry');
    const stale = spotBench({ entries: [['limit', '100', '1', '0.999']], sendForMs: 1_000 });
    stale.send({ type: 'begin' });
    stale.sleep(6_000);
    expect(refused(stale, -2010, 'too_many').join()).not.toContain('place entry');
  });
});

describe('a restart', () => {
  test('finds that the entry has filled and that its stop stands: nothing is sent', () => {
    const b = resting({ targets: [] });
    b.sleep(3_600_000);
    b.send({ type: 'restart', found: [] });
    expect(sent(tellAttached(b, 'working'))).toEqual([]);
    expect(stateOf(b.trade)).toBe('protected');
    expect(b.trade.orders.filter(({ role }) => role === 'stop')).toHaveLength(1);
  });

  test('finds that it has been carried out', () => {
    const b = resting({ targets: [] });
    b.sleep(3_600_000);
    b.send({ type: 'restart', found: [] });
    tellAttached(b, 'filled', { executed: d('0.999') });
    expect(held(b.trade).isZero()).toBe(true);
    expect(b.log.join()).not.toContain('place');
  });
});
