import { createHash } from 'node:crypto';
import type { Bar, FillMark, PriceLevel, TradeChart } from '../charts/trade-chart.ts';
import type { Decimal } from '../trading/decimal.ts';
import type { Candle } from '../trading/exchange.ts';
import { averageEntry, byRole, entered, held, isLive } from '../trading/lifecycle/facts.ts';
import type { Trade } from '../trading/model.ts';
import { totalAt } from './card-view.ts';
import { multiple, price, toTick } from './format.ts';
import type { Catalogue } from './locales/index.ts';
import { tradeName } from './plan-view.ts';

/** A trade as its chart shows it. */

const MINUTE_MS = 60_000;
/** Binance's names: https://developers.binance.com/docs/derivatives/usds-margined-futures/common-definition */
const INTERVALS: readonly (readonly [name: string, ms: number])[] = [
  ['1m', MINUTE_MS],
  ['3m', 3 * MINUTE_MS],
  ['5m', 5 * MINUTE_MS],
  ['15m', 15 * MINUTE_MS],
  ['30m', 30 * MINUTE_MS],
  ['1h', 60 * MINUTE_MS],
  ['2h', 120 * MINUTE_MS],
  ['4h', 240 * MINUTE_MS],
  ['12h', 720 * MINUTE_MS],
  ['1d', 1_440 * MINUTE_MS],
  ['1w', 7 * 1_440 * MINUTE_MS],
];
/** Candles before the signal, and at most after it: more cannot be told apart at 400 pixels. */
const BEFORE = 36;
const AFTER = 54;

export interface Span {
  interval: string;
  intervalMs: number;
  sinceMs: number;
  untilMs: number;
}

/** From well before the signal until now, or shortly after the end. */
export function spanOf(trade: Trade, nowMs: number): Span {
  const signalAt = trade.source.postedAt || trade.createdAt;
  const end = trade.closedAt ?? nowMs;
  const fits = INTERVALS.find(([, ms]) => (end - signalAt) / ms <= AFTER) ?? INTERVALS.at(-1);
  const [interval, intervalMs] = fits ?? ['5m', 5 * MINUTE_MS];
  const untilMs = trade.closedAt === null ? nowMs : Math.min(trade.closedAt + 4 * intervalMs, nowMs);
  return { interval, intervalMs, sinceMs: signalAt - BEFORE * intervalMs, untilMs };
}

export interface Surroundings {
  candles: readonly Candle[];
  span: Span;
  mark: Decimal | null;
  timeZone: string;
}

export function chartOf(trade: Trade, around: Surroundings, t: Catalogue): TradeChart {
  const { plan, source } = trade;
  const { candles, span, timeZone } = around;
  const mark = trade.phase === 'closed' ? null : around.mark;
  const leverage = plan.market === 'spot' ? '' : ` ${plan.leverage}x`;
  const quantity = trade.phase === 'closed' ? entered(trade) : held(trade);
  const size = quantity.isZero()
    ? ''
    : `${t.comma}${price(quantity)} @ ${price(shortened(averageEntry(trade)))}`;
  return {
    title: `${tradeName(plan, t)}${leverage}`,
    side: plan.side,
    subtitle: [source.channel, `${t.card[trade.phase]}${size}`, span.interval].join(t.comma),
    result: resultOf(trade, mark),
    bars: candles.map(barOf),
    intervalMs: span.intervalMs,
    levels: levelsOf(trade, mark, t),
    fills: trade.fills.map(
      ({ at, price: filledAt, action }): FillMark => ({ at, price: filledAt.toNumber(), action }),
    ),
    signal: { at: source.postedAt || trade.createdAt, label: t.chart.signal },
    untilMs: span.untilMs,
    timeZone,
  };
}

/** Another one when the picture must be drawn again; the candles alone are no reason. */
export function pictureName(trade: Trade): string {
  const shown = [
    trade.phase,
    trade.stopPrice,
    trade.targets,
    trade.targetsHit,
    trade.fills.length,
    byRole(trade, 'entry').map(({ status }) => status),
  ];
  return `chart-${createHash('sha256').update(JSON.stringify(shown)).digest('hex').slice(0, 10)}`;
}

function resultOf(trade: Trade, mark: Decimal | null): TradeChart['result'] {
  const total = entered(trade).isZero() ? null : totalAt(trade, mark);
  const { riskAmount } = trade.plan;
  if (total === null || !riskAmount.gt(0)) return { text: '', good: null };
  return { text: multiple(total.div(riskAmount)), good: total.isZero() ? null : total.gt(0) };
}

function levelsOf(trade: Trade, mark: Decimal | null, t: Catalogue): PriceLevel[] {
  const { plan, stopPrice, targets, targetsHit, phase, closeReason } = trade;
  const level = (
    kind: PriceLevel['kind'],
    at: Decimal,
    name: string,
    done: boolean,
    hit = false,
  ): PriceLevel => ({
    kind,
    price: at.toNumber(),
    label: `${hit ? '✓ ' : ''}${name} ${price(at)}`.trim(),
    done,
  });
  const entries = plan.entries.map((entry, slot) => {
    const order = byRole(trade, 'entry').find((one) => one.slot === slot);
    const at = entry.price ?? shortened(averageEntry(trade));
    return level(
      'entry',
      at,
      t.chart.entry,
      order === undefined || !isLive(order),
      order?.status === 'filled',
    );
  });
  const stopped = phase === 'closed' && (closeReason === 'stop' || closeReason === 'trailing_stop');
  return [
    ...entries,
    level('stop', stopPrice, t.chart.stop, phase === 'closed', stopped),
    ...targets.map((target, index) =>
      level(
        'target',
        target.price,
        t.chart.target(index + 1),
        index < targetsHit || phase === 'closed',
        index < targetsHit,
      ),
    ),
    ...(mark && (held(trade).gt(0) || phase === 'entering')
      ? [level('last', toTick(mark, trade.terms.tickSize), '', false)]
      : []),
  ];
}

/** An average has more digits than the exchange writes. */
function shortened(average: Decimal): Decimal {
  return average.toSignificantDigits(8);
}

function barOf({ openedAt, open, high, low, close }: Candle): Bar {
  return {
    openedAt,
    open: open.toNumber(),
    high: high.toNumber(),
    low: low.toNumber(),
    close: close.toNumber(),
  };
}
