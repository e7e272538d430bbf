import { activePauses } from '../risk/guard.ts';
import { ZERO } from '../trading/decimal.ts';
import type { Desk } from '../trading/desk-types.ts';
import { entered, resultOf } from '../trading/lifecycle/facts.ts';
import type { Trade } from '../trading/model.ts';
import { dayOf, nextTimeOfDay } from '../trading/timezone.ts';
import { Alarm } from './alarm.ts';
import { describe } from './discord-errors.ts';
import { clock, cut, signedMoney } from './format.ts';
import type { Catalogue } from './locales/index.ts';
import { pauseLine } from './pauses.ts';
import { tradeName } from './plan-view.ts';
import type { BotConfig, Log, Now } from './ports.ts';
import type { Posts } from './posts.ts';
import type { Settings } from './settings.ts';

export interface DailySummaryDeps {
  desk: Desk;
  posts: Pick<Posts, 'alert' | 'texts'>;
  settings: Settings;
  now: Now;
  log: Log;
}

const DAY_MS = 86_400_000;

/** What the last 24 hours brought, at `alerts.summaryAt` each day. */
export class DailySummary {
  readonly #deps: DailySummaryDeps;
  readonly #alarm: Alarm;
  #dueAt: number | null = null;

  constructor(deps: DailySummaryDeps) {
    this.#deps = deps;
    this.#alarm = new Alarm(deps.now, () => void this.#wake());
  }

  /** Also after every change of the config. */
  start(): void {
    const { settings, now } = this.#deps;
    this.#dueAt = nextSummaryAt(settings.config(), now());
    this.#alarm.set(this.#dueAt === null ? [] : [this.#dueAt]);
  }

  /** Tells the one that was due, within the last 24 hours, while the program was off. */
  catchUp(aliveBefore: number | null): void {
    const { settings, now } = this.#deps;
    const due = nextSummaryAt(settings.config(), now() - DAY_MS);
    if (aliveBefore === null || due === null || due <= aliveBefore || due > now()) return;
    void this.#tell(due);
  }

  close(): void {
    this.#alarm.clear();
  }

  async #wake(): Promise<void> {
    const due = this.#dueAt;
    const { now } = this.#deps;
    // It may be woken too early.
    if (due === null || now() < due) return this.start();
    this.start();
    await this.#tell(due);
  }

  async #tell(due: number): Promise<void> {
    const { settings, log } = this.#deps;
    try {
      await this.#post(due);
    } catch (error) {
      log.error({ error: describe(error), day: dayOf(due, settings.config().timezone) }, 'no daily summary');
    }
  }

  async #post(due: number): Promise<void> {
    const { desk, posts, settings } = this.#deps;
    const t = posts.texts();
    const closed = await desk.closedBetween(due - DAY_MS, due);
    const pauses = activePauses(desk.book.pauses, due).map((pause) =>
      pauseLine(pause, t, (id) => settings.channel(id)?.name ?? id),
    );
    const text = [...summaryLines(due, closed, desk.trades(), t), ...pauses].join('\n');
    await posts.alert('summary', `summary:${due}`, cut(text, 1_900));
  }
}

/** Null where none is wanted. */
export function nextSummaryAt({ alerts, timezone }: BotConfig, nowMs: number): number | null {
  if (alerts.summaryAt === null) return null;
  const [hour = 0, minute = 0] = alerts.summaryAt.split(':').map(Number);
  return nextTimeOfDay(nowMs, hour, minute, timezone);
}

/** Results of a day by quote asset, and what is open now. */
export function summaryLines(
  due: number,
  closed: readonly Trade[],
  open: readonly Trade[],
  t: Catalogue,
): string[] {
  const traded = closed.filter((trade) => !entered(trade).isZero());
  const results = [...Map.groupBy(traded, ({ plan }) => plan.quote)].map(([quote, trades]) => {
    const nets = trades.map((trade) => resultOf(trade).net);
    const wins = nets.filter((net) => net.gt(0)).length;
    const losses = nets.filter((net) => net.lt(0)).length;
    const net = nets.reduce((sum, one) => sum.plus(one), ZERO);
    return `${t.card.net} ${signedMoney(net, quote)} · ${t.command.trades(trades.length, wins, losses)}`;
  });
  return [
    t.alertLines.summary(clock(due)),
    ...(results.length === 0 ? [t.alertLines.summaryNothing] : results),
    t.command.positions(open.length),
    ...open.map(({ plan }) => `• ${tradeName(plan, t)}`),
  ];
}
