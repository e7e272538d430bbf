import { type Clock, createClock } from '../../src/trading/clock.ts';
import type { RunningDesk } from '../../src/trading/desk.ts';
import type { DeskEvent } from '../../src/trading/desk-types.ts';
import { createDiskLedger, type DiskAccess, type DiskLedger } from './disk.ts';
import type { Connection, Network } from './network.ts';
import { createProgram } from './program.ts';
import type { Scheduler } from './scheduler.ts';
import type { InFlight, Setting } from './script.ts';
import type { Streams } from './stream.ts';
import type { Joined, Talk } from './talk.ts';

/** The program from one start to its end, which may come at any moment. */
export interface Life {
  desk: RunningDesk;
  ledger: DiskLedger;
  connection: Connection;
  /** Its part in the Discord server, where there is one. */
  talker: Joined | null;
  after: Clock['after'];
  now: Clock['now'];
  alive: boolean;
  ready: boolean;
}

export interface Lives {
  boot(): void;
  kill(requests: InFlight, writes: InFlight, downMs: number): void;
  current(): Life | null;
  /** Its desk, once that has started. */
  desk(): RunningDesk | null;
}

export interface LivesOptions {
  setting: Setting;
  scheduler: Scheduler;
  network: Network;
  streams: Streams;
  spotStreams: Streams | null;
  talk: Talk | null;
  disk: Omit<DiskAccess, 'after' | 'isAlive' | 'now'>;
  /** The time of day is ahead of the exchange's by so much. */
  clockAheadMs(): number;
  chance(): number;
  note(line: () => string): void;
  onDeskEvent(life: Life, event: DeskEvent): void;
  /** Its clock has begun. */
  onStart(): void;
  onReady(life: Life): void;
  onCrash(): void;
  onError(error: Error): void;
}

/** After a start that failed, the next attempt. */
const START_AGAIN_MS = 2_000;

export function createLives(options: LivesOptions): Lives {
  const { scheduler, network, note } = options;
  let life: Life | null = null;

  function boot(): void {
    const isAlive = (): boolean => born.alive;
    const wallMs = (): number => scheduler.now() + options.clockAheadMs();
    const after: Clock['after'] = (ms, run) => scheduler.after(ms, () => isAlive() && run());
    const connection = network.connect(isAlive);
    const ledger = createDiskLedger({ ...options.disk, after, isAlive, now: scheduler.now });
    const clock = createClock({ wallMs, steadyMs: scheduler.now, after });
    const { desk, serverTime } = createProgram({
      setting: options.setting,
      clock,
      ours: { wallMs, steadyMs: scheduler.now },
      connection,
      streams: options.streams,
      spotStreams: options.spotStreams,
      ledger,
      isAlive,
      emit: (event) => options.onDeskEvent(born, event),
    });
    const born: Life = {
      desk,
      ledger,
      connection,
      talker: null,
      after,
      now: clock.now,
      alive: true,
      ready: false,
    };
    life = born;
    options.onStart();
    const { now } = clock;
    const timeOfDay = (): number => Math.max(wallMs(), serverTime()?.atLeastMs ?? 0);
    born.talker = options.talk?.join({ desk, ledger, now, timeOfDay }, isAlive) ?? null;
    note(() => '=== the program starts');
    const begun = desk.start().then(() => {
      if (!born.alive) return;
      born.ready = true;
      note(() => '=== the program is ready');
      options.onReady(born);
      return born.talker?.start();
    });
    begun.catch((error: Error) => {
      if (!born.alive) return;
      if (!isExpected(error)) options.onError(error);
      note(() => `=== the program does not start: ${error.message}`);
      kill('all', 'all', START_AGAIN_MS);
    });
  }

  function kill(requests: InFlight, writes: InFlight, downMs: number): void {
    if (!life?.alive) return;
    const dead = life;
    dead.alive = false;
    dead.connection.crash(requests, options.chance);
    dead.ledger.crash(writes, options.chance);
    dead.talker?.crash(requests, options.chance);
    life = null;
    note(() => `=== crash (requests ${requests}, writes ${writes})`);
    options.onCrash();
    scheduler.after(downMs, boot);
  }

  return { boot, kill, current: () => life, desk: () => (life?.ready ? life.desk : null) };
}

/** What a start may fail for while the world is out of order. */
function isExpected(error: Error): boolean {
  const names = ['Unreachable', 'Refused', 'StoreFailure'];
  return names.includes(error.name) || error.message.includes('exchange');
}
