import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BinanceSim, startBinanceSim } from '../../../../src/sim/binance/server.ts';
import type { UserEvent } from '../../../../src/sim/binance/spot/model.ts';
import { Decimal } from '../../../../src/trading/decimal.ts';
import { answer, type Json, Listener, RawClient } from '../raw-client.ts';

/** Every field that the documentation's example has, and no other. */
const DOCS = 'https://github.com/binance/binance-spot-api-docs/blob/master';

let sim: BinanceSim;
let client: RawClient;
const events: UserEvent[] = [];

beforeAll(async () => {
  sim = await startBinanceSim({ spotBalances: { USDT: '100000', BTC: '1' }, markPriceMs: 20 });
  client = new RawClient(sim);
  sim.spot.exchange.changeInstrument('BTCUSDT', { maxAlgoOrders: 50 });
  sim.spot.exchange.subscribe((event) => {
    if (event.kind === 'user') events.push(event.event);
  });
});
afterAll(() => sim.close());

const words = (text: string) => text.trim().split(/\s+/).toSorted();
const fields = (value: unknown) => Object.keys(value as Json).toSorted();
const symbol = 'BTCUSDT';
const LIMIT = { symbol, side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '0.01', price: '60000' };
const OCO = {
  symbol,
  side: 'SELL',
  quantity: '0.01',
  aboveType: 'LIMIT_MAKER',
  abovePrice: '70000',
  belowType: 'STOP_LOSS',
  belowStopPrice: '60000',
  newOrderRespType: 'RESULT',
};
const market = { symbol, side: 'BUY', type: 'MARKET', quantity: '0.01' };
const publicly = async (path: string) => answer(await fetch(`${sim.url}${path}`));
const placed = async (type: string) =>
  (await client.post('/api/v3/order', { ...LIMIT, newOrderRespType: type })).body;
const eventOf = async (type: string) => {
  await client.post('/api/v3/orderList/oco', OCO);
  return events.findLast((event) => event.e === type);
};
const streamed = async (name: string) => {
  const stream = new Listener(sim, `/ws/${name}`);
  await stream.opened();
  sim.spot.exchange.setPrice(symbol, new Decimal(65_000));
  const message = await stream.next(() => true);
  stream.close();
  return message;
};

const ACK = 'symbol orderId orderListId clientOrderId transactTime';
const RESULT = `${ACK} price origQty executedQty origQuoteOrderQty cummulativeQuoteQty status timeInForce type side workingTime selfTradePreventionMode`;
const LIST =
  'orderListId contingencyType listStatusType listOrderStatus listClientOrderId transactionTime symbol orders';
const RATES = 'maker taker buyer seller';

interface Shape {
  what: string;
  page: string;
  expected: string;
  get(): unknown;
}

const SHAPES: Shape[] = [
  {
    what: 'exchangeInfo',
    page: 'rest-api.md#exchange-information',
    expected: 'timezone serverTime rateLimits exchangeFilters symbols',
    get: async () => (await publicly('/api/v3/exchangeInfo')).body,
  },
  {
    what: 'a symbol',
    page: 'rest-api.md#exchange-information',
    expected: `symbol status baseAsset baseAssetPrecision quoteAsset quotePrecision quoteAssetPrecision
      baseCommissionPrecision quoteCommissionPrecision orderTypes icebergAllowed ocoAllowed otoAllowed opoAllowed
      quoteOrderQtyMarketAllowed allowTrailingStop cancelReplaceAllowed amendAllowed pegInstructionsAllowed
      isSpotTradingAllowed isMarginTradingAllowed filters permissions permissionSets
      defaultSelfTradePreventionMode allowedSelfTradePreventionModes`,
    get: async () => ((await publicly(`/api/v3/exchangeInfo?symbol=${symbol}`)).body.symbols as Json[])[0],
  },
  {
    what: 'the order book',
    page: 'rest-api.md#order-book',
    expected: 'lastUpdateId bids asks',
    get: async () => (await publicly(`/api/v3/depth?symbol=${symbol}`)).body,
  },
  {
    what: 'the average price',
    page: 'rest-api.md#current-average-price',
    expected: 'mins price closeTime',
    get: async () => (await publicly(`/api/v3/avgPrice?symbol=${symbol}`)).body,
  },
  {
    what: 'the day',
    page: 'rest-api.md#24hr-ticker-price-change-statistics',
    expected: `symbol priceChange priceChangePercent weightedAvgPrice prevClosePrice lastPrice lastQty bidPrice bidQty
      askPrice askQty openPrice highPrice lowPrice volume quoteVolume openTime closeTime firstId lastId count`,
    get: async () => (await publicly(`/api/v3/ticker/24hr?symbol=${symbol}`)).body,
  },
  {
    what: 'the price',
    page: 'rest-api.md#symbol-price-ticker',
    expected: 'symbol price',
    get: async () => (await publicly(`/api/v3/ticker/price?symbol=${symbol}`)).body,
  },
  {
    what: 'the best prices',
    page: 'rest-api.md#symbol-order-book-ticker',
    expected: 'symbol bidPrice bidQty askPrice askQty',
    get: async () => (await publicly(`/api/v3/ticker/bookTicker?symbol=${symbol}`)).body,
  },
  {
    what: 'a trade of the market',
    page: 'rest-api.md#recent-trades-list',
    expected: 'id price qty quoteQty time isBuyerMaker isBestMatch',
    get: async () => {
      sim.spot.exchange.setPrice(symbol, new Decimal(65_000));
      return (await publicly(`/api/v3/trades?symbol=${symbol}`)).list[0];
    },
  },
  { what: 'ACK', page: 'rest-api.md#new-order-trade', expected: ACK, get: () => placed('ACK') },
  { what: 'RESULT', page: 'rest-api.md#new-order-trade', expected: RESULT, get: () => placed('RESULT') },
  {
    what: 'FULL',
    page: 'rest-api.md#new-order-trade',
    expected: `${RESULT} fills`,
    get: () => placed('FULL'),
  },
  {
    what: 'a fill in an answer',
    page: 'rest-api.md#new-order-trade',
    expected: 'price qty commission commissionAsset tradeId',
    get: async () => ((await client.post('/api/v3/order', market)).body.fills as Json[])[0],
  },
  {
    what: 'a cancelled order',
    page: 'rest-api.md#cancel-order-trade',
    expected: `${RESULT.replace(' workingTime', '')} origClientOrderId`,
    get: async () => {
      const { orderId } = await placed('ACK');
      return (await client.delete('/api/v3/order', { symbol, orderId: Number(orderId) })).body;
    },
  },
  {
    what: 'a queried order',
    page: 'rest-api.md#query-order-user_data',
    expected: `symbol orderId orderListId clientOrderId price origQty executedQty cummulativeQuoteQty status timeInForce
      type side stopPrice icebergQty time updateTime isWorking workingTime origQuoteOrderQty selfTradePreventionMode`,
    get: async () => {
      const { orderId } = await placed('ACK');
      return (await client.get('/api/v3/order', { symbol, orderId: Number(orderId) })).body;
    },
  },
  {
    what: 'a placed list',
    page: 'rest-api.md#new-order-list---oco-trade',
    expected: `${LIST} orderReports`,
    get: async () => (await client.post('/api/v3/orderList/oco', OCO)).body,
  },
  {
    what: 'an order of a list',
    page: 'rest-api.md#new-order-list---oco-trade',
    expected: `${RESULT} stopPrice`,
    get: async () => ((await client.post('/api/v3/orderList/oco', OCO)).body.orderReports as Json[])[0],
  },
  {
    what: 'a queried list',
    page: 'rest-api.md#query-order-list-user_data',
    expected: LIST,
    get: async () => {
      await client.post('/api/v3/orderList/oco', OCO);
      return (await client.get('/api/v3/openOrderList')).list[0];
    },
  },
  {
    what: 'the account',
    page: 'rest-api.md#account-information-user_data',
    expected: `makerCommission takerCommission buyerCommission sellerCommission commissionRates canTrade canWithdraw
      canDeposit brokered requireSelfTradePrevention preventSor updateTime accountType balances permissions uid`,
    get: async () => (await client.get('/api/v3/account')).body,
  },
  {
    what: 'the rates',
    page: 'rest-api.md#query-commission-rates-user_data',
    expected: 'symbol standardCommission specialCommission taxCommission discount',
    get: async () => (await client.get('/api/v3/account/commission', { symbol })).body,
  },
  {
    what: 'one kind of rates',
    page: 'rest-api.md#query-commission-rates-user_data',
    expected: RATES,
    get: async () => (await client.get('/api/v3/account/commission', { symbol })).body.standardCommission,
  },
  {
    what: 'a trade of the account',
    page: 'rest-api.md#account-trade-list-user_data',
    expected: `symbol id orderId orderListId price qty quoteQty commission commissionAsset time isBuyer isMaker
      isBestMatch`,
    get: async () => {
      await client.post('/api/v3/order', market);
      return (await client.get('/api/v3/myTrades', { symbol })).list[0];
    },
  },
  {
    what: 'executionReport',
    page: 'user-data-stream.md#order-update',
    // `v` is there only where an order expired against another one of the account.
    expected: 'e E s c S o f q p P F g C x X r i l z L n N T t I w m M O Z Y Q W V',
    get: () => eventOf('executionReport'),
  },
  {
    what: 'listStatus',
    page: 'user-data-stream.md#order-update',
    expected: 'e E s g c l L r C T O',
    get: () => eventOf('listStatus'),
  },
  {
    what: 'outboundAccountPosition',
    page: 'user-data-stream.md#account-update',
    expected: 'e E u B',
    get: () => eventOf('outboundAccountPosition'),
  },
  {
    what: 'the trade stream',
    page: 'web-socket-streams.md#trade-streams',
    expected: 'e E s t p q T m M',
    get: () => streamed('btcusdt@trade'),
  },
  {
    what: 'the aggregate trade stream',
    page: 'web-socket-streams.md#aggregate-trade-streams',
    expected: 'e E s a p q f l T m M',
    get: () => streamed('btcusdt@aggTrade'),
  },
  {
    what: 'the book ticker stream',
    page: 'web-socket-streams.md#individual-symbol-book-ticker-streams',
    expected: 'u s b B a A',
    get: () => streamed('btcusdt@bookTicker'),
  },
  {
    what: 'the mini ticker stream',
    page: 'web-socket-streams.md#individual-symbol-mini-ticker-stream',
    expected: 'e E s c o h l v q',
    get: () => streamed('btcusdt@miniTicker'),
  },
  {
    what: 'the ticker stream',
    page: 'web-socket-streams.md#individual-symbol-ticker-streams',
    expected: 'e E s p P w x c Q b B a A o h l v q O C F L n',
    get: () => streamed('btcusdt@ticker'),
  },
  {
    what: 'the partial book stream',
    page: 'web-socket-streams.md#partial-book-depth-streams',
    expected: 'lastUpdateId bids asks',
    get: () => streamed('btcusdt@depth5'),
  },
  {
    what: 'the book difference stream',
    page: 'web-socket-streams.md#diff-depth-stream',
    expected: 'e E s U u b a',
    get: () => streamed('btcusdt@depth'),
  },
];

test.each(SHAPES)(`$what has the documented fields (${DOCS}/$page)`, async ({ expected, get }) => {
  expect(fields(await get())).toEqual(words(expected));
});
