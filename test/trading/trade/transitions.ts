import {
  type Cause,
  causeOf,
  ORDER_TRANSITIONS,
  SPOT_TRANSITIONS,
  STOP_TRANSITIONS,
  stateOf,
  TRADE_TRANSITIONS,
  type Transitions,
} from '../../../src/trading/lifecycle/states.ts';
import type { TradeEvent } from '../../../src/trading/lifecycle/types.ts';
import type { Trade } from '../../../src/trading/model.ts';
import { takeIn } from '../../../src/trading/trade.ts';

/** Which states a step changed, and by what: the event, or what the step then decided. */
export interface Change {
  machine: 'trade' | 'spot' | 'stop' | 'order';
  from: string;
  to: string;
  /** An event's name where no state may change by it. */
  cause: Cause | TradeEvent['type'];
}

const TABLES: Record<Change['machine'], Transitions<string>> = {
  trade: TRADE_TRANSITIONS,
  spot: SPOT_TRANSITIONS,
  stop: STOP_TRANSITIONS,
  order: ORDER_TRANSITIONS,
};

/** Every transition that the tables hold. */
export function allChanges(): Change[] {
  return (['trade', 'spot', 'stop', 'order'] as const).flatMap((machine) =>
    Object.entries(TABLES[machine]).flatMap(([from, targets]) =>
      Object.entries(targets).flatMap(([to, causes = []]) =>
        causes.map((cause): Change => ({ machine, from, to, cause })),
      ),
    ),
  );
}

export function isAllowed({ machine, from, to, cause }: Change): boolean {
  return TABLES[machine][from]?.[to]?.some((known) => known === cause) === true;
}

/** `order pending → working by report` */
export function nameOfChange({ machine, from, to, cause }: Change): string {
  return `${machine} ${from} → ${to} by ${cause}`;
}

export function changesOf(before: Trade, event: TradeEvent, now: number, after: Trade): Change[] {
  const told = takeIn(before, event, now).trade;
  return [
    ...differences(before, told, causeOf(event) ?? event.type),
    ...differences(told, after, 'decision'),
  ];
}

function differences(before: Trade, after: Trade, cause: Change['cause']): Change[] {
  if (before === after) return [];
  const changes: Change[] = [];
  const note = (machine: Change['machine'], from: string, to: string): void => {
    if (from === to) return;
    const change: Change = { machine, from, to, cause };
    const isSpotOnly = machine === 'trade' && after.plan.market === 'spot' && !isAllowed(change);
    changes.push(isSpotOnly ? { ...change, machine: 'spot' } : change);
  };
  note('trade', stateOf(before), stateOf(after));
  note('stop', before.stopKind, after.stopKind);
  const was = new Map(before.orders.map((order) => [order.clientId, order.status]));
  for (const order of after.orders) {
    const from = was.get(order.clientId);
    if (from !== undefined) note('order', from, order.status);
  }
  return changes;
}
