import { AreaSeries, HistogramSeries, LineSeries } from 'lightweight-charts';
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
 * What the account was worth and what closed trades brought: as curves, each day as a bar, all also in words.
 *
 * @typedef {import('../results.ts').Results} Results
 * @typedef {import('lightweight-charts').UTCTimestamp} At
 */

export function Results() {
  const t = useText();
  const words = t.results;
  const [results, setResults] = useState(/** @type {Results | null} */ (null));
  // Results come when a trade goes, a point of the equity every few minutes.
  const due = useStore(overview, (now) =>
    now ? [now.revisions.equity, ...now.trades.map(({ id }) => id)].join() : '',
  );
  useEffect(() => {
    ask('/api/results').then(setResults).catch(tell);
  }, [due]);
  if (!results) return null;
  const { quote, days, count, equity } = results;
  return html`<section id="results" class="wide" aria-labelledby="results-title">
    <h2 id="results-title">${words.title}</h2>
    ${count === 0 ? html`<p class="muted">${words.none}</p>` : html`<${Figures} results=${results} />`}
    ${
      count + equity.length > 0 &&
      html`<${Charts} results=${results} />
      <details>
        <summary>${words.table}</summary>
        <table>
          <thead><tr>
            <th scope="col">${words.day}</th><th scope="col">${words.net}</th><th scope="col">${words.endOfDay}</th>
          </tr></thead>
          <tbody>${days.toReversed().map(
            ({ at, net, equity: end }) => html`<tr key=${at}>
              <th scope="row">${day(at)}</th>
              <td class=${tone(net)}>${signed(net)} ${quote}</td>
              <td class="number">${end ?? '–'}</td>
            </tr>`,
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
      <span class="muted">${words.equityNote}</span>
      <a href="https://www.tradingview.com/" target="_blank" rel="noopener noreferrer">${words.credit}</a>
    </figcaption>
  </figure>`;
}

/**
 * Below each other what there is of the three.
 * @param {HTMLElement} container
 * @param {Results} results
 * @param {{ equity: string, curve: string, days: string }} words
 */
function draw(container, results, words) {
  const { equity, curve, days, count } = results;
  const { chart, remove } = createThemedChart(container, { handleScale: { mouseWheel: false } });
  const paints = [
    ...(equity.length > 0 ? [addEquity(chart, equity, words.equity)] : []),
    ...(count > 0 ? [addSum(chart, curve, words.curve), addDays(chart, days, words.days)] : []),
  ];
  const paint = () => {
    for (const each of paints) each();
  };
  paint();
  chart.timeScale().fitContent();
  const end = theme.subscribe(paint);
  return () => {
    end();
    remove();
  };
}

/** @typedef {import('lightweight-charts').IChartApi} Chart */

/** The next free pane. @param {Chart} chart */
const nextPane = (chart) =>
  chart.panes().some((pane) => pane.getSeries().length > 0) ? chart.panes().length : 0;

/** Each answers with what gives it the theme's colours. @param {Chart} chart @param {Results['equity']} points @param {string} title */
function addEquity(chart, points, title) {
  const line = chart.addSeries(LineSeries, { title, lineWidth: 2 }, nextPane(chart));
  line.setData(valuesOf(points));
  return () => line.applyOptions({ color: colour('--text-strong') });
}

/** @param {Chart} chart @param {Results['curve']} points @param {string} title */
function addSum(chart, points, title) {
  const area = chart.addSeries(AreaSeries, { title, lineWidth: 2 }, nextPane(chart));
  area.setData(valuesOf(points));
  return () => {
    const line = colour('--accent-text');
    area.applyOptions({ lineColor: line, topColor: `${line}55`, bottomColor: `${line}05` });
  };
}

/** @param {Chart} chart @param {Results['days']} days @param {string} title */
function addDays(chart, days, title) {
  const bars = chart.addSeries(HistogramSeries, { title, priceLineVisible: false }, nextPane(chart));
  return () =>
    bars.setData(
      days.map(({ at, net }) => ({
        time: seconds(at),
        value: Number(net),
        color: colour(Number(net) < 0 ? '--fall' : '--rise'),
      })),
    );
}

/** One value a second, the last. @param {readonly { at: number, value: string }[]} points */
function valuesOf(points) {
  const values = new Map(points.map(({ at, value }) => [seconds(at), Number(value)]));
  return [...values].sort(([a], [b]) => a - b).map(([time, value]) => ({ time, value }));
}

/** @param {number} ms */
function seconds(ms) {
  return /** @type {At} */ (Math.floor(ms / 1_000));
}
