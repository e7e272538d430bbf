import { Decimal } from './decimal.ts';

/** Text, a number, or nothing. */
export type Cell = string | number | Decimal | null;

/**
 * What a spreadsheet would take for a formula, also in full width, also behind blanks; a tab or a line break at the
 * beginning hides one. https://owasp.org/www-community/attacks/CSV_Injection
 */
const FORMULA = /^[\s\p{Cf}]*[=+\-@＝＋－＠|%]|^[\t\r\n]/u;

/** By which Excel knows UTF-8: what a file of such lines begins with. */
export const CSV_MARK = '\uFEFF';

/**
 * A line of comma-separated values after RFC 4180. Text that would be a formula gets an apostrophe in front; numbers
 * are written plainly and stay numbers.
 */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(cellText).join(',')}\r\n`;
}

function cellText(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  if (cell instanceof Decimal) return cell.toFixed();
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
