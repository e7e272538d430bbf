import { createHash } from 'node:crypto';
import type { Trade } from '../../src/trading/model.ts';
import { createApart } from './apart.ts';
import { createChance } from './chance.ts';
import { type Checker, createChecker } from './checker.ts';
import type { Disk } from './disk.ts';
import { createEnds } from './ends.ts';
import { createHappenings } from './happenings.ts';
import { spotLaw } from './law-spot.ts';
import { usdmLaw } from './law-usdm.ts';
import { createLives, type Life } from './lives.ts';
import { coinDifferences, fundingDifferences, leftOver, profitDifferences } from './money.ts';
import { createNetwork, isSpot, type Request } from './network.ts';
import { createOccasions } from './occasions.ts';
import { createPace } from './pace.ts';
import { createPauses } from './pauses.ts';
import { createScheduler } from './scheduler.ts';
import type { EventFate, Script, StoreTrouble } from './script.ts';
import { differences } from './settled.ts';
import { signalOf } from './signals.ts';
import { createStreams, spotSource, usdmSource } from './stream.ts';
import type { Talk, TalkOptions } from './talk.ts';
import { count, type Tally } from './tally.ts';
import { summary } from './telling.ts';
import { type After, takeTimers } from './timers.ts';
import type { About } from './untold.ts';
import { createVenue } from './venue.ts';
import { createVerdict, type Violation } from './verdict.ts';

export interface Outcome {
  violation: Violation | null;
  steps: number;
  /** Requests and writes that left the program. */
  sendings: number;
  /** Both until all was calm, while crashes may happen. */
  storm: { steps: number; sendings: number };
  /** What was seen on the way; empty unless asked for. */
  trace: string[];
  /** How much happened, so that a run in which nothing does is noticed. */
  opened: number;
  executions: number;
  /** What happened, how often. */
  tally: Tally;
}

/** Some Monday at noon: away from midnight, when days and daily limits turn. */
const START_MS = Date.UTC(2026, 2, 2, 12, 0, 0);
/** How long the program may take to bring ledger and exchange together, and to get flat, once all is calm. */
const SETTLE_MS = 400_000;
const MOST_STEPS = 60_000;
/** What the disk did not take is written again. */
const STORE_TROUBLE_MS = 8_000;
/** How long the rest of the program takes to tell the user of a fill. */
const TELLING_MS = 80;

/** Plays a script: one world, in which programs live and die. */
export async function play(script: Script, options: { trace?: boolean } = {}): Promise<Outcome> {
  // The bot's side is loaded where somebody talks to it.
  const talking = script.setting.talk ? await import('./talk.ts') : null;
  const world = createWorld(script, options.trace === true, talking?.createTalk ?? null);
  process.on('unhandledRejection', world.onUnhandled);
  const giveBack = talking ? takeTimers(world.timers) : null;
  try {
    await world.run();
  } catch (error) {
    world.onUnhandled(error);
  } finally {
    giveBack?.();
    process.off('unhandledRejection', world.onUnhandled);
  }
  return world.outcome();
}

/** The same for the same run, to the last line. */
export function hashOf({ trace }: Pick<Outcome, 'trace'>): string {
  return createHash('sha256').update(trace.join('\n')).digest('hex').slice(0, 16);
}

interface World {
  run(): Promise<void>;
  timers: After;
  onUnhandled(reason: unknown): void;
  outcome(): Outcome;
}

function createWorld(
  script: Script,
  isTraced: boolean,
  createTalk: ((options: TalkOptions) => Talk) | null,
): World {
  const { setting, seed, items } = script;
  const chance = createChance(seed ^ 0x5bd1e995);
  const scheduler = createScheduler(START_MS);
  const venue = createVenue(setting, seed, scheduler.now);
  const trace: string[] = [];
  const tally: Tally = new Map();
  const note = (line: () => string): void => {
    if (isTraced) trace.push(`${String(scheduler.now() - START_MS).padStart(8)} ${line()}`);
  };
  const disk: Disk = { tables: new Map() };
  const pauses = createPauses(disk, () => lives.current()?.now() ?? Number.POSITIVE_INFINITY);
  const verdict = createVerdict(scheduler.now, START_MS);
  const { now } = scheduler;
  const pace = createPace(now, verdict.fail);
  const checker = createChecker(usdmLaw(venue.exchange), now, START_MS, verdict.fail, pauses.isPaused);
  const spotChecker = venue.spot
    ? createChecker(spotLaw(venue.spot), now, START_MS, verdict.fail, pauses.isPaused)
    : null;
  const checkers = spotChecker ? [checker, spotChecker] : [checker];
  const apart = createApart(setting, venue, checkers, tally, verdict.fail);
  const checkerOf = (request: Request): Checker => (spotChecker && isSpot(request) ? spotChecker : checker);
  const crashes = items.filter((item) => item.do === 'crash');
  let isStorm = true;
  let clockAheadMs = 0;
  let troubledAt = 0;
  let storeFailedAt = Number.NEGATIVE_INFINITY;
  let storeTrouble: StoreTrouble | null = null;
  let sendings = 0;
  let inStorm = { steps: 0, sendings: 0 };

  /** A request or a write is about to leave: the last moment at which it can be prevented. */
  function beforeSending(): void {
    sendings += 1;
    if (!isStorm) return;
    const crash = crashes.find((item) => 'io' in item && item.io === sendings);
    if (crash) crashNow(crash);
  }

  function crashNow({ requests, writes, downMs }: (typeof crashes)[number]): void {
    count(tally, 'crash');
    lives.kill(requests, writes, downMs);
  }

  const occasions = createOccasions(items, venue, (then, afterMs) =>
    scheduler.after(afterMs, () => happenings.act(then)),
  );
  const network = createNetwork(seed, items, venue, scheduler, {
    note,
    beforeSent: beforeSending,
    onSent(request) {
      talk?.onSent(request);
      pace.onSent(request);
      checkerOf(request).onSent(request);
      occasions.onSent(request);
    },
    onUnsent: (request) => checkerOf(request).onUnsent(request),
    onHandled: (request, answer) => checkerOf(request).onHandled(request, answer),
    onAnswered: (request, answer) => checkerOf(request).onAnswered(request, answer),
    onTrouble(request, fate) {
      troubledAt = scheduler.now();
      count(tally, `request: ${fate}`);
      checkerOf(request).onRequestTrouble(request, fate);
    },
  });
  const streamHooks = (to: Checker) => ({
    note,
    onTrouble(about: About, fate: EventFate, ms: number) {
      count(tally, `event: ${fate}`);
      to.onEventTrouble(about, fate, ms);
    },
    onDelivered: to.onEvent,
  });
  const streams = createStreams(seed, items, usdmSource(venue.exchange), scheduler, streamHooks(checker));
  const spotStreams =
    venue.spot && spotChecker
      ? createStreams(seed + 1, items, spotSource(venue.spot), scheduler, streamHooks(spotChecker))
      : null;
  const allStreams = spotStreams ? [streams, spotStreams] : [streams];
  const calmSince = (): number => {
    if (!network.isReachable() || storeTrouble !== null) troubledAt = scheduler.now();
    return troubledAt;
  };
  const ends = createEnds({
    disk,
    checkers,
    entryTimeoutMs: setting.entryTimeoutMs,
    now: scheduler.now,
    programNow: () => (lives.desk() ? (lives.current()?.now() ?? null) : null),
    calmSince,
    fail: verdict.fail,
  });
  const { talk: talkSetting } = setting;
  const talk =
    createTalk && talkSetting
      ? createTalk({
          setting: { ...setting, talk: talkSetting },
          seed,
          disk,
          scheduler,
          checkers,
          signalOf: (item) => signalOf(venue, item),
          note,
          beforeSent: beforeSending,
          occur: occasions.occur,
          fail: verdict.fail,
          isStoreTroubled: () => storeTrouble !== null || storeFailedAt > scheduler.now() - STORE_TROUBLE_MS,
          calmSince,
        })
      : null;
  const lives = createLives({
    setting,
    talk,
    scheduler,
    network,
    streams,
    spotStreams,
    disk: {
      disk,
      latencyMs: () => chance.int(0, 3),
      chance: chance.next,
      trouble: () => storeTrouble,
      beforeWrite: beforeSending,
      note,
      onWritten(table, key, value) {
        talk?.onRow(table, key, value);
        if (table === 'trades') for (const one of checkers) one.onJournal(key, value);
      },
    },
    clockAheadMs: () => clockAheadMs,
    chance: chance.next,
    note,
    onDeskEvent(life, event) {
      note(() => `  desk: ${summary(event)}`);
      if (!life.alive) return;
      pauses.onDeskEvent(event);
      apart.onDeskEvent(event, life.desk);
      if (life.talker) {
        if (event.type === 'opened') happenings.onOpened();
        return life.talker.hear(event);
      }
      if (event.type === 'filled') {
        const { trade, order } = event;
        tellLater(life, () => life.desk.announced(trade.id, order.clientId, order.executed));
      }
      if (event.type === 'closed') {
        const { id, closedAt } = event.trade;
        if (closedAt !== null) tellLater(life, () => life.desk.closingAnnounced(id, closedAt));
      }
    },
    onStart() {
      pauses.onStart();
      ends.onStart();
    },
    onReady: () => happenings.catchUp(),
    onCrash() {
      pauses.onCrash();
      apart.onCrash();
      for (const one of checkers) one.onCrash();
    },
    onError: (error) => verdict.fail('program error', error.stack ?? error.message),
  });
  const happenings = createHappenings({
    script,
    startMs: START_MS,
    scheduler,
    venue,
    network,
    streams: allStreams,
    lives,
    talk,
    checker,
    spotChecker,
    pauses,
    apart,
    tally,
    note,
    setStore(trouble) {
      if (storeTrouble !== null) storeFailedAt = scheduler.now();
      troubledAt = scheduler.now();
      storeTrouble = trouble;
      for (const one of checkers) one.setStoreFailing(trouble !== null);
    },
    jump(byMs) {
      apart.onClockSet();
      clockAheadMs += byMs;
    },
  });
  venue.exchange.subscribe(() => {
    checker.onChange();
    occasions.look();
  });
  venue.spot?.subscribe(() => {
    spotChecker?.onChange();
    occasions.look();
  });

  function tellLater(life: Life, tell: () => Promise<void>): void {
    scheduler.after(TELLING_MS, () => {
      if (life.alive) void tell();
    });
  }

  /** Steps until it is done, something broke, or time is up. */
  async function until(ms: number, isDone: () => Promise<boolean> | boolean): Promise<boolean> {
    const end = scheduler.now() + ms;
    let look = scheduler.now() + 1_000;
    while (verdict.violation() === null && scheduler.now() < end) {
      if (scheduler.steps() > MOST_STEPS) {
        verdict.fail('program error', `no end after ${MOST_STEPS} steps`);
        break;
      }
      if (!(await scheduler.step())) break;
      for (const one of checkers) {
        one.setUp(lives.current() !== null && network.isReachable());
        one.afterStep();
      }
      talk?.look();
      calmSince();
      ends.look();
      const crash = isStorm
        ? crashes.find((item) => 'step' in item && item.step === scheduler.steps())
        : undefined;
      if (crash) crashNow(crash);
      if (scheduler.now() >= look) {
        look = scheduler.now() + 2_000;
        if (await isDone()) return true;
      }
    }
    return false;
  }

  function calm(): void {
    note(() => '*** calm');
    isStorm = false;
    inStorm = { steps: scheduler.steps(), sendings };
    happenings.calm();
    network.calm();
    for (const one of allStreams) {
      one.calm();
      one.mend();
    }
  }

  async function run(): Promise<void> {
    lives.boot();
    for (const item of items) if ('atMs' in item) scheduler.after(item.atMs, () => happenings.act(item));
    await until(setting.stormMs, () => false);
    if (verdict.violation()) return;
    calm();
    await settle();
    if (verdict.violation() === null) await hear();
    if (verdict.violation() === null) await flatten();
    if (verdict.violation() === null) await account();
  }

  const settled = (): string[] => [
    ...differences(lives.desk(), disk, venue, checkers),
    ...apart.differences(lives.desk()),
  ];
  const unsaid = (): string[] => talk?.differences() ?? [];

  async function settle(): Promise<void> {
    if (await until(SETTLE_MS, () => settled().length === 0)) return;
    verdict.fail('ledger and exchange differ', settled().join('; '));
  }

  /** Every question comes to its end, and of every signal is told what became of it. */
  async function hear(): Promise<void> {
    if (!talk || (await until(SETTLE_MS, () => unsaid().length === 0))) return;
    verdict.fail('forgotten', unsaid().join('; '));
  }

  async function flatten(): Promise<void> {
    note(() => '*** everything is closed');
    void lives
      .desk()
      ?.panic('user')
      .catch(() => undefined);
    const open = (): Trade[] =>
      (lives.desk()?.trades() ?? []).filter(
        ({ plan }) => !checkers.some((one) => one.market === plan.market && one.isMixed(plan.symbol)),
      );
    const isFlat = (): boolean => lives.desk() !== null && open().length === 0 && settled().length === 0;
    if (await until(SETTLE_MS, isFlat)) {
      const left = spotChecker ? leftOver(spotChecker) : [];
      if (left.length > 0) verdict.fail('not flat', left.join('; '));
      return;
    }
    verdict.fail('not flat', [...settled(), `${open().length} trades open`].join('; '));
  }

  async function account(): Promise<void> {
    const closedOn = async (market: 'usdm' | 'spot'): Promise<Trade[]> =>
      ((await lives.desk()?.closedBetween(0, Number.MAX_SAFE_INTEGER)) ?? []).filter(
        ({ plan }) => plan.market === market,
      );
    const closed = (): Promise<Trade[]> => closedOn('usdm');
    const profit = async () => [
      ...profitDifferences(await closed(), venue, checker),
      ...(spotChecker ? coinDifferences(await closedOn('spot'), venue, spotChecker) : []),
    ];
    const funding = async () => fundingDifferences(await closed(), venue, checker);
    const isEqual = async () => (await profit()).length === 0 && (await funding()).length === 0;
    if (await until(SETTLE_MS, isEqual)) return;
    if (verdict.violation()) return;
    const differing = await profit();
    if (differing.length > 0) return verdict.fail('profit and loss differ', differing.join('; '));
    verdict.fail('funding is not split by quantity', (await funding()).join('; '));
  }

  return {
    run,
    timers: () => {
      const life = lives.current();
      return life?.alive ? life.after : null;
    },
    onUnhandled(reason) {
      const error = reason instanceof Error ? reason : new Error(String(reason));
      verdict.fail('program error', `unhandled: ${error.stack ?? error.message}`);
    },
    outcome: () => ({
      violation: verdict.violation(),
      steps: scheduler.steps(),
      sendings,
      storm: inStorm,
      trace,
      opened: happenings.opened(),
      executions: venue.exchange.trades.length + (venue.spot?.trades.length ?? 0),
      tally,
    }),
  };
}
