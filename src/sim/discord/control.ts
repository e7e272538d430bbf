/**
 * The control API: the scripting of the simulator over HTTP, for a simulator that runs in a process of its own.
 *
 * `POST /__sim/<method>` with a JSON object (or nothing) calls the method of the same name; the answer is
 * `200 {"result": …}`. What a person could not do, or Discord refuses, is `400 {"error", "name", "body"?}`; an
 * interaction that the app left unanswered is `504 {"error", "name": "InteractionFailedError"}`.
 *
 * | method | body | result |
 * | --- | --- | --- |
 * | `post` | `PostSpec`; files as `{filename, contentType?, base64}` | the message |
 * | `edit` | `{message, content?, embeds?, components?}` | the message |
 * | `delete`, `deleteCrosspostSource` | `{message}` | null, the message |
 * | `unfurl` | `{message, embeds}` | the message |
 * | `pin` | `{message, user?, pinned?}` | null |
 * | `react` | `{message, user, emoji, present?}` | null |
 * | `thread` | `{channel, author, name, message?}` | the thread |
 * | `addWebhook` | `{channel, name, id?, follower?}` | the webhook |
 * | `addUser`, `addChannel` | `PersonSpec`, `ChannelSpec` | null, the channel |
 * | `deleteChannel` | `{channel}` | null |
 * | `setPermissions` | `{channel, target?, allow?, deny?}` by name, e.g. `"SendMessages"` | null |
 * | `setAcceptsDms`, `setLocale` | `{user, accepts}`, `{user, locale}` | null |
 * | `setRoles` | `{user, roles}` | null |
 * | `redeliver` | `{message}` | null; the gateway sends it a second time |
 * | `setGuildAvailable` | `{available}` | null; an outage begins or ends |
 * | `command` | `{user, channel, name, options?, locale?, until?}` | `InteractionResult` |
 * | `autocomplete` | `{user, channel, name, options?, focused}` | choices |
 * | `press`, `select` | `{user, message, label or customId}`, `{user, message, customId, values}` | `InteractionResult` |
 * | `submitModal` | `{user, interaction, fields}` | `InteractionResult` |
 * | `dropGateway`, `invalidateSession` | `{resumable?, code?, deafNext?}`, `{resumable?}` | null |
 * | `askReconnect` | | null |
 * | `stallGateway` | `{kind?: "silent", "deaf", "frozen" or "none"}` | null |
 * | `scene` | `{limit?}` | `Scene`: what a page draws when it is opened |
 * | `messages` | `{channel}` | its history, oldest first |
 * | `allMessages` | `{channel?}` | the same with ephemeral ones, of one channel or of all |
 * | `dms` | `{user}` | messages, oldest first |
 * | `addFault`, `clearFaults` | `FaultRule` | null |
 * | `requests` | `{since?}` (epoch ms) | recorded REST requests |
 * | `advance` | `{byMs}` | null; jumps the clock |
 * | `info` | | `SimInfo` |
 *
 * `GET /__sim/events` is a server-sent-events feed of `SimEvent`, one JSON object per `data:` line: everything that is
 * to be seen from the moment of connecting on. It begins with the comment `: ready`.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiError } from './errors.ts';
import type { FaultRule } from './faults.ts';
import { InteractionFailedError } from './interactions/interactions.ts';
import type { Json } from './json.ts';
import { readBytes } from './rest/request.ts';
import { ScriptError } from './script/error.ts';
import type { Script } from './script/script.ts';
import type { DiscordSim } from './server.ts';
import type { Snowflake } from './snowflake.ts';
import type { Presence } from './wire.ts';

export interface SimInfo {
  /** The REST base for the bot. */
  url: string;
  token: string;
  applicationId: Snowflake;
  guildId: Snowflake;
  presence: Presence | null;
  /** Gateway sessions that are connected now. */
  connected: number;
  /** Identify calls of the last day. */
  identifies: number;
  /** Names of the registered commands. */
  commands: string[];
  channels: { id: Snowflake; name: string; type: number }[];
  users: { id: Snowflake; name: string; bot: boolean }[];
}

type Body<M extends keyof Script> = Parameters<Script[M]>[0];
type Method = (sim: DiscordSim, body: never) => unknown;

const METHODS: Record<string, Method> = {
  post: (sim, body: Body<'post'>) => sim.post(body),
  edit: (sim, body: Body<'edit'>) => sim.edit(body),
  delete: (sim, body: { message: Snowflake }) => sim.delete(body.message),
  deleteCrosspostSource: (sim, body: { message: Snowflake }) => sim.deleteCrosspostSource(body.message),
  unfurl: (sim, body: Body<'unfurl'>) => sim.unfurl(body),
  pin: (sim, body: Body<'pin'>) => sim.pin(body),
  react: (sim, body: Body<'react'>) => sim.react(body),
  thread: (sim, body: Body<'thread'>) => sim.thread(body),
  addWebhook: (sim, body: Body<'addWebhook'>) => sim.addWebhook(body),
  addUser: (sim, body: Body<'addUser'>) => sim.addUser(body),
  addChannel: (sim, body: Body<'addChannel'>) => sim.addChannel(body),
  deleteChannel: (sim, body: { channel: Snowflake }) => sim.deleteChannel(body.channel),
  setPermissions: (sim, body: Body<'setPermissions'>) => sim.setPermissions(body),
  setAcceptsDms: (sim, body: Body<'setAcceptsDms'>) => sim.setAcceptsDms(body),
  setLocale: (sim, body: Body<'setLocale'>) => sim.setLocale(body),
  setRoles: (sim, body: Body<'setRoles'>) => sim.setRoles(body),
  redeliver: (sim, body: { message: Snowflake }) => sim.redeliver(body.message),
  setGuildAvailable: (sim, body: { available: boolean }) => sim.setGuildAvailable(body.available),
  command: (sim, body: Body<'command'>) => sim.command(body),
  autocomplete: (sim, body: Body<'autocomplete'>) => sim.autocomplete(body),
  press: (sim, body: Body<'press'>) => sim.press(body),
  select: (sim, body: Body<'select'>) => sim.select(body),
  submitModal: (sim, body: Body<'submitModal'>) => sim.submitModal(body),
  dropGateway: (sim, body: Body<'dropGateway'>) => sim.dropGateway(body),
  invalidateSession: (sim, body: Body<'invalidateSession'>) => sim.invalidateSession(body),
  askReconnect: (sim) => sim.askReconnect(),
  stallGateway: (sim, body: { kind?: Body<'stallGateway'> }) => sim.stallGateway(body.kind),
  scene: (sim, body: { limit?: number }) => sim.scene(body),
  messages: (sim, body: { channel: Snowflake }) => sim.messages(body.channel),
  allMessages: (sim, body: { channel?: Snowflake }) => sim.allMessages(body.channel),
  dms: (sim, body: { user: Snowflake }) => sim.dms(body.user),
  addFault: (sim, body: FaultRule) => sim.faults.add(body),
  clearFaults: (sim) => sim.faults.clear(),
  requests: (sim, body: { since?: number }) =>
    sim.requests.filter((request) => request.at >= (body.since ?? 0)),
  advance: (sim, body: { byMs: number }) => sim.advance(body.byMs),
  info,
};

function info(sim: DiscordSim): SimInfo {
  return {
    url: sim.url,
    token: sim.token,
    applicationId: sim.world.application.id,
    guildId: sim.world.guild.id,
    presence: sim.world.presence,
    connected: sim.gateway.connected,
    identifies: sim.gateway.identifies,
    commands: [...sim.world.commands.values()].map((command) => command.name),
    channels: [...sim.world.channels.values()].map(({ id, name = '', type }) => ({ id, name, type })),
    users: [...sim.world.people.values()].map(({ user }) => ({
      id: user.id,
      name: user.global_name ?? user.username,
      bot: user.bot ?? false,
    })),
  };
}

/** Serves `/__sim/…`. */
export function createControl(sim: DiscordSim) {
  return async (request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> => {
    const name = url.pathname.slice('/__sim/'.length);
    if (request.method === 'GET' && name === 'events') return stream(sim, response);
    const method = Object.hasOwn(METHODS, name) ? METHODS[name] : undefined;
    if (request.method !== 'POST' || method === undefined) {
      return send(response, 404, { error: `there is no POST /__sim/${name}`, name: 'NotFound' });
    }
    try {
      const text = (await readBytes(request)).toString();
      const body = (text === '' ? {} : JSON.parse(text)) as never;
      const result = await method(sim, body);
      send(response, 200, { result: (result ?? null) as Json });
    } catch (error) {
      sendError(response, error);
    }
  };
}

function sendError(response: ServerResponse, error: unknown): void {
  if (!(error instanceof Error)) throw error;
  const described = { error: error.message, name: error.name };
  if (error instanceof ApiError) return send(response, 400, { ...described, body: error.body });
  if (error instanceof ScriptError || error instanceof SyntaxError) return send(response, 400, described);
  send(response, error instanceof InteractionFailedError ? 504 : 500, described);
}

function send(response: ServerResponse, status: number, body: Json): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

/** Clients take silence for death: `fetch` ends a body that brings nothing for five minutes (`bodyTimeout` of undici). */
const HEARTBEAT_MS = 15_000;

function stream(sim: DiscordSim, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  response.write(': ready\n\n');
  const unsubscribe = sim.subscribe((event) => {
    response.write(`data: ${JSON.stringify(event)}\n\n`);
  });
  const heartbeat = setInterval(() => response.write(': still here\n\n'), HEARTBEAT_MS).unref();
  response.on('close', () => {
    clearInterval(heartbeat);
    unsubscribe();
  });
}
