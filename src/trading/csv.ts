import { Decimal } from './decimal.ts';

/** Text, a number, or nothing. */
export type Cell = string | number | Decimal | null;

/**
 * What a spreadsheet would take for a formula, also in full width, also behind blanks; a tab or a line break at the
 * beginning hides one. https://owasp.org/www-community/attacks/CSV_Injection
 */
const FORMULA = /^[\s\p{Cf}]*[=+\-@＝＋－＠|%]|^[\t\r\n]/u;

/**
 * Comma-separated values after RFC 4180, with the mark by which Excel knows UTF-8. Text that would be a formula gets an
 * apostrophe in front; numbers are written plainly and stay numbers.
 */
export function csv(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const lines = [header, ...rows].map((row) => row.map(cellText).join(','));
  return `\uFEFF${lines.join('\r\n')}\r\n`;
}

function cellText(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  if (cell instanceof Decimal) return cell.toFixed();
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
