import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type AdvanceableClock, type Clock, createClock } from './clock.ts';
import { createControl } from './control.ts';
import type { Core } from './core.ts';
import type { SimEvent } from './events.ts';
import { createFaults, type Faults } from './faults.ts';
import { createGateway, type Gateway, type GatewayOptions } from './gateway/gateway.ts';
import { createInteractions } from './interactions/interactions.ts';
import { createInvalidRequests, createRateLimiter, type RateLimitOptions } from './ratelimit.ts';
import { createApi, type RecordedRequest } from './rest/api.ts';
import { createScript, type Script } from './script/script.ts';
import { createWorld, type WorldOptions } from './seed.ts';
import { createSnowflakes } from './snowflake.ts';
import { freeze, loadState, saveState, thaw } from './state.ts';
import type { World } from './world.ts';

export interface DiscordSimOptions extends WorldOptions {
  /** Default 0: any free port of 127.0.0.1. */
  port?: number;
  clock?: Clock;
  gateway?: GatewayOptions;
  /** Rules that differ from Discord's, or `off`. */
  rateLimits?: RateLimitOptions;
  /** Refused requests (401, 403, 429) in ten minutes after which everything is; default 10,000. */
  invalidRequestLimit?: number;
  /** Messages of a channel that are kept, the newest; default: all. */
  keepMessages?: number;
  /** Recorded REST requests that are kept, the newest; default 10,000. */
  keepRequests?: number;
  /** A file that keeps messages, commands and gateway sessions over a restart. */
  state?: string;
}

/** A simulated Discord on loopback. Everything a script can do is a method of it. */
export interface DiscordSim extends Script {
  /** `http://127.0.0.1:PORT/api`, for `new Client({ rest: { api } })`. */
  readonly url: string;
  readonly port: number;
  /** The bot's token. */
  readonly token: string;
  readonly world: World;
  readonly clock: Clock;
  readonly faults: Faults;
  /** Every REST request so far, the oldest first. */
  readonly requests: readonly RecordedRequest[];
  /** Refused requests of the last ten minutes that Discord counts against the bot. */
  readonly invalidRequests: number;
  readonly gateway: Gateway;
  /** Jumps the clock forward (milliseconds); only with the built-in clock. */
  advance(byMs: number): void;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
const KEEP_REQUESTS = 10_000;
const SAVE_DELAY_MS = 200;
/** A large world is saved less often: saving takes at most this part of the time. */
const SAVE_SHARE = 0.05;

export async function startDiscordSim(options: DiscordSimOptions = {}): Promise<DiscordSim> {
  const ownClock: AdvanceableClock | undefined = options.clock === undefined ? createClock() : undefined;
  const clock = options.clock ?? ownClock ?? createClock();
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, HOST, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const origin = `http://${HOST}:${port}`;
  const saved = options.state === undefined ? undefined : loadState(options.state, origin);
  const listeners = new Set<(event: SimEvent) => void>();
  const world = createWorld(options, clock.now());
  if (saved !== undefined) thaw(world, saved);

  const core: Core = {
    world,
    clock,
    ids: createSnowflakes(clock, saved?.lastId),
    origin: () => origin,
    dispatch: (event) => gateway.dispatch(event),
    publish: (event) => {
      for (const listener of [...listeners]) listener(event);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    keepMessages: options.keepMessages ?? Number.POSITIVE_INFINITY,
    nonces: new Map(saved?.nonces),
    oldEdits: new Map(),
  };
  const gateway = createGateway(core, options.gateway ?? {});
  if (saved !== undefined) gateway.restore(saved.sessions);
  const interactions = createInteractions(core);
  const script = createScript(core, interactions, gateway);
  const faults = createFaults();
  const requests: RecordedRequest[] = [];
  const limiter = createRateLimiter(clock, options.rateLimits ?? {});
  const invalid = createInvalidRequests(clock, options.invalidRequestLimit);
  const api = createApi({
    core,
    gateway,
    interactions,
    limiter,
    invalid,
    faults,
    record: (request) => {
      requests.push(request);
      if (requests.length > (options.keepRequests ?? KEEP_REQUESTS)) requests.shift();
    },
  });

  const save = (): void => {
    if (options.state === undefined) return;
    const rest = { origin, lastId: core.ids.last(), sessions: gateway.save(), nonces: [...core.nonces] };
    saveState(options.state, freeze(world, rest));
  };
  const stopSaving = options.state === undefined ? () => {} : saveSoon(core, save);

  const sim: DiscordSim = {
    ...script,
    url: `${origin}/api`,
    port,
    token: world.token,
    world,
    clock,
    faults,
    requests,
    get invalidRequests() {
      return invalid.recent;
    },
    gateway,
    advance: (byMs) => {
      if (ownClock === undefined) throw new Error('the clock was given from outside; advance it there');
      ownClock.advance(byMs);
    },
    close: async () => {
      stopSaving();
      save();
      gateway.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const control = createControl(sim);

  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', origin);
    if (url.pathname.startsWith('/api/')) void api(request, response, url);
    else if (url.pathname.startsWith('/__sim/')) void control(request, response, url);
    else if (url.pathname.startsWith('/attachments/')) sendFile(world, url, response);
    else response.writeHead(404).end();
  });
  server.on('upgrade', (request, socket, head) => gateway.upgrade(request, socket, head));
  return sim;
}

/** Saves shortly after anything has happened, at most once in a while. */
function saveSoon(core: Core, save: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  let tookMs = 0;
  const unsubscribe = core.subscribe(() => {
    timer ??= setTimeout(
      () => {
        timer = undefined;
        const begun = performance.now();
        save();
        tookMs = performance.now() - begun;
      },
      Math.max(SAVE_DELAY_MS, tookMs / SAVE_SHARE),
    );
  });
  return () => {
    clearTimeout(timer);
    unsubscribe();
  };
}

/** `/attachments/:channel/:attachment/:filename`, as Discord's CDN lays them out. */
function sendFile(world: World, url: URL, response: ServerResponse): void {
  const file = world.files.get(url.pathname.split('/')[3] ?? '');
  if (file === undefined) {
    response.writeHead(404, { 'content-type': 'text/plain' }).end('This content is no longer available.');
    return;
  }
  response.writeHead(200, { 'content-type': file.contentType, 'content-length': file.bytes.length });
  response.end(file.bytes);
}
