import type { Exchange, Instrument } from '../exchange.ts';
import { termsBy } from '../lifecycle/filters.ts';
import type { Market, Trade } from '../model.ts';
import type { Runner } from './runner.ts';

export interface ListedDeps {
  market: Market;
  exchange: Pick<Exchange, 'instruments'>;
  runner: Runner;
}

/**
 * No event tells that a symbol is halted, is to be delisted or has other filters: the list of symbols does. One that is
 * not listed any more is as good as halted.
 */
export function tellListed({ market, exchange, runner }: ListedDeps): void {
  const listed = exchange.instruments();
  for (const trade of runner.all()) {
    if (trade.plan.market !== market || trade.phase === 'closed') continue;
    const instrument = listed.get(trade.plan.symbol);
    const halted = instrument?.status !== 'trading';
    if (halted !== (trade.halted ?? false)) void runner.feed(trade.id, { type: 'halted', halted });
    const delistsAt = instrument?.delistsAt ?? null;
    if (instrument && delistsAt !== (trade.delistsAt ?? null))
      void runner.feed(trade.id, { type: 'delisting', at: delistsAt });
    if (instrument) tellFilters(trade, instrument, runner.feed);
  }
}

/** Where they are not those that the trade goes by. */
export function tellFilters(trade: Trade, instrument: Instrument, feed: Runner['feed']): void {
  if (termsBy(trade.terms, instrument) !== trade.terms) void feed(trade.id, { type: 'filters', instrument });
}
