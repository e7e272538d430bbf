import { milliseconds, money, relative, signedMoney } from '../bot/format.ts';
import { pauseLine } from '../bot/pauses.ts';
import type { ExchangesHealth } from '../bot/status.ts';
import { activePauses } from '../risk/guard.ts';
import { STAGES, type Summary } from '../telemetry/timings.ts';
import { CREDITS, type WalletAsset } from '../trading/holding.ts';
import { type Call, type Command, whisper } from './command.ts';
import { inGuild, words } from './definition.ts';

export default {
  data: {
    ...words(['status', '状态'], ['Health, latencies and queues', '运行状态、延迟和队列']),
    ...inGuild,
  },
  viewers: '*',
  async run(call) {
    return whisper(statusLines(call).join('\n'));
  },
} satisfies Command;

type Labels = Call['t']['command']['status'];

function statusLines({ desk, settings, status, now, t }: Call): string[] {
  const labels = t.command.status;
  const health = desk.health();
  const running = status();
  const { gatewayUp, gatewayPingMs, exchange, recoveries, outbox, memoryBytes, version, startedAt } = running;
  const latency = running.latency();
  const pauses = activePauses(desk.book.pauses, now());
  const entries = pauses.map((pause) => pauseLine(pause, t, (id) => settings.channel(id)?.name ?? id));
  const state = health.ready ? t.command.statusReady : t.command.statusNotReady(health.reason ?? '');
  const compared =
    health.lastReconciledAt === null
      ? labels.never
      : `${relative(health.lastReconciledAt)} (${ms(health.lastReconcileMs)})`;
  const recovered = recoveryParts(recoveries, labels);
  const quote = 'USDT';
  const holdings = desk.holdings();
  const sized = holdings.filter(({ sizes }) => sizes);
  const equities = sized
    .map(
      ({ market, asset, equity }) => `${money(equity, asset)}${market === 'spot' ? ` ${t.plan.spot}` : ''}`,
    )
    .join(' + ');
  const lines = [
    [labels.state, state],
    [labels.entries, entries.length === 0 ? labels.allowed : entries.join(t.semicolon)],
    [labels.equity, equities, `${labels.day} ${signedMoney(desk.book.dayPnl, quote)}`],
    ...sizingLines(holdings, t),
    [labels.discord, gatewayUp ? labels.up : labels.down, `${labels.ping} ${ms(gatewayPingMs)}`],
    ...(exchange ? exchangeLines(exchange, t) : []),
    [
      `${labels.latency}${t.inBrackets('p50/p95/p99')}`,
      `${labels.decision} ${spread(latency.order)}`,
      `${labels.protection} ${spread(latency.protected)}`,
      `${labels.answer} ${spread(latency.answer)}`,
      `${labels.exchange} ${ms(exchange?.latencyMs ?? null)}`,
    ],
    [
      `${labels.stages}${t.inBrackets('p50/p99')}`,
      STAGES.map((stage) => `${labels.stage[stage]} ${middle(latency[stage])}`).join(' · '),
    ],
    [labels.queue, `${health.queued} ${labels.toExchange}`, `${outbox} ${labels.toDiscord}`],
    [labels.reconciled, compared],
    [labels.breakers, breakerParts(desk.book.troubles, labels).join(t.semicolon) || labels.closed],
    [labels.recovered, ...(recovered.length > 0 ? recovered : [labels.never])],
    [labels.memory, `${Math.round(memoryBytes / 1_048_576)} MB`],
    [labels.version, version, `${labels.uptime} ${relative(startedAt)}`],
  ];
  return lines.map(([label, ...parts]) => `${label}${t.colon}${parts.join(t.comma)}`);
}

/** What is not plain from one balance in USDT: which of several a signal is sized by, and which none is. */
function sizingLines(holdings: readonly WalletAsset[], t: Call['t']): string[][] {
  const labels = t.command.status;
  const others = holdings.filter(({ sizes }) => !sizes);
  const isPlain = others.length === 0 && holdings.every(({ asset }) => asset === 'USDT');
  if (isPlain) return [];
  const amounts = others
    .map(({ asset, equity }) => `${equity.toDecimalPlaces(6).toFixed()} ${asset}`)
    .join(' + ');
  const parts = [
    labels.sizedByQuote,
    ...(amounts === '' ? [] : [labels.unsized(amounts)]),
    ...(others.some(({ asset }) => asset === CREDITS) ? [labels.credits] : []),
  ];
  return [[labels.sizing, parts.join(t.semicolon)]];
}

/** The stream of each market, and how old its last event is. */
function exchangeLines({ streams, weightUsed, ordersBy }: ExchangesHealth, t: Call['t']): string[][] {
  const labels = t.command.status;
  const ages = streams.map(
    ({ market, up, lastEventAt }) =>
      `${labels.markets[market]} ${up ? labels.up : labels.down}${t.comma}${labels.lastEvent} ${relative(lastEventAt)}`,
  );
  return [
    [labels.stream, ages.join(t.semicolon)],
    [labels.weight, `${Math.round(weightUsed * 100)}%`, labels.ordersBy[ordersBy]],
  ];
}

function breakerParts(troubles: Call['desk']['book']['troubles'], labels: Labels): string[] {
  return troubles.map(({ class: kind, symbol, failures, until }) =>
    labels.breakerOpen(kind, failures, symbol === null ? '' : ` (${symbol})`, relative(until)),
  );
}

/** The last start, the last lost stream, and the slowest of all that are kept. */
function recoveryParts(recoveries: ReturnType<Call['status']>['recoveries'], labels: Labels): string[] {
  const last = (cause: 'start' | 'reconnect') => recoveries.findLast((made) => made.cause === cause);
  const parts = (['start', 'reconnect'] as const).flatMap((cause) => {
    const made = last(cause);
    return made ? [`${labels.after[cause]} ${seconds(made.tookMs)} (${relative(made.at)})`] : [];
  });
  const slowest = Math.max(...recoveries.map(({ tookMs }) => tookMs));
  return recoveries.length > parts.length ? [...parts, `${labels.slowest} ${seconds(slowest)}`] : parts;
}

function seconds(value: number): string {
  return `${(value / 1_000).toFixed(1)} s`;
}

function spread({ p50, p95, p99, count }: Summary): string {
  return p50 === null ? '–' : `${[p50, p95, p99].map(ms).join('/')} (${count})`;
}

function middle({ p50, p99 }: Summary): string {
  return p50 === null ? '–' : `${ms(p50)}/${ms(p99)}`;
}

function ms(value: number | null): string {
  return value === null || value < 0 ? '–' : milliseconds(value);
}
