import { setTimeout as pause } from 'node:timers/promises';
import type { RecordedRequest } from '../../src/sim/binance/server.ts';
import { Decimal } from '../../src/trading/decimal.ts';
import { type Call, callOf } from './calls.ts';
import { type Contestant, launch } from './contestants.ts';
import { figure, type Sample, waits } from './figures.ts';
import { channelId, IDS, startWorld, type World } from './world.ts';

/** The first ones warm the code up, for all alike. */
const WARM_UP = 20;
const SETTLE_MS = 3_000;
/** Each signal is measured alone: what follows the one before has ended by then. */
const BETWEEN_MS = 60;
const PATIENCE_MS = 120_000;

export function isEntry({ method, path }: RecordedRequest): boolean {
  return method === 'POST' && path === '/fapi/v1/order';
}

export function isEntryOf({ symbol, entry }: Call, request: RecordedRequest): boolean {
  const { params } = request;
  return isEntry(request) && params.symbol === symbol && Number(params.price) === entry;
}

/** Posts a signal; resolves with the milliseconds until its order was read. */
export function signalToOrder(world: World, call: Call, channel = channelId(0)): Promise<number> {
  return waited((done) => {
    world.onOrder((request) => {
      if (isEntryOf(call, request)) done();
    });
    world.discord.post({ channel, author: IDS.analyst, content: call.text });
  }, call.text);
}

function waited(begin: (done: () => void) => void, what: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error(`waited in vain for ${what}`)), PATIENCE_MS);
    const startedAt = performance.now();
    begin(() => {
      clearTimeout(limit);
      resolve(performance.now() - startedAt);
    });
  });
}

/**
 * Start, memory at rest, and from a gateway frame to the order's request: the frame is handed to the socket at one
 * end of the measurement, the exchange has read the request at the other.
 */
export async function measureSignals(
  contestant: Contestant,
  count: number,
  profiles?: string,
): Promise<Sample[]> {
  const world = await startWorld();
  try {
    const running = await launch(contestant, world, profiles);
    try {
      await pause(SETTLE_MS);
      const restMb = running.rssMb();
      const cpuBefore = running.cpuMs();
      const latencies: number[] = [];
      for (let index = 0; index < count + WARM_UP; index += 1) {
        const latency = await signalToOrder(world, callOf(index));
        if (index >= WARM_UP) latencies.push(latency);
        await pause(BETWEEN_MS);
      }
      await pause(SETTLE_MS);
      return [
        figure('start to ready', 'ms', [running.readyMs]),
        figure('CPU time to ready', 'ms', [running.readyCpuMs]),
        figure('RSS at rest', 'MB', [restMb]),
        ...waits('signal to order', latencies),
        figure('CPU time per signal, with all that follows', 'ms', [
          (running.cpuMs() - cpuBefore) / (count + WARM_UP),
        ]),
        figure(`RSS after ${count} signals`, 'MB', [running.rssMb()]),
      ];
    } finally {
      await running.end();
    }
  } finally {
    await world.close();
  }
}

/** A press on Confirm to its order; an entry's fill to its stop, and to the first request to Discord about it. */
export async function measureFollowUps(contestant: Contestant, count: number): Promise<Sample[]> {
  const fills = contestant !== 'naive';
  const world = await startWorld({ entryTimeout: '1h' });
  try {
    const running = await launch(contestant, world);
    try {
      const presses: number[] = [];
      const stops: number[] = [];
      const posts: number[] = [];
      for (let index = 0; index < count + WARM_UP; index += 1) {
        const call = callOf(index);
        const pressed = await pressToOrder(world, call);
        await pause(BETWEEN_MS);
        // A naive bot hears of no fill.
        const [stop, post] = fills ? await fillToStopAndPost(world, call) : [0, 0];
        world.binance.usdm.setPrice(call.symbol, { last: new Decimal(call.last) });
        await pause(BETWEEN_MS);
        if (index < WARM_UP) continue;
        presses.push(pressed);
        stops.push(stop);
        posts.push(post);
      }
      return [
        ...waits('press to order', presses),
        ...(fills ? [...waits('fill to stop order', stops), ...waits('fill to Discord request', posts)] : []),
      ];
    } finally {
      await running.end();
    }
  } finally {
    await world.close();
  }
}

async function pressToOrder(world: World, call: Call): Promise<number> {
  const { id } = world.discord.post({
    channel: world.env.CONFIRM_CHANNEL ?? '',
    author: IDS.analyst,
    content: call.text,
  });
  const asked = await world.discord.waitForMessage(
    (candidate) => BigInt(candidate.id) > BigInt(id) && JSON.stringify(candidate).includes('"Confirm"'),
    { channel: IDS.trades, timeoutMs: PATIENCE_MS },
  );
  const message = asked.id;
  return waited((done) => {
    world.onOrder((request) => {
      if (isEntryOf(call, request)) done();
    });
    void world.discord.press({ user: IDS.operator, message, label: 'Confirm' }).catch(() => undefined);
  }, call.text);
}

/** The price falls to the entry. */
async function fillToStopAndPost(
  world: World,
  { symbol, entry }: Call,
): Promise<[stop: number, post: number]> {
  const stop = Promise.withResolvers<void>();
  const post = Promise.withResolvers<void>();
  world.onOrder(({ method, path, params }) => {
    if (method === 'POST' && path === '/fapi/v1/algoOrder' && params.type === 'STOP_MARKET') stop.resolve();
  });
  world.onPost(({ body }) => {
    if (/filled/i.test(JSON.stringify(body))) post.resolve();
  });
  const startedAt = performance.now();
  const since = (): number => performance.now() - startedAt;
  const both = Promise.all([stop.promise.then(since), post.promise.then(since)]);
  world.binance.usdm.setPrice(symbol, { last: new Decimal(entry) });
  return both;
}
