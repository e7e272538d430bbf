import { Decimal } from '../../../src/trading/decimal.ts';
import type { Side } from '../../../src/trading/model.ts';

/** A trade idea to be written down in many layouts and read back. */
export interface Idea {
  readonly base: string;
  readonly side: Side;
  readonly low: string;
  readonly high: string;
  readonly stop: string;
  readonly targets: readonly string[];
  readonly leverage: number;
  readonly margin: 'cross' | 'isolated';
}

/** How a layout states the entry: as a zone, or as one price (`low`). */
export interface Layout {
  readonly name: string;
  readonly entry: 'zone' | 'single' | 'market';
  readonly margin: boolean;
  readonly write: (idea: Idea) => string;
}

const numbered = (prices: readonly string[], bullet: (index: number) => string): string =>
  prices.map((price, index) => `${bullet(index + 1)}${price}`).join('\n');
const upper = (side: Side): string => side.toUpperCase();
const zh = (side: Side): string => (side === 'long' ? '多' : '空');
const marginZh = (idea: Idea): string => (idea.margin === 'cross' ? '全仓' : '逐仓');

export const LAYOUTS: readonly Layout[] = [
  {
    name: 'labelled lines',
    entry: 'zone',
    margin: true,
    write: (i) =>
      `#${i.base}/USDT ${upper(i.side)}\nEntry: ${i.low} - ${i.high}\nTargets: ${i.targets.join(' - ')}\nStop Loss: ${i.stop}\nLeverage: ${i.leverage}x ${i.margin}`,
  },
  {
    name: 'numbered targets',
    entry: 'zone',
    margin: true,
    write: (i) =>
      `⚡️⚡️ #${i.base}/USDT ⚡️⚡️\nSignal Type: Regular (${upper(i.side)})\nLeverage: ${i.margin} (${i.leverage}X)\n\nEntry Zone:\n${i.low} - ${i.high}\n\nTake-Profit Targets:\n${numbered(i.targets, (n) => `${n}) `)}\n\nStop Targets:\n1) ${i.stop}`,
  },
  {
    name: 'keycaps',
    entry: 'single',
    margin: false,
    write: (i) =>
      `🔥 ${i.base}USDT ${upper(i.side)} ${i.leverage}x\n📥 Entry: ${i.low}\n${numbered(i.targets, (n) => `${n}️⃣ Target ${n}: `)}\n🛑 SL: ${i.stop}`,
  },
  {
    name: 'one line',
    entry: 'single',
    margin: false,
    write: (i) =>
      `${i.side} ${i.base.toLowerCase()}/usdt @ ${i.low}, sl ${i.stop}, tp ${i.targets.join(' / ')}, ${i.leverage}x`,
  },
  {
    name: 'TP lines',
    entry: 'single',
    margin: false,
    write: (i) =>
      `${i.side === 'long' ? 'BUY' : 'SELL'} $${i.base}\nEntry ${i.low}\n${numbered(i.targets, (n) => `TP${n} `)}\nSL ${i.stop}\nLev ${i.leverage}x`,
  },
  {
    name: 'market',
    entry: 'market',
    margin: true,
    write: (i) =>
      `**${upper(i.side)} #${i.base}**\nEntry: CMP\nSL: \`${i.stop}\`\nTP: ${i.targets.join(', ')}\n${i.leverage}x ${i.margin}`,
  },
  {
    name: 'chinese labels',
    entry: 'zone',
    margin: true,
    write: (i) =>
      `【币种】${i.base}\n【方向】做${zh(i.side)}\n【入场】${i.low}-${i.high}\n【止损】${i.stop}\n【止盈】${i.targets.join('、')}\n【杠杆】${i.leverage}倍 ${marginZh(i)}`,
  },
  {
    name: 'chinese line',
    entry: 'single',
    margin: true,
    write: (i) =>
      `${i.base} ${i.low}附近${zh(i.side)}，止损${i.stop}，止盈${i.targets.join('-')}，${i.leverage}倍${marginZh(i)}`,
  },
  {
    name: 'chinese market',
    entry: 'market',
    margin: false,
    write: (i) =>
      `#${i.base}（${i.leverage}X做${zh(i.side)}）\n進場：市價\n止盈：${i.targets.join('—')}\n止損：${i.stop}`,
  },
  {
    name: 'spanish',
    entry: 'zone',
    margin: false,
    write: (i) =>
      `Moneda: ${i.base}/USDT\nDirección: ${i.side === 'long' ? 'LARGO' : 'CORTO'}\nEntrada: ${i.low} - ${i.high}\nObjetivos: ${i.targets.join(' / ')}\nStop Loss: ${i.stop}\nApalancamiento: ${i.leverage}x`,
  },
  {
    name: 'portuguese',
    entry: 'single',
    margin: false,
    write: (i) =>
      `${i.side === 'long' ? 'COMPRA' : 'VENDA'} ${i.base}/USDT\nEntrada: ${i.low}\nAlvos: ${i.targets.join(' / ')}\nStop: ${i.stop}\nAlavancagem: ${i.leverage}x`,
  },
  {
    name: 'russian',
    entry: 'zone',
    margin: false,
    write: (i) =>
      `Монета: ${i.base}/USDT\nНаправление: ${i.side === 'long' ? 'ЛОНГ' : 'ШОРТ'}\nВход: ${i.low} - ${i.high}\nЦели: ${i.targets.join(' / ')}\nСтоп: ${i.stop}\nПлечо: ${i.leverage}х`,
  },
  {
    name: 'turkish',
    entry: 'zone',
    margin: false,
    write: (i) =>
      `${i.base}/USDT ${upper(i.side)}\nGiriş: ${i.low} - ${i.high}\nHedefler: ${i.targets.join(' - ')}\nZarar durdur: ${i.stop}\nKaldıraç: ${i.leverage}x`,
  },
  {
    name: 'table',
    entry: 'zone',
    margin: false,
    write: (i) =>
      `| Pair | Side | Entry | SL | TP | Leverage |\n|---|---|---|---|---|---|\n| ${i.base}USDT | ${upper(i.side)} | ${i.low} - ${i.high} | ${i.stop} | ${i.targets.join(' / ')} | ${i.leverage}x |`,
  },
];

/** Prices that lie as the side asks, at most `decimals` digits behind the point. */
export function ideaOf(
  base: string,
  side: Side,
  price: number,
  decimals: number,
  steps: readonly number[],
  leverage: number,
  margin: 'cross' | 'isolated',
): Idea {
  const sign = side === 'long' ? 1 : -1;
  const at = (percent: number): string =>
    new Decimal(price)
      .times(100 + percent)
      .div(100)
      .toFixed(decimals);
  const targets: string[] = [];
  let distance = 2.5;
  for (const step of steps) {
    targets.push(at(sign * distance));
    distance += step;
  }
  return { base, side, low: at(-0.5), high: at(0.5), stop: at(-sign * 3), targets, leverage, margin };
}
