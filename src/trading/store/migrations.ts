/**
 * How rows of earlier formats become rows of this one. A store carries one number, its format; a change that a row on
 * disk must take part in (a new required field, a renamed one, another meaning) is one more entry at the end of the
 * list. Entries that have been released are never changed: somebody's store still has to go through them.
 */
export interface Migration {
  /** Makes this format of the one before it. */
  to: number;
  rows: readonly RowChange[];
}

export interface RowChange {
  /** Tables whose rows it concerns, by name. */
  tables: RegExp;
  /** Pure; gets the row's value as JSON holds it and gives the new one. */
  change(row: JsonObject): JsonObject;
}

export type JsonObject = Readonly<Record<string, unknown>>;

/** Open trades, and the closed ones of every month. */
const TRADES = /^(trades|closed_\d{6})$/;

export const MIGRATIONS: readonly Migration[] = [
  {
    to: 2,
    rows: [
      { tables: TRADES, change: (trade) => ({ closingAnnounced: null, ...trade }) },
      {
        tables: /^receipts$/,
        change: (receipt) => ({
          text: null,
          textLength: 0,
          evidence: [],
          effects: [],
          ...receipt,
          outcomes: objects(receipt.outcomes).map((outcome) => ({ checks: [], ...outcome })),
        }),
      },
      { tables: /^proposals$/, change: (proposal) => ({ checks: [], ...proposal }) },
    ],
  },
];

/** The format that this program reads and writes. */
export const FORMAT = MIGRATIONS.at(-1)?.to ?? 1;

function objects(list: unknown): JsonObject[] {
  return Array.isArray(list) ? list : [];
}
