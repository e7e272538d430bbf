import type { AuditTable } from './audit.ts';
import type { Collection } from './ports.ts';
import type {
  AlertLevelRow,
  Change,
  Cursor,
  FollowUp,
  OutboxEntry,
  PostedMessage,
  PriceWatch,
  Proposal,
  Question,
  ReceiptTable,
  ToldHistory,
} from './records.ts';

/** What the bot keeps over a restart. */
export interface BotStore {
  receipts: ReceiptTable;
  proposals: Collection<Proposal>;
  questions: Collection<Question>;
  /** Where messages of ours stand, by slot. */
  cards: Collection<PostedMessage>;
  /** What the threads of the cards have been told, by trade. */
  histories: Collection<ToldHistory>;
  /** Edits and deletions that are being carried out, by message. */
  changes: Collection<Change>;
  /** What messages have yet to say. */
  followUps: Collection<FollowUp>;
  cursors: Collection<Cursor>;
  outbox: Collection<OutboxEntry>;
  audit: AuditTable;
  watches: Collection<PriceWatch>;
  alertLevels: Collection<AlertLevelRow>;
  /** Drops what is too old to matter. */
  prune(nowMs: number): Promise<void>;
}
