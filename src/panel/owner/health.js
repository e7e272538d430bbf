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
  const { health, troubles, failing, loopMs, storeBytes } = now;
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
    ...streamRows(exchange?.streams ?? [], t),
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
    [
      words.failing,
      failing
        .map(({ part, market, since }) => words.since(partName(part, market, t), moment(since)))
        .join('; ') || words.nothing,
      failing.length === 0,
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

/**
 * The account's events, market by market.
 * @param {NonNullable<import('./live.js').Overview['health']['exchange']>['streams']} streams
 * @param {typeof import('./locales/en.js').en} t
 * @returns {[name: string, value: string, fine: boolean][]}
 */
function streamRows(streams, t) {
  const words = t.health;
  if (streams.length === 0) return [[words.stream, words.down, false]];
  return streams.map(({ market, up, lastEventAt }) => [
    `${words.stream}, ${t.facts[market]}`,
    up ? `${words.up}, ${words.lastEvent(moment(lastEventAt))}` : words.down,
    up,
  ]);
}

/**
 * @param {import('./live.js').Failing['part']} part
 * @param {import('./live.js').Failing['market']} market
 * @param {typeof import('./locales/en.js').en} t
 */
function partName(part, market, t) {
  return market === null ? t.health.parts[part] : `${t.health.parts[part]} (${t.facts[market]})`;
}
