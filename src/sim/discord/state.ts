import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { RememberedNonce } from './core.ts';
import type { SavedSession } from './gateway/session.ts';
import type { Snowflake } from './snowflake.ts';
import type { StoredFile, World } from './world.ts';

type Entries<T> = T extends Map<infer K, infer V> ? [K, V][] : never;

/** The world and the gateway's sessions as they lie in the state file. */
export interface SavedState {
  version: 1;
  /** `http://host:port` of that time; links to files begin with it. */
  origin: string;
  lastId: Snowflake;
  world: Omit<World, MapKey | 'files' | 'threadMembers'> & { [K in MapKey]: Entries<World[K]> };
  files: [Snowflake, Omit<StoredFile, 'bytes'> & { base64: string }][];
  threadMembers: [Snowflake, Snowflake[]][];
  sessions: SavedSession[];
  nonces: [string, RememberedNonce][];
}

const MAP_KEYS = [
  'people',
  'members',
  'roles',
  'channels',
  'messages',
  'memory',
  'webhooks',
  'commands',
] as const;
type MapKey = (typeof MAP_KEYS)[number];

/** Reads what an earlier run has left, with links to files turned to the new address. */
export function loadState(path: string, origin: string): SavedState | undefined {
  if (!existsSync(path)) return undefined;
  const text = readFileSync(path, 'utf8');
  const saved = JSON.parse(text) as SavedState;
  return saved.origin === origin ? saved : (JSON.parse(text.replaceAll(saved.origin, origin)) as SavedState);
}

/** One rename makes it whole: a crash leaves the old state or the new one. */
export function saveState(path: string, state: SavedState): void {
  const draft = `${path}.new`;
  writeFileSync(draft, JSON.stringify(state));
  renameSync(draft, path);
}

export function freeze(
  world: World,
  rest: Pick<SavedState, 'origin' | 'lastId' | 'sessions' | 'nonces'>,
): SavedState {
  const { files, threadMembers, ...plain } = world;
  return {
    version: 1,
    ...rest,
    world: {
      ...plain,
      people: [...world.people],
      members: [...world.members],
      roles: [...world.roles],
      channels: [...world.channels],
      messages: [...world.messages],
      memory: [...world.memory],
      webhooks: [...world.webhooks],
      commands: [...world.commands],
    },
    files: [...files].map(([id, { bytes, ...file }]) => [id, { ...file, base64: bytes.toString('base64') }]),
    threadMembers: [...threadMembers].map(([id, members]) => [id, [...members]]),
  };
}

/** Fills the world with what was saved; settings of the application stay as this start has them. */
export function thaw(world: World, saved: SavedState): void {
  for (const key of MAP_KEYS) {
    const target = world[key] as Map<Snowflake, unknown>;
    for (const [id, value] of saved.world[key] as [Snowflake, unknown][]) target.set(id, value);
  }
  for (const [id, { base64, ...file }] of saved.files) {
    world.files.set(id, { ...file, bytes: Buffer.from(base64, 'base64') });
  }
  for (const [id, members] of saved.threadMembers) world.threadMembers.set(id, new Set(members));
  world.presence = saved.world.presence;
}
