import { html } from '../web/html.js';
import { useStore } from '../web/store.js';
import { duration } from './format.js';
import { latency, overview } from './live.js';
import { useText } from './words.js';

/** @typedef {import('../overview.ts').Latency[number]} Row */

/** How long the bot takes, on the whole and stage by stage. */
export function Latencies() {
  const words = useText().latency;
  const rows = useStore(latency);
  const exchangeMs = useStore(overview, (now) => now?.health.exchange?.latencyMs ?? null);
  return html`<section id="latency" class="wide" aria-labelledby="latency-title">
    <h2 id="latency-title">${words.title}</h2>
    <div class="scroll" tabindex="0" role="region" aria-labelledby="latency-title">
      <table class="latencies">
        <thead><tr>
          <th scope="col">${words.stage}</th><th scope="col">${words.median}</th>
          <th scope="col">${words.distribution}</th><th scope="col">p95</th><th scope="col">p99</th>
          <th scope="col">${words.max}</th><th scope="col">${words.count}</th>
        </tr></thead>
        <tbody>${rows.map((row) => html`<${Duration} key=${row.of} row=${row} />`)}</tbody>
      </table>
    </div>
    <p class="muted">${words.exchange} <span class="number">${duration(exchangeMs)}</span></p>
  </section>`;
}

/** @param {{ row: Row }} props */
function Duration({ row }) {
  const words = useText().latency;
  const { of, count, p50, p95, p99, max } = row;
  return html`<tr>
    <th scope="row">${words.of[of]}</th>
    <td class="number">${duration(p50)}</td>
    <td>${count > 0 && html`<${Histogram} name=${words.of[of]} bins=${row.bins} />`}</td>
    ${[p95, p99, max].map((ms) => html`<td class="number">${duration(ms)}</td>`)}
    <td class="number">${count}</td>
  </tr>`;
}

const BAR = 14;
const HEIGHT = 28;

/** A bar for each bin, all rows on one scale of time. @param {{ name: string, bins: Row['bins'] }} props */
function Histogram({ name, bins }) {
  const words = useText().latency;
  const most = Math.max(1, ...bins.map(({ count }) => count));
  /** @param {Row['bins'][number]} bin */
  const text = ({ upToMs, count }) =>
    `${count} ${upToMs === null ? words.above : words.upTo(duration(upToMs))}`;
  const there = bins.filter(({ count }) => count > 0);
  return html`<svg class="histogram" width=${bins.length * BAR} height=${HEIGHT} role="img"
    aria-label=${`${name}: ${there.map(text).join(', ')}`}>
    ${bins.map((bin, index) => {
      // One of a thousand must be seen, too.
      const height = bin.count === 0 ? 1 : Math.max(3, (HEIGHT * bin.count) / most);
      return html`<rect x=${index * BAR} y=${HEIGHT - height} width=${BAR - 2} height=${height}
        class=${bin.count === 0 ? 'empty' : ''}><title>${text(bin)}</title></rect>`;
    })}
  </svg>`;
}
