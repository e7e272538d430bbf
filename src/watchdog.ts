import type { Log } from './log.ts';
import { type Condition, Conditions, RULES } from './telemetry/conditions.ts';
import { MemoryGrowth } from './telemetry/memory-growth.ts';
import type { PriceAges } from './telemetry/price-ages.ts';
import type { Desk, DeskEvent, RecoveryLine } from './trading/desk-types.ts';
import type { ExchangeHealth } from './trading/exchange.ts';
import type { Market } from './trading/model.ts';

export interface WatchdogDeps {
  desk: Pick<Desk, 'trades' | 'health'>;
  exchanges(): ReadonlyMap<Market, ExchangeHealth>;
  prices: PriceAges;
  /** The longest delay of the event loop within the last second. */
  lastLoopMs(): number | null;
  /** Where the store is; null where the system does not say. */
  freeBytes(): Promise<number | null>;
  residentBytes(): number;
  /** Something has begun to be bad, or is well again. */
  tell(condition: Condition): void;
  /** Those that went on when the run before this one ended: told already, and told once more when they end. */
  earlier: readonly Condition[];
  /** Keeps those that go on, for the run after this one. */
  keep(open: readonly Condition[]): Promise<void>;
  log: Log;
  now(): number;
}

export interface Watchdog {
  /** Feed it everything that the desk emits. */
  hear(event: DeskEvent): void;
  /** Looks at everything once. Happens by itself, too. */
  look(): Promise<void>;
  /** What is bad now. */
  list(): readonly Condition[];
  close(): void;
}

const LOOK_EVERY_MS = 5_000;
/** Over with the process whose memory it was. */
const OF_ONE_RUN: Condition['name'] = 'memory_growth';
const DRIFT_WITHIN_MS = 600_000;
/** Differences that nothing explains but somebody, or something, else at work on what is ours. */
const DRIFT: ReadonlySet<RecoveryLine['code']> = new Set<RecoveryLine['code']>([
  'position_mismatch',
  'stop_restored',
  'order_gone',
]);

/** Looks every few seconds at what nobody tells of: limits that come near, clocks that drift apart, prices that stay away. */
export function startWatchdog(deps: WatchdogDeps): Watchdog {
  const { desk, prices, log, now } = deps;
  const startedAt = now();
  const growth = new MemoryGrowth();
  const conditions = new Conditions(deps.earlier.filter(({ name }) => name !== OF_ONE_RUN));
  let kept = JSON.stringify(deps.earlier);
  // The differences themselves are not kept: the quiet that ends it is counted from here.
  let drifts = deps.earlier
    .filter(({ name }) => name === 'drift')
    .map(({ what }) => ({ at: startedAt, what }));
  for (const over of deps.earlier.filter(({ name }) => name === OF_ONE_RUN)) {
    say({ ...over, endedAt: startedAt });
  }

  function judge(name: Condition['name'], value: number | null, what = ''): void {
    const changed = conditions.judge(name, value, what, now());
    if (changed) say(changed);
  }

  function say(changed: Condition): void {
    const { name, since, endedAt, worst, what } = changed;
    log[endedAt === null ? 'warn' : 'info']({ condition: name, since, worst, what, endedAt }, 'condition');
    deps.tell(changed);
  }

  /** What cannot be written now is written with the next look: the store itself may be what fails. */
  async function keep(): Promise<void> {
    const open = conditions.list();
    const text = JSON.stringify(open);
    if (text === kept) return;
    kept = text;
    await deps.keep(open).catch((error) => {
      kept = '';
      log.debug({ err: error }, 'what is not well was not kept');
    });
  }

  /** The worst of the markets. */
  function ofMarkets(figure: (health: ExchangeHealth) => number): [value: number | null, market: string] {
    const [worst] = [...deps.exchanges()]
      .map(([market, health]) => [figure(health), market] as const)
      .sort(([a], [b]) => b - a);
    return worst ? [worst[0], worst[1]] : [null, ''];
  }

  /** Nothing that is traded: nothing is missed. Not known while a first price may still come. */
  function stalest(): [ageMs: number | null, symbol: string] {
    const ages = desk.trades().map(({ plan, createdAt }) => {
      const ageMs = prices.ageMs(plan.market, plan.symbol);
      const waitedMs = now() - Math.max(createdAt, startedAt);
      return { ageMs: ageMs ?? waitedMs, mayCome: ageMs === null && waitedMs < RULES.prices_stale.bad, plan };
    });
    const [worst] = ages.toSorted((a, b) => b.ageMs - a.ageMs);
    if (worst === undefined) return [0, ''];
    const isKnown = worst.ageMs >= RULES.prices_stale.bad || ages.every(({ mayCome }) => !mayCome);
    return [isKnown ? worst.ageMs : null, worst.plan.symbol];
  }

  async function look(): Promise<void> {
    drifts = drifts.filter(({ at }) => at > now() - DRIFT_WITHIN_MS);
    judge('request_weight', ...ofMarkets(({ weightUsed }) => weightUsed));
    judge('clock_off', ...ofMarkets(({ clockOffsetMs }) => Math.abs(clockOffsetMs)));
    judge('margin_ratio', desk.health().marginRatio);
    judge('prices_stale', ...stalest());
    judge('drift', drifts.length, [...new Set(drifts.map(({ what }) => what))].join(', '));
    judge('memory_growth', growth.add(deps.residentBytes(), now()));
    judge('event_loop', deps.lastLoopMs());
    judge('disk_low', await deps.freeBytes());
    await keep();
  }

  const timer = setInterval(() => void look(), LOOK_EVERY_MS).unref();
  return {
    look,
    list: () => conditions.list(),
    hear(event) {
      if (event.type !== 'recovered' || event.cause !== 'comparison') return;
      const found = event.lines.filter(({ code }) => DRIFT.has(code));
      const symbols = [...new Set(found.map(({ symbol }) => symbol))];
      if (found.length > 0) drifts.push({ at: now(), what: symbols.join(', ') });
    },
    close: () => clearInterval(timer),
  };
}
