import { html, useState } from '../web/html.js';
import { ask } from '../web/server.js';
import { useStore } from '../web/store.js';
import { tell } from '../web/toasts.js';
import { AccountView } from './account.js';
import { Faults } from './faults.js';
import { account, linesOf, market, symbol } from './live.js';
import { PriceChart } from './price-chart.js';
import { Samples } from './samples.js';
import { useText } from './words.js';

/** The visitor's hand on the market, on what goes wrong, and on what analysts write. */
export function MarketPane() {
  const t = useText();
  return html`<aside class="market" aria-label=${t.market.title} tabindex="0">
    <${Samples} />
    <section aria-label=${t.market.title}>
      <${Price} />
      <${PriceChart} />
      <${Moves} />
      <${Lines} />
      <${Speed} />
      <${AccountView} />
    </section>
    <${Faults} />
  </aside>`;
}

/** @param {object} body */
const move = (body) => ask('/api/market', { symbol: symbol.get(), ...body }).catch(tell);

function Price() {
  const t = useText().market;
  const chosen = useStore(symbol);
  const names = useStore(market, ({ prices }) => Object.keys(prices).join());
  const price = useStore(market, ({ prices }) => prices[chosen]?.last ?? '');
  const mark = useStore(market, ({ prices }) => prices[chosen]?.mark ?? '');
  return html`<div class="price">
    <select class="input" aria-label=${t.symbol} value=${chosen}
      onChange=${(/** @type {any} */ event) => symbol.set(event.target.value)}>
      ${names.split(',').map((name) => html`<option key=${name} value=${name}>${name}</option>`)}
    </select>
    <strong class="number price-last">${price}</strong>
    <small class="muted number">${t.mark} ${rounded(mark)}</small>
  </div>`;
}

/** @param {string} price */
function rounded(price) {
  return price === '' ? '' : String(Number(Number(price).toPrecision(7)));
}

function Moves() {
  const t = useText().market;
  const [percent, setPercent] = useState(0);
  const text = `${percent > 0 ? '+' : ''}${percent.toFixed(1)}`;
  const release = (/** @type {any} */ event) => {
    const wanted = Number(event.target.value);
    if (wanted !== 0) void move({ percent: wanted });
    setPercent(0);
  };
  return html`<div class="moves">
    <label class="slider"><span class="label">${t.slider}</span>
      <input type="range" min="-10" max="10" step="0.1" value=${percent} aria-valuetext=${t.sliderValue(text)}
        onInput=${(/** @type {any} */ event) => setPercent(Number(event.target.value))} onChange=${release} />
      <output class="number">${t.sliderValue(text)}</output>
    </label>
    <div class="buttons">
      <button class="button small success" onClick=${() => move({ percent: 1 })}>${t.up}</button>
      <button class="button small danger" onClick=${() => move({ percent: -1 })}>${t.down}</button>
      <button class="button small danger" onClick=${() => move({ percent: -5 })}>${t.down5}</button>
      <button class="button small quiet" title=${t.gapHint} onClick=${() => move({ percent: -3, how: 'gap' })}>${t.gap}</button>
      <button class="button small quiet" onClick=${() => move({ percent: -20, how: 'crash' })}>${t.crash}</button>
    </div>
  </div>`;
}

/** How far the price goes beyond a level, so that it is met and passed. */
const BEYOND = 0.0002;

/** What stands on the exchange for this contract, each a place to take the price to. */
function Lines() {
  const t = useText().market;
  const chosen = useStore(symbol);
  const now = useStore(account);
  const price = Number(useStore(market, ({ prices }) => prices[chosen]?.last ?? '0'));
  const lines = linesOf(now, chosen).filter(({ kind }) => kind !== 'position');
  if (lines.length === 0) return html`<p class="muted nothing">${t.nothing(chosen)}</p>`;
  return html`<div class="lines" role="group" aria-label=${t.takeTo}>
    <span class="label">${t.takeTo}</span>
    ${lines.map((line) => {
      const to = line.price * (line.price > price ? 1 + BEYOND : 1 - BEYOND);
      return html`<button class="line ${line.kind}" onClick=${() => move({ to: to.toPrecision(10) })}>
        ${t.kinds[line.kind]} <span class="number">${line.text}</span>
      </button>`;
    })}
  </div>`;
}

const SPEEDS = /** @type {const} */ ([0, 1, 20, 200]);

function Speed() {
  const t = useText().market;
  const speed = useStore(market, (now) => now.speed);
  const set = (/** @type {number} */ factor) => {
    market.set({ ...market.get(), speed: factor });
    void move({ speed: factor });
  };
  return html`<div class="speed">
    <span class="label">${t.speed}</span>
    <div class="segments" role="group" aria-label=${t.speed}>
      ${SPEEDS.map(
        (factor) =>
          html`<button aria-pressed=${speed === factor} onClick=${() => set(factor)}>${t.speeds[factor]}</button>`,
      )}
    </div>
  </div>`;
}
