import type { Book } from '../risk/book.ts';
import { type Exposure, totalExposure } from '../risk/exposure.ts';
import { activePauses } from '../risk/guard.ts';
import { DURATIONS, type Duration } from '../telemetry/timings.ts';
import { protectionOf } from '../trading/lifecycle/protection.ts';
import type { Trade } from '../trading/model.ts';
import { counter, durations, gauge, type MetricFamily, perBook, perMarket, single } from './family.ts';
import { READY_PARTS } from './health.ts';
import type { Reading } from './metrics.ts';
import type { Sample } from './openmetrics.ts';
import { unrealisedByQuote } from './overview.ts';

/** These have families of their own. */
const OWN_FAMILY: ReadonlySet<Duration> = new Set<Duration>(['stored', 'loop', 'gc']);

/** What the market's own trades bind. */
const exposed = ({ market, trades }: Book): Exposure =>
  totalExposure(trades.filter(({ plan }) => plan.market === market));

const seconds = (ms: number | null): number | null => (ms === null ? null : ms / 1_000);
const flag = (is: boolean): number => (is ? 1 : 0);

function tally<Item>(items: readonly Item[], labelsOf: (item: Item) => readonly string[]): Sample[] {
  const groups = Map.groupBy(items, (item) => labelsOf(item).join('\n'));
  return [...groups].map(([key, members]) => ({ labels: key.split('\n'), value: members.length }));
}

function priceAges({ services: { desk }, telemetry: { prices } }: Reading): Sample[] {
  const traded = Map.groupBy(desk.trades(), ({ plan }: Trade) => `${plan.market}\n${plan.symbol}`);
  return [...traded.values()].flatMap(([trade]) => {
    if (!trade) return [];
    const { market, symbol } = trade.plan;
    const ageMs = prices.ageMs(market, symbol);
    return ageMs === null ? [] : [{ labels: [market, symbol], value: ageMs / 1_000 }];
  });
}

/** Every family that `/metrics` tells, in its order; docs/metrics.md has them as a table. */
export const FAMILIES: readonly MetricFamily[] = [
  {
    name: 'signalbox_build',
    type: 'info',
    help: 'The version that runs, and against what',
    labels: ['version', 'environment'],
    read: ({ status, environment }) => [{ labels: [status.version, environment], value: 1 }],
  },
  single(
    { name: 'signalbox_ready', help: '1 while everything is ready, as /healthz says' },
    ({ readiness }) => flag(Object.values(readiness).every((reason) => reason === null)),
  ),
  gauge({
    name: 'signalbox_part_ready',
    help: '1 while this part is ready',
    labels: ['part'],
    read: ({ readiness }) =>
      READY_PARTS.map((part) => ({ labels: [part], value: flag(readiness[part] === null) })),
  }),
  counter('signalbox_messages', 'messages', 'Messages read in signal channels, by what they were'),
  counter('signalbox_signals', 'signals', 'Signals by what became of them'),
  counter('signalbox_denials', 'denials', 'Denied signals by code (docs/denials.md)'),
  counter('signalbox_confirmations', 'confirmations', 'Questions about signals by how they ended'),
  counter('signalbox_orders', 'orders', 'Orders sent, by role and by the answer'),
  counter('signalbox_cancellations', 'cancellations', 'Cancellations sent, by the answer'),
  counter('signalbox_fills', 'fills', 'Orders that have filled, by role'),
  counter('signalbox_trades_closed', 'closed', 'Trades that have ended, by result net of fees'),
  gauge({
    name: 'signalbox_trades_open',
    help: 'Open trades, working entries included',
    labels: ['market', 'phase'],
    read: ({ services }) => tally(services.desk.trades(), ({ plan, phase }) => [plan.market, phase]),
  }),
  single(
    {
      name: 'signalbox_trades_unprotected',
      help: 'Trades that hold something without a stop that covers it, and are not being closed',
    },
    ({ services }) => services.desk.trades().filter((trade) => protectionOf(trade) === 'unprotected').length,
  ),
  perBook(
    'signalbox_equity',
    'Margin balance, or on spot dollar coins with open trades at market',
    (book) => book.equity,
  ),
  perBook('signalbox_available', 'Balance that orders may use', (book) => book.available),
  perBook(
    'signalbox_risk_at_stops',
    'What all stops together would lose, working entries included',
    (book) => exposed(book).risk,
  ),
  perBook(
    'signalbox_notional',
    'Notional of open trades, working entries included',
    (book) => exposed(book).notional,
  ),
  gauge({
    name: 'signalbox_unrealised_pnl',
    help: 'Unrealised profit of open trades at the mark price',
    labels: ['quote'],
    read: ({ services }) =>
      [...unrealisedByQuote(services.desk)].map(([quote, sum]) => ({
        labels: [quote],
        value: sum.toNumber(),
      })),
  }),
  single(
    {
      name: 'signalbox_day_pnl',
      help: 'Profit since 00:00: realised net of fees, and the change of unrealised',
    },
    ({ services }) => services.desk.book.dayPnl.toNumber(),
  ),
  single(
    { name: 'signalbox_loss_streak', help: 'Losing trades in a row' },
    ({ services }) => services.desk.book.lossStreak,
  ),
  single(
    {
      name: 'signalbox_margin_ratio',
      unit: 'ratio',
      help: 'Maintenance margin as a share of the futures margin balance; at 1 positions are liquidated',
    },
    ({ services }) => services.desk.health().marginRatio,
  ),
  gauge({
    name: 'signalbox_pauses',
    help: 'Reasons for which nothing is opened, everywhere or in a channel',
    labels: ['reason'],
    read: ({ services, now }) =>
      tally(activePauses(services.desk.book.pauses, now), ({ reason }) => [reason]),
  }),
  gauge({
    name: 'signalbox_breakers_open',
    help: 'Circuit breakers that keep entries back',
    labels: ['class'],
    read: ({ services }) => tally(services.desk.book.troubles, (trouble) => [trouble.class]),
  }),
  durations(
    'signalbox_latency_seconds',
    DURATIONS.filter((of) => !OWN_FAMILY.has(of)),
    "Stages on a signal's way, each from the end of the one before; order: gateway to socket; protected: fill to stop; answer: command to answer",
  ),
  single({ name: 'signalbox_gateway_up', help: "1 while Discord's events arrive" }, ({ status }) =>
    flag(status.gatewayUp),
  ),
  single(
    {
      name: 'signalbox_gateway_ping_seconds',
      unit: 'seconds',
      help: "Round trip of the gateway's last heartbeat",
    },
    ({ status }) => seconds(status.gatewayPingMs),
  ),
  single(
    {
      name: 'signalbox_gateway_heartbeat_age_seconds',
      unit: 'seconds',
      help: 'Since the last heartbeat that Discord has answered; one is due about every 41 s',
    },
    ({ status, now }) =>
      seconds(status.gatewayHeartbeatAt === null ? null : Math.max(0, now - status.gatewayHeartbeatAt)),
  ),
  perMarket({ name: 'signalbox_stream_up', help: "1 while the account's events arrive" }, ({ streamUp }) =>
    flag(streamUp),
  ),
  perMarket(
    {
      name: 'signalbox_stream_event_age_seconds',
      unit: 'seconds',
      help: "Since the account's last event; a quiet account has few",
    },
    ({ lastEventAt }, now) => Math.max(0, now - lastEventAt) / 1_000,
  ),
  gauge({
    name: 'signalbox_price_age_seconds',
    unit: 'seconds',
    help: 'Since the last price of a symbol that is traded now',
    labels: ['market', 'symbol'],
    read: priceAges,
  }),
  perMarket(
    {
      name: 'signalbox_request_weight_ratio',
      unit: 'ratio',
      help: "Used share of the exchange's request limit of the minute",
    },
    ({ weightUsed }) => weightUsed,
  ),
  perMarket(
    {
      name: 'signalbox_clock_offset_seconds',
      unit: 'seconds',
      help: "The exchange's clock less this machine's",
    },
    ({ clockOffsetMs }) => clockOffsetMs / 1_000,
  ),
  perMarket(
    {
      name: 'signalbox_exchange_latency_seconds',
      unit: 'seconds',
      help: 'Round trip of a small request to the exchange',
    },
    ({ latencyMs }) => seconds(latencyMs),
  ),
  single(
    {
      name: 'signalbox_reconciliation_age_seconds',
      unit: 'seconds',
      help: 'Since ledger and exchange were last compared',
    },
    ({ health, now }) =>
      health.lastReconciledAt === null ? null : Math.max(0, now - health.lastReconciledAt) / 1_000,
  ),
  single(
    {
      name: 'signalbox_reconciliation_duration_seconds',
      unit: 'seconds',
      help: 'How long the last comparison took',
    },
    ({ health }) => seconds(health.lastReconcileMs),
  ),
  counter(
    'signalbox_reconciliation_findings',
    'findings',
    'Differences between ledger and exchange that were found and repaired',
  ),
  gauge({
    name: 'signalbox_queue_length',
    help: 'Events that wait for their trade, and messages that Discord has not taken yet',
    labels: ['queue'],
    read: ({ health, status }) => [
      { labels: ['exchange'], value: health.queued },
      { labels: ['discord'], value: status.outbox },
    ],
  }),
  durations('signalbox_store_write_seconds', ['stored'], 'Transactions to the disk'),
  single(
    { name: 'signalbox_store_size_bytes', unit: 'bytes', help: "The store's file" },
    ({ storeBytes }) => storeBytes,
  ),
  single(
    { name: 'signalbox_disk_free_bytes', unit: 'bytes', help: 'Free on the disk that holds the store' },
    ({ diskFreeBytes }) => diskFreeBytes,
  ),
  durations(
    'signalbox_event_loop_delay_seconds',
    ['loop'],
    'The longest delay of the event loop in each second',
  ),
  durations('signalbox_gc_pause_seconds', ['gc'], 'Pauses for collecting garbage'),
  counter('signalbox_alerts', 'alerts', 'Alerts of the trading desk by code'),
  counter('signalbox_incidents', 'incidents', 'Parts that have failed'),
  gauge({
    name: 'signalbox_incidents_open',
    help: 'Parts that fail now',
    labels: ['part'],
    read: ({ incidents }) =>
      tally(
        incidents.filter(({ healedAt }) => healedAt === null),
        ({ part }) => [part],
      ),
  }),
  gauge({
    name: 'signalbox_conditions',
    help: 'What is not well now (see below)',
    labels: ['condition'],
    read: ({ conditions }) => conditions.map(({ name }) => ({ labels: [name], value: 1 })),
  }),
  {
    name: 'process_cpu_seconds',
    type: 'counter',
    unit: 'seconds',
    help: 'User and system time',
    labels: [],
    read: ({ cpuSeconds }) => [{ labels: [], value: cpuSeconds }],
  },
  single(
    { name: 'process_resident_memory_bytes', unit: 'bytes', help: 'Resident memory' },
    ({ memory }) => memory.rss,
  ),
  single(
    { name: 'process_start_time_seconds', unit: 'seconds', help: 'When the bot began, since the epoch' },
    ({ status }) => status.startedAt / 1_000,
  ),
  single(
    {
      name: 'nodejs_heap_used_bytes',
      unit: 'bytes',
      help: 'What lives on the heap, and garbage not yet collected',
    },
    ({ memory }) => memory.heapUsed,
  ),
  single(
    { name: 'nodejs_heap_total_bytes', unit: 'bytes', help: 'Size of the heap' },
    ({ memory }) => memory.heapTotal,
  ),
  single(
    {
      name: 'nodejs_external_memory_bytes',
      unit: 'bytes',
      help: 'Memory outside of the heap that objects on it hold',
    },
    ({ memory }) => memory.external,
  ),
];
