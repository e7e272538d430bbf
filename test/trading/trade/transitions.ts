import {
  type Cause,
  causeOf,
  ORDER_TRANSITIONS,
  SPOT_STOP_TRANSITIONS,
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
  machine: keyof typeof TABLES;
  from: string;
  to: string;
  /** An event's name where no state may change by it. */
  cause: Cause | TradeEvent['type'];
}

const TABLES = {
  trade: TRADE_TRANSITIONS,
  'spot trade': SPOT_TRANSITIONS,
  stop: STOP_TRANSITIONS,
  'spot stop': SPOT_STOP_TRANSITIONS,
  order: ORDER_TRANSITIONS,
} satisfies Record<string, Transitions<string>>;

function tableOf(machine: Change['machine']): Transitions<string> {
  return TABLES[machine];
}

/** Every transition that the tables hold. */
export function allChanges(): Change[] {
  return (Object.keys(TABLES) as Change['machine'][]).flatMap((machine) =>
    Object.entries(tableOf(machine)).flatMap(([from, targets]) =>
      Object.entries(targets).flatMap(([to, causes = []]) =>
        causes.map((cause): Change => ({ machine, from, to, cause })),
      ),
    ),
  );
}

export function isAllowed({ machine, from, to, cause }: Change): boolean {
  return tableOf(machine)[from]?.[to]?.some((known) => known === cause) === true;
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
  const note = (machine: 'trade' | 'stop' | 'order', from: string, to: string): void => {
    if (from === to) return;
    const change: Change = { machine, from, to, cause };
    const isSpotOnly = machine !== 'order' && after.plan.market === 'spot' && !isAllowed(change);
    changes.push(isSpotOnly ? { ...change, machine: `spot ${machine}` } : change);
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
