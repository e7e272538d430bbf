import type { ExchangesHealth } from './bot/status.ts';
import type { Config } from './config.ts';
import type { Env } from './env.ts';
import type { Log } from './log.ts';
import { StartRefused } from './start-refused.ts';
import { createUsdmExchange } from './trading/binance/usdm.ts';
import type { Exchange, ExchangeHealth, Instrument, KeyRights, OrderHistory } from './trading/exchange.ts';
import type { Ledger } from './trading/ledger.ts';
import type { Market, Trade } from './trading/model.ts';
import type { Hold } from './trading/store/hold.ts';

/** The markets that are traded: those that a channel names, and those that hold a trade of ours. */
export function marketsOf(config: Pick<Config, 'signals'>, open: readonly Trade[]): Market[] {
  const markets = new Set<Market>([
    ...config.signals.map(({ market }) => market),
    ...open.map(({ plan }) => plan.market),
  ]);
  // Without any channel there is still an account to show.
  return markets.size === 0 ? ['usdm'] : [...markets].sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b));
}

const ORDER: readonly Market[] = ['usdm', 'spot'];

/** The adapter of a market; spot's is loaded only where it is used. Without the hold on the store no order leaves. */
export async function createExchange(
  market: Market,
  { binance }: Pick<Env, 'binance'>,
  url: string | null,
  log: Log,
  hold: Hold | null = null,
): Promise<Exchange & OrderHistory> {
  const options = {
    env: binance.environment,
    url,
    key: binance.credentials?.apiKey.reveal() ?? 'paper',
    secret: binance.credentials?.secret.reveal() ?? 'paper',
    log,
    now: Date.now,
    doubt: hold?.doubt,
  };
  if (market === 'usdm') return createUsdmExchange(options);
  const { createSpotExchange } = await import('./trading/binance/spot.ts');
  return createSpotExchange(options);
}

/**
 * The store belongs to one account, and a key for real money may do no more than trade, on the markets in use. All of
 * them are asked at once. Rejects with `StartRefused`.
 */
export async function checkAccounts(
  env: Env,
  exchanges: Iterable<readonly [Market, Exchange]>,
  ledger: Ledger,
): Promise<void> {
  const asked = [...exchanges].map(async ([market, exchange]) => {
    const rights = env.binance.environment === 'live' ? exchange.rights() : null;
    return [market, ...(await Promise.all([exchange.account(), rights]))] as const;
  });
  for (const [market, { uid }, rights] of await Promise.all(asked)) {
    await ledger.bind(env.binance.environment, uid);
    if (rights) checkRights(market, rights);
  }
}

function checkRights(market: Market, rights: KeyRights): void {
  if (rights.withdraw) throw new StartRefused((words) => words.mayWithdraw, 1);
  if (rights.transfer) throw new StartRefused((words) => words.mayTransfer, 1);
  if (!rights.trade) throw new StartRefused((words) => words.mayNotTrade(market), 1);
}

/** Several markets as one: as bad as the worst of them. */
export function healthOf(exchanges: ReadonlyMap<Market, Exchange>): ExchangesHealth | null {
  const all = [...exchanges].map(([market, exchange]) => ({ market, ...exchange.health() }));
  const [first] = all;
  if (!first) return null;
  const streams = all.map(({ market, streamUp, lastEventAt }) => ({ market, up: streamUp, lastEventAt }));
  const worst = all.reduce<ExchangeHealth>(
    (so, one) => ({
      streamUp: so.streamUp && one.streamUp,
      lastEventAt: Math.min(so.lastEventAt, one.lastEventAt),
      weightUsed: Math.max(so.weightUsed, one.weightUsed),
      clockOffsetMs:
        Math.abs(one.clockOffsetMs) > Math.abs(so.clockOffsetMs) ? one.clockOffsetMs : so.clockOffsetMs,
      latencyMs: latest(so.latencyMs, one.latencyMs),
      ordersBy: so.ordersBy === one.ordersBy ? one.ordersBy : 'rest',
    }),
    first,
  );
  return { ...worst, streams };
}

/** The exchange's time by the market that has it latest; null while none is known. */
export function serverMsOf(exchanges: ReadonlyMap<Market, Exchange>): number | null {
  let ms: number | null = null;
  for (const exchange of exchanges.values()) ms = latest(ms, exchange.serverTime()?.atLeastMs ?? null);
  return ms;
}

function latest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}

/** Everything that is listed anywhere; the same map as before while no market's list is renewed. */
export function listingOf(exchanges: () => Iterable<Exchange>): () => ReadonlyMap<string, Instrument> {
  let from: readonly ReadonlyMap<string, Instrument>[] = [];
  let listed: ReadonlyMap<string, Instrument> = new Map();
  return () => {
    const current = [...exchanges()].map((exchange) => exchange.instruments());
    if (current.length === from.length && current.every((one, index) => one === from[index])) return listed;
    from = current;
    listed = new Map(current.flatMap((one) => [...one]));
    return listed;
  };
}
