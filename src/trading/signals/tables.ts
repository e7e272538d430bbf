import { isPunct, type Token } from './token.ts';

/** Cells of a table row, parted by `|` or by two spaces and more. */
type Row = readonly (readonly Token[])[];

const MAX_COLUMNS = 12;

/**
 * Rewrites tables whose first row names the columns (`| Pair | Side | Entry |`) so that every value stands behind its
 * label, as in any other layout. Tables of label and value in two columns are left as they are.
 */
export function unfoldTables(tokens: readonly Token[]): readonly Token[] {
  if (!tokens.some((token, index) => isPunct(token, '|') || isWideGap(tokens[index - 1], token)))
    return tokens;
  const lines = linesOf(tokens);
  const result: Token[] = [];
  let header: Row | null = null;
  for (const [index, line] of lines.entries()) {
    const row = rowOf(line);
    if (header !== null && row !== null && row.length === header.length) {
      if (!isRule(row)) result.push(...unfolded(header, row, line));
      continue;
    }
    if (header !== null && isEmpty(line)) continue;
    header = row !== null && isHeader(row, filledBelow(lines, index)) ? row : null;
    if (header === null) result.push(...line);
  }
  return result;
}

function linesOf(tokens: readonly Token[]): Token[][] {
  const lines: Token[][] = [[]];
  for (const token of tokens) {
    lines[lines.length - 1]?.push(token);
    if (token.kind === 'newline') lines.push([]);
  }
  return lines;
}

function rowOf(line: readonly Token[]): Row | null {
  const content = line.filter((token) => token.kind !== 'newline');
  const cells: Token[][] = [[]];
  const piped = content.some((token) => isPunct(token, '|'));
  for (const [index, token] of content.entries()) {
    if (isPunct(token, '|')) cells.push([]);
    else {
      if (!piped && isWideGap(content[index - 1], token)) cells.push([]);
      cells[cells.length - 1]?.push(token);
    }
  }
  if (cells[0]?.length === 0) cells.shift();
  if (cells[cells.length - 1]?.length === 0) cells.pop();
  return cells.length >= 3 && cells.length <= MAX_COLUMNS ? cells : null;
}

const isEmpty = (line: readonly Token[]): boolean => line.every((token) => token.kind === 'newline');

/** The next two lines that are not empty, of a few. */
const filledBelow = (lines: readonly Token[][], index: number): readonly (readonly Token[])[] =>
  lines
    .slice(index + 1, index + 5)
    .filter((line) => !isEmpty(line))
    .slice(0, 2);

/** Two spaces or more part the columns of a table without lines. */
const isWideGap = (before: Token | undefined, token: Token): boolean =>
  before !== undefined && before.line === token.line && token.start - before.end >= 2;

const isRule = (row: Row): boolean =>
  row.every((cell) => cell.length > 0 && cell.every((token) => isPunct(token, '-:=')));

/** Short names without numbers, and a row of as many cells with numbers below. */
function isHeader(row: Row, following: readonly (readonly Token[])[]): boolean {
  const names = row.every(
    (cell) =>
      cell.length > 0 &&
      cell.length <= 4 &&
      cell.every((token) => token.symbol === null && (token.number === null || token.gap === false)),
  );
  if (!names || row.some((cell) => cell[0]?.kind === 'number')) return false;
  const rows = following.flatMap((line) => rowOf(line) ?? []).length > 0 ? following.map(rowOf) : [];
  return rows.some(
    (below) =>
      below !== null &&
      below.length === row.length &&
      (isRule(below) || below.some((cell) => cell[0]?.kind === 'number')),
  );
}

function unfolded(header: Row, row: Row, line: readonly Token[]): Token[] {
  const end = line.find((token) => token.kind === 'newline') ?? line[line.length - 1];
  return row.flatMap((cell, column) => {
    const name = header[column] ?? [];
    const place = cell[0] ?? name[0];
    if (place === undefined || end === undefined || cell.length === 0) return [];
    const colon: Token = {
      ...place,
      kind: 'punct',
      text: ':',
      number: null,
      symbol: null,
      roles: new Set(),
      fraction: null,
      emoji: null,
      gap: false,
    };
    const breakAfter: Token = {
      ...end,
      kind: 'newline',
      text: '\n',
      number: null,
      symbol: null,
      roles: new Set(),
    };
    return [...name.map((token) => ({ ...token, line: place.line })), colon, ...cell, breakAfter];
  });
}
