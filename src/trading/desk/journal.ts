import type { Log } from '../../log.ts';
import type { Cancel, Clock } from '../clock.ts';
import type { Trade } from '../model.ts';

export interface JournalDeps {
  /** One atomic, durable upsert. */
  journal(trade: Trade): Promise<void>;
  /** Moves a closed trade out of the open ones. */
  archive(trade: Trade): Promise<void>;
  /** The way back, for one that late news has changed. */
  reopen(trade: Trade): Promise<void>;
  /** A trade's row could not be written, and is tried again until it can; or all of them are written again. */
  onWriting(works: boolean, reason: string): void;
  clock: Clock;
  log: Log;
}

/** Keeps the rows of trades: written with each step, and again where that failed, until they are what the trades are. */
export interface Journal {
  /** `current`: the trade as it is now; `later`: asks for the next attempt, after a pause. */
  row(current: () => Trade, later: () => void): Row;
  /** A trade is ahead of its row. */
  isBehind(): boolean;
  /** What has failed is not tried again. */
  stop(): void;
}

/** One trade's. */
export interface Row {
  /**
   * Whether the trade is on the disk as it is. A journal that has just failed is not waited for again, event by event: a
   * stop could not wait that long.
   */
  write(): Promise<boolean>;
  isBehind(): boolean;
  archive(): Promise<void>;
  /** Changed once more it is taken out again. */
  isArchived(): boolean;
  /** The trade has left. */
  leave(): void;
}

const RETRY_MS = 2_000;

export function createJournal(deps: JournalDeps): Journal {
  const { log, clock } = deps;
  const behind = new Set<Row>();
  let isStopped = false;

  function createRow(current: () => Trade, later: () => void): Row {
    let isCatchingUp = false;
    let isArchived = false;
    let hasLeft = false;
    /** The pause after a write that failed: one for all that is to be written. */
    let retry: Cancel | null = null;

    async function save(): Promise<boolean> {
      const trade = current();
      try {
        await (isArchived ? deps.reopen(trade) : deps.journal(trade));
        isArchived = false;
        note(current() !== trade);
        return true;
      } catch (error) {
        log.error({ err: error, tradeId: trade.id }, 'the journal could not be written');
        if (hasLeft) return false;
        if (!behind.has(row)) {
          behind.add(row);
          deps.onWriting(false, error instanceof Error ? error.message : String(error));
        }
        tryLater();
        return false;
      }
    }

    function note(isBehind: boolean): void {
      const wasBehind = behind.delete(row);
      if (isBehind) behind.add(row);
      if (wasBehind && behind.size === 0) deps.onWriting(true, '');
    }

    /** One attempt at a time, until the row is what the trade is; the next one is asked for by the one that fails. */
    async function catchUp(): Promise<void> {
      if (isCatchingUp) return;
      isCatchingUp = true;
      while (behind.has(row) && !isStopped && (await save()));
      isCatchingUp = false;
    }

    function tryLater(): void {
      retry ??= clock.after(RETRY_MS, () => {
        retry = null;
        later();
      });
    }

    const row: Row = {
      async write() {
        if (!behind.has(row)) return save();
        void catchUp();
        return false;
      },
      isBehind: () => behind.has(row),
      async archive() {
        const trade = current();
        try {
          await deps.archive(trade);
          isArchived = true;
          note(false);
        } catch (error) {
          log.error({ err: error, tradeId: trade.id }, 'a closed trade could not be archived');
          tryLater();
        }
      },
      isArchived: () => isArchived,
      leave() {
        hasLeft = true;
        retry?.();
        behind.delete(row);
      },
    };
    return row;
  }

  return {
    row: createRow,
    isBehind: () => behind.size > 0,
    stop() {
      isStopped = true;
    },
  };
}
