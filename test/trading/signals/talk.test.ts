import { expect, test } from 'vitest';
import { parseMessage } from '../../../src/trading/signals/parse.ts';

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
  '#SUI/USDT LONG | Entry: 3.40 | TP1: 3.50 ✅ | TP2: 3.62 ✅✅ | TP3: 3.80 | SL: 3.25',
];

test.each(TALK)('%s — is no signal and gives no order', (content) => {
  expect(parseMessage({ content, embeds: [] }).reading.kind).toBe('none');
});

test('a post that shows its levels again with a new status moves no stop back', () => {
  const content = 'LONG ETH\nEntry 2510\nSL 2470\nTP 2600\n\nStatus: TP1 hit ✅';
  expect(parseMessage({ content, embeds: [] }).reading).toEqual({
    kind: 'update',
    updates: [{ action: 'take_profit_hit', symbol: 'ETHUSDT' }],
  });
});

const CALLS = [
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
