import type { Log } from './log.ts';
import { type Condition, Conditions } from './telemetry/conditions.ts';
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
  const conditions = new Conditions();
  const growth = new MemoryGrowth();
  let drifts: { at: number; what: string }[] = [];

  function judge(name: Condition['name'], value: number | null, what = ''): void {
    const changed = conditions.judge(name, value, what, now());
    if (!changed) return;
    const { since, endedAt, worst } = changed;
    log[endedAt === null ? 'warn' : 'info']({ condition: name, since, worst, what, endedAt }, 'condition');
    deps.tell(changed);
  }

  /** The worst of the markets. */
  function ofMarkets(figure: (health: ExchangeHealth) => number): [value: number | null, market: string] {
    const [worst] = [...deps.exchanges()]
      .map(([market, health]) => [figure(health), market] as const)
      .sort(([a], [b]) => b - a);
    return worst ? [worst[0], worst[1]] : [null, ''];
  }

  /** Nothing that is traded: nothing is missed. */
  function stalest(): [ageMs: number, symbol: string] {
    const ages = desk.trades().map(({ plan, createdAt }) => {
      const ageMs = prices.ageMs(plan.market, plan.symbol) ?? now() - createdAt;
      return [ageMs, plan.symbol] as const;
    });
    const [worst] = ages.sort(([a], [b]) => b - a);
    return worst ? [worst[0], worst[1]] : [0, ''];
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
