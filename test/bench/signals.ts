import { setTimeout as pause } from 'node:timers/promises';
import type { RecordedRequest } from '../../src/sim/binance/server.ts';
import { type Call, callOf } from './calls.ts';
import { type Contestant, sideBySide } from './contestants.ts';
import { figure, type Measured, waits } from './figures.ts';
import { channelId, IDS, type World } from './world.ts';

/** The first ones warm the code up, for all alike. */
export const WARM_UP = 20;
export const PATIENCE_MS = 120_000;
/** A signal that has no order by then is lost. */
const LOST_MS = 15_000;
/** The bot tidies its memory up in the first idle second. */
const AT_REST_MS = 5_000;
const SETTLE_MS = 3_000;
/** What follows an order has ended before the next contestant has its turn: it posts, and the bot does more than that. */
const AFTER_MS: Record<Contestant, number> = { floor: 15, 'floor with a row': 15, naive: 25, bot: 45 };

export function isEntry({ method, path }: RecordedRequest): boolean {
  return method === 'POST' && path === '/fapi/v1/order';
}

export function isEntryOf({ symbol, entry }: Call, request: RecordedRequest): boolean {
  const { params } = request;
  return isEntry(request) && params.symbol === symbol && Number(params.price) === entry;
}

/** Lets what follows one of a contestant's orders come to its end. */
export function after(contestant: Contestant): Promise<void> {
  return pause(AFTER_MS[contestant]);
}

/** Posts a signal; resolves with the milliseconds until its order was read. */
export function signalToOrder(
  world: World,
  call: Call,
  channel = channelId(0),
  patienceMs = PATIENCE_MS,
): Promise<number> {
  const last = () => world.discord.messages(IDS.trades).at(-1)?.content;
  return waited(
    () => `the order of ${call.text}; the last message is ${last()}`,
    (done) => {
      world.onOrder((request) => {
        if (isEntryOf(call, request)) done();
      });
      world.discord.post({ channel, author: IDS.analyst, content: call.text });
    },
    patienceMs,
  );
}

/** The same; null, which is told, where no order comes. */
export function signalOrNot(world: World, call: Call): Promise<number | null> {
  return signalToOrder(world, call, channelId(0), LOST_MS).catch((error: Error) => {
    console.error(error.message);
    return null;
  });
}

/** Milliseconds from here until `done` is called. Rejects, with what was waited for, where it never is. */
export function waited(
  what: () => string,
  begin: (done: () => void) => void,
  patienceMs = PATIENCE_MS,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error(`waited in vain for ${what()}`)), patienceMs);
    const startedAt = performance.now();
    begin(() => {
      clearTimeout(limit);
      resolve(performance.now() - startedAt);
    });
  });
}

/**
 * Start, memory at rest, and from a gateway frame to the order's request: the frame is handed to the socket at one
 * end of the measurement, the exchange has read the request at the other. All contestants run, and have their turn at
 * each signal: what disturbs the machine disturbs them alike.
 */
export function measureSignals(
  contestants: readonly Contestant[],
  count: number,
  profiles?: string,
): Promise<Measured[]> {
  return sideBySide(
    contestants,
    {},
    async (entrants) => {
      await pause(AT_REST_MS);
      const before = entrants.map(({ running }) => ({ restMb: running.rssMb(), cpuMs: running.cpuMs() }));
      const latencies = entrants.map((): number[] => []);
      const lost = entrants.map(() => 0);
      for (let index = 0; index < count + WARM_UP; index += 1) {
        for (const [number, { contestant, world }] of entrants.entries()) {
          const latency = await signalOrNot(world, callOf(index));
          if (latency === null) lost[number] = (lost[number] ?? 0) + 1;
          else if (index >= WARM_UP) latencies[number]?.push(latency);
          await after(contestant);
        }
      }
      await pause(SETTLE_MS);
      return entrants.map(({ contestant, running }, number) => ({
        contestant,
        samples: [
          figure('start to ready', 'ms', [running.readyMs]),
          figure('CPU time to ready', 'ms', [running.readyCpuMs]),
          figure('RSS at rest', 'MB', [before[number]?.restMb ?? Number.NaN]),
          ...waits('signal to order', latencies[number] ?? []),
          figure('signals without an order, most of a round', '', [lost[number] ?? 0], 1),
          figure('CPU time per signal, with all that follows', 'ms', [
            (running.cpuMs() - (before[number]?.cpuMs ?? 0)) / (count + WARM_UP),
          ]),
          figure('RSS after the signals', 'MB', [running.rssMb()]),
        ],
      }));
    },
    profiles,
  );
}
