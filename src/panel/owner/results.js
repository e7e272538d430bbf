import { AreaSeries, HistogramSeries } from 'lightweight-charts';
import { createThemedChart } from '../web/chart.js';
import { html, useEffect, useRef, useState } from '../web/html.js';
import { ask } from '../web/server.js';
import { useStore } from '../web/store.js';
import { colour, theme } from '../web/theme.js';
import { tell } from '../web/toasts.js';
import { day, signed, tone } from './format.js';
import { overview } from './live.js';
import { useText } from './words.js';

/**
 * What closed trades brought: the sum as a curve, each day as a bar, both also in words.
 *
 * @typedef {import('../overview.ts').Results} Results
 * @typedef {import('lightweight-charts').UTCTimestamp} At
 */

export function Results() {
  const t = useText();
  const words = t.results;
  const [results, setResults] = useState(/** @type {Results | null} */ (null));
  // Results come when a trade goes.
  const open = useStore(overview, (now) => now?.trades.map(({ id }) => id).join() ?? '');
  useEffect(() => {
    ask('/api/results').then(setResults).catch(tell);
  }, [open]);
  if (!results) return null;
  const { quote, days } = results;
  return html`<section id="results" class="wide" aria-labelledby="results-title">
    <h2 id="results-title">${words.title}</h2>
    ${
      results.count === 0
        ? html`<p class="muted">${words.none}</p>`
        : html`<${Figures} results=${results} />
      <${Charts} results=${results} />
      <details>
        <summary>${words.table}</summary>
        <table>
          <thead><tr><th scope="col">${words.day}</th><th scope="col">${words.net}</th></tr></thead>
          <tbody>${days
            .toReversed()
            .map(
              ({ at, net }) =>
                html`<tr key=${at}><td>${day(at)}</td><td class=${tone(net)}>${signed(net)} ${quote}</td></tr>`,
            )}</tbody>
        </table>
      </details>`
    }
  </section>`;
}

/** @param {{ results: Results }} props */
function Figures({ results }) {
  const words = useText().results;
  const { quote, count, wins, losses, net, winRatePct, expectancyR, profitFactor, maxDrawdown } = results;
  const figures = [
    [words.net, `${signed(net)} ${quote}`, tone(net)],
    [words.trades, `${count} (${wins}/${losses})`],
    [words.winRate, winRatePct === null ? '–' : `${winRatePct}%`],
    [words.expectancy, expectancyR === null ? '–' : `${signed(expectancyR)}R`],
    [words.profitFactor, profitFactor ?? '–'],
    [words.drawdown, `${maxDrawdown} ${quote}`],
  ];
  return html`<dl class="facts small">
    ${figures.map(
      ([name, value, kind = 'number']) =>
        html`<div key=${name}><dt>${name}</dt><dd class=${kind}>${value}</dd></div>`,
    )}
  </dl>`;
}

/** @param {{ results: Results }} props */
function Charts({ results }) {
  const words = useText().results;
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => (box.current ? draw(box.current, results, words) : undefined), [results, words]);
  return html`<figure class="chart">
    <div class="chart-box" ref=${box} role="img" aria-label=${words.chart(`${signed(results.net)} ${results.quote}`)}></div>
    <figcaption>
      <span class="muted">${words.curve} · ${words.days}</span>
      <a href="https://www.tradingview.com/" target="_blank" rel="noopener noreferrer">${words.credit}</a>
    </figcaption>
  </figure>`;
}

/** @param {HTMLElement} container @param {Results} results @param {{ curve: string, days: string }} words */
function draw(container, results, words) {
  const { chart, remove } = createThemedChart(container, { handleScale: { mouseWheel: false } });
  const curve = chart.addSeries(AreaSeries, { title: words.curve, lineWidth: 2 });
  const bars = chart.addSeries(HistogramSeries, { title: words.days, priceLineVisible: false }, 1);
  const paint = () => {
    const line = colour('--accent-text');
    curve.applyOptions({ lineColor: line, topColor: `${line}55`, bottomColor: `${line}05` });
    bars.setData(
      results.days.map(({ at, net }) => ({
        time: seconds(at),
        value: Number(net),
        color: colour(Number(net) < 0 ? '--fall' : '--rise'),
      })),
    );
  };
  // One value a second: of trades that ended in the same one, the last sum.
  const sums = new Map(results.curve.map(({ at, sum }) => [seconds(at), Number(sum)]));
  curve.setData([...sums].sort(([a], [b]) => a - b).map(([time, value]) => ({ time, value })));
  paint();
  chart.panes()[1]?.setHeight(80);
  chart.timeScale().fitContent();
  const end = theme.subscribe(paint);
  return () => {
    end();
    remove();
  };
}

/** @param {number} ms */
function seconds(ms) {
  return /** @type {At} */ (Math.floor(ms / 1_000));
}
