import type { Book } from '../../risk/book.ts';
import type { Clock } from '../clock.ts';
import type { DeskEvent } from '../desk-types.ts';
import type { Exchange, Prices } from '../exchange.ts';
import type { WalletAsset } from '../holding.ts';
import type { Market, Trade } from '../model.ts';
import { type Wallet, walletKey } from './day.ts';
import { holdingsOf } from './holdings.ts';
import { createMarketDesk, type MarketDesk, type MarketDeskDeps } from './market-desk.ts';

type Recovered = Extract<DeskEvent, { type: 'recovered' }>;

export interface MarketsDeps
  extends Omit<MarketDeskDeps, 'market' | 'exchange' | 'followed' | 'onPrices' | 'startedAt'> {
  onPrices(market: Market, symbol: string, prices: Prices): void;
  /** The desk has yet to start: what its markets find then is told as one. */
  isStarting(): boolean;
  /** Recovery of the markets that are there at the start is measured from here. */
  startedAt(): number;
  crashedAt: number | null;
  /** Goes on with what was asked of all trades of a market, once it is known what they have. */
  goOn(market: Market): Promise<void>;
  clock: Clock;
}

/** The markets that are traded, and what is said of all of them together. */
export interface Markets {
  get(market: Market): MarketDesk | undefined;
  all(): MarketDesk[];
  /** The trade's; throws where it is not traded. */
  of(trade: Trade): MarketDesk;
  add(market: Market, exchange: Exchange): MarketDesk;
  /** One more while the desk runs; throws when its exchange does not answer, and is then not there. */
  join(market: Market, exchange: Exchange): Promise<void>;
  /** Connects all of them and compares them with the ledger; tells what they have found. */
  takeUp(): Promise<void>;
  follow(market: Market, symbols: readonly string[]): void;
  books(): Book[];
  holdings(): WalletAsset[];
  /** Whose results count: dollar coins beside USDT once there are trades in them. */
  wallets(): readonly Wallet[];
  priceOf(trade: Trade): Prices | null;
}

export function createMarkets(deps: MarketsDeps): Markets {
  const { runner, emit, clock } = deps;
  const markets = new Map<Market, MarketDesk>();
  const followed = new Map<Market, readonly string[]>();
  const foundAtStart: Recovered[] = [];

  function add(market: Market, exchange: Exchange): MarketDesk {
    const made = createMarketDesk({
      ...deps,
      market,
      exchange,
      emit: heard,
      followed: () => followed.get(market) ?? [],
      onPrices: (symbol, prices) => deps.onPrices(market, symbol, prices),
      startedAt: deps.isStarting() ? deps.startedAt() : clock.now(),
    });
    markets.set(market, made);
    return made;
  }

  function heard(event: DeskEvent): void {
    if (deps.isStarting() && event.type === 'recovered' && event.cause === 'start') foundAtStart.push(event);
    else emit(event);
  }

  /** What one market has to protect, or to find out, does not wait for the other's exchange. */
  async function takeUp(one: MarketDesk): Promise<void> {
    await one.connect();
    await one.takeUp();
    await deps.goOn(one.market);
    await one.compareFirst();
  }

  return {
    get: (market) => markets.get(market),
    all: () => [...markets.values()],
    of({ plan }) {
      const known = markets.get(plan.market);
      if (!known) throw new Error(`no exchange for ${plan.market}`);
      return known;
    },
    add,
    async join(market, exchange) {
      const added = add(market, exchange);
      try {
        await added.connect();
        await added.compareFirst();
      } catch (error) {
        added.stop();
        markets.delete(market);
        throw error;
      }
    },
    async takeUp() {
      await Promise.all([...markets.values()].map(takeUp));
      emit({
        type: 'recovered',
        cause: 'start',
        tookMs: Math.max(...foundAtStart.map(({ tookMs }) => tookMs)),
        crashedAt: deps.crashedAt,
        lines: foundAtStart.flatMap(({ lines }) => lines),
      });
    },
    follow(market, symbols) {
      followed.set(market, symbols);
      markets.get(market)?.updateWatch();
    },
    books: () => [...markets.values()].map(({ keeper }) => keeper.book),
    holdings: () => [...markets.values()].flatMap(({ market, keeper }) => holdingsOf(market, keeper)),
    wallets() {
      return [...markets.values()]
        .filter(({ keeper }) => keeper.account() !== null)
        .flatMap(({ market, keeper }) => {
          const traded = runner
            .all()
            .filter(({ plan }) => plan.market === market)
            .map(({ plan }) => plan.quote);
          return [...new Set(['USDT', ...traded])].map((quote) => ({
            key: walletKey(market, quote),
            get equity() {
              return keeper.bookIn(quote).equity;
            },
          }));
        });
    },
    priceOf({ plan }) {
      return markets.get(plan.market)?.keeper.book.prices.get(plan.symbol) ?? null;
    },
  };
}
