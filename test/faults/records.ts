import { join } from 'node:path';

/** What a row of the matrix leaves behind when it holds. */
export interface RowRecord {
  /** `07`, or `07b` for a further case of the same fault. */
  id: string;
  fault: string;
  /** What the bot does. */
  does: string;
  /** What the user sees. */
  sees: string;
  /** From the fault to order, in the bot's time; null where there is nothing to measure. */
  recoveryMs: number | null;
  /** What the bot says of its last start after the fault, or of its last lost stream; null where there was none. */
  own: { cause: 'start' | 'reconnect'; tookMs: number } | null;
  /** Whose fault it is; those of the process, the store and Discord are the same for both markets. */
  market: 'usdm' | 'spot' | 'both';
}

/** Where the rows leave it, for `npm run faults:report`; not part of the repository. */
export const RECORDS = join(import.meta.dirname, '..', '..', 'data', 'faults');
