import { html } from '../web/html.js';
import { useStore } from '../web/store.js';
import { signed, tone } from './format.js';
import { overview } from './live.js';
import { useText } from './words.js';

/** The account in a row of figures. */
export function Facts() {
  const t = useText();
  const now = useStore(overview);
  if (!now) return null;
  return html`<dl class="facts">
    ${now.accounts.map(
      ({ market, asset, sizes, equity, available }) => html`<div key=${`${market} ${asset}`}>
        <dt>${t.facts[market]}${asset === 'USDT' ? '' : ` ${asset}`}</dt>
        <dd class="number">${equity} <small class="muted">${sizes ? `${available} ${t.facts.available}` : t.facts.unsized}</small></dd>
      </div>`,
    )}
    <div><dt>${t.facts.day}</dt><dd class=${tone(now.dayPnl)}>${signed(now.dayPnl)}</dd></div>
    <div><dt>${t.facts.open}</dt>
      ${now.unrealised.length === 0 && html`<dd class="number">0.00</dd>`}
      ${now.unrealised.map(
        ({ quote, amount }) =>
          html`<dd key=${quote} class=${tone(amount)}>${signed(amount)} <small class="muted">${quote}</small></dd>`,
      )}
    </div>
    <div><dt>${t.facts.count}</dt><dd class="number">${now.trades.length}</dd></div>
  </dl>`;
}

/** A table that becomes a list of cards on a phone. */
export function Trades() {
  const t = useText();
  const words = t.trades;
  const now = useStore(overview);
  if (!now) return null;
  const { trades, foreign } = now;
  const heads = [
    words.symbol,
    words.size,
    words.entry,
    words.mark,
    words.stop,
    words.targets,
    words.result,
    words.protection,
  ];
  return html`<section id="trades" class="wide" tabindex="-1" aria-labelledby="trades-title">
    <h2 id="trades-title">${words.title}</h2>
    ${
      trades.length === 0
        ? html`<p class="muted">${words.none}</p>`
        : html`<table class="stacked" role="table">
          <thead role="rowgroup"><tr role="row">${heads.map((head) => html`<th role="columnheader" scope="col">${head}</th>`)}</tr></thead>
          <tbody role="rowgroup">${trades.map((trade) => html`<${TradeRow} key=${trade.id} trade=${trade} />`)}</tbody>
        </table>`
    }
    ${foreign.length > 0 && html`<p class="muted">${words.foreign(foreign.join(', '))}</p>`}
  </section>`;
}

const DOTS = {
  waiting: 'wait',
  with_entry: 'wait',
  exits_with_entry: 'wait',
  protected: 'on',
  own_stop: 'on',
  closing: 'wait',
  unprotected: 'off',
};

/** @param {{ trade: import('./live.js').TradeView }} props */
function TradeRow({ trade }) {
  const t = useText();
  const words = t.trades;
  const cell = (/** @type {string} */ head, /** @type {unknown} */ body, kind = 'number') =>
    html`<td role="cell" data-head=${head} class=${kind}><span>${body}</span></td>`;
  const where = trade.market === 'spot' ? words.spot : `${trade.leverage}x`;
  const size = trade.quantity === '0' ? `0 / ${trade.planned}` : trade.quantity;
  const result =
    trade.total === null ? '–' : `${signed(trade.total)}${trade.r === null ? '' : ` (${signed(trade.r)}R)`}`;
  const targets = trade.targets.map(
    ({ price, hit }, index) =>
      html`${index > 0 && ' · '}${hit ? html`<s class="good">${price}<span class="hidden-visually"> ${words.hit}</span></s>` : price}`,
  );
  return html`<tr role="row">
    <th role="rowheader" scope="row"><span>
      ${trade.symbol} <span class=${trade.side === 'long' ? 'good' : 'bad'}>${words[trade.side]}</span>
      <small class="muted">${where} · ${trade.channel}</small>
    </span></th>
    ${cell(words.size, size)}
    ${cell(words.entry, trade.entry)}
    ${cell(words.mark, trade.mark ?? '–')}
    ${cell(words.stop, trade.stop)}
    ${cell(words.targets, targets)}
    ${cell(words.result, result, tone(trade.total))}
    ${cell(
      words.protection,
      html`<span class="dot ${DOTS[trade.protection]}" aria-hidden="true"></span> ${words.protections[trade.protection]}`,
      '',
    )}
  </tr>`;
}
