import type { DenialCode } from '../trading/model.ts';

/** What stands behind a denial code. */
export interface DenialInfo {
  /** Config keys, the first being the usual one; empty where no setting decides. */
  settings: readonly string[];
  /** Names of the numbers that come with it; those that do not apply are absent. Amounts are in quote currency. */
  numbers: readonly string[];
  example: string;
}

const notional = ['scope', 'limitPct', 'limit', 'used', 'wanted'];

/** In the order in which the rules are asked; docs/denials.md is this table. */
export const denials: Readonly<Record<DenialCode, DenialInfo>> = {
  paused: {
    settings: [],
    numbers: ['reason', 'until', 'detail'],
    example: 'Paused by a user until 2026-11-22T18:00:00.000Z.',
  },
  not_ready: {
    settings: [],
    numbers: ['reason'],
    example: 'The account has not been compared with the exchange yet: starting.',
  },
  daily_loss: {
    settings: ['maxDailyLossPct'],
    numbers: ['scope', 'lossPct', 'limitPct', 'loss', 'until'],
    example: 'The account has lost 512.40 today, 5.124 % of the equity at 00:00; the limit is 5 %.',
  },
  loss_streak: {
    settings: ['maxConsecutiveLosses'],
    numbers: ['scope', 'losses', 'limit'],
    example: '4 losing trades in a row; the limit is 4. Entries wait for /resume.',
  },
  duplicate_signal: {
    settings: [],
    numbers: ['seconds', 'windowSeconds'],
    example: 'The same author, symbol, side, entry and stop was planned 95 seconds ago, within 600 seconds.',
  },
  symbol_not_listed: {
    settings: [],
    numbers: ['symbol'],
    example: 'The exchange does not list FOOUSDT, nor by the thousand or million.',
  },
  symbol_denied: {
    settings: ['denySymbols', 'allowSymbols'],
    numbers: ['symbol'],
    example: 'LUNAUSDT is in denySymbols, or missing from a list in allowSymbols.',
  },
  symbol_halted: {
    settings: [],
    numbers: ['symbol', 'status', 'delistsAt'],
    example: 'ETHUSDT takes no new orders: halted.',
  },
  short_on_spot: {
    settings: ['market'],
    numbers: ['symbol'],
    example: 'BTCUSDT cannot be sold short on spot.',
  },
  foreign_position: {
    settings: [],
    numbers: ['symbol'],
    example: 'BTCUSDT has a position or orders of your own; they are left alone.',
  },
  exchange_unreachable: {
    settings: [],
    numbers: ['seconds', 'missing', 'trouble', 'failures', 'until'],
    example: 'The exchange has not answered for 42 seconds, or the price could not be read.',
  },
  refused_lately: {
    settings: [],
    numbers: ['trouble', 'code', 'failures', 'until'],
    example:
      'The exchange has refused the last 3 entries for their margin (-2019); the next is tried 2026-11-22T18:00:00.000Z.',
  },
  trigger_not_reached: {
    settings: [],
    numbers: ['trigger', 'mark', 'by'],
    example: 'The signal waits for the price to go above something, but names no price to wait for.',
  },
  no_stop: {
    settings: ['requireStopLoss'],
    numbers: ['defaultStopPct', 'words'],
    example:
      'The signal names no stop, or what stands there (“SL: soon”) is no price, and requireStopLoss is on.',
  },
  stop_too_far: {
    settings: ['maxStopDistancePct'],
    numbers: ['distancePct', 'limitPct', 'entry', 'stop'],
    example: 'The stop 45000 is 30.769 % from the entry 65000; the limit is 25 %.',
  },
  entry_too_far: {
    settings: ['maxEntryDeviationPct'],
    numbers: ['deviationPct', 'limitPct', 'entry', 'mark', 'by'],
    example: 'The nearest entry 60000 is 7.692 % from the mark price 65000; the limit is 3 %.',
  },
  target_passed: {
    settings: [],
    numbers: ['passed', 'side', 'price', 'mark', 'by'],
    example: 'The first target 66000 has traded already: the mark price is 66250.',
  },
  opposite_position: {
    settings: ['closeOnOpposite'],
    numbers: ['symbol', 'side'],
    example: 'A long on BTCUSDT is open; in one-way mode a short would close it.',
  },
  cooldown: {
    settings: ['cooldown'],
    numbers: ['symbol', 'sinceSeconds', 'seconds'],
    example: 'BTCUSDT has lost 60 seconds ago and cools down for another 840 seconds.',
  },
  too_many_on_symbol: {
    settings: ['maxTradesPerSymbol'],
    numbers: ['symbol', 'open', 'limit'],
    example: '1 trade on BTCUSDT is open; the limit is 1.',
  },
  too_many_trades: {
    settings: ['maxOpenTrades'],
    numbers: ['scope', 'open', 'limit'],
    example: '5 trades of the account are open; the limit is 5.',
  },
  price_out_of_range: {
    settings: [],
    numbers: ['symbol', 'of', 'price', 'lowest', 'highest', 'by', 'basis'],
    example:
      'The exchange takes entries on BTCUSDT from 57000 to 63000 now (5 % around the average price 60000); this one is at 55000.',
  },
  notional_limit: {
    settings: ['maxPositionNotionalPct', 'maxTotalNotionalPct'],
    numbers: notional,
    example: 'Of 40000 (400 % of equity) 39990 are in use; 32500 more are wanted. No order is small enough.',
  },
  risk_limit: {
    settings: ['maxTotalRiskPct'],
    numbers: notional,
    example: 'All stops together may lose 500 (5 % of equity); 499 are at risk, 100 more are wanted.',
  },
  size_too_small: {
    settings: ['riskPerTradePct'],
    numbers: ['quantity', 'minQuantity', 'notional', 'minNotional'],
    example: 'The risk buys 0.0004 (26 USDT); the exchange takes 0.001 and 50 USDT or more.',
  },
  margin_mode_conflict: {
    settings: ['allowCross', 'maxLeverage'],
    numbers: ['symbol', 'marginMode', 'leverage'],
    example: 'BTCUSDT has an open position with cross margin at 20x, which the settings do not allow.',
  },
  liquidation_too_near: {
    settings: ['minLiquidationBufferPct'],
    numbers: ['liquidationPrice', 'stopPrice', 'bufferPct', 'limitPct', 'leverage'],
    example:
      'At 1x the short is liquidated at 129.4, 3 % of the stop distance beyond the stop 128.5; 20 % are needed.',
  },
  balance_too_small: {
    settings: [],
    numbers: ['available', 'required', 'asset'],
    example: 'The orders need 650 of margin; 2.50 are available.',
  },
  reward_too_small: {
    settings: ['minRewardRisk'],
    numbers: ['rewardRisk', 'limit'],
    example: 'The targets pay 0.85 times the risk; the limit is 1.5.',
  },
  order_rate: {
    settings: ['maxOrdersPerMinute'],
    numbers: ['scope', 'sent', 'adding', 'limit'],
    example: '59 entry orders went out within a minute and this plan has 3; the limit is 60.',
  },
  order_limit: {
    settings: [],
    numbers: ['counted', 'symbol', 'open', 'needed', 'limit'],
    example: 'The exchange allows 200 conditional orders on the account; 199 stand, this trade needs 2.',
  },
};
