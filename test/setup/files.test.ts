import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { withVariables, writeFiles } from '../../src/setup/files.ts';

const NOW = new Date('2026-11-26T11:38:02Z');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'setup-files-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);

describe('a variable of a .env file', () => {
  test.each([
    ['takes its own line', 'A=1\nTOKEN=old\nB=2\n', 'A=1\nTOKEN=new\nB=2\n'],
    ['takes the line that is commented out', '# how\n#TOKEN=\nB=2\n', '# how\nTOKEN=new\nB=2\n'],
    ['goes to the end where there is none', 'A=1', 'A=1\nTOKEN=new\n'],
    [
      'takes the first line of several, of which the last would win',
      'TOKEN=a\nTOKEN=b\n',
      'TOKEN=new\n#TOKEN=\n',
    ],
    ['takes a value of several lines', 'TOKEN="-----BEGIN\nx\n-----END"\nB=2\n', 'TOKEN=new\nB=2\n'],
    ['takes an exported one', ' export TOKEN = old # mine\nB=2\n', 'TOKEN=new\nB=2\n'],
    [
      'leaves names alone that only look alike',
      'MY_TOKEN=1\nTOKEN_2=2\n',
      'MY_TOKEN=1\nTOKEN_2=2\nTOKEN=new\n',
    ],
  ])('%s', (_, given, then) => {
    expect(withVariables(given, { TOKEN: 'new' })).toBe(then);
  });

  test('is taken out', () => {
    expect(withVariables('A=1\nSECRET="x y"\n', { SECRET: null, OTHER: null })).toBe('A=1\n#SECRET=\n');
  });

  test('a private key stands on one line and is read as it was', () => {
    const pem = '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----';
    const text = withVariables('', { BINANCE_API_SECRET: pem });
    expect(text.split('\n')).toHaveLength(2);
    expect(parseEnv(text).BINANCE_API_SECRET).toBe(pem);
  });

  test('what .env cannot carry is refused without quoting it', () => {
    expect(() => withVariables('', { TOKEN: 'a"b' })).toThrow(
      /^TOKEN holds characters that .env cannot carry$/,
    );
  });

  const name = fc.constantFrom('A', 'B', 'TOKEN', 'SECRET');
  const value = fc.stringMatching(/^[\w.+/=-]{1,20}$/);
  test('whatever else the file says is still what it says', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(name, value, fc.constantFrom('', "'", '"', '`'))),
        fc.dictionary(name, fc.option(value)),
        (lines, set) => {
          const before = lines.map(([key, text, quote]) => `${key}=${quote}${text}${quote}\n`).join('');
          const expected: Record<string, string | undefined> = { ...parseEnv(before) };
          for (const [key, text] of Object.entries(set)) {
            if (text === null) delete expected[key];
            else expected[key] = text;
          }
          expect({ ...parseEnv(withVariables(before, set)) }).toEqual(expected);
        },
      ),
    );
  });
});

describe('files', () => {
  test('are written with their modes whatever the umask, and what was there is kept', () => {
    writeFileSync(join(folder, '.env'), 'OLD=1\n', { mode: 0o644 });
    const files = ['.env', 'config.yaml'].map((name, index) => ({
      path: join(folder, name),
      content: `new ${name}`,
      mode: index === 0 ? 0o600 : 0o640,
    }));
    const umask = process.umask(0o077);
    const kept = writeFiles(files, NOW);
    process.umask(umask);
    expect(kept).toEqual([join(folder, '.env.20261126T113802Z.bak')]);
    expect(readFileSync(kept[0] ?? '', 'utf8')).toBe('OLD=1\n');
    expect(readFileSync(join(folder, '.env'), 'utf8')).toBe('new .env');
    expect([...kept, ...files.map(({ path }) => path)].map(mode)).toEqual(['600', '600', '640']);
  });

  test('are kept twice where they are written twice within a second', () => {
    const path = join(folder, '.env');
    const kept = ['1', '2', '3'].flatMap((content) => writeFiles([{ path, content, mode: 0o600 }], NOW));
    expect(kept.map((name) => readFileSync(name, 'utf8'))).toEqual(['1', '2']);
    expect(new Set(kept).size).toBe(2);
    expect(readFileSync(path, 'utf8')).toBe('3');
  });

  test('one that cannot be written leaves all as they were', () => {
    writeFileSync(join(folder, '.env'), 'OLD=1\n');
    const files = [
      { path: join(folder, '.env'), content: 'new', mode: 0o600 },
      { path: join(folder, 'nowhere', 'config.yaml'), content: 'new', mode: 0o640 },
    ];
    expect(() => writeFiles(files, NOW)).toThrow(/ENOENT/);
    expect(readdirSync(folder)).toEqual(['.env']);
    expect(readFileSync(join(folder, '.env'), 'utf8')).toBe('OLD=1\n');
  });

  test('a link stays one, and what it points to is written', () => {
    writeFileSync(join(folder, 'real'), 'OLD=1\n');
    symlinkSync('real', join(folder, '.env'));
    writeFiles([{ path: join(folder, '.env'), content: 'new', mode: 0o600 }], NOW);
    expect(readFileSync(join(folder, 'real'), 'utf8')).toBe('new');
    expect(mode(join(folder, 'real'))).toBe('600');
  });
});
