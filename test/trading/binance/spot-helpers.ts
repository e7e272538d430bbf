import { expect } from 'vitest';
import { type BinanceSim, startBinanceSim } from '../../../src/sim/binance/server.ts';
import { createSpotExchange, SPOT_TIMING, type SpotTiming } from '../../../src/trading/binance/spot.ts';
import type { ExchangeEvent, OrderReport } from '../../../src/trading/exchange.ts';
import { KEY, QUICK, SECRET } from './helpers.ts';

/** Everything at the pace of a test. */
export const QUICK_SPOT: SpotTiming = {
  rest: { readTimeoutMs: 1_500, writeTimeoutMs: 1_500 },
  userStream: {
    // A busy machine is silent for a while too: only tests of silence wait for less.
    socket: { ...QUICK.privateStream.socket, silenceMs: 10_000 },
    requestMs: 1_000,
    owedEventMs: 3_600_000,
  },
  marketStream: {
    socket: { ...SPOT_TIMING.marketStream.socket, retryMinMs: 10, retryMaxMs: 50 },
    lastPriceMs: 30,
  },
  warmMs: 3_600_000,
  quietMs: 3_600_000,
};

/** The simulated exchange with coins to sell. */
export function startSpotSim(): Promise<BinanceSim> {
  return startBinanceSim({
    apiKeys: [{ apiKey: KEY, secret: SECRET }],
    spotBalances: { USDT: '10000', BTC: '1' },
  });
}

export function createTestSpot(
  url: string,
  timing: Partial<SpotTiming> = {},
  keys: { key: string; secret: string } = { key: KEY, secret: SECRET },
) {
  const events: ExchangeEvent[] = [];
  const logged: unknown[] = [];
  const note = (...line: unknown[]) => void logged.push(line);
  const exchange = createSpotExchange({
    env: 'paper',
    url,
    ...keys,
    log: { debug: note, info: note, warn: note },
    now: Date.now,
    timing: { ...QUICK_SPOT, ...timing },
  });
  return { exchange, events, logged, listener: (event: ExchangeEvent) => void events.push(event) };
}

/** What a test waits for among the events that came or will come. */
export function listening(events: () => readonly ExchangeEvent[]) {
  /** The first event that fits. */
  async function told<Type extends ExchangeEvent['type']>(
    type: Type,
    fits: (event: Extract<ExchangeEvent, { type: Type }>) => boolean = () => true,
  ): Promise<Extract<ExchangeEvent, { type: Type }>> {
    const find = () =>
      events().find(
        (event): event is Extract<ExchangeEvent, { type: Type }> =>
          event.type === type && fits(event as Extract<ExchangeEvent, { type: Type }>),
      );
    await expect.poll(find, { timeout: 30_000, interval: 5 }).toBeDefined();
    return find() as Extract<ExchangeEvent, { type: Type }>;
  }

  const report = (clientId: string, status: OrderReport['status']) =>
    told('order', (event) => event.report.clientId === clientId && event.report.status === status);

  return { told, report };
}
