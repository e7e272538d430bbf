import { dispatchMessage } from '../announce.ts';
import { Intent, Permission, type PermissionName } from '../constants.ts';
import type { Core } from '../core.ts';
import type { InteractionResult, Scene, SimEvent } from '../events.ts';
import type { Stall } from '../gateway/connection.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { Interaction, Interactions } from '../interactions/interactions.ts';
import { toJsonObject } from '../json.ts';
import { history } from '../messages.ts';
import { deleteChannel, setOverwrite, tellChannel } from '../rest/channels.ts';
import { sceneOf } from '../scene.ts';
import { addChannel, addPerson, type ChannelSpec, type PersonSpec } from '../seed.ts';
import type { Snowflake } from '../snowflake.ts';
import type { Channel, Choice, Embed, Message, Webhook } from '../wire.ts';
import { findDm } from '../world.ts';
import { type AutocompleteSpec, type CommandSpec, requestChoices, runCommand } from './commanding.ts';
import {
  chooseOptions,
  type ModalSpec,
  type PressSpec,
  pressButton,
  type SelectSpec,
  sendModal,
} from './components.ts';
import { ScriptError } from './error.ts';
import * as posting from './posting.ts';

/** Which permissions somebody has in a channel, whatever their roles say. */
export interface PermissionSpec {
  channel: Snowflake;
  /** A role (the guild's id is @everyone) or a person; the bot by default. */
  target?: Snowflake;
  allow?: PermissionName[];
  deny?: PermissionName[];
}

/** How long an interaction is awaited: `answer` (default) until the person sees it, `first` only until it is acknowledged. */
export type Await = { until?: 'answer' | 'first' };

/** What people, and Discord itself, do in the simulated world. All but interactions take effect at once. */
export interface Script {
  post(spec: posting.PostSpec): Message;
  edit(spec: posting.EditSpec): Message;
  delete(message: Snowflake): void;
  unfurl(spec: { message: Snowflake; embeds: Embed[] }): Message;
  deleteCrosspostSource(message: Snowflake): Message;
  pin(spec: { message: Snowflake; user?: Snowflake; pinned?: boolean }): void;
  react(spec: { message: Snowflake; user: Snowflake; emoji: string; present?: boolean }): void;
  thread(spec: { channel: Snowflake; author: Snowflake; name: string; message?: Snowflake }): Channel;
  addWebhook(spec: { channel: Snowflake; name: string; id?: Snowflake; follower?: boolean }): Webhook;
  addUser(spec: PersonSpec): void;
  addChannel(spec: ChannelSpec): Channel;
  deleteChannel(channel: Snowflake): void;
  setPermissions(spec: PermissionSpec): void;
  /** Whether the bot's direct messages reach the person (else 50007). */
  setAcceptsDms(spec: { user: Snowflake; accepts: boolean }): void;
  setLocale(spec: { user: Snowflake; locale: string }): void;
  setRoles(spec: { user: Snowflake; roles: Snowflake[] }): void;
  /** The gateway sends a message a second time, as it may. */
  redeliver(message: Snowflake): void;
  /** The guild goes away in an outage, or comes back. */
  setGuildAvailable(available: boolean): void;

  /** Rejects with `InteractionFailedError` when the app did not answer in 3 s. */
  command(spec: CommandSpec & Await): Promise<InteractionResult>;
  autocomplete(spec: AutocompleteSpec): Promise<Choice[]>;
  press(spec: PressSpec & Await): Promise<InteractionResult>;
  select(spec: SelectSpec & Await): Promise<InteractionResult>;
  submitModal(spec: ModalSpec & Await): Promise<InteractionResult>;

  /** Breaks the gateway's connections; with `resumable: false` what follows is lost to the bot. */
  dropGateway(options?: { resumable?: boolean; code?: number; deafNext?: number }): void;
  invalidateSession(options?: { resumable?: boolean }): void;
  askReconnect(): void;
  stallGateway(kind?: Stall): void;

  /** What a page draws when it is opened: the newest `limit` (100) messages of each channel, and all there is else. */
  scene(options?: { limit?: number }): Scene;
  /** The history of a channel as people see it, oldest first. */
  messages(channel: Snowflake): Message[];
  /** The same with ephemeral messages, of one channel or of all. */
  allMessages(channel?: Snowflake): Message[];
  /** The direct messages between the bot and the person. */
  dms(user: Snowflake): Message[];
  /** Resolves with the first message, present or to come, edits included, that the predicate takes. */
  waitForMessage(
    predicate: (message: Message) => boolean,
    options?: { channel?: Snowflake; timeoutMs?: number },
  ): Promise<Message>;
  waitForEvent(predicate: (event: SimEvent) => boolean, options?: { timeoutMs?: number }): Promise<SimEvent>;
  subscribe(listener: (event: SimEvent) => void): () => void;
}

const WAIT_TIMEOUT_MS = 10_000;

export function createScript(core: Core, interactions: Interactions, gateway: Gateway): Script {
  const seen = async (interaction: Interaction, until: Await['until']): Promise<InteractionResult> => {
    await (until === 'first' ? interaction.first.promise : interaction.final.promise);
    return interactions.result(interaction);
  };

  const all = (channelId: Snowflake | undefined): Message[] =>
    [...core.world.messages.entries()]
      .filter(([id]) => channelId === undefined || id === channelId)
      .flatMap(([, list]) => list);

  const waitForEvent: Script['waitForEvent'] = (predicate, { timeoutMs = WAIT_TIMEOUT_MS } = {}) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        unsubscribe();
        reject(new ScriptError(`nothing of the kind happened in ${timeoutMs} ms`));
      }, timeoutMs);
      const unsubscribe = core.subscribe((event) => {
        if (!predicate(event)) return;
        clearTimeout(timer);
        unsubscribe();
        resolve(event);
      });
    });

  return {
    post: (spec) => structuredClone(posting.post(core, spec)),
    edit: (spec) => structuredClone(posting.edit(core, spec)),
    delete: (message) => posting.remove(core, message),
    unfurl: ({ message, embeds }) => structuredClone(posting.unfurl(core, message, embeds)),
    deleteCrosspostSource: (message) => structuredClone(posting.deleteCrosspostSource(core, message)),
    pin: ({ message, user, pinned = true }) => posting.pin(core, message, user, pinned),
    react: ({ message, user, emoji, present = true }) => posting.react(core, message, user, emoji, present),
    thread: (spec) => structuredClone(posting.thread(core, spec)),
    addWebhook: (spec) => structuredClone(posting.addWebhook(core, spec)),
    addUser: (spec) => void addPerson(core.world, spec, new Date(core.clock.now()).toISOString()),
    addChannel: (spec) => {
      const channel = addChannel(core.world, spec);
      tellChannel({ core }, channel, 'CHANNEL_CREATE');
      return structuredClone(channel);
    },
    deleteChannel: (channel) => deleteChannel(core, posting.findChannel(core, channel)),
    setPermissions: (spec) => setPermissions(core, spec),
    setAcceptsDms: ({ user, accepts }) => {
      requirePerson(core, user).acceptsDms = accepts;
    },
    setLocale: ({ user, locale }) => {
      requirePerson(core, user).locale = locale;
    },
    setRoles: ({ user, roles }) => setRoles(core, user, roles),
    redeliver: (message) => dispatchMessage(core, posting.findPosted(core, message), 'MESSAGE_CREATE'),
    setGuildAvailable: (available) => gateway.setGuildAvailable(available),

    command: async (spec) => seen(runCommand(core, interactions, spec), spec.until),
    autocomplete: async (spec) => {
      const interaction = requestChoices(core, interactions, spec);
      await interaction.final.promise;
      return interaction.choices ?? [];
    },
    press: async (spec) => seen(pressButton(core, interactions, spec), spec.until),
    select: async (spec) => seen(chooseOptions(core, interactions, spec), spec.until),
    submitModal: async (spec) => seen(sendModal(core, interactions, spec), spec.until),

    dropGateway: (options) => gateway.drop(options),
    invalidateSession: (options) => gateway.invalidate(options),
    askReconnect: () => gateway.askReconnect(),
    stallGateway: (kind = 'silent') => gateway.stall(kind),

    scene: ({ limit = 100 } = {}) => sceneOf(core.world, limit),
    messages: (channel) => structuredClone(history(core.world, posting.findChannel(core, channel).id)),
    allMessages: (channel) => structuredClone(all(channel)),
    dms: (user) => {
      const channel = findDm(core.world, user);
      return channel === undefined ? [] : structuredClone(history(core.world, channel.id));
    },
    waitForMessage: async (predicate, { channel, timeoutMs } = {}) => {
      const present = all(channel).find((message) => predicate(structuredClone(message)));
      if (present !== undefined) return structuredClone(present);
      const event = await waitForEvent(
        (candidate) =>
          (candidate.type === 'message.created' || candidate.type === 'message.edited') &&
          (channel === undefined || candidate.message.channel_id === channel) &&
          predicate(candidate.message),
        timeoutMs === undefined ? {} : { timeoutMs },
      );
      if (!('message' in event)) throw new ScriptError('unreachable: only message events were awaited');
      return event.message;
    },
    waitForEvent,
    subscribe: (listener) => core.subscribe(listener),
  };
}

function requirePerson(core: Core, userId: Snowflake) {
  const person = core.world.people.get(userId);
  if (person === undefined) throw new ScriptError(`there is no user ${userId}`);
  return person;
}

function setRoles(core: Core, userId: Snowflake, roles: Snowflake[]): void {
  const member = core.world.members.get(userId);
  if (member === undefined) throw new ScriptError(`user ${userId} is not in the guild`);
  member.roles = roles;
  core.dispatch({
    event: 'GUILD_MEMBER_UPDATE',
    // Of the bot itself it hears in any case.
    intent: userId === core.world.botId ? 0 : Intent.GuildMembers,
    data: () => ({ ...toJsonObject(member), guild_id: core.world.guild.id }),
  });
}

function setPermissions(core: Core, spec: PermissionSpec): void {
  const channel = posting.findChannel(core, spec.channel);
  const target = spec.target ?? core.world.botId;
  const bits = (names: readonly PermissionName[] = []): string =>
    names.reduce((sum, name) => sum | Permission[name], 0n).toString();
  setOverwrite(channel, {
    id: target,
    type: core.world.roles.has(target) ? 0 : 1,
    allow: bits(spec.allow),
    deny: bits(spec.deny),
  });
  tellChannel({ core }, channel, 'CHANNEL_UPDATE');
}
