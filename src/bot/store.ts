import type { z } from 'zod';
import type { BotStore } from './bot-store.ts';
import type { Collection } from './ports.ts';
import {
  alertLevelRow,
  auditEntry,
  change,
  cursor,
  followUp,
  type Override,
  outboxEntry,
  override,
  postedMessage,
  priceWatch,
  proposal,
  question,
  type Receipt,
  receipt,
  toldHistory,
} from './records.ts';

/** Whatever keeps typed tables. */
interface Tables {
  collection<T>(name: string, schema: z.ZodType<T>): Collection<T> & Kept<T>;
}

interface Kept<T> {
  taken<U>(from: string, to: string, take: (key: string, value: T) => U | null): Promise<U[]>;
  last(count: number): Promise<(readonly [string, T])[]>;
  prune(field: keyof T & string, beforeMs: number): Promise<number>;
}

const DAY_MS = 86_400_000;
/** So long `/why` can tell what became of a message. */
export const RECEIPT_DAYS = 90;

/** What became of messages, for whoever shows it. */
export interface Decisions {
  /** Of the newest messages, oldest first. */
  last(count: number): Promise<Receipt[]>;
  /** Grows whenever one of them, or a question behind it, is written. */
  readonly revision: number;
}

/** The bot's tables. What a year of use would only pile up is dropped once nobody can ask for it any more. */
export function createBotStore(tables: Tables): BotStore & {
  overrides: Collection<Override>;
  decisions: Decisions;
} {
  let revision = 0;
  const told = <T, C extends Collection<T>>(table: C & Collection<T>): C => ({
    ...table,
    async set(key: string, value: T) {
      await table.set(key, value);
      revision += 1;
    },
  });
  const receipts = told(tables.collection('receipts', receipt));
  const proposals = told(tables.collection('proposals', proposal));
  const questions = tables.collection('questions', question);
  const cards = tables.collection('cards', postedMessage);
  const histories = tables.collection('histories', toldHistory);
  const changes = tables.collection('changes', change);
  const followUps = tables.collection('follow_ups', followUp);
  return {
    receipts,
    proposals,
    questions,
    cards,
    histories,
    changes,
    followUps,
    cursors: tables.collection('cursors', cursor),
    outbox: tables.collection('outbox', outboxEntry),
    audit: tables.collection('audit', auditEntry),
    alertLevels: tables.collection('alert_levels', alertLevelRow),
    watches: tables.collection('watches', priceWatch),
    overrides: tables.collection('overrides', override),
    decisions: {
      last: async (count) => (await receipts.last(count)).map(([, row]) => row),
      get revision() {
        return revision;
      },
    },
    async prune(nowMs) {
      await receipts.prune('readAt', nowMs - RECEIPT_DAYS * DAY_MS);
      await proposals.prune('createdAt', nowMs - 14 * DAY_MS);
      await questions.prune('askedAt', nowMs - 14 * DAY_MS);
      await changes.prune('at', nowMs - 14 * DAY_MS);
      await followUps.prune('at', nowMs - 14 * DAY_MS);
      await cards.prune('at', nowMs - 90 * DAY_MS);
      await histories.prune('at', nowMs - 90 * DAY_MS);
    },
  };
}
