import { CandlestickSeries, createSeriesMarkers, LineStyle } from 'lightweight-charts';
import { barColours, createThemedChart } from '../web/chart.js';
import { html, useEffect, useRef } from '../web/html.js';
import { ask } from '../web/server.js';
import { useStore } from '../web/store.js';
import { colour, theme } from '../web/theme.js';
import { tell } from '../web/toasts.js';
import { account, linesOf, market, symbol } from './live.js';
import { useText } from './words.js';

/**
 * Candles of a minute with what stands on the exchange as lines and what was filled as arrows.
 *
 * @typedef {{ time: number, open: number, high: number, low: number, close: number }} Candle
 * @typedef {import('lightweight-charts').UTCTimestamp} At
 */

const CANDLE_S = 60;

export function PriceChart() {
  const t = useText();
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const chosen = useStore(symbol);
  const price = useStore(market, ({ prices }) => prices[chosen]?.last ?? '');
  useEffect(() => {
    if (!box.current) return;
    return draw(box.current, chosen, t.market.kinds);
  }, [chosen, t]);
  return html`<figure class="chart">
    <div class="chart-box" ref=${box} role="img" aria-label=${t.market.chart(chosen, price)}></div>
    <figcaption><a href="https://www.tradingview.com/" target="_blank" rel="noopener noreferrer">${t.market.credit}</a></figcaption>
  </figure>`;
}

/**
 * Draws until the answer is called.
 * @param {HTMLElement} container
 * @param {string} contract
 * @param {Record<string, string>} words
 */
function draw(container, contract, words) {
  const { chart, remove } = createThemedChart(container, {
    handleScale: { mouseWheel: false },
    rightPriceScale: { scaleMargins: { top: 0.12, bottom: 0.12 } },
  });
  /** Of the lines. @type {number[]} */
  let prices = [];
  const series = chart.addSeries(CandlestickSeries, {
    ...barColours(),
    // Lines near the price are worth seeing; a far one would flatten the candles.
    autoscaleInfoProvider: (
      /** @type {() => import('lightweight-charts').AutoscaleInfo | null} */ original,
    ) => {
      const info = original();
      if (info?.priceRange) {
        const { minValue, maxValue } = info.priceRange;
        const near = prices.filter((price) => price > minValue * 0.95 && price < maxValue * 1.05);
        info.priceRange.minValue = Math.min(minValue, ...near);
        info.priceRange.maxValue = Math.max(maxValue, ...near);
      }
      return info;
    },
  });
  const markers = createSeriesMarkers(series, []);
  /** @type {import('lightweight-charts').IPriceLine[]} */
  let lines = [];
  /** @type {Candle | null} */
  let last = null;

  const drawLines = () => {
    for (const line of lines) series.removePriceLine(line);
    const standing = linesOf(account.get(), contract);
    prices = standing.map(({ price }) => price);
    lines = standing.map(({ kind, price }) =>
      series.createPriceLine({
        price,
        title: words[kind] ?? kind,
        color: colour(COLOURS[kind]),
        lineWidth: 1,
        lineStyle: kind === 'position' ? LineStyle.Solid : LineStyle.Dashed,
      }),
    );
    markers.setMarkers(last === null ? [] : fillsOf(contract));
  };
  const tick = () => {
    const now = market.get();
    const price = Number(now.prices[contract]?.last);
    if (last === null || !price) return;
    const time = Math.floor(now.time / 1_000 / CANDLE_S) * CANDLE_S;
    last =
      time > last.time
        ? {
            time,
            open: last.close,
            high: Math.max(last.close, price),
            low: Math.min(last.close, price),
            close: price,
          }
        : { ...last, high: Math.max(last.high, price), low: Math.min(last.low, price), close: price };
    series.update({ ...last, time: /** @type {At} */ (last.time) });
  };
  const load = async () => {
    const { candles } = await ask(`/api/candles?symbol=${encodeURIComponent(contract)}`);
    const newest = candles.at(-1);
    series.applyOptions({ priceFormat: format(newest?.close ?? 1) });
    series.setData(candles);
    last = newest ?? null;
    chart.timeScale().setVisibleLogicalRange({ from: candles.length - 60, to: candles.length + 4 });
    drawLines();
  };

  let gone = false;
  load().catch((error) => gone || tell(error));
  const ends = [
    market.subscribe(tick),
    account.subscribe(drawLines),
    theme.subscribe(() => {
      series.applyOptions(barColours());
      drawLines();
    }),
  ];
  return () => {
    gone = true;
    for (const end of ends) end();
    remove();
  };
}

const COLOURS = { position: '--text-muted', entry: '--accent-text', target: '--rise', stop: '--fall' };

/** As many decimals as the price needs. @param {number} price */
function format(price) {
  const precision = price >= 1_000 ? 2 : price >= 10 ? 3 : price >= 0.1 ? 4 : 6;
  return { type: /** @type {const} */ ('price'), precision, minMove: 10 ** -precision };
}

/** @param {string} contract */
function fillsOf(contract) {
  const { trades, spot } = account.get();
  return [...trades, ...spot.trades]
    .filter((trade) => trade.symbol === contract)
    .sort((a, b) => Number(a.time) - Number(b.time))
    .map((trade) => {
      const buys = trade.side === 'BUY' || trade.isBuyer === true;
      return {
        time: /** @type {At} */ (Math.floor(Number(trade.time) / 1_000 / CANDLE_S) * CANDLE_S),
        position: buys ? /** @type {const} */ ('belowBar') : /** @type {const} */ ('aboveBar'),
        shape: buys ? /** @type {const} */ ('arrowUp') : /** @type {const} */ ('arrowDown'),
        color: colour(buys ? '--rise' : '--fall'),
      };
    });
}
