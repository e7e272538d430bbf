import type { PostSpec } from '../sim/discord/script/posting.ts';
import type { Decimal } from '../trading/decimal.ts';
import type { Market } from './market.ts';
import { IDS } from './world.ts';

/** Signals that can be posted at one click, with prices around where the market stands. */
export const SAMPLES = [
  'long',
  'short',
  'chinese',
  'webhook',
  'spot',
  'no-stop',
  'contradiction',
  'talk',
  'half',
  'break-even',
  'close',
] as const;
export type Sample = (typeof SAMPLES)[number];

/** A price this many percent away, with the digits that people write. */
type Level = (percent: number) => string;

const level =
  (price: Decimal): Level =>
  (percent) =>
    price
      .times(1 + percent / 100)
      .toSignificantDigits(price.gte(1_000) ? 5 : 4)
      .toFixed();

export async function samplePost(sample: Sample, market: Market): Promise<PostSpec> {
  const at = async (symbol: string): Promise<Level> => level(await market.price(symbol));
  const alpha = { channel: IDS.alpha, author: IDS.analyst };
  const beta = { channel: IDS.beta, author: IDS.analyst };
  switch (sample) {
    case 'long':
      return { ...alpha, content: long(await at('BTCUSDT')) };
    case 'short':
      return { ...beta, content: short(await at('SOLUSDT')) };
    case 'chinese':
      return { ...beta, content: chinese(await at('ETHUSDT')) };
    case 'webhook':
      return { channel: IDS.alpha, webhook: IDS.alphaWebhook, ...embedded(await at('BNBUSDT')) };
    case 'spot':
      return { channel: IDS.gamma, author: IDS.analyst, content: spot(await at('ADAUSDT')) };
    case 'no-stop':
      return { ...beta, content: 'XRP long now, 10x, to the moon 🌕' };
    case 'contradiction':
      return { ...beta, content: contradiction(await at('LINKUSDT')) };
    case 'talk':
      return { ...alpha, content: 'gm ☕ BTC looks strong, waiting for the daily close' };
    case 'half':
      return { ...beta, content: 'Take half off here' };
    case 'break-even':
      return { ...beta, content: 'Move SL to entry' };
    case 'close':
      return { ...beta, content: 'Close all' };
  }
}

function long(at: Level): string {
  return `🚀 #BTC/USDT **LONG**\n\nEntry: ${at(-0.1)}\nTP1: ${at(0.8)}\nTP2: ${at(1.6)}\nSL: ${at(-1)}\nLeverage: 5x`;
}

function short(at: Level): string {
  return `#SOL/USDT SHORT\nEntry zone: ${at(0.1)} - ${at(0.4)}\nTargets: ${at(-1)} / ${at(-2)} / ${at(-3.5)}\nStop: ${at(1.6)}\nLeverage: isolated 3x`;
}

function chinese(at: Level): string {
  return `以太 现价多\n止盈：${at(1.5)} / ${at(3)}\n止损：${at(-1)}\n杠杆 5x`;
}

function embedded(at: Level): Pick<PostSpec, 'embeds'> {
  const inline = true;
  return {
    embeds: [
      {
        title: 'BNB/USDT · LONG',
        color: 0x2e_a0_43,
        description: 'Breakout of the range, market entry.',
        fields: [
          { name: 'Entry', value: 'Market', inline },
          { name: 'Stop loss', value: at(-1.5), inline },
          { name: 'Take profit', value: `${at(1)}\n${at(2.5)}`, inline },
        ],
        footer: { text: 'Signal feed' },
      },
    ],
  };
}

function spot(at: Level): string {
  return `#ADA/USDT spot buy now\nTargets: ${at(1.5)} / ${at(3)}\nStop loss: ${at(-2)}`;
}

function contradiction(at: Level): string {
  return `#LINK/USDT LONG\nEntry: ${at(0)}\nTP: ${at(2)}\nSL: ${at(1)}`;
}
