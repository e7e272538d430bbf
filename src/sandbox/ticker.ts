import type { Market, Overview } from './market.ts';

/** Looks at the market again and again while somebody watches, and tells what has changed. */
export interface Ticker {
  run(running: boolean): void;
}

export interface Ticks {
  /** Prices that are new, and how fast the market goes. */
  prices(change: Pick<Overview, 'time' | 'speed' | 'prices'>): void;
  /** Money, positions and orders, when anything but a price has changed. */
  account(now: Account): void;
  onError(error: unknown): void;
}

export type Account = Pick<
  Overview,
  'account' | 'positions' | 'openOrders' | 'openAlgoOrders' | 'trades' | 'spot'
>;

const EVERY_MS = 400;

export function createTicker(market: Market, ticks: Ticks): Ticker {
  let timer: NodeJS.Timeout | null = null;
  let running = false;
  let prices: Overview['prices'] = {};
  let known = '';

  async function look(): Promise<void> {
    try {
      const now = await market.overview();
      const fresh = Object.entries(now.prices).filter(
        ([symbol, price]) => JSON.stringify(prices[symbol]) !== JSON.stringify(price),
      );
      prices = now.prices;
      if (fresh.length > 0)
        ticks.prices({ time: now.time, speed: now.speed, prices: Object.fromEntries(fresh) });
      const account = accountOf(now);
      const mark = fingerprint(account);
      if (mark !== known) ticks.account(account);
      known = mark;
    } catch (error) {
      if (running) ticks.onError(error);
    }
    if (running) timer = setTimeout(() => void look(), EVERY_MS);
  }

  return {
    run(next) {
      if (next === running) return;
      running = next;
      if (running) void look();
      else if (timer !== null) clearTimeout(timer);
    },
  };
}

export function accountOf({
  account,
  positions,
  openOrders,
  openAlgoOrders,
  trades,
  spot,
}: Overview): Account {
  const { balances, openOrders: spotOrders, trades: spotTrades } = spot;
  // Its prices are those of the futures.
  return {
    account,
    positions,
    openOrders,
    openAlgoOrders,
    trades,
    spot: { balances, openOrders: spotOrders, trades: spotTrades },
  };
}

/** Everything but what goes with the price at every moment. */
function fingerprint({ account, positions, openOrders, openAlgoOrders, trades, spot }: Account): string {
  return JSON.stringify([
    account.wallet,
    positions.map(({ symbol, positionAmt, positionSide, entryPrice, liquidationPrice }) => [
      symbol,
      positionAmt,
      positionSide,
      entryPrice,
      liquidationPrice,
    ]),
    openOrders,
    openAlgoOrders,
    trades.at(-1)?.id,
    spot,
  ]);
}
