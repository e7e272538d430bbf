import type { Decimal } from './decimal.ts';
import type { Account, Instrument, OrderReport, Position } from './exchange.ts';
import type { Fill, Market, Source } from './model.ts';
import type { TradingSettings } from './settings.ts';

/** What a trade that its ledger has lost is made again from. */
export interface Evidence {
  tradeId: string;
  source: Source;
  /** Every order with one of the trade's client ids: those that stand, and those of the past. */
  orders: readonly OrderReport[];
  /** Executions of the symbol; which are the trade's is told by their order ids. */
  fills: readonly Fill[];
  market: Market;
  /** What the exchange holds on the trade's symbol and side; spot tells of no positions. */
  position: Position | null;
  /** The last price. */
  price: Decimal;
  instrument: Instrument;
  fees: { maker: Decimal; taker: Decimal };
  account: Pick<Account, 'equity'>;
  trading: TradingSettings;
  /** In percent of the entry, where no stop stands. */
  assumedStopPct: Decimal;
  now: number;
}
