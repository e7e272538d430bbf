import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Decimal } from '../../../src/trading/decimal.ts';
import { clientIdOf } from '../../../src/trading/lifecycle/ids.ts';
import { ORDER_TRANSITIONS, stateOf } from '../../../src/trading/lifecycle/states.ts';
import type { Order, OrderStatus } from '../../../src/trading/model.ts';
import { PATH, statesDocument } from '../../pictures/states.ts';
import { resting, restingPair, tellAttached, tellTarget } from '../spot/attached-steps.ts';
import { bought, spotBench } from '../spot/bench.ts';
import { type Bench, bench, opened } from './bench.ts';
import { fillOf, reportOf } from './fixtures.ts';
import { allChanges, nameOfChange } from './transitions.ts';

const d = (value: string | number): Decimal => new Decimal(value);

const close = { type: 'close', fraction: d(1), reason: 'user' } as const;
const moveTo = (price: number) => ({ type: 'move_stop', price: d(price), confirmed: true }) as const;
const trails = { trailingStop: { activateAfter: 0, callbackPct: d('2.25') }, breakEvenAfter: 0 };

/** A limit entry of 1 at 100 that waits. */
function waiting(): Bench {
  const b = bench({ entries: [['limit', '100', '1']], targets: [] });
  b.send({ type: 'begin' });
  b.accept(b.order('entry'));
  return b;
}

/** Filled, its stop on the way. */
function exposed(): Bench {
  const b = waiting();
  b.fill(b.order('entry'), '1', '100');
  return b;
}

function covered(): Bench {
  return opened({ targets: [] });
}

function closing(): Bench {
  const b = covered();
  b.request(close);
  return b;
}

/** Its stop has executed, a target is left. */
function clearing(b: Bench = opened({ targets: [['110', '100']] })): Bench {
  b.fill(b.order('stop'), '1', '90');
  return b;
}

/** Two entries, of which one has filled and left again; the other waits and is being cancelled. */
function leftWithOne(): Bench {
  const b = bench({
    entries: [
      ['limit', '100', '0.5'],
      ['limit', '98', '0.5'],
    ],
    targets: [],
  });
  b.send({ type: 'begin' });
  b.acceptAll('entry');
  b.fill(b.order('entry', 0), '0.5', '100');
  b.accept(b.order('stop'));
  return b;
}

/** Given up for lost, closed, and filled after all. */
function lost(): Bench {
  const b = bench({ entries: [['limit', '100', '1']], targets: [] });
  b.send({ type: 'begin' });
  b.unanswered(b.order('entry'));
  b.send({ type: 'absent', clientId: b.order('entry').clientId });
  return b;
}

/** Filled after the only target, which was for everything. */
function lateEntry(): Bench {
  const b = bench({
    entries: [
      ['limit', '100', '0.5'],
      ['limit', '98', '0.5'],
    ],
    targets: [['110', '100']],
    terms: { breakEvenAfter: 0 },
  });
  b.send({ type: 'begin' });
  b.acceptAll('entry');
  b.fill(b.order('entry', 0), '0.5', '100');
  b.wait(600);
  b.acceptAll('target');
  b.fill(b.order('target', 0), '0.5', '110');
  b.fill(b.order('entry', 1), '0.5', '98');
  return b;
}

const missing = (b: Bench, order: Order): string[] => {
  b.wait(10_000);
  return b.send({ type: 'missing', clientId: order.clientId });
};

/** A stop refused until nothing but closing is left. */
function refuseThrice(b: Bench): Bench {
  for (let attempt = 0; attempt < 3; attempt += 1) {
    b.refuse(b.order('stop'), -4045);
    b.wait(1_000);
  }
  return b;
}

const TRADE_WALKS: Record<string, () => Bench> = {
  'trade entering → exposed by report': exposed,
  'trade entering → closing by report': () => {
    const b = waiting();
    b.request(close);
    b.fill(b.order('entry'), '1', '100');
    return b;
  },
  'trade entering → closed by decision': () => {
    const b = waiting();
    b.request({ type: 'cancel_entries' });
    b.endAllCancelled();
    return b;
  },
  'trade exposed → protected by report': () => {
    const b = exposed();
    b.accept(b.order('stop'));
    return b;
  },
  'trade exposed → protected by outside': () => {
    const b = exposed();
    b.send({ type: 'user_stop', covers: true });
    return b;
  },
  'trade exposed → closing by refusal': () => refuseThrice(exposed()),
  'trade exposed → closing by report': () => {
    const b = exposed();
    b.refuse(b.order('stop'), -4045);
    b.wait(1_000);
    b.refuse(b.order('stop'), -4045);
    b.wait(1_000);
    b.end(b.order('stop'), 'rejected');
    return b;
  },
  'trade exposed → closing by silence': () => {
    const b = exposed();
    b.refuse(b.order('stop'), -4045);
    b.wait(1_000);
    b.refuse(b.order('stop'), -4045);
    b.wait(200);
    const stop = b.order('stop');
    b.unanswered(stop);
    b.wait(1_200);
    b.send({ type: 'missing', clientId: stop.clientId });
    return b;
  },
  'trade exposed → closing by request': () => {
    const b = exposed();
    b.request(close);
    return b;
  },
  'trade exposed → closing by decision': lateEntry,
  'trade protected → closing by decision': () => {
    const b = opened({ targets: [['110', '50']], terms: { minQuantity: d('0.6') } });
    b.fill(b.order('target', 0), '0.5', '110');
    return b;
  },
  'trade exposed → clearing by report': () => {
    const b = exposed();
    b.fill(b.order('stop'), '1', '90');
    return b;
  },
  'trade exposed → clearing by outside': () => {
    const b = exposed();
    b.send({ type: 'elsewhere', quantity: d(1), fills: [], cause: 'liquidated' });
    return b;
  },
  'trade protected → exposed by report': () => {
    const b = leftWithOne();
    b.fill(b.order('entry', 1), '0.5', '98');
    return b;
  },
  'trade protected → exposed by silence': () => {
    const b = covered();
    b.send({ type: 'missing', clientId: b.order('stop').clientId });
    return b;
  },
  'trade protected → exposed by outside': () => {
    const b = exposed();
    b.send({ type: 'user_stop', covers: true });
    b.send({ type: 'user_stop', covers: false });
    return b;
  },
  'trade protected → closing by refusal': () => {
    const b = opened();
    b.fill(b.order('target', 0), '0.5', '110');
    b.request(moveTo(90));
    // The price is beyond it already, and the larger one that stands has not been heard of.
    b.refuse(b.order('stop'), -2021);
    return b;
  },
  'trade protected → closing by report': () => {
    const b = opened({
      targets: [],
      terms: { trailingStop: { activateAfter: 0, callbackPct: d(1) }, breakEvenAfter: 0 },
    });
    const trail = b.order('trail');
    b.accept(trail);
    b.end(trail, 'triggered');
    b.end(trail, 'expired');
    return b;
  },
  'trade protected → closing by silence': () => {
    const b = opened({
      targets: [],
      terms: { trailingStop: { activateAfter: 0, callbackPct: d(1) }, breakEvenAfter: 0 },
    });
    const trail = b.order('trail');
    b.accept(trail);
    b.end(trail, 'triggered');
    missing(b, trail);
    return b;
  },
  'trade protected → closing by request': closing,
  'trade protected → clearing by report': () => clearing(),
  'trade protected → clearing by outside': () => {
    const b = covered();
    b.send({ type: 'elsewhere', quantity: d(1), fills: [], cause: 'user' });
    return b;
  },
  'trade closing → clearing by report': () => {
    const b = closing();
    b.fill(b.order('close'), '1', '100');
    return b;
  },
  'trade closing → clearing by outside': () => {
    const b = closing();
    b.send({ type: 'elsewhere', quantity: d(1), fills: [], cause: 'adl' });
    return b;
  },
  'trade clearing → exposed by report': () => {
    const b = leftWithOne();
    b.fill(b.order('stop'), '0.5', '90');
    b.fill(b.order('entry', 1), '0.5', '98');
    return b;
  },
  'trade clearing → protected by report': () => {
    const b = leftWithOne();
    b.fill(b.order('entry', 1), '0.2', '98');
    b.accept(b.order('stop'));
    b.send({ type: 'elsewhere', quantity: d('0.7'), fills: [], cause: 'user' });
    b.fill(b.order('entry', 1), '0.3', '98');
    return b;
  },
  'trade clearing → closing by report': () => {
    const b = leftWithOne();
    b.request(close);
    b.fill(b.order('close'), '0.5', '100');
    b.fill(b.order('entry', 1), '0.5', '98');
    return b;
  },
  'trade clearing → closed by decision': () => {
    const b = clearing();
    b.endAllCancelled();
    return b;
  },
  'trade closed → exposed by decision': () => {
    const b = lost();
    b.fill(b.order('entry'), '1', '100');
    return b;
  },
  'trade closed → closing by decision': () => {
    const b = bench({ entries: [['limit', '100', '1']], targets: [] });
    b.send({ type: 'begin' });
    b.unanswered(b.order('entry'));
    b.request(close);
    b.send({ type: 'absent', clientId: b.order('entry').clientId });
    b.fill(b.order('entry'), '1', '100');
    return b;
  },
};

/** A trade with this kind of stop, which stands. */
const STOPS: Record<string, () => Bench> = {
  initial: () => opened({ terms: { breakEvenAfter: 1 } }),
  break_even: () => {
    const b = opened({ terms: { ...trails, trailingStop: null } });
    b.request({ type: 'break_even' });
    b.accept(b.order('stop'));
    return b;
  },
  moved: () => {
    const b = opened({ terms: { breakEvenAfter: 1 } });
    b.request(moveTo(95));
    b.accept(b.order('stop'));
    return b;
  },
  trailing: () => {
    const b = opened({ terms: { ...trails, breakEvenAfter: 1 } });
    b.price('101');
    b.accept(b.order('stop'));
    return b;
  },
};

/** The trailing order of the exchange is lost, after prices that it must have seen. */
function loseTrail(b: Bench): Bench {
  b.wait(1_000);
  b.accept(b.order('trail'));
  b.wait(3_000);
  b.price('115');
  b.end(b.order('trail'), 'cancelled');
  return b;
}

const onExchange = { trailingStop: { activateAfter: 0, callbackPct: d(1) }, breakEvenAfter: 0 };

function thenRequest(kind: string, request: Parameters<Bench['request']>[0]): () => Bench {
  return () => {
    const b = STOPS[kind]?.() ?? covered();
    b.request(request);
    return b;
  };
}

function thenTarget(kind: string): () => Bench {
  return () => {
    const b = STOPS[kind]?.() ?? covered();
    b.fill(b.order('target', 0), '0.5', '110');
    return b;
  };
}

/** The first stop is moved to 95 and stands; what follows is refused. */
function backTo95(follow: (b: Bench) => void): () => Bench {
  return () => {
    const b = opened({ terms: trails });
    b.request(moveTo(95));
    b.accept(b.order('stop'));
    follow(b);
    b.refuse(b.order('stop'), -2021);
    return b;
  };
}

function backTo90(follow: (b: Bench) => void): () => Bench {
  return () => {
    const b = opened({ terms: trails });
    follow(b);
    b.refuse(b.order('stop'), -2021);
    return b;
  };
}

function thenPrice(request: Parameters<Bench['request']>[0] | null): () => Bench {
  return () => {
    const b = opened({ terms: trails });
    if (request) b.request(request);
    b.price('115');
    return b;
  };
}

function thenLost(request: Parameters<Bench['request']>[0] | null): () => Bench {
  return () => {
    const b = opened({ terms: onExchange });
    if (request) b.request(request);
    b.acceptAll('stop');
    return loseTrail(b);
  };
}

const breakEven = { type: 'break_even' } as const;

const STOP_WALKS: Record<string, () => Bench> = {
  'stop initial → break_even by decision': thenTarget('initial'),
  'stop initial → break_even by request': thenRequest('initial', breakEven),
  'stop initial → moved by request': thenRequest('initial', moveTo(95)),
  'stop initial → moved by report': () => {
    const b = covered();
    const stop = b.order('stop');
    const report = reportOf(stop, { clientId: `${stop.clientId}z`, triggerPrice: new Decimal(95) });
    b.send({ type: 'adopt', found: [{ report, role: 'stop', slot: 0 }] });
    return b;
  },
  'stop initial → trailing by price': thenPrice(null),
  'stop initial → trailing by decision': thenLost(null),
  'stop break_even → initial by refusal': backTo90((b) => b.request(breakEven)),
  'stop break_even → moved by request': thenRequest('break_even', moveTo(105)),
  'stop break_even → moved by refusal': backTo95((b) => b.request(breakEven)),
  'stop break_even → trailing by price': thenPrice(breakEven),
  'stop break_even → trailing by decision': thenLost(breakEven),
  'stop moved → initial by refusal': backTo90((b) => b.request(moveTo(95))),
  'stop moved → break_even by decision': thenTarget('moved'),
  'stop moved → break_even by request': thenRequest('moved', breakEven),
  'stop moved → trailing by price': thenPrice(moveTo(95)),
  'stop moved → trailing by decision': thenLost(moveTo(95)),
  'stop trailing → initial by refusal': backTo90((b) => b.price('101')),
  'stop trailing → break_even by decision': thenTarget('trailing'),
  'stop trailing → break_even by request': thenRequest('trailing', breakEven),
  'stop trailing → moved by request': thenRequest('trailing', moveTo(105)),
  'stop trailing → moved by refusal': backTo95((b) => b.price('101')),
};

/** A stop order in this state. */
const STOP_ORDERS: Partial<Record<OrderStatus, () => Bench>> = {
  pending: exposed,
  unknown: () => {
    const b = exposed();
    b.unanswered(b.order('stop'));
    return b;
  },
  working: covered,
  triggered: () => {
    const b = covered();
    b.end(b.order('stop'), 'triggered');
    return b;
  },
  cancelled: () => ended('cancelled'),
  expired: () => ended('expired'),
  rejected: () => ended('rejected'),
  failed: () => {
    const b = covered();
    b.send({ type: 'missing', clientId: b.order('stop').clientId });
    return b;
  },
};

function ended(status: 'cancelled' | 'expired' | 'rejected'): Bench {
  const b = covered();
  b.end(b.order('stop'), status);
  return b;
}

/** The exchange's word, in each state that a stop order can be in. */
function reportWalks(): Record<string, () => Bench> {
  const walks: Record<string, () => Bench> = {};
  for (const [from, make] of Object.entries(STOP_ORDERS)) {
    for (const [to, causes] of Object.entries(ORDER_TRANSITIONS[from as OrderStatus])) {
      if (!causes.includes('report') || to === 'unknown') continue;
      walks[`order ${from} → ${to} by report`] = () => {
        const b = make();
        const stop = b.order('stop', 0);
        if (to === 'filled') b.fill(stop, '1', '90');
        else b.end(stop, to as Parameters<Bench['end']>[1]);
        return b;
      };
    }
  }
  return walks;
}

/** An entry that the exchange was too busy for waits to be sent. */
function unsent(): Bench {
  const b = bench({ entries: [['limit', '100', '1']], targets: [], sendForMs: 10_000 });
  b.send({ type: 'begin' });
  b.throttle(b.order('entry'), 5_000);
  return b;
}

const ORDER_WALKS: Record<string, () => Bench> = {
  ...reportWalks(),
  'order pending → unknown by silence': () => {
    const b = exposed();
    b.unanswered(b.order('stop'));
    return b;
  },
  'order pending → unknown by restart': () => {
    const b = exposed();
    b.send({ type: 'restart' });
    return b;
  },
  'order pending → unknown by refusal': () => {
    const b = exposed();
    b.refuse(b.order('stop'), -4116);
    return b;
  },
  'order pending → cancelled by refusal': () => {
    const b = exposed();
    b.throttle(b.order('stop'), 1_000);
    return b;
  },
  'order pending → cancelled by decision': () => {
    const b = unsent();
    b.request({ type: 'cancel_entries' });
    return b;
  },
  'order pending → rejected by refusal': () => {
    const b = exposed();
    b.refuse(b.order('stop'), -4045);
    return b;
  },
  'order pending → failed by silence': () => {
    const b = closing();
    missing(b, b.order('close'));
    return b;
  },
  'order pending → failed by decision': () => {
    const b = unsent();
    b.sleep(11_000);
    b.send({ type: 'tick' });
    return b;
  },
  'order unknown → rejected by refusal': () => {
    const b = exposed();
    b.unanswered(b.order('stop'));
    b.refuse(b.order('stop'), -4045);
    return b;
  },
  'order unknown → failed by silence': () => {
    const b = exposed();
    b.unanswered(b.order('stop'));
    missing(b, b.order('stop', 0));
    return b;
  },
  'order working → unknown by silence': () => {
    const b = opened();
    b.send({ type: 'missing', clientId: b.order('target', 0).clientId });
    return b;
  },
  'order working → unknown by report': () => {
    const b = covered();
    const report = { ...reportOf(b.order('stop')), clientId: `${b.order('stop').clientId}z` };
    b.send({ type: 'adopt', found: [{ report, role: 'stop', slot: 0 }] });
    return b;
  },
  'order working → failed by silence': () => {
    const b = covered();
    b.send({ type: 'missing', clientId: b.order('stop').clientId });
    return b;
  },
  'order triggered → failed by silence': () => {
    const b = covered();
    b.end(b.order('stop'), 'triggered');
    missing(b, b.order('stop'));
    return b;
  },
};

function tooSmallForAStop(): Bench {
  const b = spotBench({ entries: [['limit', '100', '1']], targets: [] });
  b.send({ type: 'begin' });
  b.acceptAll('entry');
  b.buy('0.01', '100');
  b.request({ type: 'cancel_entries' });
  b.endAllCancelled();
  return b;
}

/** A stop on spot is moved, and the new one, for which the old one went, does not stay. */
function lostMove(follow: (b: Bench) => void, isMoved: boolean): () => Bench {
  return () => {
    const b = bought({ terms: trails, targets: [] });
    const moves = isMoved ? [(one: Bench) => one.request(moveTo(95)), follow] : [follow];
    for (const [nth, move] of moves.entries()) {
      const old = b.order('stop');
      move(b);
      b.end(old, 'cancelled');
      if (nth < moves.length - 1) b.accept(b.order('stop'));
    }
    const fresh = b.order('stop');
    b.unanswered(fresh);
    b.end(fresh, 'rejected');
    return b;
  };
}

const FOLLOW: Record<string, (b: Bench) => void> = {
  break_even: (b) => b.request(breakEven),
  moved: (b) => b.request(moveTo(96)),
  trailing: (b) => b.price('101'),
};

function lostMoves(): Record<string, () => Bench> {
  const walks: Record<string, () => Bench> = {};
  for (const [from, follow] of Object.entries(FOLLOW)) {
    walks[`spot stop ${from} → initial by report`] = lostMove(follow, false);
    if (from !== 'moved') walks[`spot stop ${from} → moved by report`] = lostMove(follow, true);
  }
  return walks;
}

/** A close of that quantity has executed of which the journal does not know. */
function foundAtStart(b: Bench, quantity: string): Bench {
  const stop = b.order('stop');
  const close: Order = {
    ...stop,
    clientId: clientIdOf(b.trade.id, 'close', 0, 9),
    type: 'market',
    quantity: d(quantity),
    executed: d(quantity),
    orderId: 'x9',
  };
  const report = { ...reportOf(close, { status: 'filled' }), fills: [fillOf(close, quantity, '105')] };
  b.send({ type: 'restart', found: [{ report, role: 'close', slot: 0 }] });
  return b;
}

const SPOT_WALKS: Record<string, () => Bench> = {
  ...lostMoves(),
  'spot trade protected → exposed by decision': () => {
    const b = bought({ targets: [] });
    b.request(moveTo(95));
    return b;
  },
  'spot trade exposed → closing by price': () => {
    const b = tooSmallForAStop();
    b.price('89');
    return b;
  },
  'spot trade protected → closing by price': () => {
    const b = tooSmallForAStop();
    b.send({ type: 'user_stop', covers: true });
    b.price('89');
    return b;
  },
  'order triggered → unknown by silence': () => {
    const b = bought({ targets: [] });
    b.end(b.order('stop'), 'triggered');
    missing(b, b.order('stop', 0));
    return b;
  },
  'spot trade protected → clearing by restart': () => foundAtStart(bought({ targets: [] }), '1'),
  'spot trade protected → exposed by restart': () => foundAtStart(bought({ targets: [] }), '0.4'),
  'spot trade exposed → clearing by restart': () => {
    const b = bought({ targets: [] });
    b.end(b.order('stop'), 'cancelled');
    return foundAtStart(b, '1');
  },
  'spot trade exposed → protected by restart': () => {
    const b = bought({ targets: [] });
    b.request(moveTo(95));
    // The stop was asked to go; whether it went is not known when the program comes back.
    b.send({ type: 'restart', found: [] });
    return b;
  },
  'spot trade closing → clearing by restart': () => {
    const b = bought({ targets: [] });
    b.request(close);
    return foundAtStart(b, '1');
  },
  'spot stop initial → moved by restart': () => {
    const b = bought({ targets: [] });
    const report = reportOf(b.order('stop'), {
      clientId: clientIdOf(b.trade.id, 'stop', 0, 9),
      triggerPrice: d('95'),
    });
    b.send({ type: 'restart', found: [{ report, role: 'stop', slot: 0 }] });
    return b;
  },
  'spot trade entering → protected by report': () => {
    const b = resting({ targets: [] });
    tellAttached(b, 'working');
    return b;
  },
  'spot trade entering → clearing by report': () => {
    const b = resting({ targets: [] });
    tellAttached(b, 'filled', { executed: d('0.999') });
    return b;
  },
  'spot trade exposed → closed by decision': () => {
    const b = restingPair();
    tellTarget(b, 'filled', { executed: d('0.999') });
    tellAttached(b, 'expired', { reason: 'OCO_TRIGGER' });
    const [entry] = b.trade.orders;
    if (!entry) throw new Error('no entry');
    b.send({
      type: 'fills',
      fills: [fillOf(entry, '1', '100'), fillOf(b.order('target'), '0.999', '110', { action: 'SELL' })],
    });
    return b;
  },
  'order unknown → failed by report': () => {
    const b = resting({ targets: [] });
    b.buy('1', '100');
    b.wait(5_000);
    tellAttached(b, 'waiting');
    return b;
  },
  'order working → unknown by restart': () => foundAtStart(bought({ targets: [] }), '0.4'),
  'spot trade closing → clearing by refusal': () => {
    const b = spotBench({ entries: [['limit', '100', '1']] });
    b.send({ type: 'begin' });
    b.acceptAll('entry');
    b.buy('0.01', '100');
    b.request(close);
    b.endAllCancelled();
    const outcome = { kind: 'rejected', code: -1013, message: 'NOTIONAL', cause: 'too_small' } as const;
    b.send({ type: 'placed', clientId: b.order('close').clientId, outcome });
    return b;
  },
};

const WALKS = { ...TRADE_WALKS, ...STOP_WALKS, ...ORDER_WALKS, ...SPOT_WALKS };

describe('the tables of states', () => {
  it.each(Object.entries(WALKS))('%s', (name, walk) => {
    expect(walk().changes.map(nameOfChange)).toContain(name);
  });

  it('hold no transition that is not walked here', () => {
    expect(
      allChanges()
        .map(nameOfChange)
        .filter((name) => !(name in WALKS)),
    ).toEqual([]);
  });

  it('are walked nowhere else than they say', () => {
    const known = new Set(allChanges().map(nameOfChange));
    expect(Object.keys(WALKS).filter((name) => !known.has(name))).toEqual([]);
  });
});

describe('docs/trade-states.md', () => {
  it('is what the tables draw: npm run states', () => {
    expect(readFileSync(PATH, 'utf8')).toBe(statesDocument());
  });
});

describe('the state of a trade', () => {
  it('GIVEN a stop that is being cancelled THEN it protects no more', () => {
    const b = leftWithOne();
    b.fill(b.order('entry', 1), '0.5', '98');
    expect(stateOf(b.trade)).toBe('exposed');
    b.accept(b.order('stop'));
    expect(stateOf(b.trade)).toBe('protected');
  });

  it('GIVEN what a fill alone tells THEN it is as good as a report', () => {
    const b = covered();
    b.send({ type: 'fills', fills: [fillOf(b.order('stop'), '1', '90')] });
    expect(stateOf(b.trade)).toBe('closed');
  });
});
