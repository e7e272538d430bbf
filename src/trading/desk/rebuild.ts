import type { Decimal } from '../decimal.ts';
import type { Exchange, OrderHistory, OrderReport, Position } from '../exchange.ts';
import { held } from '../lifecycle/facts.ts';
import { messageIdOf, parseClientId } from '../lifecycle/ids.ts';
import type { Market, Source, Trade } from '../model.ts';
import { type Gap, rebuildTrade } from '../rebuild.ts';
import type { TradingSettings } from '../settings.ts';
import type { DeskStore } from './store.ts';

/** Makes the trades that a ledger has lost again from the exchange. Reads only; what it finds goes into the store. */

export interface RebuildDeps {
  market: Market;
  exchange: Pick<
    Exchange,
    | 'account'
    | 'positions'
    | 'openOrders'
    | 'fillsSince'
    | 'commission'
    | 'prices'
    | 'instruments'
    | 'refreshInstruments'
  > &
    OrderHistory;
  store: Pick<DeskStore, 'openTrades' | 'findClosed' | 'saveTrade'>;
  /** Where a message came from, as far as anybody knows. */
  sourceOf(messageId: string): Promise<Omit<Source, 'index' | 'messageId' | 'postedAt'>>;
  tradingOf(channelId: string): TradingSettings;
  /** In percent of the entry, where no stop stands. */
  assumedStopPct: Decimal;
  now(): number;
}

export interface RebuildReport {
  /** What the ledger knew already, of this market. */
  known: Trade[];
  rebuilt: { trade: Trade; gaps: Gap[] }[];
  /** Orders with our ids that no trade can be made of: `BTCUSDT sb-…`. */
  leftOver: { symbol: string; clientId: string }[];
  /** Positions, or parts of them, that are nobody's of ours. */
  foreign: { symbol: string; quantity: Decimal }[];
}

/** As far back as the exchange tells of orders. */
const HISTORY_MS = 89 * 24 * 3_600_000;
/** https://discord.com/developers/docs/reference#snowflakes */
const DISCORD_EPOCH_MS = 1_420_070_400_000;

export async function rebuildFromExchange(deps: RebuildDeps): Promise<RebuildReport> {
  const { exchange, store, market } = deps;
  await exchange.refreshInstruments();
  const [account, positions, open, known] = await Promise.all([
    exchange.account(),
    exchange.positions(),
    exchange.openOrders(),
    store.openTrades(),
  ]);
  const report: RebuildReport = { known: onMarket(known, market), rebuilt: [], leftOver: [], foreign: [] };
  for (const symbol of symbolsToLookAt(onMarket(known, market), positions, open)) {
    const instrument = exchange.instruments().get(symbol);
    if (!instrument) continue;
    const since = deps.now() - HISTORY_MS;
    const [past, fills, fees, { last }] = await Promise.all([
      exchange.ordersSince(symbol, since),
      exchange.fillsSince(symbol, since),
      exchange.commission(symbol),
      exchange.prices(symbol),
    ]);
    const standing = open.filter((order) => order.symbol === symbol);
    const orders = [...past, ...standing];
    for (const tradeId of await lostIds(store, known, orders)) {
      const source = await sourceFor(deps, tradeId);
      const own = orders.filter(({ clientId }) => parseClientId(clientId)?.tradeId === tradeId);
      const side = own[0]?.positionSide ?? 'BOTH';
      const position = positions.find((one) => one.symbol === symbol && one.positionSide === side) ?? null;
      const isStanding = standing.some(({ clientId }) => parseClientId(clientId)?.tradeId === tradeId);
      // Neither an order nor a position: it has ended, whoever ended it.
      if (!isStanding && position === null) continue;
      const rebuilt = rebuildTrade({
        tradeId,
        source,
        orders,
        fills,
        market,
        position,
        price: last,
        instrument,
        fees,
        account,
        trading: deps.tradingOf(source.channelId),
        assumedStopPct: deps.assumedStopPct,
        now: deps.now(),
      });
      if (rebuilt === null) continue;
      await store.saveTrade(rebuilt.trade);
      report.rebuilt.push(rebuilt);
    }
  }
  const ours = [...onMarket(known, market), ...report.rebuilt.map(({ trade }) => trade)];
  report.leftOver = leftOver(ours, open);
  report.foreign = foreign(ours, positions);
  return report;
}

function onMarket(trades: readonly Trade[], market: Market): Trade[] {
  return trades.filter(({ plan }) => plan.market === market);
}

/** Where something of ours stands that the ledger does not know, or a position that it does not explain. */
function symbolsToLookAt(
  known: readonly Trade[],
  positions: readonly Position[],
  open: readonly OrderReport[],
): Set<string> {
  const ids = new Set(known.map(({ id }) => id));
  const symbols = new Set(foreign(known, positions).map(({ symbol }) => symbol));
  for (const { symbol, clientId } of open) {
    const owner = parseClientId(clientId);
    if (owner && !ids.has(owner.tradeId)) symbols.add(symbol);
  }
  return symbols;
}

async function lostIds(
  store: RebuildDeps['store'],
  known: readonly Trade[],
  orders: readonly OrderReport[],
): Promise<string[]> {
  const ids = new Set(orders.map(({ clientId }) => parseClientId(clientId)?.tradeId ?? ''));
  ids.delete('');
  for (const { id } of known) ids.delete(id);
  const lost: string[] = [];
  for (const id of ids) if (messageIdOf(id) !== null && !(await store.findClosed(id))) lost.push(id);
  return lost;
}

async function sourceFor(deps: RebuildDeps, tradeId: string): Promise<Source> {
  const messageId = messageIdOf(tradeId) ?? '0';
  const index = Number(tradeId.slice(tradeId.lastIndexOf('-') + 1));
  const postedAt = Number(BigInt(messageId) >> 22n) + DISCORD_EPOCH_MS;
  return { ...(await deps.sourceOf(messageId)), messageId, index, postedAt };
}

function leftOver(ours: readonly Trade[], open: readonly OrderReport[]): RebuildReport['leftOver'] {
  const ids = new Set(ours.map(({ id }) => id));
  return open
    .filter(({ clientId }) => {
      const owner = parseClientId(clientId);
      return owner !== null && !ids.has(owner.tradeId);
    })
    .map(({ symbol, clientId }) => ({ symbol, clientId }));
}

function foreign(ours: readonly Trade[], positions: readonly Position[]): RebuildReport['foreign'] {
  return positions.flatMap(({ symbol, positionSide, quantity }) => {
    const explained = ours
      .filter(({ plan }) => plan.symbol === symbol && plan.positionSide === positionSide)
      .reduce((sum, trade) => sum.plus(held(trade)), quantity.times(0));
    const rest = quantity.abs().minus(explained);
    return rest.gt(0) ? [{ symbol, quantity: quantity.isNegative() ? rest.negated() : rest }] : [];
  });
}
