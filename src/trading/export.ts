import { type Cell, csv } from './csv.ts';
import type { Decimal } from './decimal.ts';
import { averageEntry, averagePrice, entered, entryFills, resultOf } from './lifecycle/facts.ts';
import type { Fill, Trade } from './model.ts';

/** Trades and their fills as tables for spreadsheets and tax software. Times are ISO 8601 in UTC. */

/** In the order of the columns. */
function tradeRow(trade: Trade) {
  const { plan, source } = trade;
  const result = resultOf(trade);
  const entries = new Set(entryFills(trade));
  return {
    trade: trade.id,
    channel: source.channel,
    author: source.authorId,
    message: `https://discord.com/channels/${source.guildId}/${source.channelId}/${source.messageId}`,
    market: plan.market,
    symbol: plan.symbol,
    side: plan.side,
    leverage: plan.leverage,
    opened: iso(trade.createdAt),
    entered: iso(trade.filledAt),
    closed: iso(trade.closedAt),
    reason: trade.closeReason,
    quantity: entered(trade),
    plannedEntry: plan.entryPrice,
    averageEntry: rounded(averageEntry(trade)),
    averageExit: rounded(averagePrice(trade.fills.filter((fill) => !entries.has(fill)))),
    plannedStop: plan.stopPrice,
    risk: plan.riskAmount,
    quote: plan.quote,
    beforeCosts: result.realised,
    fees: result.fees,
    otherFees: Object.entries(result.otherFees)
      .map(([asset, fee]) => `${fee.toFixed()} ${asset}`)
      .join(' + '),
    funding: result.funding,
    liquidation: result.liquidation,
    net: result.net,
    r: result.rMultiple?.toDecimalPlaces(4) ?? null,
  } satisfies Record<string, Cell>;
}

function fillRow(trade: Trade, fill: Fill) {
  const order = trade.orders.find(({ clientId }) => clientId === fill.clientId);
  return {
    trade: trade.id,
    at: iso(fill.at),
    market: trade.plan.market,
    symbol: fill.symbol,
    role: order?.role ?? null,
    action: fill.action,
    price: fill.price,
    quantity: fill.quantity,
    commission: fill.commission,
    commissionAsset: fill.commissionAsset,
    commissionInQuote: fill.commissionValue ?? null,
    quote: trade.plan.quote,
    maker: String(fill.maker),
    exchangeTrade: fill.tradeId,
    exchangeOrder: fill.orderId,
    clientOrder: fill.clientId,
  } satisfies Record<string, Cell>;
}

export function tradesCsv(trades: readonly Trade[]): string {
  return table(trades.map(tradeRow));
}

export function fillsCsv(trades: readonly Trade[]): string {
  return table(trades.flatMap((trade) => trade.fills.map((fill) => fillRow(trade, fill))));
}

/** The same rows, each trade with its fills; amounts are decimal strings, never with an exponent. */
export function tradesJson(trades: readonly Trade[], exportedAt: number): string {
  const rows = trades.map((trade) => ({
    ...tradeRow(trade),
    fills: trade.fills.map((fill) => fillRow(trade, fill)),
  }));
  return `${JSON.stringify({ exported: iso(exportedAt), trades: rows }, null, 1)}\n`;
}

function table(rows: readonly Readonly<Record<string, Cell>>[]): string {
  return csv(
    Object.keys(rows[0] ?? {}),
    rows.map((row) => Object.values(row)),
  );
}

function iso(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

/** A mean has as many digits as are calculated with. */
function rounded(price: Decimal | null): Decimal | null {
  return price?.toSignificantDigits(12) ?? null;
}
