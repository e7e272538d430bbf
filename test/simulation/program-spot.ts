import { createOrderMemory } from '../../src/trading/binance/order-memory.ts';
import { spotInstruments, type WireSpotInfo } from '../../src/trading/binance/spot-instruments.ts';
import { createSpotOrderReads } from '../../src/trading/binance/spot-order-reads.ts';
import { createSpotReads } from '../../src/trading/binance/spot-reads.ts';
import { createSpotUserEvents } from '../../src/trading/binance/spot-user.ts';
import { createSpotWrites } from '../../src/trading/binance/spot-writes.ts';
import { Decimal } from '../../src/trading/decimal.ts';
import {
  type Exchange,
  type ExchangeEvent,
  type Instrument,
  Unreachable,
} from '../../src/trading/exchange.ts';
import type { ProgramOptions } from './program.ts';
import type { Streams } from './stream.ts';
import { createWire } from './wire.ts';

const quiet = { debug: () => undefined, warn: () => undefined };

/** The spot adapter's parts over an in-memory wire. */
export function createSpotExchange(options: ProgramOptions, streams: Streams): Exchange {
  const { clock, connection, ours, isAlive } = options;
  const memory = createOrderMemory();
  const pause = (ms: number): Promise<void> => new Promise((done) => clock.after(ms, done));
  const rest = createWire({ send: connection.send, market: 'spot', now: clock.now, ours, pause });
  const serverNow = (): number => clock.now() + rest.clock.offsetMs();
  const orders = createSpotOrderReads({ rest, memory, serverNow });
  let listener: ((event: ExchangeEvent) => void) | null = null;
  let instruments: ReadonlyMap<string, Instrument> = new Map();
  const reads = createSpotReads({ rest, env: 'testnet', instruments: () => instruments });
  const emit = (event: ExchangeEvent): void => listener?.(event);
  const writes = createSpotWrites({
    rest,
    memory,
    instruments: () => instruments,
    findOrder: orders.findOrder,
    onConfirmed: () => undefined,
    onMisfit: () => void refreshInstruments().catch(() => undefined),
  });
  const take = createSpotUserEvents({
    account: reads.account,
    memory,
    emit,
    stream: { eventCame: () => undefined, renew: streams.renew, replace: () => undefined },
    clean: (text) => text,
    log: quiet,
  });

  async function refreshInstruments(symbol?: string): Promise<void> {
    const read = await rest.read(
      'instruments',
      () =>
        rest.spot.get('api/v3/exchangeInfo', {
          ...(symbol === undefined ? { permissions: 'SPOT' } : { symbol }),
          showPermissionSets: 'false',
        }),
      (info: WireSpotInfo) => spotInstruments(info),
    );
    instruments = symbol === undefined ? read : new Map([...instruments, ...read]);
  }

  return {
    async connect(to) {
      const [isSynced] = await Promise.all([rest.clock.sync(), refreshInstruments()]);
      if (!isSynced) throw new Unreachable('server time: no answer');
      if (!streams.isUp()) throw new Unreachable('account stream: no answer');
      listener = to;
      streams.open({
        isOpen: isAlive,
        user: (event) => take(event as Record<string, unknown>),
        price: (symbol, { mark, last }, at) =>
          emit({ type: 'prices', symbol, prices: { mark: new Decimal(mark), last: new Decimal(last) }, at }),
        state: (state, reason) => emit({ type: 'stream', state, reason }),
      });
    },
    async close() {
      listener = null;
    },
    instruments: () => instruments,
    refreshInstruments,
    ...reads,
    ...orders,
    ...writes,
    watch: (symbols) => streams.watch(symbols),
    serverTime: rest.clock.serverTime,
    health: () => ({
      streamUp: streams.isUp(),
      lastEventAt: 0,
      weightUsed: 0,
      clockOffsetMs: rest.clock.offsetMs(),
      ordersBy: 'rest',
      latencyMs: 1,
    }),
  };
}
