import { describe, expect, it } from 'vitest';
import { Decimal } from '../../../src/trading/decimal.ts';
import { judgeRequest } from '../../../src/trading/lifecycle/requests.ts';
import { mergedTargets, targetQuantities } from '../../../src/trading/lifecycle/targets.ts';
import { bench, opened } from './bench.ts';
import { fillOf, reportOf, tradeOf } from './fixtures.ts';

const prices = (...list: string[]) => ({
  type: 'set_targets' as const,
  prices: list.map((price) => new Decimal(price)),
});

describe('targets after a fill', () => {
  it('GIVEN a market entry THEN they are placed with the stop, each with its share', () => {
    const b = bench();
    b.send({ type: 'begin' });
    b.accept(b.order('entry'));
    const done = b.fill(b.order('entry'), '1', '100');
    expect(done).toEqual([
      'place stop 1 @90',
      'place target 0.5 @110',
      'place target 0.5 @120',
      'filled entry 1',
    ]);
  });

  it('GIVEN a ladder that fills in parts THEN they wait for half a second of quiet, then fit what is held', () => {
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
    expect(b.live('target')).toEqual([]);
    b.wait(500);
    b.acceptAll('target');
    expect(b.live('target')).toEqual(['target 0.25 @110', 'target 0.25 @120']);
    b.fill(b.order('entry', 1), '0.5', '98');
    b.endAllCancelled();
    expect(b.live('target')).toEqual(['target 0.5 @110', 'target 0.5 @120']);
  });

  it('GIVEN a filled target THEN the stop is resized and moved to break-even with fees, new before old', () => {
    const b = opened();
    b.fill(b.order('target', 0), '0.5', '110');
    // 100 × (1 + 0.0005) / (1 − 0.0005) = 100.10005…, up to the tick.
    expect(b.did[0]).toBe('place stop 0.5 @100.2');
    expect(b.live('stop')).toEqual(['stop 1 @90', 'stop 0.5 @100.2']);
    expect(b.accept(b.order('stop'))).toContain('cancel stop 1 @90');
    expect(b.live('target')).toEqual(['target 0.5 @120']);
  });

  it('GIVEN a short that entered as a maker THEN break-even is below its average', () => {
    const b = bench({ side: 'short', entries: [['limit', '100', '1']] });
    b.send({ type: 'begin' });
    b.accept(b.order('entry'));
    b.fill(b.order('entry'), '1', '100');
    b.acceptAll('stop');
    b.acceptAll('target');
    b.fill(b.order('target', 0), '0.5', '90');
    // 100 × (1 − 0.0002) / (1 + 0.0005) = 99.93003…, down to the tick.
    expect(b.trade.stopPrice.toString()).toBe('99.9');
  });

  it.each([
    { after: 0, hit: 1, stop: '90' },
    { after: 1, hit: 1, stop: '100.2' },
    { after: 2, hit: 1, stop: '90' },
    { after: 2, hit: 2, stop: '100.2' },
  ])('GIVEN breakEvenAfter $after and $hit targets THEN the stop is at $stop', ({ after, hit, stop }) => {
    const b = opened({
      targets: [
        ['110', '30'],
        ['120', '30'],
        ['130', '40'],
      ],
      terms: { breakEvenAfter: after },
    });
    for (let nth = 0; nth < hit; nth += 1) b.fill(b.order('target', nth), '0.3', String(110 + nth * 10));
    expect(b.trade.stopPrice.toString()).toBe(stop);
  });

  it('GIVEN a fill known only by its quantity THEN break-even waits for the price that was paid', () => {
    const b = bench();
    b.send({ type: 'begin' });
    const entry = b.order('entry');
    b.accept(entry, { status: 'filled', executed: new Decimal(1) });
    b.acceptAll('stop');
    b.acceptAll('target');
    b.fill(b.order('target', 0), '0.5', '110');
    expect(b.trade.stopPrice.toString()).toBe('90');
    expect(b.wait(1_000)).toContain('query_fills');
    b.send({ type: 'fills', fills: [fillOf(entry, '1', '101')] });
    expect(b.trade.stopPrice.toString()).toBe('101.2');
  });

  it('GIVEN the last target THEN the stop goes and the trade is closed by its targets', () => {
    const b = opened();
    b.fill(b.order('target', 0), '0.5', '110');
    b.acceptAll('stop');
    b.fill(b.order('target', 1), '0.5', '120');
    b.endAllCancelled();
    expect([b.trade.phase, b.trade.closeReason]).toEqual(['closed', 'targets']);
  });

  it('GIVEN shares below 100 THEN a runner stays on the stop', () => {
    const b = opened({ targets: [['110', '60']] });
    b.fill(b.order('target', 0), '0.6', '110');
    b.acceptAll('stop');
    b.endAllCancelled();
    expect(b.trade.phase).toBe('open');
    expect(b.live('target')).toEqual([]);
    expect(b.live('stop')).toEqual(['stop 0.4 @100.2']);
  });
});

describe('targets that go together', () => {
  const [small, large] = ['10', '90'];
  it.each([
    { what: 'none', held: '1', shares: [small, large], hit: 0, expected: [] },
    { what: 'a first one with the next', held: '0.1', shares: [small, large], hit: 0, expected: [[0, 1]] },
    {
      what: 'a last one with the one before',
      held: '0.1',
      shares: [large, small],
      hit: 0,
      expected: [[1, 0]],
    },
    { what: 'none that is done', held: '0.1', shares: [small, large], hit: 1, expected: [] },
    {
      what: 'one that is less than a step with the stop',
      held: '0.001',
      shares: [small],
      hit: 0,
      expected: [[0, null]],
    },
    { what: 'none before anything is held', held: '0', shares: [small, large], hit: 0, expected: [] },
  ] as const)('GIVEN $what THEN they are told', ({ held, shares, hit, expected }) => {
    const targets = shares.map((share, index): [string, string] => [`${110 + index * 10}`, share]);
    const b = bench({ entries: [['limit', '100', '1']], targets });
    b.send({ type: 'begin' });
    b.accept(b.order('entry'));
    if (held !== '0') b.fill(b.order('entry'), held, '100');
    expect([...mergedTargets({ ...b.trade, targetsHit: hit })]).toEqual(expected);
  });
});

describe('quantities of targets', () => {
  it.each([
    {
      what: 'even halves',
      quantity: '1',
      targets: [
        ['110', '50'],
        ['120', '50'],
      ],
      expected: ['0.5', '0.5'],
    },
    {
      what: 'thirds',
      quantity: '1',
      targets: [
        ['110', '33.33'],
        ['120', '33.33'],
        ['130', '33.33'],
      ],
      expected: ['0.333', '0.333', '0.334'],
    },
    {
      what: 'a first one below the minimum',
      quantity: '0.1',
      targets: [
        ['110', '10'],
        ['120', '90'],
      ],
      expected: ['0', '0.1'],
    },
    {
      what: 'a last one below the minimum',
      quantity: '0.1',
      targets: [
        ['110', '90'],
        ['120', '10'],
      ],
      expected: ['0.1', '0'],
    },
    {
      what: 'nothing that reaches the minimum',
      quantity: '0.002',
      targets: [
        ['110', '50'],
        ['120', '50'],
      ],
      expected: ['0', '0.002'],
    },
    {
      what: 'a runner',
      quantity: '1',
      targets: [
        ['110', '25'],
        ['120', '25'],
      ],
      expected: ['0.25', '0.25'],
    },
    { what: 'none', quantity: '1', targets: [], expected: [] },
  ] as { what: string; quantity: string; targets: [string, string][]; expected: string[] }[])(
    'GIVEN $what',
    ({ quantity, targets, expected }) => {
      const trade = tradeOf({ entries: [['market', null, quantity]], targets });
      const orders = trade.orders.map((order) => ({ ...order, executed: order.quantity }));
      expect(targetQuantities({ ...trade, orders }).map(String)).toEqual(expected);
    },
  );

  it('GIVEN a target merged into the next WHEN its price trades THEN it counts as reached', () => {
    const b = opened({
      entries: [['market', null, '0.1']],
      targets: [
        ['110', '10'],
        ['120', '90'],
      ],
    });
    expect(b.live('target')).toEqual(['target 0.1 @120']);
    b.price('110');
    expect(b.trade.targetsHit).toBe(1);
    expect(b.trade.stopKind).toBe('break_even');
  });

  it('GIVEN a target that is being resized WHEN its price trades THEN it is not taken for a merged one', () => {
    const b = opened();
    b.request({ type: 'close', fraction: new Decimal('0.2'), reason: 'user' });
    b.fill(b.order('close'), '0.2', '100');
    b.end(b.order('target', 0), 'cancelled');
    b.refuse(b.order('target'), -2022);
    b.price('111');
    expect(b.trade.targetsHit).toBe(0);
    expect(b.wait(5_000)).toContain('place target 0.4 @110');
  });
});

describe('a target that has filled partly', () => {
  it('GIVEN a close of half THEN the rest of it still adds up to what is held', () => {
    const b = opened();
    b.fill(b.order('target', 0), '0.2', '110');
    b.acceptAll('stop');
    b.request({ type: 'close', fraction: new Decimal('0.5'), reason: 'user' });
    b.fill(b.order('close'), '0.4', '110');
    b.endAllCancelled();
    b.acceptAll('target');
    // 0.4 held and 0.2 gone at the first target: half of 0.6 each.
    expect(b.live('target')).toEqual(['target 0.1 @110', 'target 0.3 @120']);
  });

  it('GIVEN that more has left there than should now THEN it is done', () => {
    const b = opened();
    b.fill(b.order('target', 0), '0.4', '110');
    b.acceptAll('stop');
    b.request({ type: 'close', fraction: new Decimal('0.8'), reason: 'user' });
    b.fill(b.order('close'), '0.48', '110');
    expect(b.trade.targetsHit).toBe(1);
    b.endAllCancelled();
    b.endAllCancelled();
    expect(b.live('target')).toEqual(['target 0.12 @120']);
  });
});

describe('two targets that have filled partly', () => {
  it('GIVEN a position closed elsewhere THEN neither counts as reached', () => {
    const b = opened();
    b.fill(b.order('target', 0), '0.1', '110');
    b.fill(b.order('target', 1), '0.1', '120');
    b.send({ type: 'elsewhere', quantity: new Decimal('0.8'), fills: [], cause: 'user' });
    expect(b.trade.targetsHit).toBe(0);
  });

  it('GIVEN that next to nothing is left THEN one look is enough to see what is done', () => {
    const b = opened();
    b.fill(b.order('target', 0), '0.2', '110');
    b.fill(b.order('target', 1), '0.2', '120');
    b.send({ type: 'elsewhere', quantity: new Decimal('0.598'), fills: [], cause: 'user' });
    const { targetsHit } = b.trade;
    b.send({ type: 'tick' });
    expect(b.trade.targetsHit).toBe(targetsHit);
  });
});

describe('a target that cannot stand', () => {
  it('GIVEN refusals THEN it is tried ever more rarely, the others stand', () => {
    const b = bench();
    b.send({ type: 'begin' });
    b.fill(b.order('entry'), '1', '100');
    b.acceptAll('stop');
    b.accept(b.order('target', 1));
    let tried = 0;
    for (let minute = 0; minute < 120; minute += 1) {
      for (const order of b.trade.orders) {
        if (order.role !== 'target' || order.status !== 'pending') continue;
        tried += 1;
        b.refuse(order, -4016);
      }
      b.wait(60_000);
    }
    expect(tried).toBeGreaterThan(5);
    expect(tried).toBeLessThan(12);
    expect(b.live('target')).toEqual(['target 0.5 @120']);
  });

  it('GIVEN one that the exchange takes off the book THEN it is back after a pause, not in a loop', () => {
    const b = opened();
    expect(b.end(b.order('target', 0), 'expired')).toEqual(['compare']);
    expect(b.wait(4_999)).toEqual([]);
    expect(b.wait(1)).toEqual(['place target 0.5 @110']);
  });

  it('GIVEN one that stood and is not found THEN a second one waits; should both turn up one goes', () => {
    const b = opened();
    const target = b.order('target', 0);
    b.send({ type: 'missing', clientId: target.clientId });
    b.wait(9_999);
    b.send({ type: 'missing', clientId: target.clientId });
    expect(b.log.filter((line) => line.startsWith('place'))).toEqual([]);
    b.wait(1);
    expect(b.send({ type: 'missing', clientId: target.clientId })).toEqual(['place target 0.5 @110']);
    b.accept(b.order('target'));
    expect(b.end(target, 'working')).toEqual(['cancel target 0.5 @110']);
  });
});

describe('new targets', () => {
  it.each([
    ['long', '90', ['104', '105.04', '115'], ['104', '105.04']],
    ['short', '110', ['106', '104.96', '85'], ['106', '104.96']],
  ] as const)(
    'GIVEN a %s and some that the market has passed, or the tick they go to has, THEN those are left out',
    (side, stop, asked, leftOut) => {
      const b = opened({ side, stop, targets: [] });
      const at = { last: new Decimal(105), mark: new Decimal(100) };
      expect(judgeRequest(b.trade, prices(...asked), at)).toEqual({
        kind: 'done',
        leftOut: leftOut.map((price) => new Decimal(price)),
      });
      expect(judgeRequest(b.trade, prices(...leftOut), at)).toEqual({
        kind: 'refused',
        reason: 'target_passed',
      });
      expect(judgeRequest(b.trade, prices(...asked), null)).toEqual({ kind: 'done' });
    },
  );

  it('GIVEN set_targets THEN the old ones go first, the new ones are of a new round', () => {
    const b = opened();
    expect(b.request(prices('130', '115'))).toEqual(['cancel target 0.5 @110', 'cancel target 0.5 @120']);
    expect(b.end(b.order('target', 0), 'cancelled')).toEqual([]);
    expect(b.end(b.order('target', 1), 'cancelled')).toEqual([
      'place target 0.5 @115',
      'place target 0.5 @130',
    ]);
    expect(new Set(b.trade.orders.map((order) => order.clientId)).size).toBe(b.trade.orders.length);
  });

  it('GIVEN that an old one fills meanwhile THEN the new ones share the rest', () => {
    const b = opened();
    b.request(prices('115', '130'));
    b.fill(b.order('target', 0), '0.5', '110');
    b.end(b.order('target', 1), 'cancelled');
    expect(b.live('target')).toEqual(['target 0.25 @115', 'target 0.25 @130']);
    expect(b.trade.targetsHit).toBe(0);
  });

  it('GIVEN a merged first target in a later round WHEN its price trades THEN it counts', () => {
    const b = opened({ entries: [['market', null, '0.06']], targets: [] });
    b.request(prices('104', '106'));
    expect(b.live('target')).toEqual(['target 0.06 @106']);
    b.acceptAll('target');
    b.price('104');
    expect(b.trade.targetsHit).toBe(1);
  });

  it('GIVEN none THEN everything is left to the stop', () => {
    const b = opened();
    b.request(prices());
    b.endAllCancelled();
    expect(b.live('target')).toEqual([]);
    expect(b.live('stop')).toEqual(['stop 1 @90']);
  });
});

describe('a position that became smaller elsewhere', () => {
  it.each([
    { cause: 'user', reason: 'elsewhere' },
    { cause: 'liquidated', reason: 'liquidated' },
    { cause: 'adl', reason: 'adl' },
    { cause: 'other_trade', reason: 'elsewhere' },
  ] as const)('GIVEN $cause took all of it THEN everything goes, closed as $reason', ({ cause, reason }) => {
    const b = opened();
    expect(b.send({ type: 'elsewhere', quantity: new Decimal(1), fills: [], cause })).toContain(
      `elsewhere 1 ${cause}`,
    );
    b.endAll('target', 'cancelled');
    b.endAllCancelled();
    expect([b.trade.phase, b.trade.closeReason]).toEqual(['closed', reason]);
  });

  it('GIVEN a part THEN targets and stop are fitted to the rest', () => {
    const b = opened();
    b.send({ type: 'elsewhere', quantity: new Decimal('0.5'), fills: [], cause: 'user' });
    b.acceptAll('stop');
    b.endAllCancelled();
    expect(b.live('stop')).toEqual(['stop 0.5 @90']);
    expect(b.live('target')).toEqual(['target 0.25 @110', 'target 0.25 @120']);
  });

  it('GIVEN that it was our own stop after all THEN nothing is counted twice', () => {
    const b = opened({ targets: [] });
    const stop = b.order('stop');
    b.send({ type: 'elsewhere', quantity: new Decimal(1), fills: [], cause: 'user' });
    const report = reportOf(stop, { status: 'filled', executed: new Decimal(1) });
    b.send({ type: 'report', report, fill: fillOf(stop, '1', '89.9') });
    expect(b.trade.elsewhere.toString()).toBe('0');
    expect([b.trade.phase, b.trade.closeReason]).toEqual(['closed', 'stop']);
  });
});
