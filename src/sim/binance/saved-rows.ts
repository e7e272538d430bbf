import { Decimal } from '../../trading/decimal.ts';

/** The file is written whole at every change, so history in it is bounded. */
export const HISTORY_KEPT = 2_000;

/** The open rows and the newest of the others, in their order. */
export function kept<T>(rows: readonly T[], open: (row: T) => boolean): T[] {
  const from = rows.length - HISTORY_KEPT;
  return rows.filter((row, index) => index >= from || open(row));
}

/** JSON has turned the Decimals of those fields into strings; null stays null. */
export function revive<T extends object>(row: T, fields: readonly (keyof T)[]): T {
  const entries = fields
    .filter((field) => row[field] !== null)
    .map((field) => [field, new Decimal(String(row[field]))]);
  return { ...row, ...Object.fromEntries(entries) };
}
