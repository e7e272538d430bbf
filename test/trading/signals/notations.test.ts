import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Decimal } from '../../../src/trading/decimal.ts';
import type { Signal } from '../../../src/trading/model.ts';
import { parseMessage } from '../../../src/trading/signals/parse.ts';

/** How authors write the same amount. */
type Write = (amount: string) => string;

const grouped = (amount: string, group: string, point: string): string => {
  const [whole = '', part] = amount.split('.');
  const groups = whole.replace(/\B(?=(\d{3})+(?!\d))/g, group);
  return part === undefined ? groups : `${groups}${point}${part}`;
};

const inUnits = (amount: string, scale: number, unit: string): string =>
  new Decimal(amount).gte(scale) ? `${new Decimal(amount).div(scale).toFixed()}${unit}` : amount;

const NOTATIONS: Readonly<Record<string, Write>> = {
  '65000.5': (amount) => amount,
  '65,000.5': (amount) => grouped(amount, ',', '.'),
  '65000,5': (amount) => amount.replace('.', ','),
  "65'000.5": (amount) => grouped(amount, "'", '.'),
  '$65,000.5': (amount) => `$${grouped(amount, ',', '.')}`,
  '65.0005k': (amount) => inUnits(amount, 1_000, 'k'),
  '6.50005万': (amount) => inUnits(amount, 10_000, '万'),
};

type Layout = (side: string, base: string, prices: readonly string[]) => string;

const LAYOUTS: readonly Layout[] = [
  (side, base, [e, s, a, b]) => `#${base}/USDT ${side}\nEntry: ${e}\nSL: ${s}\nTP1: ${a}\nTP2: ${b}`,
  (side, base, [e, s, a, b]) => `${side} ${base} @ ${e}, SL ${s}, TP ${a} / ${b}`,
  (side, base, [e, s, a, b]) =>
    `${base} ${side}\nEntry ${e}\nStop ${s}\nTargets ${a} - ${b}\nRisk 1.5%\nLev 5x`,
  (side, base, [e, s, a, b]) =>
    `Signal #17\n${side} $${base}\nEntry 1: ${e}\nTarget 1: ${a}\nTarget 2: ${b}\nStop loss: ${s}\nRR 1:2`,
  (side, base, [e, s, a, b]) => `${side} ${base}\nEntry: ${e}\nStop: ${s}\nTP: ${a} (50%), ${b} (50%)`,
  (side, base, [e, s, a, b]) => `${base}/USDT ${side}\nВход: ${e}\nСтоп: ${s}\nЦели: ${a}; ${b}`,
  (side, base, [e, s, a, b]) =>
    `${base} 做${side === 'LONG' ? '多' : '空'} 入场 ${e} 止损 ${s} 止盈 ${a}/${b}`,
];

/** Coins by size of their price: known for thousands or not, with three decimals, below one. */
const COINS = fc.constantFrom(
  ['BTC', 65_000, 1],
  ['ETH', 2_600, 2],
  ['BNB', 590, 1],
  ['GNO', 1_120, 0],
  ['AAVE', 1_100, 2],
  ['SOL', 150, 2],
  ['ADA', 1.12, 3],
  ['SUI', 3.415, 3],
  ['DOGE', 0.19, 5],
  ['PEPE', 0.0000121, 9],
);

const pricesOf = ({ entry, stopLoss, takeProfits }: Signal): readonly Decimal[] => [
  ...(entry.type === 'limit' ? entry.prices : []),
  ...[stopLoss, ...takeProfits].flatMap((level) => (level !== null && 'price' in level ? [level.price] : [])),
];

test.each(Object.entries(NOTATIONS))(
  'amounts written as %s are read as they are meant, or refused',
  (_, write) => {
    fc.assert(
      fc.property(
        COINS,
        fc.constantFrom('LONG', 'SHORT'),
        fc.integer({ min: 900, max: 1_100 }),
        fc.constantFrom(...LAYOUTS),
        ([base, price, decimals], side, factor, layout) => {
          const sign = side === 'LONG' ? 1 : -1;
          const meant = [0, -3.5, 3, 6].map((percent) =>
            new Decimal(price)
              .times(factor)
              .times(100 + sign * percent)
              .div(100_000)
              .toFixed(decimals),
          );
          const content = layout(side, base, meant.map(write));
          const { reading } = parseMessage({ content });
          if (reading.kind === 'invalid') return;
          expect(reading.kind, content).toBe('signal');
          const [signal] = reading.kind === 'signal' ? reading.signals : [];
          expect(signal === undefined ? [] : pricesOf(signal).map((each) => each.toFixed()), content).toEqual(
            meant.map((amount) => new Decimal(amount).toFixed()),
          );
        },
      ),
      { numRuns: 150 },
    );
  },
);
