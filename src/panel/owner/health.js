import { html } from '../web/html.js';
import { useStore } from '../web/store.js';
import { bytes, duration, moment } from './format.js';
import { overview } from './live.js';
import { useText } from './words.js';

/** Whether everything that the bot leans on is there. */
export function Health() {
  const t = useText();
  const words = t.health;
  const now = useStore(overview);
  if (!now) return null;
  const { health, troubles, loopMs, storeBytes } = now;
  const { exchange, gatewayUp, gatewayPingMs } = health;
  const recovery = health.recoveries.at(-1);
  const compared =
    health.lastReconciledAt === null
      ? words.never
      : `${moment(health.lastReconciledAt)}, ${words.took(duration(health.lastReconcileMs))}`;
  /** @type {[string, string, boolean?][]} */
  const rows = [
    [
      words.gateway,
      !gatewayUp
        ? words.disconnected
        : gatewayPingMs === null
          ? words.connected
          : `${words.connected}, ${duration(gatewayPingMs)}`,
      gatewayUp,
    ],
    [words.stream, exchange?.streamUp ? words.up : words.down, exchange?.streamUp ?? false],
    [
      words.weight,
      exchange ? `${Math.round(exchange.weightUsed * 100)}%` : '–',
      (exchange?.weightUsed ?? 0) < 0.8,
    ],
    [words.reconciled, compared, health.lastReconciledAt !== null],
    [words.queue, words.queueText(health.queued, health.outbox)],
    [
      words.breakers,
      troubles.map(({ kind, failures }) => words.breaker(kind, failures)).join('; ') || words.closed,
      troubles.length === 0,
    ],
    [words.memory, bytes(health.memoryBytes)],
    [words.loop, duration(loopMs), (loopMs ?? 0) < 100],
    [words.store, bytes(storeBytes)],
    [
      words.recovered,
      recovery ? `${moment(recovery.at)}, ${words.took(duration(recovery.tookMs))}` : words.never,
    ],
    [words.uptime, moment(health.startedAt)],
    [words.version, health.version],
  ];
  return html`<section id="health" aria-labelledby="health-title">
    <h2 id="health-title">${words.title}</h2>
    <dl class="rows">
      ${rows.map(
        ([name, value, fine]) => html`<div key=${name}>
          <dt>${name}</dt>
          <dd class="number">${
            fine !== undefined &&
            html`<span class="dot ${fine ? 'on' : 'off'}" role="img" aria-label=${fine ? words.ok : words.trouble}></span> `
          }${value}</dd>
        </div>`,
      )}
    </dl>
  </section>`;
}

/** How long the bot takes, stage by stage. */
export function Latency() {
  const words = useText().latency;
  const now = useStore(overview);
  if (!now) return null;
  const { decision, answer } = now.latency;
  return html`<section id="latency" aria-labelledby="latency-title">
    <h2 id="latency-title">${words.title}</h2>
    <${Stage} name=${words.decision} stage=${decision} />
    <${Stage} name=${words.answer} stage=${answer} />
    <h3>${words.exchange}</h3>
    <p class="number">${duration(now.health.exchange?.latencyMs)}</p>
  </section>`;
}

/** @param {{ name: string, stage: import('./live.js').Overview['latency']['decision'] }} props */
function Stage({ name, stage }) {
  const words = useText().latency;
  const { bins, median, p95, p99 } = stage;
  // The long tail is cut where nothing is in it.
  const shown = bins.slice(0, bins.findLastIndex(({ count }) => count > 0) + 1);
  const most = Math.max(1, ...bins.map(({ count }) => count));
  const label = (/** @type {number | null} */ upToMs) =>
    upToMs === null ? words.above : words.upTo(`${upToMs} ms`);
  return html`<h3>${name}</h3>
    ${
      median === null
        ? html`<p class="muted">${words.none}</p>`
        : html`<p class="number">${words.median} ${duration(median)} · p95 ${duration(p95)} · p99 ${duration(p99)}</p>
        <ul class="bins">
          ${shown.map(
            ({ upToMs, count }) => html`<li key=${upToMs}>
              <span>${label(upToMs)}</span>
              <meter min="0" max=${most} value=${count} aria-label=${label(upToMs)}></meter>
              <span class="number">${count}</span>
            </li>`,
          )}
        </ul>`
    }`;
}
