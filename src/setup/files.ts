import {
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { parseEnv } from 'node:util';

/** The files that a set-up writes. Nothing of what was there before is lost, and nothing is ever half-written. */

export interface Writing {
  path: string;
  content: string;
  mode: number;
}

/**
 * Writes all of them or none: each beside its place first, then each into it. A file that was there is kept as
 * `PATH.TIME.bak` with the same mode; answers with the copies' names. Throws what the file system says.
 */
export function writeFiles(wanted: readonly Writing[], now: Date): string[] {
  const files = wanted.map((file) => ({ ...file, path: realPath(file.path) }));
  const beside = (path: string): string => `${path}.${process.pid}.new`;
  const kept: string[] = [];
  try {
    for (const { path, content, mode } of files) {
      writeFileSync(beside(path), content, { mode, flag: 'wx' });
      // The mode above is cut by the umask.
      chmodSync(beside(path), mode);
    }
    for (const { path, mode } of files.filter(({ path }) => existsSync(path))) {
      const copy = freeName(`${path}.${stamp(now)}`);
      copyFileSync(path, copy, constants.COPYFILE_EXCL);
      chmodSync(copy, mode);
      kept.push(copy);
    }
    for (const { path } of files) renameSync(beside(path), path);
  } catch (error) {
    for (const { path } of files) rmSync(beside(path), { force: true });
    throw error;
  }
  return kept;
}

/** `START.bak`, or with a number where that is taken: a set-up may run twice within a second. */
function freeName(start: string): string {
  let name = `${start}.bak`;
  for (let number = 2; existsSync(name); number += 1) name = `${start}-${number}.bak`;
  return name;
}

/** Behind a link, which stays. */
function realPath(path: string): string {
  return existsSync(path) ? realpathSync(path) : path;
}

/** `20261126T113802Z`. */
function stamp(now: Date): string {
  return now.toISOString().replaceAll(/[-:]|\.\d+/g, '');
}

/** The text of a file; null where there is none. */
export function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/**
 * The text of a `.env` file with these variables set, null: taken out. Everything else stays as it is; a variable
 * takes its own line's place, or that of the line that is commented out. Throws for a value that cannot be written.
 */
export function withVariables(text: string, variables: Readonly<Record<string, string | null>>): string {
  return Object.entries(variables).reduce(
    (before, [name, value]) => withVariable(before, name, value === null ? null : written(name, value)),
    text,
  );
}

function withVariable(text: string, name: string, line: string | null): string {
  const off = `#${name}=`;
  // A quoted value may go over several lines.
  const own = new RegExp(
    `^[^\\S\\n]*(?:export[^\\S\\n]+)?${name}[^\\S\\n]*=[^\\S\\n]*(?:"[^"]*"|'[^']*'|\`[^\`]*\`)?.*$`,
    'gm',
  );
  let isPlaced = false;
  const result = text.replace(own, () => {
    // Of several lines the last would win.
    if (isPlaced || line === null) return off;
    isPlaced = true;
    return line;
  });
  if (isPlaced || line === null) return result;
  const commented = new RegExp(`^#[^\\S\\n]?${name}=.*$`, 'm');
  if (commented.test(result)) return result.replace(commented, () => line);
  return `${result}${result === '' || result.endsWith('\n') ? '' : '\n'}${line}\n`;
}

/** Whether `.env` can carry it. */
export function isWritable(value: string): boolean {
  return parseEnv(lineOf('NAME', value)).NAME === value;
}

function written(name: string, value: string): string {
  if (!isWritable(value)) throw new Error(`${name} holds characters that .env cannot carry`);
  return lineOf(name, value);
}

function lineOf(name: string, value: string): string {
  const oneLine = value.replaceAll('\n', '\\n');
  return `${name}=${/^[\w.\-+/=:@]+$/.test(oneLine) ? oneLine : `"${oneLine}"`}`;
}
