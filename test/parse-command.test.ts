import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runParse } from '../src/parse-command.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parse-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function run(args: readonly string[], input = ''): Promise<{ code: number; out: string; err: string }> {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const read = async (stream: PassThrough): Promise<string> => (await stream.toArray()).join('');
  const texts = Promise.all([read(stdout), read(stderr)]);
  const code = await runParse(args, { stdin: Readable.from([input]), stdout, stderr });
  stdout.end();
  stderr.end();
  const [out, err] = await texts;
  return { code, out, err };
}

const SIGNAL = '{"id":"a","content":"BTC long 98k"}';

test('one line of JSON comes out for each that goes in, in order, with its id', async () => {
  const { code, out, err } = await run([], `${SIGNAL}\n{"content":"gm"}\n`);
  const [first, second, ...rest] = out.split('\n');
  expect(JSON.parse(first ?? '')).toMatchObject({
    id: 'a',
    kind: 'signal',
    signals: [{ symbol: 'BTCUSDT', entry: { type: 'limit', prices: ['98000'] } }],
  });
  expect(JSON.parse(second ?? '')).toEqual({ kind: 'none' });
  expect(rest).toEqual(['']);
  expect(err).toMatch(/^2 messages: 1 signals, 0 updates, 0 invalid, 1 none; \d+ messages\/s\n$/);
  expect(code).toBe(0);
});

test('an id comes back as it was given', async () => {
  const { out } = await run(['-'], '{"id":7,"content":"gm"}\n{"id":"7","content":"gm"}\n');
  expect(out).toBe('{"id":7,"kind":"none"}\n{"id":"7","kind":"none"}\n');
});

test('the mark that some editors begin a file with is no part of its first line', async () => {
  const { code, out } = await run([], `\ufeff${SIGNAL}\r\n`);
  expect(code).toBe(0);
  expect(out).toContain('"symbol":"BTCUSDT"');
});

test('who reads no further ends it, without an error', async () => {
  const stdout = new PassThrough({ highWaterMark: 1 });
  const stderr = new PassThrough();
  const reading = runParse([], { stdin: Readable.from([`${SIGNAL}\n`.repeat(1_000)]), stdout, stderr });
  stdout.once('readable', () => stdout.destroy(new Error('EPIPE')));
  expect(await reading).toBe(0);
  expect(stderr.read()).toBeNull();
});

test('a line that cannot be read is told with its number, and the rest goes on', async () => {
  const { code, out, err } = await run([], `${SIGNAL}\nrubbish\n{"content":7}\n\n${SIGNAL}`);
  expect(out.trim().split('\n')).toHaveLength(2);
  expect(err).toContain('line 2: not JSON');
  expect(err).toContain('line 3: "content" is not a string');
  expect(code).toBe(1);
});

test('messages come from a file when one is named', async () => {
  const file = join(folder, 'messages.jsonl');
  writeFileSync(file, SIGNAL);
  expect((await run([file])).out).toContain('"symbol":"BTCUSDT"');
});

test('a missing file is one clear line', async () => {
  const { code, out, err } = await run([join(folder, 'nothing.jsonl')]);
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toMatch(/^cannot read .*nothing\.jsonl: ENOENT[^\n]*\n$/);
});

test('embeds are read in reading order', async () => {
  const embeds = [
    {
      title: 'SOL LONG',
      fields: [
        { name: 'Entry', value: '150' },
        { name: 'SL', value: '145' },
        { name: 'TP', value: '160' },
      ],
      footer: null,
    },
  ];
  const { out } = await run([], JSON.stringify({ content: '', embeds }));
  expect(JSON.parse(out)).toMatchObject({
    signals: [{ symbol: 'SOLUSDT', stopLoss: { price: '145' }, takeProfits: [{ price: '160' }] }],
  });
});
