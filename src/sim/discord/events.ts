import type { JsonObject } from './json.ts';
import type { Snowflake } from './snowflake.ts';
import type {
  Channel,
  Choice,
  Command,
  Guild,
  Message,
  Modal,
  Presence,
  Reaction,
  Role,
  User,
} from './wire.ts';

/** What a person sees of an interaction once the app has answered it. */
export interface InteractionResult {
  interactionId: Snowflake;
  /**
   * `message`: a new message answers; `update`: the component's own message was edited; `acknowledged`: a deferred
   * update, nothing changed yet; `deferred`: the app "is thinking" (only when asked for the first answer);
   * `modal`: a form opened.
   */
  outcome: 'message' | 'update' | 'acknowledged' | 'deferred' | 'modal';
  /** The answering or updated message as it was at that moment. */
  message: Message | null;
  /** Only the person who acted sees the answer. */
  ephemeral: boolean;
  /** The app deferred first and answered later. */
  deferred: boolean;
  modal: Modal | null;
  /** Follow-ups sent so far. */
  followUps: Message[];
}

/** Everything that a page needs to draw the simulated Discord; what follows comes with the event feed. */
export interface Scene {
  guild: Guild;
  botId: Snowflake;
  /** Text channels, threads and direct messages. */
  channels: Channel[];
  users: { user: User; locale: string; roles: Snowflake[] }[];
  roles: Role[];
  /** Without their tokens. */
  webhooks: { id: Snowflake; name: string; channelId: Snowflake }[];
  commands: Command[];
  /** The newest of each channel, oldest first. */
  messages: SeenMessage[];
  presence: Presence | null;
}

export interface SeenMessage {
  message: Message;
  /** The only person who sees it, null: everyone. */
  ephemeralFor: Snowflake | null;
  reactions: Reaction[];
}

/** Everything that is to be seen or observed in the simulated Discord, as the event feed tells it. */
export type SimEvent =
  | { type: 'message.created'; message: Message; ephemeralFor: Snowflake | null }
  | { type: 'message.edited'; message: Message; ephemeralFor: Snowflake | null }
  | { type: 'message.deleted'; messageId: Snowflake; channelId: Snowflake }
  | { type: 'reaction.added' | 'reaction.removed'; messageId: Snowflake; userId: Snowflake; emoji: string }
  /** A channel or thread that is new or has changed, and one that is gone. */
  | { type: 'channel'; channel: Channel }
  | { type: 'channel.deleted'; channelId: Snowflake }
  | { type: 'interaction.created'; interactionId: Snowflake; kind: number; userId: Snowflake; name: string }
  | { type: 'interaction.answered'; result: InteractionResult }
  | { type: 'interaction.autocompleted'; interactionId: Snowflake; choices: Choice[] }
  | { type: 'interaction.failed'; interactionId: Snowflake; reason: string }
  | { type: 'commands'; names: string[] }
  | { type: 'presence'; presence: Presence }
  | { type: 'typing'; channelId: Snowflake }
  | {
      type: 'gateway';
      state: 'identified' | 'resumed' | 'closed' | 'refused';
      sessionId: string | null;
      code: number | null;
    };

/** Who reads a gateway event: what its session asked for and may see. */
export interface SessionView {
  intents: number;
}

/** One gateway event, made for each session on its own because intents decide what is in it. */
export interface Dispatch {
  event: string;
  /** Sent only to sessions with one of these intent bits; 0 is sent to all. */
  intent: number;
  data(session: SessionView): JsonObject;
}
