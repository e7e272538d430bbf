import { Decimal } from '../trading/decimal.ts';
import type { Desk } from '../trading/desk-types.ts';
import type { Prices } from '../trading/exchange.ts';
import { averageEntry, better, held } from '../trading/lifecycle/facts.ts';
import type { Market, Trade } from '../trading/model.ts';
import { describe } from './discord-errors.ts';
import { percent, price, toTick } from './format.ts';
import { tradeName } from './plan-view.ts';
import type { Log } from './ports.ts';
import type { Posts } from './posts.ts';
import type { Settings } from './settings.ts';

const HUNDRED = new Decimal(100);

export interface NearStopDeps {
  desk: Pick<Desk, 'trades'>;
  posts: Pick<Posts, 'alert' | 'texts'>;
  settings: Pick<Settings, 'config'>;
  log: Log;
}

/** One alert when a trade comes close to its stop; another one once that stands for something else. */
export class NearStop {
  readonly #deps: NearStopDeps;
  readonly #told = new Set<string>();

  constructor(deps: NearStopDeps) {
    this.#deps = deps;
  }

  /** Never rejects. */
  async heard(market: Market, symbol: string, prices: Prices): Promise<void> {
    const { desk, settings } = this.#deps;
    const { nearStopPct } = settings.config().alerts;
    if (nearStopPct === null) return;
    for (const trade of desk.trades()) {
      if (trade.plan.symbol !== symbol || trade.plan.market !== market) continue;
      const left = leftPct(trade, prices);
      if (left?.lte(nearStopPct)) await this.#tell(trade, left, prices);
    }
  }

  async #tell(trade: Trade, left: Decimal, prices: Prices): Promise<void> {
    const { posts, log } = this.#deps;
    const slot = `near-stop:${trade.id}:${trade.stopKind}`;
    if (this.#told.has(slot)) return;
    this.#told.add(slot);
    const t = posts.texts();
    const now = price(toTick(prices[trade.terms.stopTrigger], trade.terms.tickSize));
    const text = `${t.alert} · ${tradeName(trade.plan, t)}${t.colon}${t.alertLines.nearStop(now, price(trade.stopPrice), percent(left))}`;
    try {
      await posts.alert('near_stop', slot, text);
    } catch (error) {
      this.#told.delete(slot);
      log.error({ trade: trade.id, error: describe(error) }, 'an alert could not be kept');
    }
  }
}

/**
 * How far the price is from the stop, in percent of how far the planned stop was from the entry. Null while nothing is
 * held, and once the price is beyond the stop: that is told by what the stop does.
 */
export function leftPct(trade: Trade, prices: Prices): Decimal | null {
  const now = prices[trade.terms.stopTrigger];
  const distance = averageEntry(trade).minus(trade.plan.stopPrice).abs();
  if (trade.phase !== 'open' || held(trade).isZero() || distance.isZero()) return null;
  return better(trade, now, trade.stopPrice)
    ? now.minus(trade.stopPrice).abs().div(distance).times(HUNDRED)
    : null;
}
