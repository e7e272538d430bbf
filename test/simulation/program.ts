import { createLog } from '../../src/log.ts';
import { mergeRisk, type RiskSettings } from '../../src/risk/settings.ts';
import type { OurTime } from '../../src/trading/binance/clock.ts';
import { usdmInstruments, type WireExchangeInfo } from '../../src/trading/binance/instruments.ts';
import { createOrderMemory } from '../../src/trading/binance/order-memory.ts';
import { createUsdmOrderReads } from '../../src/trading/binance/usdm-order-reads.ts';
import { createPrivateEvents } from '../../src/trading/binance/usdm-private.ts';
import { createUsdmReads } from '../../src/trading/binance/usdm-reads.ts';
import { createUsdmWrites } from '../../src/trading/binance/usdm-writes.ts';
import type { Clock } from '../../src/trading/clock.ts';
import { Decimal } from '../../src/trading/decimal.ts';
import { createDesk, type RunningDesk } from '../../src/trading/desk.ts';
import { createDeskStore } from '../../src/trading/desk-store.ts';
import type { DeskEvent } from '../../src/trading/desk-types.ts';
import {
  type Exchange,
  type ExchangeEvent,
  type Instrument,
  Unreachable,
} from '../../src/trading/exchange.ts';
import type { Ledger } from '../../src/trading/ledger.ts';
import type { Connection } from './network.ts';
import { createSpotExchange } from './program-spot.ts';
import type { Setting } from './script.ts';
import type { Streams } from './stream.ts';
import { createWire } from './wire.ts';

export interface ProgramOptions {
  setting: Setting;
  clock: Clock;
  ours: OurTime;
  connection: Connection;
  streams: Streams;
  /** Of the spot market, where there is one. */
  spotStreams: Streams | null;
  ledger: Ledger;
  isAlive(): boolean;
  emit(event: DeskEvent): void;
}

const log = createLog(process.env.SIM_LOG === 'on' ? 'debug' : 'silent');

export interface Program {
  desk: RunningDesk;
  /** The exchange's time, as far as it is known. */
  serverTime: Exchange['serverTime'];
}

/** The desk as `app` puts it together, on a simulated disk, network and clock. */
export function createProgram(options: ProgramOptions): Program {
  const { setting } = options;
  const risk = riskOf(setting);
  const usdm = createExchange(options);
  const desk = createDesk({
    exchanges: {
      usdm,
      ...(options.spotStreams ? { spot: createSpotExchange(options, options.spotStreams) } : {}),
    },
    store: createDeskStore(options.ledger),
    accountRisk: () => risk,
    channels: () => [],
    timezone: () => 'UTC',
    emit: options.emit,
    log,
    clock: options.clock,
  });
  return { desk, serverTime: usdm.serverTime };
}

export function riskOf({ maxTradesPerSymbol, maxConsecutiveLosses, cooldownMs = 0 }: Setting): RiskSettings {
  return mergeRisk({ maxOpenTrades: 10, maxTradesPerSymbol, maxConsecutiveLosses, cooldown: cooldownMs });
}

/** The adapter's parts over an in-memory wire. */
function createExchange(options: ProgramOptions): Exchange {
  const { clock, connection, streams, ours, isAlive } = options;
  const memory = createOrderMemory();
  const pause = (ms: number): Promise<void> => new Promise((done) => clock.after(ms, done));
  const rest = createWire({ send: connection.send, market: 'usdm', now: clock.now, ours, pause });
  const serverNow = (): number => clock.now() + rest.clock.offsetMs();
  const reads = createUsdmReads({ rest, env: 'testnet', serverNow });
  const orders = createUsdmOrderReads({ rest, memory, serverNow });
  const writes = createUsdmWrites({
    rest,
    memory,
    findOrder: orders.findOrder,
    onConfirmed: () => undefined,
    onMisfit: () => void refreshInstruments().catch(() => undefined),
  });
  let listener: ((event: ExchangeEvent) => void) | null = null;
  let instruments: ReadonlyMap<string, Instrument> = new Map();
  const emit = (event: ExchangeEvent): void => listener?.(event);
  const privateEvents = createPrivateEvents({
    memory,
    findOrder: orders.findOrder,
    positionFeesSince: reads.positionFeesSince,
    emit,
    stream: { eventCame: () => undefined, renew: streams.renew, replace: () => undefined },
    clean: (text) => text,
    clock,
    log,
  });

  async function refreshInstruments(): Promise<void> {
    instruments = await rest.read(
      'instruments',
      () => rest.usdm.getExchangeInfo(),
      (info: WireExchangeInfo) => usdmInstruments(info),
    );
    emit({ type: 'instruments' });
  }

  return {
    async connect(to) {
      const [isSynced] = await Promise.all([rest.clock.sync(), refreshInstruments()]);
      if (!isSynced) throw new Unreachable('server time: no answer');
      if (!streams.isUp()) throw new Unreachable('private stream: no answer');
      listener = to;
      streams.open({
        isOpen: isAlive,
        user: privateEvents.take,
        price: (symbol, { mark, last }, at) => {
          emit({ type: 'prices', symbol, prices: { mark: new Decimal(mark) }, at });
          emit({ type: 'prices', symbol, prices: { last: new Decimal(last) }, at });
        },
        state: (state, reason) => emit({ type: 'stream', state, reason }),
      });
    },
    async close() {
      listener = null;
      privateEvents.close();
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
