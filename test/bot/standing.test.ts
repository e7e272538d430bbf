import { describe, expect, it } from 'vitest';
import type { PlannedRequest } from '../../src/bot/records.ts';
import { aimOf, standingOf } from '../../src/bot/standing.ts';
import type { Order, Trade } from '../../src/trading/model.ts';
import { anOrder, aTrade, d, filledTrade } from './fakes.ts';

/** What has come so far of something that a trade was asked for. */

const close = (fraction: string): PlannedRequest => ({
  type: 'close',
  fraction: d(fraction),
  reason: 'user',
});
const move: PlannedRequest = { type: 'move_stop', price: d(59_000) };
const targets: PlannedRequest = { type: 'set_targets', prices: [d(66_000)] };
const cancel: PlannedRequest = { type: 'cancel_entries' };

const holding = filledTrade();
const closing = (until: string | null): Partial<Trade> => ({
  closing: { until: until === null ? null : d(until), reason: 'user', clearTargets: false },
});
const moved: Partial<Trade> = { stopPrice: d(59_000), stopHeldPrice: d(58_000) };
const ofRole = (over: Partial<Order>): Order => anOrder({ clientId: `x-${over.role}`, ...over });
const stopAt = (price: number, over: Partial<Order> = {}): Order =>
  ofRole({ role: 'stop', triggerPrice: d(price), ...over });
const closed = (executed: string): Order =>
  ofRole({ role: 'close', status: 'filled', quantity: d(executed), executed: d(executed) });
const retargeted: Partial<Trade> = { targets: [{ price: d(66_000), sharePct: d(100) }], targetRound: 1 };

/** Slots of a round's targets follow those of the round before. */
const targetIn = (slot: number, over: Partial<Order> = {}): Order =>
  ofRole({ role: 'target', slot, price: d(66_000), ...over });

const cases: {
  given: string;
  request: PlannedRequest;
  /** The trade right after the request. */
  after: Partial<Trade>;
  /** Orders that it has got since, beside its entry. */
  orders?: Order[];
  /** What else has changed since. */
  now?: Partial<Trade>;
  ends: string;
}[] = [
  {
    given: 'a part that is not through',
    request: close('0.4'),
    after: closing('0.02'),
    orders: [closed('0.01')],
    ends: 'waiting',
  },
  {
    given: 'a part that has filled',
    request: close('0.4'),
    after: closing('0.02'),
    orders: [closed('0.02')],
    now: { closing: null },
    ends: 'done, 0.03 left',
  },
  {
    given: 'a part that was given up',
    request: close('0.4'),
    after: closing('0.02'),
    now: { closing: null },
    ends: 'refused',
  },
  {
    given: 'a part, then everything',
    request: close('0.4'),
    after: closing('0.02'),
    now: closing(null),
    ends: 'overtaken',
  },
  {
    given: 'a part, and the stop came first',
    request: close('0.4'),
    after: closing('0.02'),
    now: { phase: 'closed' },
    ends: 'ended',
  },
  { given: 'everything', request: close('1'), after: closing(null), ends: 'waiting' },
  {
    given: 'everything, and it is over',
    request: close('1'),
    after: closing(null),
    orders: [closed('0.05')],
    now: { phase: 'closed' },
    ends: 'done, 0 left',
  },
  {
    given: 'a stop without an answer',
    request: move,
    after: moved,
    orders: [stopAt(59_000, { status: 'pending' })],
    ends: 'waiting',
  },
  {
    given: 'a stop that is there',
    request: move,
    after: moved,
    orders: [stopAt(59_000)],
    ends: 'done, 0.05 left',
  },
  {
    given: 'a stop that covers a part',
    request: move,
    after: moved,
    orders: [stopAt(59_000, { quantity: d('0.02') })],
    ends: 'waiting',
  },
  {
    given: 'a stop, and only the old one stands',
    request: move,
    after: moved,
    orders: [stopAt(58_000)],
    ends: 'waiting',
  },
  {
    given: 'a stop that was refused',
    request: move,
    after: moved,
    orders: [stopAt(58_000)],
    now: { stopPrice: d(58_000) },
    ends: 'refused, stop 58000',
  },
  {
    given: 'a stop that was moved on',
    request: move,
    after: moved,
    now: { stopPrice: d(59_500) },
    ends: 'overtaken',
  },
  {
    given: 'a stop, and the trade is over',
    request: move,
    after: moved,
    now: { phase: 'closed' },
    ends: 'ended',
  },
  {
    given: 'a stop, and all that was held is sold',
    request: move,
    after: moved,
    orders: [closed('0.05')],
    ends: 'ended',
  },
  {
    given: 'a stop of the user’s own',
    request: move,
    after: moved,
    now: { userStop: true },
    ends: 'done, 0.05 left',
  },
  { given: 'targets without orders', request: targets, after: retargeted, ends: 'waiting' },
  {
    given: 'targets, and the old one stands',
    request: targets,
    after: retargeted,
    orders: [targetIn(0)],
    ends: 'waiting',
  },
  {
    given: 'targets that have been replaced',
    request: targets,
    after: retargeted,
    now: { targetRound: 2 },
    ends: 'overtaken',
  },
];

describe('what came of a request', () => {
  it.each(cases)('GIVEN $given THEN $ends', ({ request, after, orders = [], now = {}, ends }) => {
    const aim = aimOf(request, holding, { ...holding, ...after });
    const standing = standingOf(aim, {
      ...holding,
      ...after,
      ...now,
      orders: [...holding.orders, ...orders],
    });
    const more = standing.kind === 'done' ? `, ${standing.left.toFixed()} left` : '';
    const stop = standing.kind === 'refused' && standing.stop ? `, stop ${standing.stop.toFixed()}` : '';
    expect(`${standing.kind}${more}${stop}`).toBe(ends);
  });

  it('GIVEN entries that wait THEN they are cancelled once none of them may fill', () => {
    const waiting = aTrade();
    const aim = aimOf(cancel, waiting, waiting);
    expect(standingOf(aim, waiting).kind).toBe('waiting');
    expect(standingOf(aim, { ...waiting, orders: [anOrder({ status: 'cancelled' })] }).kind).toBe('done');
  });

  it('GIVEN a stop that is moved before the entry fills THEN there is nothing to wait for', () => {
    const waiting = { ...aTrade(), stopPrice: d(59_000) };
    expect(standingOf(aimOf(move, aTrade(), waiting), waiting).kind).toBe('done');
  });

  it('GIVEN a close that had filled when it was looked at THEN it is done', () => {
    const after = { ...holding, orders: [...holding.orders, closed('0.025')] };
    expect(standingOf(aimOf(close('0.5'), holding, after), after).kind).toBe('done');
  });
});
