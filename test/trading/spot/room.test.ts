import { expect, test } from 'vitest';
import { Decimal } from '../../../src/trading/decimal.ts';
import { type SpotBench, spotBench } from './bench.ts';

/** Where the symbol takes no further stop beside those that stand. */

/** What becomes of the old stop where the new one of the same request was refused. */
const KEPT = { kind: 'throttled', code: -1013, message: 'no', retryAfterMs: 0 } as const;

const TARGETS: [string, string][] = [
  ['110', '20'],
  ['120', '20'],
  ['130', '40'],
];

/** The symbol takes no further stop: the larger one does not come in the place of the one that stands, which stays. */
function noFurther(b: SpotBench): void {
  const { clientId } = b.order('stop', -2);
  b.refuseCover('too_many');
  b.send({ type: 'cancelled', clientId, outcome: KEPT, withNew: true });
}

/** Of an entry for so many two have been bought, and each of four targets has its list. */
function filling(quantity: string): SpotBench {
  const targets = ['110', '120', '130', '140'].map((price): [string, string] => [price, '25']);
  const b = spotBench({ entries: [['limit', '100', quantity]], targets });
  b.send({ type: 'begin' });
  b.acceptAll('entry');
  b.buy('2', '100');
  for (const _ of targets) {
    b.takeAll();
    b.wait(600);
    b.cancelAll();
  }
  b.takeAll();
  return b;
}

/** Lists for 2, 2 and 4 and a stop for 2, whose move has met that no further one is taken: the first list is to go. */
function full(): SpotBench {
  const b = spotBench({ entries: [['market', null, '10']], targets: TARGETS, terms: { breakEvenAfter: 0 } });
  b.send({ type: 'begin' });
  b.buy('10', '100');
  b.takeAll();
  b.request({ type: 'move_stop', price: new Decimal(95), confirmed: true });
  noFurther(b);
  expect(b.did).toContain('cancel list target 2 @110 / stop 2 @90');
  return b;
}

test('a stop that has gone for a larger one, while no further is taken and the rest fills: it comes for all that is free', () => {
  const b = filling('10');
  expect(b.live('stop')).toEqual(Array(4).fill('stop 0.5 @90'));
  b.buy('6', '100');
  b.takeAll();
  b.buy('1', '100');
  noFurther(b);
  expect(b.log.at(-1)).toBe('cancel stop 6 @90');
  b.buy('1', '100');
  const placed = b.cancelAll().filter((did) => did.startsWith('place'));
  expect(placed).toEqual(['place stop 8 @90']);
  expect(b.takeAll()).toContain('cancel list target 0.5 @110 / stop 0.5 @90');
  expect(b.cancelAll()).toContain('replace stop 8 @90 by stop 6 @90');
});

test('the rest fills while coins are given up for a list: the stop that stands alone takes what the list leaves, then it comes', () => {
  const b = filling('12');
  b.buy('6', '100');
  b.takeAll();
  b.buy('2', '100');
  noFurther(b);
  b.cancelAll();
  b.takeAll();
  expect(b.wait(600)).toContain('cancel list target 0.5 @110 / stop 0.5 @90');
  const legs = b.trade.orders.filter(
    ({ cancelAskedAt, status }) => cancelAskedAt !== null && status === 'working',
  );
  const given = legs.flatMap((leg) => b.end(leg, 'cancelled'));
  expect(given).toContain('replace stop 8 @90 by stop 6 @90');
  const before = b.order('stop', -2);
  b.buy('2', '100');
  b.takeAll();
  const grown = b.end(before, 'cancelled');
  expect(grown).toContain('replace stop 6 @90 by stop 7.5 @90');
  expect(grown.filter((did) => did.startsWith('place'))).toEqual([]);
  b.takeAll();
  expect(b.cancelAll()).toContain('place list target 3 @110 / stop 3 @90');
});

test('a list goes where no further stop is taken, and the stop is moved: nothing comes before it has gone, and its coins go to the stop that stands alone', () => {
  const targets: [string, string][] = [
    ['110', '5'],
    ['120', '5'],
    ['130', '60'],
  ];
  const b = spotBench({ entries: [['market', null, '20']], targets, terms: { breakEvenAfter: 0 } });
  b.send({ type: 'begin' });
  b.buy('20', '100');
  b.takeAll();
  b.request({ type: 'close', fraction: new Decimal('0.5'), reason: 'user' });
  b.cancelAll();
  b.fill(b.order('close'), '10', '100');
  for (const leg of b.trade.orders.slice(-4)) b.accept(leg);
  expect(b.did).toContain('replace stop 6 @90 by stop 3 @90');
  b.refuseCover('too_many');
  const { clientId } = b.order('stop', 3);
  b.send({ type: 'cancelled', clientId, outcome: KEPT, withNew: true });
  expect(b.did).toContain('cancel list target 1 @110 / stop 1 @90');
  const moved = b.request({ type: 'move_stop', price: new Decimal(95), confirmed: true });
  expect(moved.filter((did) => did.startsWith('place'))).toEqual([]);
  expect(b.cancelAll()).toContain('replace stop 6 @90 by stop 7.5 @95');
  expect(b.log).toContain('place list target 0.5 @110 / stop 0.5 @95');
  expect(b.log).not.toContain('place list target 0.5 @120 / stop 0.5 @95');
  b.takeAll();
  expect(b.cancelAll()).toContain('place list target 0.5 @120 / stop 0.5 @95');
});

test('a list that is refused for its prices has taken no place: the next one that there are coins for comes there', () => {
  const b = full();
  expect(b.cancelAll()).toContain('place list target 2 @110 / stop 2 @95');
  expect(b.refuseCover('prices_crossed')).toContain('place list target 2 @120 / stop 2 @95');
});

test('a list that is refused because no further one is taken has none: another one goes first', () => {
  const b = full();
  b.cancelAll();
  const did = b.refuseCover('too_many');
  expect(did.filter((line) => line.startsWith('place'))).toEqual([]);
  expect(did.filter((line) => line.startsWith('cancel'))).toHaveLength(1);
});

test('targets that have sold a part, and lost their stops by that: what is left of one is covered before the next goes', () => {
  const b = full();
  for (let at = 0; at < 4; at += 1) {
    b.cancelAll();
    b.takeAll();
  }
  expect(b.live('stop').toSorted()).toEqual(['stop 2 @95', 'stop 2 @95', 'stop 2 @95', 'stop 4 @95']);
  for (const at of [-3, -2, -1]) {
    const target = b.order('target', at);
    const stop = b.trade.orders.find(({ listId, role }) => listId === target.listId && role === 'stop');
    if (stop) b.end(stop, 'expired');
    b.fill(target, '1', target.price?.toString() ?? '');
  }
  expect(b.wait(300)).toContain('cancel target 2 @110');
  expect(b.cancelAll()).toContain('place list target 1 @110 / stop 1 @95');
  expect(b.takeAll()).toContain('cancel target 2 @120');
  expect(b.end(b.order('target', -3), 'cancelled')).toContain('place list target 1 @120 / stop 1 @95');
});

test('coins have come free, and not enough for the list that waits: the stop alone takes them meanwhile', () => {
  const targets: [string, string][] = [
    ['110', '50'],
    ['120', '30'],
    ['130', '10'],
  ];
  const b = spotBench({ entries: [['limit', '100', '10']], targets, terms: { breakEvenAfter: 0 } });
  b.send({ type: 'begin' });
  b.acceptAll('entry');
  b.buy('6', '100');
  b.takeAll();
  for (const _ of targets) {
    b.wait(600);
    b.cancelAll();
    b.takeAll();
  }
  expect(b.live('stop')).toEqual(['stop 3 @90', 'stop 1.8 @90', 'stop 0.6 @90', 'stop 0.6 @90']);
  b.buy('4', '100');
  b.takeAll();
  expect(b.cancelAll()).toContain('place stop 1 @90');
  expect(b.refuseCover('too_many')).toContain('cancel list target 1.8 @120 / stop 1.8 @90');
  // 4.8 are free then, and the list for 5 is to come beside a stop for 1.
  expect(b.cancelAll()).toContain('replace stop 0.6 @90 by stop 5.4 @90');
  b.takeAll();
  expect(b.live('stop')).toContain('stop 5.4 @90');
});
