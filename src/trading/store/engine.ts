import { z } from 'zod';
import type { Groups } from './groups.ts';
import type { Hold } from './hold.ts';

export const rowsSchema = z.array(z.object({ key: z.string(), value: z.string() }));
export type Row = z.infer<typeof rowsSchema>[number];
/** With the numbers that SQLite gives them. */
export const numberedRows = z.array(z.object({ id: z.number(), key: z.string(), value: z.string() }));

/** Tables of texts by key. */
export interface Reads {
  get(table: string, key: string): Promise<string | undefined>;
  /** In the order in which the keys were first set. */
  all(table: string): Promise<Row[]>;
  /** Keys from `from` up to but not including `to`, in the order of the keys (bytes of UTF-8); the first `most` of them. */
  between(table: string, from: string, to: string, most: number): Promise<Row[]>;
  /** The greatest keys, smallest first. */
  last(table: string, count: number): Promise<Row[]>;
  /** Every table. */
  names(): Promise<string[]>;
}

/** What a ledger stands on: tables that nobody else writes to until `close`. */
export interface Engine extends Reads, Pick<Groups, 'write' | 'idle'> {
  /** As messages may name the store: nothing secret in it. */
  readonly name: string;
  /** Where a name begins that a file of this store may have on this machine. */
  readonly path: string;
  /** Null where the operating system holds the store for this process: such a lock cannot be lost. */
  readonly hold: Hold | null;
  /** Makes a table where it is missing. */
  create(table: string): Promise<unknown>;
  /** Deletes rows whose value has a lesser number in this field; answers with how many. */
  prune(table: string, field: string, below: number): Promise<number>;
  /** Rejects where nobody could write now, by whichever connection. */
  canBeWritten(): Promise<void>;
  /** New connections in place of those that fail. Rejects where they would fail too. */
  renew(): Promise<void>;
  close(): Promise<void>;
}

export const namesSchema = z.array(z.object({ name: z.string() }));

/** The table of documents, the binding and the number of the format, which every store has. */
export const META = 'meta';

export const TABLE_NAME = /^[A-Za-z]\w{0,59}$/;
