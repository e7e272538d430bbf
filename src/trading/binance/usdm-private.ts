import type { BaseLogger } from 'pino';
import type { Clock } from '../clock.ts';
import type { Exchange, ExchangeEvent } from '../exchange.ts';
import { createFeeWatch } from './fee-watch.ts';
import type { OrderMemory } from './order-memory.ts';
import { type PrivateMessage, readPrivateMessage } from './usdm-events.ts';

export interface PrivateEventsOptions extends Pick<Exchange, 'findOrder' | 'positionFeesSince'> {
  memory: OrderMemory;
  emit(event: ExchangeEvent): void;
  /** What a message asks of the stream it came by. */
  stream: { eventCame(): void; renew(reason: string): void; replace(): void };
  /** Takes secrets out of a text. */
  clean(text: string): string;
  clock: Clock;
  log: Pick<BaseLogger, 'debug' | 'warn'>;
}

/** What a message of the private stream leads to: events for the desk, questions that it leaves open. */
export interface PrivateEvents {
  take(raw: unknown): void;
  close(): void;
}

type OrderEvent = Extract<ExchangeEvent, { type: 'order' }>;

/** https://developers.binance.com/docs/derivatives/usds-margined-futures/user-data-streams/Event-Order-Update */
function isLiquidation({ report, fill }: OrderEvent): boolean {
  return fill !== null && report.clientId.startsWith('autoclose-');
}

export function createPrivateEvents(options: PrivateEventsOptions): PrivateEvents {
  const { memory, emit, stream, clean, log } = options;
  const ignored = new Map<string, number>();
  const fees = createFeeWatch(
    options.positionFeesSince,
    (fee) => emit({ type: 'funding', fee }),
    options.clock,
  );

  async function tellEnd(symbol: string, clientId: string): Promise<void> {
    try {
      const report = await options.findOrder(symbol, clientId, true);
      if (report !== null) emit({ type: 'order', report, fill: null });
    } catch (error) {
      log.warn({ symbol, reason: clean((error as Error).message) }, 'ended conditional order not read');
    }
  }

  return {
    take(raw) {
      let message: PrivateMessage;
      try {
        message = readPrivateMessage(raw, memory);
      } catch (error) {
        log.warn({ reason: clean((error as Error).message) }, 'private event unreadable');
        return;
      }
      switch (message.kind) {
        case 'order':
          stream.eventCame();
          emit(message.event);
          // A liquidation is charged for: that its fee has an event of its own is promised nowhere.
          if (isLiquidation(message.event)) fees.feeBooked(message.event.report.at);
          return;
        case 'finished':
          stream.eventCame();
          emit(message.event);
          return void tellEnd(message.symbol, message.clientId);
        case 'fee':
          for (const event of message.events) emit(event);
          return fees.feeBooked(message.at);
        case 'account':
          for (const event of message.events) emit(event);
          return;
        case 'listen_key_expired':
          return stream.renew('listen key expired');
        case 'shutdown':
          return stream.replace();
        case 'ignored': {
          const count = (ignored.get(message.name) ?? 0) + 1;
          ignored.set(message.name, count);
          if (count === 1) log.debug({ event: message.name }, 'private event ignored');
        }
      }
    },
    close: () => fees.close(),
  };
}
