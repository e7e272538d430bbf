import { expect, test } from 'vitest';
import { parseMessage } from '../../../src/trading/signals/parse.ts';
import { readingToJson } from '../../../src/trading/signals/reading-json.ts';

const read = (content: string): object => readingToJson('m', parseMessage({ content, embeds: [] }).reading);

/** Ways of writing that no message of the corpus has in this form. */
const READ: readonly (readonly [string, object])[] = [
  [
    'Pair: SUI\nSide: short\nEntyr: 3.40\nTagets: 3.30, 3.20\nStopp loss: 3.52',
    {
      symbol: 'SUIUSDT',
      entry: { type: 'limit', prices: ['3.4'] },
      stopLoss: { price: '3.52' },
      takeProfits: [{ price: '3.3' }, { price: '3.2' }],
    },
  ],
  [
    'SHORT SOL\nBuy price: 150\nSell price: 145 / 140\nStop 155',
    {
      side: 'short',
      entry: { type: 'limit', prices: ['150'] },
      stopLoss: { price: '155' },
      takeProfits: [{ price: '145' }, { price: '140' }],
    },
  ],
  [
    '🎯 1.61 🎯 1.54 💰 1.68 🛑 1.75 RUNE 📉',
    { side: 'short', entry: { type: 'limit', prices: ['1.68'] }, stopLoss: { price: '1.75' } },
  ],
  [
    'SHORT ADA\nEntry 0.75\nTargets: -3%, -6%\nStop: +4%',
    { stopLoss: { percent: '4' }, takeProfits: [{ percent: '3' }, { percent: '6' }] },
  ],
  ['SHORT ADA\nEntry 0.75\nTP -3%\nSL +4%', { stopLoss: { percent: '4' }, takeProfits: [{ percent: '3' }] }],
  [
    'LONG ADA\nEntry 0.75\nTargets: +3%, +6%\nStop: -4%',
    { stopLoss: { percent: '4' }, takeProfits: [{ percent: '3' }, { percent: '6' }] },
  ],
  ['LONG ADA\nEntry 0.75\nTP1 - 3%\nTP2-6%', { takeProfits: [{ percent: '3' }, { percent: '6' }] }],
  [
    'Exchange: Bybit\nPair: ADA/USDT\nDirection: Long\nOrder type: Limit\nPrice: 0.75\nStop: 0.72',
    { entry: { type: 'limit', prices: ['0.75'] } },
  ],
  [
    'Exchange: Bybit\nPair: ADA/USDT\nDirection: Long\nOrder type: Market\nPrice: 0.75\nStop: 0.72',
    { entry: { type: 'market' } },
  ],
  [
    '#ETH LONG\nEntry: 2500\nProfits: 2550 - 2600 - 2700\nSL: 2440',
    { takeProfits: [{ price: '2550' }, { price: '2600' }, { price: '2700' }] },
  ],
  ['#ETH LONG\nEntry: 2500\nSL: 2440\nProfit: 350', { takeProfits: [] }],
  ['#ETH 做多 进场2500 止损2440 盈利：350U', { takeProfits: [] }],
  [
    'BTC 103600空，止损104700，目标102100\nETH 2432多，止损2388，目标2495',
    { symbol: 'BTCUSDT', takeProfits: [{ price: '102100' }] },
  ],
  [
    'LTC 多，88.6附近进，86.9止损，90.5出30%，93出70%',
    {
      takeProfits: [
        { price: '90.5', share: '30' },
        { price: '93', share: '70' },
      ],
    },
  ],
  ['UNI做空，8.35附近进，站上8.72就走，目标7.9', { stopLoss: { price: '8.72' } }],
  [
    '{"symbol":"BTCUSDT","side":"sell","order":"limit","price":105000,"sl_pct":"1%","tp_pct":["1%",2]}',
    {
      entry: { type: 'limit', prices: ['105000'] },
      stopLoss: { percent: '1' },
      takeProfits: [{ percent: '1' }, { percent: '2' }],
    },
  ],
  [
    'ADA/USDT long ✅ Entry 0.75 ✅ Targets 0.77, 0.79 ✅ SL 0.72',
    {
      entry: { type: 'limit', prices: ['0.75'] },
      stopLoss: { price: '0.72' },
      takeProfits: [{ price: '0.77' }, { price: '0.79' }],
    },
  ],
  ['ETH 做多\n入场1 521.0\n止损1 480.0\n止盈 1600', { entry: { type: 'limit', prices: ['1521'] } }],
  ['BNB 做多\n入场1 621.0\n入场2 601.0\n止损 580', { entry: { type: 'limit', prices: ['621', '601'] } }],
  ['LONG TAO entrada 1.150 stop 1100 alvo 1250', { entry: { type: 'limit', prices: ['1150'] } }],
  ['LONG XRP entrada 1.150 stop 1.100 alvo 1.250', { entry: { type: 'limit', prices: ['1.15'] } }],
  ['LONG FOO/USDT entrada 1.150 stop 980,5 alvo 1.250', { entry: { type: 'limit', prices: ['1150'] } }],
  ['LONG XRP entrada 1.150 stop 1,10 alvo 1,25', { entry: { type: 'limit', prices: ['1.15'] } }],
  ['Near\n方向：多\n进场：5.18\n止损：5.0\n止盈：5.4', { symbol: 'NEARUSDT' }],
  [
    'LONG DOGE/USDT\nEntry ------ 0.1985-0.2010\nTarget 1 ----- 0.2065\nTarget 2 ..... 0.2140\nStop ... 0.1915',
    {
      entry: { type: 'zone', low: '0.1985', high: '0.201' },
      stopLoss: { price: '0.1915' },
      takeProfits: [{ price: '0.2065' }, { price: '0.214' }],
    },
  ],
  [
    'XRP 空 2.405进 止损2.47\nTP1 2.33 平60%\nTP2 2.26 清仓',
    {
      takeProfits: [
        { price: '2.33', share: '60' },
        { price: '2.26', share: '40' },
      ],
    },
  ],
  ['BTC short **65.7**k stop **66.4**k tp **64.5**k', { entry: { type: 'limit', prices: ['65700'] } }],
  [
    'INIT/USDT Buy 0.5677.\nTake Profit.\n1) 0.5820.\n2) 0.5995.\nStop loss 0.5310.',
    { takeProfits: [{ price: '0.582' }, { price: '0.5995' }] },
  ],
  ['SHORT ENA 0.594, stop as before at 0.618, TP 0.575', { stopLoss: { price: '0.618' } }],
  ['BNB long\nEntry: 618\nTP: 624\nSotp loss: 605', { stopLoss: { price: '605' } }],
  ['SOL 多 142，138.5收线破位离场，目标150', { stopLoss: { price: '138.5' } }],
];

test.each(READ)('%s', (content, signal) => {
  expect(read(content)).toMatchObject({
    kind: 'signal',
    signals: expect.arrayContaining([expect.objectContaining(signal)]),
  });
});

/** Near relatives of the above in which a coin, a side or a price stays in doubt. */
test.each([
  'LONG ADA ✅ Entry 0.75 ✅ TP1 0.77 ✅ TP2 0.79 TP3 0.82 SL 0.72',
  'LONG ADA ✅ Entry 0.75 ✅ TP1 0.77 ✅ TP2 0.79',
  'BUY AT 98K WITH YOUR STOP AT 97K AND YOUR TARGET AT 104K AND THEN IT IS TIME TO DRIFT AWAY',
  'Supertrend (10, 3) likes a BUY on BINANCE:AVAXUSDTPERP, price = 23.418, time = 2025-06-19T08:00:00Z',
  'Supertrend (10, 3): BUY soon on BINANCE:AVAXUSDTPERP, price = 23.418, time = 2025-06-19T08:00:00Z',
  'LONG SOL\nBuy price: 150\nSell price: 145 / 140\nStop 155',
  'Order\nSide: long\nEntry: 5.18\nSL: 5.0\nTP: 5.4',
  'POL SHORT\nEntry 0.2180\n✅ 0.2140\n✅ 0.2095',
  'SOL 150多，止损145，目标36000',
  "Don't enter: LONG INJ\nEntry 24.5\nSL 23\nTP 26",
  'Pair: XXX/USDT\nSide: LONG\nEntry: 0.00\nSL: 0.00\nTP: 0.00',
])('%s — is not traded', (content) => {
  expect(read(content)).not.toMatchObject({ kind: 'signal' });
});

/** What contradicts itself, or has two readings, is never traded, and it is said why. */
test.each([
  ['LONG ADA\nEntry 0.75\nStop: +4%\nTP 0.8', 'sl_wrong_side'],
  ['LONG ADA\nEntry 0.75\nSL +4%\nTP 0.8', 'sl_wrong_side'],
  ['LONG ADA\nEntry 0.75\nSL 0.72\nTargets: -3%', 'tp_wrong_side'],
  ['ETH 做多\n入场1 521.0\n止损1 480.0\n止盈1 600.0', 'number_unreadable'],
  ['LONG TAO entrada 1.150 stop 1.100 alvo 1.250', 'number_unreadable'],
  ['LONG FOO/USDT entrada 1.150 stop 34,5', 'number_unreadable'],
])('%s — is invalid: %s', (content, reason) => {
  expect(read(content)).toEqual({ id: 'm', kind: 'invalid', reason });
});
