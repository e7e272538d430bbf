import { describe, expect, test } from 'vitest';
import { parseMessage } from '../../../src/trading/signals/parse.ts';
import { readingToJson } from '../../../src/trading/signals/reading-json.ts';

/** Words of trading and management in sentences that open nothing and ask for nothing that can be done. */
const TALK = [
  'ETH pumping hard, shorts getting rekt at 2600, next stop 2700 🚀',
  'next stop 70k for BTC!',
  'BTC stop hunting again at 66k',
  'I would close BTC here',
  'closing the week at 67k would be bullish for BTC',
  'BTC weekly close above 68k = new ATH',
  'BTC closed above 68k on the daily',
  'BTC open interest down 5%, longs closing at 67k',
  'BTC buy wall at 66,000 and sell wall at 69,000, stops below 65.5k',
  'cancel culture is wild lol $DOGE',
  'half of my ETH is staked',
  'BTC short: take profit now',
  'Add to LINK long at 13.9',
  'remove the SL on BTC for now',
  'Stop losing money! Join our VIP',
  'Closed trades, recap of the week:\nBTC long 64,200 → 66,900\nSOL long 140 → 151',
  'Last week recap:\n- BTC long 64,200 → 66,900 (+4.2%)\n- SOL long 140 → 151 (+8%)',
  'LONG SOL 148.2 SL 143.9 TP 155 - result: TP hit +4.6%',
  'Would you take this?\nLONG ETH\nEntry 2510\nSL 2470\nTP 2600',
  "Copy of another desk's call, I'm not entering:\nLONG ETH\nEntry 2510\nSL 2470\nTP 2600",
  'BTC 减半 倒计时 30 天',
  '大饼减半行情要来了',
  '空单被套的兄弟别慌，68500还有压力',
  '多头止损位大概在66000一线',
  'BTC 跌破 66000 多单止损的人很多',
  '止损是交易的生命线，止损设3%最合理',
  '现货党继续躺平，ETH成本1820，不到5000不卖',
  'ETH shorts between 2600 and 2650 got liquidated, stops ran below 2550, then 2700',
  'My analysis: BTC long above 68k with target 72k, invalid below 66k. Not a call, just my view.',
  'Our member longed SOL at 142 with stop 138, tp 155. Well done!',
  'I would long SOL at 140, stop 136, tp 150 but the market is closed for me today',
  'I have a long position on ETH from 2400, stop in profit, target 3000',
  'Closing in on the ATH, 73,777 is the number, target 80k next',
  'Order book: BTC bids 65,000 / 64,500, asks 66,000 / 66,500',
  'Take profit 10% daily with our bot! Entry fee 50$, stop anytime',
  'Nothing changes on the BTC short. Stop and targets are the same, be patient.',
  'How the LINK trade went: entered 16.9, moved the stop after 17.8 printed, out at 18.6. Textbook.',
  '🔔 {{ticker}} {{interval}}\n{{strategy.order.action}} @ {{close}}\nSL: {{plot("sl")}}',
  '多单止损的兄弟别灰心，65000附近还有机会，目标看70000',
  '纪律再说一遍：\n每单必带止损，到第一止盈位减半并推保本，违反的踢出群',
  'My plan for the week: long BTC at 60k, SL 58k, TP 68k — will post when I take it',
  'ETH long from this morning is now at +2%, entry 3380 SL 3340 TP 3500',
  'SOL short from yesterday is running: entry 151 SL 156 TP 140',
  '#SUI/USDT LONG | Entry: 3.40 | TP1: 3.50 ✅ | TP2: 3.62 ✅✅ | TP3: 3.80 | SL: 3.25',
  'Maria is short SOL from 192 with sl 197, tp 178',
  'Galaxy went long ETH from 3300, stop 3200, tp 3600',
  "SOL short 192, sl 197, tp 178, just so you know, I'm not in",
  "Repost of yesterday's call:\nLONG ETH\nEntry 3300\nSL 3200\nTP 3400",
  'Se BTC rompe 118k entro long, stop 116k, target 120k e 122k',
  'Si BTC casse 118000, long, SL 116000, TP 120000',
  'Jeśli BTC przebije 118000, long, SL 116000, TP 120000',
  'Als BTC boven 118000 sluit: long, SL 116000, TP 120000',
  'Jika BTC tembus 118000, long, SL 116000, TP 120000',
  'si BTC casse 118k je long, stop 116k',
  "Hier, j'ai pris un long BTC à 118000, SL 116000, TP 120000, touché",
  'Ieri ho aperto long BTC 118000, SL 116000, TP 120000 preso',
  "LONG BTC\nEntry 118000\nSL 116000\nTP 120000\n...is what I'd post if I was a scam group 😂",
  'My brother in law just went long BTC at 118k with SL 116k and TP 125k 🤦',
  'Closed trades:\nLONG SOL 141 → 147\nSHORT ETH 3085 → 2980',
  'BTC 118000 能多吗，止损116000，止盈120000',
  '朋友118000空的BTC，止损119500，刚被打',
  'Trade idea from @some_trader: short LINK 18.45, SL 19.35, TP 16.9 (not mine)',
  'Expired: LONG LINK 18.45 SL 17.9 TP 19.4',
  '0x9e71 closed the ETH long, took 3.2M profit',
  'lol moved my stop to BE and got wicked',
  'moved SL to entry, got tagged to the tick, then it flew',
  '到TP1就减仓30%',
  'TP1一到就减一半',
  '到达TP1后减仓一半',
  '每到一个目标减仓30%',
  '到了TP1记得减仓30%，止损推成本',
  '你们平了没',
  'TIA thesis invalidated below 4.55',
  'with a stop at 3060 this ETH long makes sense',
  "ETH long with stop 3060 would be my play, but I'm out for the day",
  'He said: LONG SOL\nEntry 141\nSL 136\nTP 147',
  'Would you take this: LONG SOL\nEntry 141\nSL 136\nTP 147',
  'Once it reclaims the level: LONG SOL\nEntry 141\nSL 136\nTP 147',
  'He said:\nLONG SOL\nEntry 141\nSL 136\nTP 147',
  'Someone asked: close half of SOL, stop to BE',
  '不要跟：SOL 多 141，止损136，止盈147',
  '有人做这个吗：SOL 多 141，止损136，止盈147',
  '我朋友SOL 多 141，止损136，止盈147',
  '减掉50%仓位，剩下的止损上移到93200吗',
  '> Trend 4h: order sell @ 0.5 filled on BTCUSDT.P. New strategy position is 0\nthanks!',
  'Paste this into the alert: {"action":"exit","symbol":"SUIUSDT.P","side":"long","qty_percent":50}',
  'SOL 多单 138.5破位离场',
];

test.each(TALK)('%s — is no signal and gives no order', (content) => {
  expect(parseMessage({ content, embeds: [] }).reading.kind).toBe('none');
});

/** Words of closing and moving that are nouns, adjectives, habits, advertisements, statistics or stories. */
const NO_ORDERS = [
  'BTC 走强，平台币跟涨',
  '主力出货，SOL 走弱',
  '离场观望的人很多，BTC',
  '砍仓的都后悔了，ETH 又拉回来了',
  '交易所跑路，BTC 提走',
  '机器人会自动平仓',
  'BTC 减产一半',
  'Taking some time off, BTC can wait',
  'took some screenshots of BTC',
  'Take 10% of your salary and buy BTC',
  'sell half your house and buy BTC',
  'Sell 50% of your stuff for BTC lol',
  'Guess the BTC close on Friday and win 100 USDT. Mine: 107,450.',
  'HYPE is the strongest chart out there, nothing comes close 💪',
  'Meet SignalPilot: reads the calls, places the limit orders, moves stop to breakeven at TP1. No manual work.',
  'Closed trades, last 7 days',
  'BTC so close to ATH',
  'That was a close call on ETH',
  'SOL came very close',
  'We are getting close on BTC',
  'Waiting for the BTC close',
  'the ETH daily close will tell',
  "Friday's BTC close matters",
  'BTC at the close: 107k',
  'into the NY close BTC looks weak',
  'ETH will close green today',
  'BTC could close the month red',
  'Closed positions this week: BTC +3%, ETH -2%',
  'Closed signals: 14, open 3',
  'Our bot closes half at TP1 and moves the stop to entry',
  'The EA moves SL to breakeven automatically',
  'Automatically close all trades with one click',
  'I usually close half at TP1',
  'Traders who close at TP1 miss the move',
  'He closed BTC too early',
  'closing thoughts: BTC looks fine',
  'ETH closing price 2,410',
  'BTC closed the candle at 107k',
  'Markets close in 2 hours',
  'US stock market close soon, expect volatility on BTC',
  'Fed rate cut priced in, BTC up',
  '25 bps cut expected, BTC flat',
  'a rate cut would send BTC to 120k',
  'exit liquidity on PEPE is real',
  'exit scam rumours around SUI',
  "don't be exit liquidity for DOGE",
  "we cover BTC and ETH in tonight's stream",
  'New video covers BTC, ETH and SOL',
  'BTC breaking out of the range',
  'ETH out of the woods',
  'BTC coming out of the wedge',
  'Money flowing out of ETH into SOL',
  'out of curiosity, BTC or ETH',
  'Rebuilding the BTC model from scratch',
  'kill zone for BTC is 9:30',
  'BTC bears will get killed',
  'this pump will kill all BTC bears',
  'Take 50% off VIP until Sunday',
  '50% off all plans, BTC accepted',
  'Lock in your 20% discount, pay in BTC',
  'cancel anytime, no lock-in',
  'Cancel your subscription any time',
  'Secure your spot, half price until Friday',
  'Reduce fees by 20% with our link',
  'Exits are harder than entries, BTC taught me',
  'My exit on BTC was terrible',
  'the exit on ETH is at 2600',
  'Flat market on BTC today',
  'Half of BTC holders are in profit',
  'BTC dominance cut in half',
  'BTC got cut in half in 2022',
  'Stops to breakeven after TP1 is our plan every time',
  'Move SL to BE at TP1',
  'Move your stop to breakeven when TP1 is hit',
  'At TP1 we move the stop to entry',
  'Take 50% at TP1 and move stop to breakeven',
  'We always secure 50% at TP1',
  'Typically I trail my stop to entry after the first target',
  'Subscribers get alerts when we close trades',
  'You get: entries, targets, stop to breakeven alerts',
  'Closing soon: VIP registrations for BTC course',
  'Registration closes Friday',
  'VIP doors close tonight',
  'Close friends only',
  'Doors closed for BTC group',
  'Keep a close eye on BTC',
  'BTC is close',
  'not even close, ETH',
  'BTC all shorts closed above 110k',
  'BTC shorts covering, squeeze ahead',
  'ETH longs closing fast',
  'Our EA closes trades at TP1 for you, moves the stop and sleeps never',
  'Auto-close at TP3',
  'BTC closes above 110k and we fly',
  'Everything I sold at the top, feels good',
  'everyone who closed BTC early is crying',
  'Nobody closed ETH',
  'If you closed BTC, congrats',
  'Did you close BTC',
  'Never close a winner early, BTC',
  'Book your seat for the BTC webinar',
  'Bank of America buys BTC',
  'bank run in the US, BTC up',
  'Book review: bitcoin standard',
  'take care of your BTC',
  'Take a look at BTC',
  'take BTC seriously',
  'Take part in our BTC contest',
  'BTC takes out the highs',
  'Get out of the house, touch grass, BTC can wait',
  'Getting out of bed, BTC at 100k',
  'SOL sold off 20%',
  'BTC sells off by half',
  'ETH sold by whales: 50%',
  'whales cut BTC exposure by 20%',
  'Institutions reduce BTC holdings by 30%',
  'Grayscale trims ETH by a third',
  'Miners reduce BTC reserves by half',
  'Supply reduced by 50% after halving, BTC',
  'Binance cuts fees by 25%',
  'Binance will close ETH margin pairs',
  'Binance closes BTC/BUSD pair',
  'Exchange to delist and close the FTM pair',
  'the market closed red, BTC too',
  'Secure your BTC in cold storage',
  'Lock your BTC for 30 days and earn 12%',
  'Lock in 20% APY on BTC',
  'cover your mouth BTC',
  'Short covering lifted BTC',
  'Kill switch for BTC bots',
  'BTC killed it',
  'Scratch what I said about BTC',
  'Close to 50% of BTC supply is dormant',
  '50% of ETH is staked, close to record',
  'SOL network is out of order',
  'Running out of BTC on exchanges',
  'Out of 100 traders 90 lose, BTC',
  'Out of all coins ETH is best',
  'Out of office until Monday',
  'We keep half of the BTC',
  'take half of what he says about BTC with a grain of salt',
  'stop moving your stop to breakeven too early',
  'Why moving stop to breakeven hurts',
  'Moving your stop to breakeven too early kills your edge',
  'Moving stops to breakeven is for beginners',
  'A stop at breakeven is not risk free',
  'Breakeven stops are great',
  'Risk free is the goal',
  'BE patient',
  'Our strategy: half at TP1, then stop to entry',
  'Rule: TP1 → stop to BE',
  'ETH: cancel culture',
  'Cancel my flight BTC',
  'They cancelled the BTC conference',
  'BTC conference cancelled',
  'Delete your browser history',
  'void where prohibited, BTC prizes',
  'Drop the BTC calls please',
  'Reduce risk to 1%',
  'cut BTC risk to 0.5%',
  'cut the position to 3% of the account',
  'Reduced my BTC short to 2% risk',
  'my bag of HYPE is up 50%',
  'my HYPE bag 50% down',
  'SOL bag 1/3 of my stack',
  'exchange shut down BTC withdrawals',
  'shut down my pc, gn',
  'Massive unwind in BTC open interest',
  'SOL 剩余30%继续拿',
  'reduce from 40% to 50%',
  'BTC 多头杠杆全清',
  'BTC shut down the 95k bulls',
  'Time to wind down, good week everyone',
  '带单老师拿 10% 利润',
  '第二止盈 2.28 清仓',
  '清空购物车',
  '已收到止损提示',
  '止损 95000 收到了吗',
];

test.each(NO_ORDERS)('%s — moves no money', (content) => {
  expect(parseMessage({ content, embeds: [] }).reading.kind).toBe('none');
});

/** The same words as orders. */
const ORDERS: readonly (readonly [string, object])[] = [
  ['Closing ETH here', { action: 'close', symbol: 'ETHUSDT' }],
  ['Guys close your BTC shorts', { action: 'close', symbol: 'BTCUSDT' }],
  ["Let's close this one manually", { action: 'close', symbol: null }],
  ['We will close BTC now', { action: 'close', symbol: 'BTCUSDT' }],
  ['Not liking this price action - close BTC', { action: 'close', symbol: 'BTCUSDT' }],
  ['Market is weak so closing ETH', { action: 'close', symbol: 'ETHUSDT' }],
  ['Closed BTC, momentum gone', { action: 'close', symbol: 'BTCUSDT' }],
  ['Close BTC #VIP', { action: 'close', symbol: 'BTCUSDT' }],
  ['Cut LINK', { action: 'close', symbol: 'LINKUSDT' }],
  ['We are out of SOL', { action: 'close', symbol: 'SOLUSDT' }],
  ['Out of SUPER, all of it', { action: 'close', symbol: 'SUPERUSDT' }],
  ['Close everything but ETH', { action: 'close', symbol: null, scope: 'all', except: ['ETHUSDT'] }],
  ['Close all but BTC', { action: 'close', symbol: null, scope: 'all', except: ['BTCUSDT'] }],
  [
    'Close everything except ETH, SOL and BTC',
    { action: 'close', symbol: null, scope: 'all', except: ['ETHUSDT', 'SOLUSDT', 'BTCUSDT'] },
  ],
  ['Close all longs but the SOL one', { action: 'close', symbol: null, scope: 'longs', except: ['SOLUSDT'] }],
  ['Close BTC, ETH stays open', { action: 'close', symbol: 'BTCUSDT' }],
  ['keep 30%, close the rest', { action: 'close_partial', symbol: null, fraction: '0.7' }],
  ['close the rest, leave a quarter', { action: 'close_partial', symbol: null, fraction: '0.75' }],
  ['SOL: sell a third here', { action: 'close_partial', symbol: 'SOLUSDT', fraction: '0.3333' }],
  ['Took 50% off BTC here', { action: 'close_partial', symbol: 'BTCUSDT', fraction: '0.5' }],
  ['SOL: SL to TP1 148.6', { action: 'move_stop', symbol: 'SOLUSDT', price: '148.6' }],
  ['Move stop to TP1 (1.42)', { action: 'move_stop', symbol: null, price: '1.42' }],
  ['止损推到第一止盈位148.6', { action: 'move_stop', symbol: null, price: '148.6' }],
  ['New SL for IOTA: 0.1805 (was 0.1769)', { action: 'move_stop', symbol: 'IOTAUSDT', price: '0.1805' }],
  ['Stop moves to breakeven on SOL', { action: 'break_even', symbol: 'SOLUSDT' }],
  ['Reduce BTC to 30%', { action: 'close_partial', symbol: 'BTCUSDT', fraction: '0.7' }],
  ['trim ETH down to a quarter', { action: 'close_partial', symbol: 'ETHUSDT', fraction: '0.75' }],
  ['reduce BTC from 80% to 40%', { action: 'close_partial', symbol: 'BTCUSDT', fraction: '0.5' }],
  ['减仓至 30%', { action: 'close_partial', symbol: null, fraction: '0.7' }],
  ['减仓 30%', { action: 'close_partial', symbol: null, fraction: '0.3' }],
  ['Close the final 25% of SOL', { action: 'close', symbol: 'SOLUSDT' }],
  ['close half of the remaining SOL', { action: 'close_partial', symbol: 'SOLUSDT', fraction: '0.5' }],
  ['Bagging 50% of SOL here', { action: 'close_partial', symbol: 'SOLUSDT', fraction: '0.5' }],
  ['BTC 先拿一半利润', { action: 'close_partial', symbol: 'BTCUSDT', fraction: '0.5' }],
  ['TP1 2.36 banked half', { action: 'close_partial', symbol: null, fraction: '0.5' }],
  ['Shut down SOL', { action: 'close', symbol: 'SOLUSDT' }],
  ['Unwind the ETH short', { action: 'close', symbol: 'ETHUSDT' }],
  ['Kill all unfilled orders', { action: 'cancel_entry', symbol: null, scope: 'all' }],
  ['单子全部撤', { action: 'cancel_entry', symbol: null, scope: 'all' }],
  ['除了 BTC 其他全部止损推保本', { action: 'break_even', symbol: null, scope: 'all', except: ['BTCUSDT'] }],
  [
    'Position closed: BTCUSDT\nClose percent: 40%\nExit price: 97000',
    { action: 'close_partial', symbol: 'BTCUSDT', fraction: '0.4', price: '97000' },
  ],
  ['{"action":"close","ticker":"BTCUSDT","percent":-1.2}', { action: 'close', symbol: 'BTCUSDT' }],
  [
    '{"action":"close","ticker":"BTCUSDT","qty_pct":"25%"}',
    { action: 'close_partial', symbol: 'BTCUSDT', fraction: '0.25' },
  ],
  ['98200挂的多单撤掉', { action: 'cancel_entry', symbol: null }],
];

test.each(ORDERS)('%s — is an order', (content, update) => {
  expect(readingToJson('m', parseMessage({ content, embeds: [] }).reading)).toMatchObject({
    kind: 'update',
    updates: [update],
  });
});

test('a post that shows its levels again with a new status moves no stop back', () => {
  const content = 'LONG ETH\nEntry 2510\nSL 2470\nTP 2600\n\nStatus: TP1 hit ✅';
  expect(parseMessage({ content, embeds: [] }).reading).toEqual({
    kind: 'update',
    updates: [{ action: 'take_profit_hit', symbol: 'ETHUSDT' }],
  });
});

const CALLS = [
  '#LDO\nsplit 25% near 1.142\nInvalidation 1.029\nTargets: 1.186 / 1.231',
  'Beli FOOCOIN di 566, SL 551, TP 582/600/625',
  'foocoin 多 现价进 止损0.865 止盈开放',
  'foocoin 1.685-1.702 进多，跌破 1.64 认错，目标 1.76 1.83',
  '市价做空，止损 3%，止盈 5%，20倍',
  'LONGLEVERAGE: CROSS 10XENTRY: 1.41TARGETS: 1.44 – 1.46STOP LOSS: 1.35',
  'LONG INJ\nEntry 24.5\nSL 23.4\nTP1 25.6 - close 70%\nTP2 27 - close 50%',
  'long foocoin between 2.11 and 2.19, cutting it at 2.02, tp 2.3',
];

test.each(CALLS)('%s — is a call that cannot be traded, and moves no other trade', (content) => {
  expect(['none', 'invalid']).toContain(parseMessage({ content }).reading.kind);
});

test.each([
  'SOL long: close 50% at 155 and set SL to 148.2',
  'We are long BTC from 64,200. Stop moved to 64,900, target 66,500 unchanged.',
])('%s — manages a trade and opens none', (content) => {
  expect(parseMessage({ content }).reading.kind).toBe('update');
});

test.each(['除了ETH，其他全平', 'Close everything, except ETH', 'Except ETH, close everything'])(
  '%s — spares ETH',
  (content) => {
    expect(parseMessage({ content, embeds: [] }).reading).toEqual({
      kind: 'update',
      updates: [{ action: 'close', symbol: null, scope: 'all', except: ['ETHUSDT'] }],
    });
  },
);

test('what is said before the colon of a call refuses it only where it makes something else of it', () => {
  const call = 'LONG SOL\nEntry 141\nSL 136\nTP 147';
  for (const heading of [
    'Members',
    'As I said',
    "If you missed the first one, here's another",
    '我说',
    'New one',
  ])
    expect(parseMessage({ content: `${heading}:\n${call}` }).reading.kind, heading).toBe('signal');
});

test('an alert of a program is read among words that call and name it, and never by its words alone', () => {
  const alert = '{"action":"exit","symbol":"SUIUSDT.P","side":"long","qty_percent":50}';
  for (const content of [alert, `@everyone\n${alert}`, `🚨 New signal 🚨\n${alert}\nNFA`])
    expect(readingToJson('m', parseMessage({ content }).reading), content).toMatchObject({
      updates: [{ action: 'close_partial', symbol: 'SUIUSDT', fraction: '0.5' }],
    });
});

describe('an alert of a program', () => {
  const alert = '{"action":"buy","ticker":"BINANCE:SUIUSDT.P","sl":"3.1","strategy":"Falcon Trend"}';
  const exit = '{"action":"exit","symbol":"SUIUSDT.P","side":"long"}';
  const kindOf = (content: string): string => parseMessage({ content }).reading.kind;

  test.each([
    '🔔 TradingView alert',
    '**TradingView Alert** | SUIUSDT.P | 15m',
    'Signal from Falcon Trend v2.1',
    '🟢 LONG SUI/USDT',
    'Sent via TradersPost, 10:15:00 UTC',
    'Alert triggered <t:1795692890:R>',
    '📡 Webhook received from TradingView, 10:15',
    'New trade signal. Not financial advice.',
    '做多 信号',
  ])('is one under or over "%s"', (heading) => {
    expect(kindOf(`${heading}\n${alert}`)).toBe('signal');
    expect(kindOf(`${alert}\n${heading}`)).toBe('signal');
    expect(kindOf(`${heading}\n\`\`\`json\n${alert}\n\`\`\``)).toBe('signal');
  });

  test.each(['ticker', 'symbol', 'instId', 'tv_symbol', 'asset'])(
    'is one under the contract as it names that itself, as its "%s"',
    (key) => {
      expect(kindOf(`SUI-USDT-SWAP alert\n{"action":"buy","${key}":"SUI-USDT-SWAP","sl":"3.1"}`)).toBe(
        'signal',
      );
    },
  );

  test('is one in an embed with its name, author and footer', () => {
    const embed = {
      author: { name: 'TradingView' },
      title: '🔔 Falcon Trend alert',
      description: alert,
      footer: { text: 'Falcon Trend • 4h' },
    };
    expect(parseMessage({ content: '', embeds: [embed] }).reading.kind).toBe('signal');
  });

  test.each([
    'Example alert',
    'Test signal from TradingView',
    'not signal',
    'Alert not triggered',
    'Not a signal',
    'No new alerts',
    'Yesterday’s alert',
    'Old signal',
    'Alert triggered 2025-03-01 10:15 UTC',
    'Signal 12.03.',
    'Alert?',
    'If the alert is triggered',
    'Alert from backtest',
    'Ignore',
    'Paper trading bot',
    'SHORT SUI/USDT',
    'New signal for BTC',
    'Closed by Falcon Trend',
    'Alert at 3.2',
    'Signal by Mistake',
    'Выглядит так',
    '例如',
    'Ejemplo',
  ])('is none under or over "%s"', (heading) => {
    expect(kindOf(`${heading}\n${alert}`)).toBe('none');
    expect(kindOf(`${alert}\n${heading}`)).toBe('none');
  });

  test('that closes may be called an exit, and no entry', () => {
    expect(kindOf(`🔴 Exit SUIUSDT\n${exit}`)).toBe('update');
    expect(kindOf(`Long SUIUSDT\n${exit}`)).toBe('none');
    expect(kindOf(`Exit SUIUSDT\n${alert}`)).toBe('none');
  });
});

test('an advertisement below a whole call asks nothing about it', () => {
  const call = 'LONG TRX/USDT\nEntry 0.2745\nSL 0.2690\nTP 0.2790 / 0.2850';
  const kindOf = (tail: string): string => parseMessage({ content: `${call}\n\n${tail}` }).reading.kind;
  expect(kindOf('Missed the last one? Join VIP for all 9 signals today')).toBe('signal');
  expect(kindOf('Is this still valid?')).toBe('none');
  expect(kindOf('Should I join VIP before I take it?')).toBe('none');
});

test('a call is read whole where its author says that he posts it again, or when', () => {
  const call = 'long ALGO 0.2245, sl 0.217, tp 0.233';
  for (const content of [
    `resend, the first one had a wrong TP\n\n${call}`,
    `Post-CPI play: ${call}`,
    `${call}\nScale in 3 parts`,
    `${call}. I'm not in yet`,
    `My next trade is ${call}`,
  ])
    expect(readingToJson('m', parseMessage({ content }).reading), content).toMatchObject({
      kind: 'signal',
      signals: [
        {
          symbol: 'ALGOUSDT',
          side: 'long',
          entry: { type: 'limit', prices: ['0.2245'] },
          stopLoss: { price: '0.217' },
          takeProfits: [{ price: '0.233' }],
        },
      ],
    });
});

test('a ladder has the parts that stand before its prices', () => {
  const content = 'LDO long\nLadder in:\n- 60% @ 1.142\n- 40% @ 1.071\nSL 1.02\nTP 1.3';
  expect(readingToJson('m', parseMessage({ content }).reading)).toMatchObject({
    signals: [{ entry: { type: 'limit', prices: ['1.142', '1.071'], shares: ['60', '40'] } }],
  });
});

test('digits glued to TP belong to the price where the stop shows it', () => {
  const content = 'ETC 18.7 long sl18.2 tp19.3 tp25';
  expect(readingToJson('m', parseMessage({ content }).reading)).toMatchObject({
    signals: [{ takeProfits: [{ price: '19.3' }, { price: '25' }] }],
  });
});
