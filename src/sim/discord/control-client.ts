import type { SimInfo } from './control.ts';
import type { InteractionResult, Scene, SimEvent } from './events.ts';
import type { FaultRule } from './faults.ts';
import type { Stall } from './gateway/connection.ts';
import type { Json, JsonObject } from './json.ts';
import type { RecordedRequest } from './rest/api.ts';
import type { AutocompleteSpec, CommandSpec, OptionValue } from './script/commanding.ts';
import type { ModalSpec, PressSpec, SelectSpec } from './script/components.ts';
import type { EditSpec, FileSpec, PostSpec } from './script/posting.ts';
import type { Await, PermissionSpec } from './script/script.ts';
import type { ChannelSpec, PersonSpec } from './seed.ts';
import type { Snowflake } from './snowflake.ts';
import type { Channel, Choice, Embed, Message, Webhook } from './wire.ts';

/** The simulator said no: a script error, a limit of Discord's (`body`), or an app that did not respond. */
export class ControlError extends Error {
  readonly status: number;
  /** The REST error as the bot would have got it, when it was one. */
  readonly body: Json;

  constructor(status: number, name: string, message: string, body: Json) {
    super(message);
    this.name = name;
    this.status = status;
    this.body = body;
  }
}

export interface WaitOptions {
  /** Only messages of this channel. */
  channel?: Snowflake;
  /** Default 10 s. */
  timeoutMs?: number;
}

/** The scripting of a simulator in another process; see control.ts for the methods. */
export interface DiscordControl {
  info(): Promise<SimInfo>;
  post(spec: PostSpec): Promise<Message>;
  edit(spec: EditSpec): Promise<Message>;
  delete(message: Snowflake): Promise<void>;
  deleteCrosspostSource(message: Snowflake): Promise<Message>;
  unfurl(spec: { message: Snowflake; embeds: Embed[] }): Promise<Message>;
  pin(spec: { message: Snowflake; user?: Snowflake; pinned?: boolean }): Promise<void>;
  react(spec: { message: Snowflake; user: Snowflake; emoji: string; present?: boolean }): Promise<void>;
  thread(spec: {
    channel: Snowflake;
    author: Snowflake;
    name: string;
    message?: Snowflake;
  }): Promise<Channel>;
  addWebhook(spec: {
    channel: Snowflake;
    name: string;
    id?: Snowflake;
    follower?: boolean;
  }): Promise<Webhook>;
  addUser(spec: PersonSpec): Promise<void>;
  addChannel(spec: ChannelSpec): Promise<Channel>;
  deleteChannel(channel: Snowflake): Promise<void>;
  setPermissions(spec: PermissionSpec): Promise<void>;
  setAcceptsDms(spec: { user: Snowflake; accepts: boolean }): Promise<void>;
  setLocale(spec: { user: Snowflake; locale: string }): Promise<void>;
  setRoles(spec: { user: Snowflake; roles: Snowflake[] }): Promise<void>;
  redeliver(message: Snowflake): Promise<void>;
  setGuildAvailable(available: boolean): Promise<void>;
  command(spec: CommandSpec & Await): Promise<InteractionResult>;
  autocomplete(spec: AutocompleteSpec): Promise<Choice[]>;
  press(spec: PressSpec & Await): Promise<InteractionResult>;
  select(spec: SelectSpec & Await): Promise<InteractionResult>;
  submitModal(spec: ModalSpec & Await): Promise<InteractionResult>;
  dropGateway(options?: { resumable?: boolean; code?: number; deafNext?: number }): Promise<void>;
  invalidateSession(options?: { resumable?: boolean }): Promise<void>;
  askReconnect(): Promise<void>;
  stallGateway(kind?: Stall): Promise<void>;
  scene(options?: { limit?: number }): Promise<Scene>;
  messages(channel: Snowflake): Promise<Message[]>;
  allMessages(channel?: Snowflake): Promise<Message[]>;
  dms(user: Snowflake): Promise<Message[]>;
  addFault(rule: FaultRule): Promise<void>;
  clearFaults(): Promise<void>;
  requests(options?: { since?: number }): Promise<RecordedRequest[]>;
  advance(byMs: number): Promise<void>;
  /** Everything visible from now on; the iteration ends with the signal or the simulator. */
  events(signal?: AbortSignal): Promise<AsyncIterable<SimEvent>>;
  /** The first message, present or to come, edits and ephemeral ones included, that the predicate takes. */
  waitForMessage(predicate: (message: Message) => boolean, options?: WaitOptions): Promise<Message>;
  waitForEvent(predicate: (event: SimEvent) => boolean, options?: { timeoutMs?: number }): Promise<SimEvent>;
}

const WAIT_TIMEOUT_MS = 10_000;

/** `url` is any address of the simulator: its origin or the REST base that the bot uses. */
export function createDiscordControl(url: string): DiscordControl {
  const origin = new URL(url).origin;

  const call = async <T>(method: string, body: object = {}): Promise<T> => {
    const response = await fetch(`${origin}/__sim/${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer = (await response.json()) as JsonObject;
    if (!response.ok) {
      throw new ControlError(response.status, String(answer.name), String(answer.error), answer.body ?? null);
    }
    return answer.result as T;
  };

  const events: DiscordControl['events'] = async (signal) => {
    const response = await fetch(`${origin}/__sim/events`, signal === undefined ? {} : { signal });
    if (response.body === null) throw new Error('the event feed has no body');
    return readFeed(response.body);
  };

  /** Looks at what is there only once the feed runs, so that nothing falls between. */
  const watch = async <T>(
    timeoutMs: number,
    present: () => Promise<T | undefined>,
    pick: (event: SimEvent) => T | undefined,
  ): Promise<T> => {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), timeoutMs);
    try {
      const feed = await events(stop.signal);
      const found = await present();
      if (found !== undefined) return found;
      for await (const event of feed) {
        const picked = pick(event);
        if (picked !== undefined) return picked;
      }
      throw new Error('the event feed has ended');
    } catch (error) {
      if (stop.signal.aborted) throw new Error(`nothing of the kind happened in ${timeoutMs} ms`);
      throw error;
    } finally {
      clearTimeout(timer);
      stop.abort();
    }
  };

  return {
    info: () => call('info'),
    post: (spec) => call('post', { ...spec, ...encodedFiles(spec.attachments) }),
    edit: (spec) => call('edit', spec),
    delete: (message) => call('delete', { message }),
    deleteCrosspostSource: (message) => call('deleteCrosspostSource', { message }),
    unfurl: (spec) => call('unfurl', spec),
    pin: (spec) => call('pin', spec),
    react: (spec) => call('react', spec),
    thread: (spec) => call('thread', spec),
    addWebhook: (spec) => call('addWebhook', spec),
    addUser: (spec) => call('addUser', spec),
    addChannel: (spec) => call('addChannel', spec),
    deleteChannel: (channel) => call('deleteChannel', { channel }),
    setPermissions: (spec) => call('setPermissions', spec),
    setAcceptsDms: (spec) => call('setAcceptsDms', spec),
    setLocale: (spec) => call('setLocale', spec),
    setRoles: (spec) => call('setRoles', spec),
    redeliver: (message) => call('redeliver', { message }),
    setGuildAvailable: (available) => call('setGuildAvailable', { available }),
    command: (spec) => call('command', { ...spec, ...encodedOptions(spec.options) }),
    autocomplete: (spec) => call('autocomplete', spec),
    press: (spec) => call('press', spec),
    select: (spec) => call('select', spec),
    submitModal: (spec) => call('submitModal', spec),
    dropGateway: (options) => call('dropGateway', options),
    invalidateSession: (options) => call('invalidateSession', options),
    askReconnect: () => call('askReconnect'),
    stallGateway: (kind) => call('stallGateway', { kind }),
    scene: (options) => call('scene', options),
    messages: (channel) => call('messages', { channel }),
    allMessages: (channel) => call('allMessages', { channel }),
    dms: (user) => call('dms', { user }),
    addFault: (rule) => call('addFault', rule),
    clearFaults: () => call('clearFaults'),
    requests: (options) => call('requests', options),
    advance: (byMs) => call('advance', { byMs }),
    events,
    waitForMessage: (predicate, { channel, timeoutMs = WAIT_TIMEOUT_MS } = {}) =>
      watch(
        timeoutMs,
        async () => (await call<Message[]>('allMessages', { channel })).find(predicate),
        (event) => {
          const message =
            event.type === 'message.created' || event.type === 'message.edited' ? event.message : undefined;
          const elsewhere = channel !== undefined && message?.channel_id !== channel;
          return message !== undefined && !elsewhere && predicate(message) ? message : undefined;
        },
      ),
    waitForEvent: (predicate, { timeoutMs = WAIT_TIMEOUT_MS } = {}) =>
      watch(
        timeoutMs,
        async () => undefined,
        (event) => (predicate(event) ? event : undefined),
      ),
  };
}

async function* readFeed(body: ReadableStream<Uint8Array>): AsyncGenerator<SimEvent> {
  const decoder = new TextDecoder();
  let buffered = '';
  for await (const chunk of body) {
    buffered += decoder.decode(chunk, { stream: true });
    const blocks = buffered.split('\n\n');
    buffered = blocks.pop() ?? '';
    for (const block of blocks) {
      if (block.startsWith('data: ')) yield JSON.parse(block.slice('data: '.length)) as SimEvent;
    }
  }
}

function encodedFiles(files: readonly FileSpec[] | undefined): { attachments?: FileSpec[] } {
  return files === undefined ? {} : { attachments: files.map(encodeFile) };
}

function encodedOptions(options: Record<string, OptionValue> | undefined): Pick<CommandSpec, 'options'> {
  if (options === undefined) return {};
  const entries = Object.entries(options).map(([name, value]) => [
    name,
    typeof value === 'object' ? encodeFile(value) : value,
  ]);
  return { options: Object.fromEntries(entries) as Record<string, OptionValue> };
}

function encodeFile({ content, ...file }: FileSpec): FileSpec {
  return content === undefined ? file : { ...file, base64: Buffer.from(content).toString('base64') };
}
