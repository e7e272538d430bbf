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
  /** @type {[name: string, value: string, fine?: boolean | undefined][]} */
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
      exchange ? exchange.weightUsed < 0.8 : undefined,
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
