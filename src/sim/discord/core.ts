import type { Clock } from './clock.ts';
import type { Dispatch, SimEvent } from './events.ts';
import type { Snowflake, SnowflakeSource } from './snowflake.ts';
import type { World } from './world.ts';

/** What every part of the simulator works with. */
export interface Core {
  readonly world: World;
  readonly clock: Clock;
  readonly ids: SnowflakeSource;
  /** `http://host:port`, known once the server listens. */
  origin(): string;
  /** Sends a gateway event to the bot's sessions. */
  dispatch(event: Dispatch): void;
  /** Tells the scripts and the event feed. */
  publish(event: SimEvent): void;
  subscribe(listener: (event: SimEvent) => void): () => void;
  /** Messages of a channel that are kept; older ones are forgotten. */
  readonly keepMessages: number;
  readonly nonces: Map<string, RememberedNonce>;
  /** Times (epoch ms) of edits to messages older than an hour, by channel. */
  readonly oldEdits: Map<Snowflake, number[]>;
}

export interface RememberedNonce {
  messageId: Snowflake;
  channelId: Snowflake;
  /** Milliseconds since the Unix epoch. */
  at: number;
}

export function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString().replace('Z', '000+00:00');
}
