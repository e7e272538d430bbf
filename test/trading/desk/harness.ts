import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '../../../src/log.ts';
import { type ChannelSettings, mergeRisk, type RiskOverrides } from '../../../src/risk/settings.ts';
import { type BinanceSim, type BinanceSimOptions, startBinanceSim } from '../../../src/sim/binance/server.ts';
import { createSpotExchange } from '../../../src/trading/binance/spot.ts';
import { createUsdmExchange } from '../../../src/trading/binance/usdm.ts';
import { type Clock, systemClock } from '../../../src/trading/clock.ts';
import { Decimal } from '../../../src/trading/decimal.ts';
import type { DeskStore } from '../../../src/trading/desk/store.ts';
import { createDesk, type DeskOptions, type RunningDesk } from '../../../src/trading/desk.ts';
import { createDeskStore } from '../../../src/trading/desk-store.ts';
import type { DeskEvent } from '../../../src/trading/desk-types.ts';
import type { Exchange } from '../../../src/trading/exchange.ts';
import { type Ledger, openLedger } from '../../../src/trading/ledger.ts';
import type { Signal, Source, Trade } from '../../../src/trading/model.ts';
import { mergeTrading, type TradingOverrides } from '../../../src/trading/settings.ts';

export const d = (value: string | number): Decimal => new Decimal(value);

let nextMessage = 1_300_000_000_000_000_000n;

export function sourceOf(over: Partial<Source> = {}): Source {
  nextMessage += 1n;
  return {
    guildId: '100000000000000001',
    channelId: '500000000000000001',
    channel: 'alpha',
    messageId: String(nextMessage),
    authorId: '600000000000000001',
    index: 0,
    postedAt: Date.now(),
    ...over,
  };
}

export function longBtc(over: Partial<Signal> = {}): Signal {
  return {
    symbol: 'BTCUSDT',
    side: 'long',
    entry: { type: 'limit', prices: [d(60000)] },
    trigger: null,
    stopLoss: { price: d(59000) },
    takeProfits: [{ price: d(61000) }, { price: d(62000) }],
    leverage: 5,
    marginMode: null,
    ...over,
  };
}

/** The real adapter, against this exchange. */
export function futuresOf(sim: BinanceSim): Exchange {
  return createUsdmExchange(adapterOf(sim));
}

export function spotOf(sim: BinanceSim): Exchange {
  return createSpotExchange(adapterOf(sim));
}

function adapterOf({ url }: BinanceSim) {
  const log = createLog('silent');
  return { env: 'paper', url, key: 'key', secret: 'secret', log, now: Date.now } as const;
}

/** A trade whose entry is cancelled again: what the next one on its symbol wants is set, and nothing stands. */
export async function openAndCancel(rig: Rig, signal: Signal = longBtc()): Promise<void> {
  const opened = await rig.desk.open(signal, sourceOf(), channelOf());
  if (opened.kind !== 'opened') throw new Error(JSON.stringify(opened));
  const { id } = opened.trade;
  await rig.eventually('entry working', () => rig.trade(id).orders[0]?.status === 'working');
  await rig.desk.request(id, { type: 'cancel_entries' }, 'user');
  await rig.eventually('closed', () => rig.trade(id).phase === 'closed');
  await rig.desk.closingAnnounced(id, rig.trade(id).closedAt ?? 0);
}

export function channelOf(risk: RiskOverrides = {}, trading: TradingOverrides = {}): ChannelSettings {
  return {
    channelId: '500000000000000001',
    name: 'alpha',
    market: 'usdm',
    mode: 'auto',
    maxAgeMs: 60_000,
    authors: ['600000000000000001'],
    risk: mergeRisk(risk),
    ownRiskKeys: [],
    trading: mergeTrading(trading),
    accountRisk: mergeRisk(),
  };
}

export interface Rig {
  sim: BinanceSim;
  desk: RunningDesk;
  /** What the running desk writes to: a test may break it. */
  store: DeskStore;
  events: DeskEvent[];
  /** Ids of trades whose row cannot be written. */
  unwritable: Set<string>;
  /** The open trades as the store has them, by id. */
  stored(): Promise<Map<string, Trade>>;
  /** The first event, past or to come, that the predicate takes. */
  until(what: string, predicate: (event: DeskEvent) => boolean): Promise<DeskEvent>;
  /** Resolves when the condition holds; looked at after every event and shortly after. */
  eventually(what: string, condition: () => boolean): Promise<void>;
  trade(id: string): Trade;
  /** Ends the desk as a crash would: nothing is waited for, nothing more is sent. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** @param exchanges what is traded, futures alone unless it is said */
export async function startRig(
  options: BinanceSimOptions = {},
  clock: Clock = systemClock,
  exchanges: (sim: BinanceSim) => DeskOptions['exchanges'] = (sim) => ({ usdm: futuresOf(sim) }),
): Promise<Rig> {
  const folder = await mkdtemp(join(tmpdir(), 'desk-'));
  const sim = await startBinanceSim(options);
  sim.usdm.setPrice('BTCUSDT', { last: d(60500) });
  const events: DeskEvent[] = [];
  const listeners = new Set<() => void>();
  let ledger: Ledger;
  let desk: RunningDesk;
  let store: DeskStore;

  const unwritable = new Set<string>();

  async function start(): Promise<void> {
    ledger = await openLedger(`sqlite://${join(folder, 'store.sqlite')}`);
    const written = createDeskStore(ledger);
    store = {
      ...written,
      saveTrade: (trade) =>
        unwritable.has(trade.id) ? Promise.reject(new Error('disk full')) : written.saveTrade(trade),
    };
    desk = createDesk({
      exchanges: exchanges(sim),
      store,
      accountRisk: () => mergeRisk(),
      channels: () => [],
      timezone: () => 'UTC',
      emit(event) {
        events.push(event);
        for (const listener of listeners) listener();
      },
      log: createLog(process.env.DESK_LOG === 'on' ? 'debug' : 'silent'),
      clock,
    });
    await desk.start();
  }

  function eventually(what: string, condition: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const check = (): void => {
        if (!condition()) return;
        clearInterval(poll);
        clearTimeout(limit);
        listeners.delete(check);
        resolve();
      };
      const poll = setInterval(check, 20);
      const limit = setTimeout(() => {
        clearInterval(poll);
        listeners.delete(check);
        reject(new Error(`did not happen: ${what}`));
      }, 10_000);
      listeners.add(check);
      check();
    });
  }

  await start();
  return {
    sim,
    get desk() {
      return desk;
    },
    get store() {
      return store;
    },
    events,
    unwritable,
    stored: async () => new Map((await store.openTrades()).map((trade) => [trade.id, trade])),
    async until(what, predicate) {
      await eventually(what, () => events.some(predicate));
      const found = events.find(predicate);
      if (!found) throw new Error(what);
      return found;
    },
    eventually,
    trade(id) {
      const latest = events
        .filter((event) => event.type === 'changed' || event.type === 'opened' || event.type === 'closed')
        .map((event) => event.trade)
        .findLast((trade) => trade.id === id);
      if (!latest) throw new Error(`no trade ${id}`);
      return latest;
    },
    async restart() {
      await desk.stop();
      await ledger.close();
      await start();
    },
    async close() {
      await desk.stop();
      await ledger.close();
      await sim.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
