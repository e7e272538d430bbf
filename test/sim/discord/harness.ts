import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, type ClientEvents, Events, GatewayIntentBits, Partials } from 'discord.js';
import { afterEach } from 'vitest';
import { DEFAULT_IDS } from '../../../src/sim/discord/seed.ts';
import { type DiscordSim, type DiscordSimOptions, startDiscordSim } from '../../../src/sim/discord/server.ts';

export const ids = DEFAULT_IDS;

const INTENTS = [
  GatewayIntentBits.Guilds,
  GatewayIntentBits.GuildMessages,
  GatewayIntentBits.GuildMessageReactions,
  GatewayIntentBits.DirectMessages,
  GatewayIntentBits.MessageContent,
];

let cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  const pending = cleanups.reverse();
  cleanups = [];
  for (const cleanup of pending) await cleanup();
});

/** A directory that is gone after everything that was started later. */
export async function temporaryDirectory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'discord-sim-'));
  cleanups.push(() => rm(path, { recursive: true }));
  return path;
}

/** A simulator that is gone after the test. */
export async function startSim(options: DiscordSimOptions = {}): Promise<DiscordSim> {
  const sim = await startDiscordSim(options);
  cleanups.push(() => sim.close());
  return sim;
}

/** An unchanged discord.js client, not logged in yet. */
export function createBot(sim: DiscordSim, intents: readonly GatewayIntentBits[] = INTENTS): Client {
  const client = new Client({
    intents: [...intents],
    partials: [Partials.Message, Partials.Channel, Partials.Reaction],
    rest: { api: sim.url, retries: 0 },
  });
  // Connections are broken on purpose; discord.js reports each as an error event.
  client.on(Events.Error, () => {});
  client.on(Events.ShardError, () => {});
  cleanups.push(() => client.destroy());
  return client;
}

export async function login(sim: DiscordSim, intents?: readonly GatewayIntentBits[]): Promise<Client<true>> {
  const client = createBot(sim, intents);
  const ready = once(client, Events.ClientReady);
  await client.login(sim.token);
  await ready;
  return client as Client<true>;
}

/** The next event of the client, as a promise of its first argument. */
export function once<E extends keyof ClientEvents>(
  client: Client,
  event: E,
  matches: (...args: ClientEvents[E]) => boolean = () => true,
): Promise<ClientEvents[E][0]> {
  return new Promise((resolve) => {
    const listener = (...args: ClientEvents[E]): void => {
      if (!matches(...args)) return;
      client.off(event, listener as never);
      resolve(args[0]);
    };
    client.on(event, listener as never);
  });
}

export interface RawAnswer {
  status: number;
  headers: Headers;
  body: {
    code?: number;
    message?: string;
    errors?: unknown;
    id?: string;
    content?: string;
    retry_after?: number;
  } & Record<string, unknown>;
}

/** A request as any HTTP client would send it, with the bot's token unless told otherwise. */
export async function raw(
  sim: DiscordSim,
  method: string,
  path: string,
  body?: unknown,
  token: string | null = sim.token,
): Promise<RawAnswer> {
  const form = body instanceof FormData;
  const response = await fetch(`${sim.url}/v10${path}`, {
    method,
    headers: {
      ...(token === null ? {} : { authorization: `Bot ${token}` }),
      ...(body === undefined || form ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: form ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) };
}

/** The codes of a 50035 refusal by the dotted path of their field. */
export function errorCodes(errors: unknown, path: string[] = []): Record<string, string[]> {
  if (typeof errors !== 'object' || errors === null) return {};
  const found: Record<string, string[]> = {};
  for (const [key, value] of Object.entries(errors)) {
    if (key === '_errors') found[path.join('.')] = (value as { code: string }[]).map((error) => error.code);
    else Object.assign(found, errorCodes(value, [...path, key]));
  }
  return found;
}
