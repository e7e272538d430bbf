import type { DeskEvent } from '../../src/trading/desk-types.ts';

/** One line of the trace for what the desk tells. */
export function summary(event: DeskEvent): string {
  switch (event.type) {
    case 'changed':
      return `changed ${event.trade.id} ${event.trade.phase}: ${event.trade.orders
        .map(
          (order) =>
            `${order.clientId.split('-').slice(3).join('-')} ${order.status} ${order.executed}/${order.quantity}`,
        )
        .join(', ')}`;
    case 'part':
      return `${event.part} ${event.works ? 'works' : `fails: ${event.reason}`}`;
    case 'alert':
      return `alert ${event.code} ${JSON.stringify(event.numbers)}`;
    case 'recovered':
      return `recovered (${event.cause}) ${event.lines.map((line) => `${line.code} ${JSON.stringify(line.numbers)}`).join(', ')}`;
    case 'elsewhere':
      return `elsewhere ${event.trade.id} ${event.quantity} ${event.cause}`;
    case 'filled':
    case 'rejected':
      return `${event.type} ${event.order.clientId} ${event.order.executed}`;
    case 'closed':
    case 'opened':
      return `${event.type} ${event.trade.id} ${event.trade.closeReason ?? ''}`;
    case 'paused':
      return `paused ${event.pause.reason} ${event.pause.detail}`;
    case 'resumed':
      return `resumed ${event.reasons.join()}`;
  }
}
