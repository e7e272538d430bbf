import { copySpace, storeName, storePath } from './address.ts';
import { type Engine, META, type Reads } from './engine.ts';
import { StoreLost, StoreNotDurable, StoreUnreachable } from './errors.ts';
import type { Forgetful } from './faults.ts';
import { bringAlong } from './formats.ts';
import { createGroups, type OnWritten, type RowWrite } from './groups.ts';
import { createHold, type KeptHold, type Moment } from './hold.ts';
import { takePlace } from './place.ts';
import { prunedBy } from './prune.ts';
import { again, isAway, patienceMs, WRITE_WITHIN_MS, within } from './within.ts';

/** What servers do each in their own way; the rest of a store on one is alike. */
export interface Server {
  reads: Reads;
  /**
   * Makes the store this place's, once a lease that another place may still act on has ended. Throws `StoreInUse`
   * where somebody lives there.
   */
  claim(): Promise<Claim>;
  /** Renews the lease, where need be with the lock. Null where the store is another program's. */
  renew(token: number): Promise<Renewed | null>;
  /** Leaves the store to whoever comes next. */
  release(token: number): Promise<unknown>;
  /** Makes a table where it is missing. */
  create(table: string): Promise<unknown>;
  /** Makes all of it durable, or nothing. False where the store is another program's, or knows other writes than we do. */
  write(write: NumberedWrite): Promise<boolean>;
  /** Whether it would have met any other row, too. */
  concernsAll(error: unknown): boolean;
  /** Keeps the tables as they are in this other space. */
  copyTo(space: string): Promise<void>;
  end(): Promise<void>;
}

export interface Claim {
  token: number;
  /** The number of the last write that the store knows. */
  written: number;
  leasedAt: Moment;
}

export interface Renewed {
  written: number;
  /** Why the server would lose what it confirms from now on; null where it would not. */
  forgets: Forgetful | null;
}

/**
 * A write is numbered, and is made only while the store is ours, no later one has been made and every one is known that
 * was confirmed: what a broken connection still carries cannot come after what is newer.
 */
export interface NumberedWrite {
  token: number;
  number: number;
  confirmed: number;
  rows: readonly RowWrite[];
  /** Nobody waits any longer for it. */
  withinMs: number;
}

export interface Connecting {
  /** Whoever had the store under this name before has certainly ended. */
  place: string;
  /** The connection that has the lock has ended by itself. */
  dropped(reason: string): void;
  /** It is there again, where the client sees to that. */
  ready(): void;
}

/** Held against other programs until `close`. Rows of an earlier format are brought along. */
export async function openOnServer(
  storeUrl: string,
  onWritten: OnWritten,
  connect: (connecting: Connecting) => Promise<Server>,
): Promise<Engine> {
  const name = storeName(storeUrl);
  const path = storePath(storeUrl);
  const place = await takePlace(path, name);
  let hold: KeptHold | null = null;
  let server: Server | null = null;
  try {
    server = await connect({
      place: place.id,
      dropped: (reason) => hold?.dropped(reason),
      ready: () => void hold?.renewNow().catch(() => undefined),
    });
    const { claim, release, end } = server;
    const claimed = await claim();
    const writes = createWrites(server, claimed, () => hold);
    hold = createHold({ renew: renewal(server, name, claimed, writes), leasedAt: claimed.leasedAt });
    const engine = await engineOn({ name, path, server, hold, writes, onWritten });
    const close = async (): Promise<void> => {
      await engine.idle();
      hold?.close();
      await within(WRITE_WITHIN_MS, release(claimed.token)).catch(() => undefined);
      // A connection that is not answered is not waited for.
      await within(WRITE_WITHIN_MS, end()).catch(() => undefined);
      await place.release();
    };
    await engine.create(META);
    await bringAlong(engine, server.copyTo, (format) => copySpace(storeUrl, format));
    return { ...engine, close };
  } catch (error) {
    hold?.close();
    await server?.end().catch(() => undefined);
    await place.release();
    throw asStoreError(name, error);
  }
}

/** What is none of the store's own errors is the server's or the network's. */
export function asStoreError(name: string, error: unknown): unknown {
  return error instanceof Error && 'exitCode' in error ? error : new StoreUnreachable(name, error);
}

function renewal(
  { renew }: Pick<Server, 'renew'>,
  name: string,
  { token }: Claim,
  writes: Writes,
): () => Promise<void> {
  return async () => {
    const confirmed = writes.confirmed();
    const renewed = await renew(token);
    if (renewed === null) throw new StoreLost('another program has taken the store');
    if (renewed.written < confirmed) throw new StoreLost('the server does not know what it had confirmed');
    if (renewed.forgets !== null) throw new StoreNotDurable(name, renewed.forgets);
  };
}

interface Writes {
  commit(rows: readonly RowWrite[]): Promise<void>;
  /** The last one that is confirmed: whoever is asked from now on knows it. */
  confirmed(): number;
}

function createWrites(server: Server, { token, written }: Claim, hold: () => KeptHold | null): Writes {
  let latest = written;
  let confirmed = written;
  /** One has had no answer: it may still be under way on the server. */
  let isUnsettled = false;

  async function send(rows: readonly RowWrite[]): Promise<void> {
    latest += 1;
    const number = latest;
    const withinMs = patienceMs(rows, hold());
    let isMade: boolean;
    try {
      isMade = await within(withinMs, server.write({ token, number, confirmed, rows, withinMs }));
    } catch (error) {
      isUnsettled = true;
      // A silent connection is found out, and others take their place, before the lease is due.
      if (server.concernsAll(error))
        hold()
          ?.renewNow()
          .catch(() => undefined);
      throw error;
    }
    if (!isMade) {
      const reason = 'another program has taken the store, or it has forgotten what it had confirmed';
      hold()?.forfeit(reason);
      throw new StoreLost(reason);
    }
    confirmed = number;
  }

  return {
    commit: (rows) =>
      again(
        async () => {
          // Whatever is under way comes to its end before an empty one, or counts as older from then on.
          if (isUnsettled) await send([]);
          isUnsettled = false;
          await send(rows);
        },
        (error) => isAway(hold()) || error instanceof StoreLost || !server.concernsAll(error),
      ),
    confirmed: () => confirmed,
  };
}

interface Parts {
  name: string;
  path: string;
  server: Server;
  hold: KeptHold;
  writes: Writes;
  onWritten: OnWritten;
}

async function engineOn(parts: Parts): Promise<Omit<Engine, 'close'>> {
  const { name, path, server, hold, writes, onWritten } = parts;
  const { reads, create, concernsAll } = server;
  const { write, idle } = createGroups({ commit: writes.commit, concernsAll, onWritten });
  const known = new Set(await reads.names());
  return {
    ...reads,
    name,
    path,
    hold,
    write,
    idle,
    async create(table) {
      if (known.has(table)) return;
      // Beside the writes: what hangs here holds up no row of another table.
      await within(WRITE_WITHIN_MS, create(table));
      known.add(table);
    },
    prune: (table, field, below) => prunedBy({ all: reads.all, write }, table, field, below),
    canBeWritten: () => hold.renewNow(),
    renew: () => hold.renewNow(),
  };
}
