import type { Outbox } from './outbox.ts';
import { createOwedRows, type OwedRows } from './owed-rows.ts';
import type { Log } from './ports.ts';
import type { Receipt, ReceiptTable } from './records.ts';

/** Receipts, also those that could not be written yet. */
export interface OwedReceipts extends ReceiptTable {
  /** Known from now on, and written as soon as that can be done. */
  settle(receipt: Receipt): Promise<void>;
  close: OwedRows<Receipt>['close'];
}

/**
 * What has been decided and told stays so where its receipt cannot be written: history shows messages again after every
 * new session, and after a restart, and what was denied because the store was away must not be traded then. None is
 * written ahead of what it says has been told: should the program end in between, the next one reads and tells it. What
 * was mere talk may be read again.
 */
export function createOwedReceipts(
  table: ReceiptTable,
  outbox: Pick<Outbox, 'isDurable'>,
  log: Log,
): OwedReceipts {
  const rows = createOwedRows(table, {
    name: 'receipt',
    log,
    isWorthIt: ({ kind }) => kind !== 'none',
    mayWrite: ({ kind }) => kind === 'none' || outbox.isDurable,
  });
  return { ...table, ...rows, settle: (receipt) => rows.settle(receipt.messageId, receipt) };
}
