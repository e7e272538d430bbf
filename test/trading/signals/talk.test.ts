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

test.each(['除了ETH，其他全平', 'Close everything, except ETH', 'Except ETH, close everything'])(
  '%s — spares ETH',
  (content) => {
    expect(parseMessage({ content, embeds: [] }).reading).toEqual({
      kind: 'update',
      updates: [{ action: 'close', symbol: null, scope: 'all', except: ['ETHUSDT'] }],
    });
  },
);
