import type { BaseLogger } from 'pino';
import type { Exchange, ExchangeEvent } from '../exchange.ts';
import type { OrderMemory } from './order-memory.ts';
import { readSpotEvent, type SpotMessage } from './spot-events.ts';

export interface SpotUserEventsOptions extends Pick<Exchange, 'account'> {
  memory: OrderMemory;
  emit(event: ExchangeEvent): void;
  /** What an event asks of the stream it came by. */
  stream: { eventCame(): void; renew(reason: string): void; replace(): void };
  /** Takes secrets out of a text. */
  clean(text: string): string;
  log: Pick<BaseLogger, 'debug' | 'warn'>;
}

/** What an event of the spot account leads to: events for the desk, questions that it leaves open. */
export function createSpotUserEvents(
  options: SpotUserEventsOptions,
): (event: Readonly<Record<string, unknown>>) => void {
  const { memory, emit, stream, clean, log } = options;
  const ignored = new Map<string, number>();
  let balancesAt = 0;

  let isReading = false;
  /** Why the account is to be read once more: what came while it was being read it may not show. */
  let again: string | null = null;

  /** A burst of executions asks many times, and one answer tells of all that came before it was asked for. */
  async function tellBalances(reason: string): Promise<void> {
    if (isReading) {
      again = reason;
      return;
    }
    isReading = true;
    await readBalances(reason);
    isReading = false;
    if (again === null) return;
    const next = again;
    again = null;
    void tellBalances(next);
  }

  async function readBalances(reason: string): Promise<void> {
    try {
      const { balances, balancesAt: at } = await options.account();
      if (balances !== undefined)
        emit({ type: 'balances', balances, ...(at === undefined ? {} : { at }), isRead: true, reason });
    } catch (error) {
      log.warn({ reason: clean((error as Error).message) }, 'balances not read');
    }
  }

  return (event) => {
    let message: SpotMessage;
    try {
      message = readSpotEvent(event, memory);
    } catch (error) {
      log.warn({ reason: clean((error as Error).message) }, 'account event unreadable');
      return;
    }
    switch (message.kind) {
      case 'order':
        stream.eventCame();
        return emit(message.event);
      case 'list':
        return emit(message.event);
      case 'balances':
        // Told late, or twice: what is there now has been told since.
        if (message.at < balancesAt) return;
        // Of two of the same millisecond none says which is the later one, and they may have changed places.
        if (message.at === balancesAt) void tellBalances('two changes at the same time');
        balancesAt = message.at;
        return emit(message.event);
      case 'moved':
        return void tellBalances(message.reason);
      case 'terminated':
        return stream.renew('subscription ended');
      case 'shutdown':
        return stream.replace();
      case 'ignored': {
        const count = (ignored.get(message.name) ?? 0) + 1;
        ignored.set(message.name, count);
        if (count === 1) log.debug({ event: message.name }, 'account event ignored');
      }
    }
  };
}
