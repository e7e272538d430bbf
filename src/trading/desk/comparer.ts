import type { Log } from '../../log.ts';
import type { Cancel, Clock } from '../clock.ts';
import type { DeskEvent, DeskHealth, RecoveryLine } from '../desk-types.ts';
import type { Exchange } from '../exchange.ts';
import type { Trade } from '../model.ts';
import { findings } from './findings.ts';
import type { Funding } from './funding.ts';
import type { Keeper } from './keeper.ts';
import { createLiquidations } from './liquidations.ts';
import { compare, type ReconcileDeps } from './reconcile.ts';
import type { Runner } from './runner.ts';
import { tellSharing } from './sharing.ts';

export type Cause = 'start' | 'reconnect' | 'comparison';

export interface ComparerDeps {
  exchange: Pick<Exchange, 'health'>;
  /** Of one market. */
  reconcile: ReconcileDeps;
  runner: Runner;
  keeper: Keeper;
  funding: Funding;
  findClosed(tradeId: string): Promise<Trade | null>;
  emit(event: DeskEvent): void;
  log: Log;
  clock: Clock;
}

/** Keeps ledger and exchange equal: at the start, after every gap, and from time to time. */
export interface Comparer {
  /** One at a time: all who ask during a comparison are served by one more after it. */
  run(cause: Cause): Promise<void>;
  schedule(delayMs: number): void;
  /** Once what happens now has settled, however often it is asked for: others may act on the account without a pause. */
  soon(): void;
  /** From now on nobody tells what happens: until the next comparison that can make good for it. */
  beginGap(cause: 'start' | 'reconnect', sinceMs: number): void;
  /** The last comparison did not come to its end. */
  isFailing(): boolean;
  health(): Pick<DeskHealth, 'lastReconciledAt' | 'lastReconcileMs' | 'recoveries'>;
  stop(): void;
}

/** What an app changes without an event is noticed within a minute, with what the comparison itself takes. */
const IDLE_MS = 50_000;
/** With positions open a silent stream must not go unnoticed for long. */
export const COMPARE_OPEN_MS = 20_000;
const FAILING_MS = 2_000;
/** What happens meanwhile puts a comparison off by so much in all. */
const PUT_OFF_MS = 20_000;
/** After an event that others do not explain yet: how long those may still take. */
export const SETTLE_MS = 1_500;
/** Between comparisons that what others do has asked for. */
const SOON_PAUSE_MS = 5_000;

/** Something that nobody was told of may have happened since; the trades are as they were then. */
interface Gap {
  cause: 'start' | 'reconnect';
  sinceMs: number;
  trades: readonly Trade[];
}

export function createComparer(deps: ComparerDeps): Comparer {
  const { runner, keeper, emit, log, clock } = deps;
  const { now } = clock;
  const { market } = deps.reconcile;
  const liquidations = createLiquidations(emit);
  let lastReconciledAt: number | null = null;
  let lastReconcileMs: number | null = null;
  let recoveries: DeskHealth['recoveries'] = { start: null, reconnect: null };
  let gap: Gap | null = null;
  let failingSince: number | null = null;
  let running: Promise<void> | null = null;
  /** Asked for and not begun. */
  const waiting = new Map<Cause, Promise<void>>();
  /** `due`: when it was to be at first. */
  let next: { at: number; due: number; cancel: Cancel } | null = null;
  let stopped = false;

  function schedule(delayMs: number): void {
    if (stopped) return;
    next?.cancel();
    // Whoever trades on the account all the time is not to put it off for ever.
    const until = next === null ? Number.POSITIVE_INFINITY : next.due + PUT_OFF_MS;
    const at = Math.max(now(), Math.min(now() + delayMs, until));
    const due = Math.min(next?.due ?? at, at);
    const cancel = clock.after(at - now(), () => {
      next = null;
      void run('comparison');
    });
    next = { at, due, cancel };
  }

  function run(cause: Cause): Promise<void> {
    const known = waiting.get(cause);
    if (known) return known;
    const next = (running ?? Promise.resolve()).then(() => {
      waiting.delete(cause);
      return compareNow(cause);
    });
    waiting.set(cause, next);
    running = next;
    return next;
  }

  async function compareNow(asked: Cause): Promise<void> {
    if (stopped) return;
    const startedAt = now();
    // A connection that was replaced before it ended leaves no gap. While the stream is away, what is missing is found all the same, but the gap is not over.
    const mended = asked === 'comparison' && !deps.exchange.health().streamUp ? null : gap;
    try {
      const { lines } = await compare(deps.reconcile, mended === null);
      tellSharing(runner, keeper);
      liquidations.look(runner.all(), keeper.book.positions);
      await deps.funding.look(asked !== 'comparison');
      const at = now();
      lastReconciledAt = at;
      lastReconcileMs = at - startedAt;
      answered();
      if (mended === null) tellComparison(lines, lastReconcileMs);
      else await tellRecovery(mended, lines, at);
    } catch (error) {
      log.warn({ err: error, cause: asked }, 'ledger and exchange could not be compared');
      unanswered(startedAt, error instanceof Error ? error.message : String(error));
    }
    const hasOpen = runner.all().some((trade) => trade.phase !== 'closed');
    const pauseMs = failingSince !== null ? FAILING_MS : hasOpen ? COMPARE_OPEN_MS : IDLE_MS;
    // What happened while it was under way may have asked for another one soon.
    if (next === null || next.at > now() + pauseMs) schedule(pauseMs);
  }

  function answered(): void {
    if (failingSince === null) return;
    failingSince = null;
    keeper.setUnreachable(null);
    emit({ type: 'part', part: 'exchange', market, works: true, reason: '' });
  }

  function unanswered(since: number, reason: string): void {
    if (failingSince !== null) return;
    failingSince = since;
    keeper.setUnreachable(since);
    emit({ type: 'part', part: 'exchange', market, works: false, reason });
  }

  function tellComparison(lines: RecoveryLine[], tookMs: number): void {
    // What has been told of the gap so far is not told again at its end.
    if (gap !== null) gap = { ...gap, trades: runner.all() };
    if (lines.length === 0) return;
    emit({ type: 'recovered', cause: 'comparison', tookMs, crashedAt: null, lines: marked(lines) });
  }

  async function tellRecovery(mended: Gap, others: readonly RecoveryLine[], at: number): Promise<void> {
    const { cause } = mended;
    if (gap === mended) gap = null;
    const tookMs = Math.round(at - mended.sinceMs);
    recoveries = { ...recoveries, [cause]: { at, tookMs } };
    const lines: RecoveryLine[] = [];
    for (const before of mended.trades) {
      // Archived already, if all of it has been told meanwhile.
      const after = runner.get(before.id) ?? (await deps.findClosed(before.id));
      if (after) lines.push(...findings(before, after));
    }
    emit({ type: 'part', part: 'stream', market, works: true, reason: '' });
    log.info({ cause, tookMs, found: lines.length + others.length }, 'ledger and exchange agree');
    emit({ type: 'recovered', cause, tookMs, crashedAt: null, lines: marked([...lines, ...others]) });
  }

  function marked(lines: readonly RecoveryLine[]): RecoveryLine[] {
    return lines.map((line) => ({ ...line, market }));
  }

  function beginGap(cause: 'start' | 'reconnect', sinceMs: number): void {
    gap ??= { cause, sinceMs, trades: runner.all() };
  }

  return {
    run,
    schedule,
    soon() {
      const at = Math.max(now() + SETTLE_MS, (lastReconciledAt ?? 0) + SOON_PAUSE_MS);
      if (next === null || next.at > at) schedule(at - now());
    },
    beginGap,
    isFailing: () => failingSince !== null,
    health: () => ({ lastReconciledAt, lastReconcileMs, recoveries }),
    stop() {
      stopped = true;
      next?.cancel();
    },
  };
}

type Comparisons = Pick<DeskHealth, 'lastReconciledAt' | 'lastReconcileMs' | 'recoveries'>;

/** Of several markets the one that was compared longest ago, and the slowest. */
export function latest(markets: readonly Comparisons[]): Comparisons {
  const times = markets.map(({ lastReconciledAt }) => lastReconciledAt);
  const took = markets.map(({ lastReconcileMs }) => lastReconcileMs).filter((ms) => ms !== null);
  const slowest = (cause: 'start' | 'reconnect') =>
    markets
      .map(({ recoveries }) => recoveries[cause])
      .filter((made) => made !== null)
      .sort((a, b) => b.tookMs - a.tookMs)[0] ?? null;
  return {
    lastReconciledAt: times.includes(null) ? null : Math.min(...times.filter((at) => at !== null)),
    lastReconcileMs: took.length === 0 ? null : Math.max(...took),
    recoveries: { start: slowest('start'), reconnect: slowest('reconnect') },
  };
}
