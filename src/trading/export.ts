import { type Cell, CSV_MARK, csvLine } from './csv.ts';
import type { Decimal } from './decimal.ts';
import { averageEntry, averagePrice, entered, entryFills, resultOf } from './lifecycle/facts.ts';
import type { Fill, Trade } from './model.ts';

/** Trades and their fills as tables for spreadsheets and tax software. Times are ISO 8601 in UTC. */

const TRADE_COLUMNS = [
  'trade',
  'channel',
  'author',
  'message',
  'market',
  'symbol',
  'side',
  'leverage',
  'opened',
  'entered',
  'closed',
  'reason',
  'quantity',
  'plannedEntry',
  'averageEntry',
  'averageExit',
  'plannedStop',
  'risk',
  'quote',
  'beforeCosts',
  'fees',
  'otherFees',
  'funding',
  'liquidation',
  'net',
  'r',
] as const;
const FILL_COLUMNS = [
  'trade',
  'at',
  'market',
  'symbol',
  'role',
  'action',
  'price',
  'quantity',
  'commission',
  'commissionAsset',
  'commissionInQuote',
  'quote',
  'maker',
  'exchangeTrade',
  'exchangeOrder',
  'clientOrder',
] as const;

function tradeRow(trade: Trade): Record<(typeof TRADE_COLUMNS)[number], Cell> {
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
  };
}

function fillRow(trade: Trade, fill: Fill): Record<(typeof FILL_COLUMNS)[number], Cell> {
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
  };
}

/** A closed trade as it stands in each of the files. */
export interface ExportedTrade {
  trade: string;
  fills: readonly string[];
  /** The same rows, the trade with its fills; amounts are decimal strings, never with an exponent. */
  json: string;
}

export function exportedTrade(trade: Trade): ExportedTrade {
  const row = tradeRow(trade);
  const fills = trade.fills.map((fill) => fillRow(trade, fill));
  return {
    trade: csvLine(TRADE_COLUMNS.map((column) => row[column])),
    fills: fills.map((fill) => csvLine(FILL_COLUMNS.map((column) => fill[column]))),
    json: JSON.stringify({ ...row, fills }, null, 1).replaceAll('\n', '\n  '),
  };
}

/** The pieces that a file consists of: of many trades they are not put together in memory. */
export function tradesCsv(trades: readonly ExportedTrade[]): string[] {
  return [CSV_MARK, csvLine(TRADE_COLUMNS), ...trades.map(({ trade }) => trade)];
}

export function fillsCsv(trades: readonly ExportedTrade[]): string[] {
  return [CSV_MARK, csvLine(FILL_COLUMNS), ...trades.flatMap(({ fills }) => fills)];
}

export function tradesJson(trades: readonly ExportedTrade[], exportedAt: number): string[] {
  const rows = trades.map(({ json }, index) => `${index === 0 ? '' : ','}\n  ${json}`);
  return [`{\n "exported": ${JSON.stringify(iso(exportedAt))},\n "trades": [`, ...rows, '\n ]\n}\n'];
}

function iso(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

/** A mean has as many digits as are calculated with. */
function rounded(price: Decimal | null): Decimal | null {
  return price?.toSignificantDigits(12) ?? null;
}
