import { describe } from './discord-errors.ts';
import type { Log } from './ports.ts';
import type { Receipt, ReceiptTable } from './records.ts';

/** Receipts, also those that the store could not take yet. */
export interface OwedReceipts extends ReceiptTable {
  /** Known from now on, and written as soon as that can be done. */
  settle(receipt: Receipt): Promise<void>;
  /** Tries once more, and then no longer. */
  close(): Promise<void>;
}

const AGAIN_AFTER_MS = 2_000;
/** Of what was decided while the store was away; what was mere talk may be read again. */
const MOST = 1_000;

/**
 * What has been decided and told stays so where its receipt cannot be written: history shows messages again after every
 * new session, and after a restart, and what was denied because the store was away must not be traded then.
 */
export function createOwedReceipts(table: ReceiptTable, log: Log): OwedReceipts {
  const owed = new Map<string, Receipt>();
  let timer: NodeJS.Timeout | null = null;
  let isClosed = false;

  async function payAll(): Promise<void> {
    timer = null;
    for (const [key, receipt] of owed) {
      try {
        await table.set(key, receipt);
        if (owed.get(key) === receipt) owed.delete(key);
      } catch {
        // The next one would meet the same.
        break;
      }
    }
    arm();
  }

  function arm(): void {
    if (owed.size === 0 || timer !== null || isClosed) return;
    timer = setTimeout(() => void payAll(), AGAIN_AFTER_MS);
    timer.unref();
  }

  return {
    ...table,
    get: async (key) => owed.get(key) ?? (await table.get(key)),
    async set(key, receipt) {
      await table.set(key, receipt);
      owed.delete(key);
    },
    async settle(receipt) {
      const { messageId, kind } = receipt;
      try {
        await table.set(messageId, receipt);
        owed.delete(messageId);
      } catch (error) {
        log.error({ messageId, error: describe(error) }, 'a receipt could not be written');
        if (kind === 'none') return;
        owed.set(messageId, receipt);
        const [oldest] = owed.keys();
        if (owed.size > MOST && oldest !== undefined) owed.delete(oldest);
        arm();
      }
    },
    async close() {
      isClosed = true;
      if (timer !== null) clearTimeout(timer);
      await payAll();
    },
  };
}
