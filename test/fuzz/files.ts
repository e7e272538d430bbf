import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { parseEnv } from 'node:util';
import { z } from 'zod';
import { findCommand } from '../../src/cli.ts';
import { envLines, readEnv } from '../../src/env.ts';
import { runParse } from '../../src/parse-command.ts';
import { createDeskStore } from '../../src/trading/desk-store.ts';
import { openLedger } from '../../src/trading/ledger.ts';
import { check } from '../../src/trading/store/backup.ts';
import { UnreadableRecord } from '../../src/trading/store/errors.ts';
import { sampleTrade } from '../trading/store/sample-trade.ts';
import { type Json, mutate, mutateText, pick } from './mutate.ts';
import { Broken, requireFinite, type Target } from './target.ts';
import { corpus } from './texts.ts';

const HMAC = 'HmacSecretThatNobodyMaySee'.repeat(2);
const TOKEN = 'TokenThatNobodyMaySee.simulated.bot-token';
const ENV = `${readFileSync(new URL('../../.env.example', import.meta.url), 'utf8')}
DISCORD_TOKEN=${TOKEN}
DISCORD_API_URL=http://127.0.0.1:4000/api
BINANCE_ENV=testnet
BINANCE_API_KEY=${'a1b2'.repeat(16)}
BINANCE_API_SECRET=${HMAC}
BINANCE_URL=http://127.0.0.1:4001
STORE_URL=sqlite://data/signalbox.sqlite
WEB_HOST=127.0.0.1
WEB_PORT=8787
LOG_LEVEL=info
`;

export const env: Target = {
  name: '.env files',
  batch: 50,
  async open() {
    return {
      once(random) {
        const text = mutateText(random, ENV, [ENV]);
        const read = readEnv(parseEnv(text), () => pick(random, [HMAC, '', text]));
        if (read.ok) {
          requireFinite(read.env, text);
          const { discord, binance, web } = read.env;
          if (/NobodyMaySee/.test(JSON.stringify([discord.token, binance.credentials, web.token])))
            throw new Broken('a secret shows itself', text);
          return;
        }
        const lines = [...envLines(read.problems, 'en'), ...envLines(read.problems, 'zh-CN')];
        if (lines.length === 0 || lines.some((line) => /^$|\n/.test(line)))
          throw new Broken(`no problem in one line: ${JSON.stringify(lines)}`, text);
        if (/NobodyMaySee/.test(lines.join(''))) {
          throw new Broken(`a problem quotes a secret: ${lines.join('; ')}`, text);
        }
      },
      async close() {},
    };
  },
};

/** A folder of its own, gone at the end. */
function folder(): { path: string; close(): void } {
  const path = mkdtempSync(join(tmpdir(), 'fuzz-'));
  return { path, close: () => rmSync(path, { recursive: true }) };
}

/** A row that a disk, another program or another version has left otherwise than it was written. */
export const rows: Target = {
  name: 'store rows',
  batch: 10,
  async open() {
    const { path, close } = folder();
    const ledger = await openLedger(`sqlite://${join(path, 'store.sqlite')}`);
    const raw = ledger.collection('trades', z.unknown());
    const store = createDeskStore(ledger);
    const right = JSON.parse(JSON.stringify(sampleTrade('1-0'))) as Json;
    return {
      async once(random) {
        const row = mutate(random, right);
        await raw.set('1-0', row);
        try {
          requireFinite(await store.openTrades(), row);
        } catch (error) {
          if (error instanceof Broken) throw error;
          if (!(error instanceof UnreadableRecord) || /\n/.test(error.message))
            throw new Broken(`reading threw ${error}`, row, error);
        }
      },
      async close() {
        await ledger.close();
        close();
      },
    };
  },
};

/** Bytes of a backup, flipped, lost or doubled. A damaged one is named as such, and what can be put back can be opened. */
export const backups: Target = {
  name: 'backup files',
  batch: 2,
  async open() {
    const { path, close } = folder();
    const source = join(path, 'source.sqlite');
    const ledger = await openLedger(`sqlite://${source}`);
    await ledger.bind('paper', '1');
    for (const id of ['1-0', '2-0', '3-0']) await createDeskStore(ledger).saveTrade(sampleTrade(id));
    await ledger.close();
    const right = readFileSync(source);
    const file = join(path, 'backup.sqlite');
    return {
      async once(random) {
        const bytes = Buffer.from(right);
        for (let left = 1 + Math.floor(random.next() * 20); left > 0; left -= 1)
          bytes[Math.floor(random.next() * bytes.length)] = Math.floor(random.next() * 256);
        const until = random.next() < 0.3 ? Math.floor(random.next() * bytes.length) : bytes.length;
        const made = bytes.subarray(0, until);
        writeFileSync(file, made);
        const copy = join(path, 'copy.sqlite');
        try {
          requireFinite(await check(file, copy), made.toString('base64'));
        } catch (error) {
          if (error instanceof Broken) throw error;
          if (!(error instanceof Error && 'exitCode' in error) || /\n/.test(error.message))
            throw new Broken(`it threw ${error}`, made.toString('base64'), error);
        }
        if (existsSync(copy)) throw new Broken('its copy is left', made.toString('base64'));
      },
      async close() {
        close();
      },
    };
  },
};

const WORDS = ['run', 'setup', 'sandbox', '--help', '-h', 'parse', 'doctor', 'backup', 'restore'];

/** The command's word, and the lines that `parse` reads: each is answered or named, and the rest goes on. */
export const commandLine: Target = {
  name: 'command lines and what parse reads',
  batch: 5,
  inputs: 10,
  async open() {
    return {
      async once(random) {
        const word = mutateText(random, pick(random, WORDS), WORDS);
        const command = findCommand(word);
        if (command !== null && ![command, '--help', '-h'].includes(word)) throw new Broken('which?', word);
        const lines = Array.from({ length: 10 }, (_, id) => {
          const embeds = [{ title: 'long', description: null, fields: [{ name: 'a', value: 'b' }] }];
          const line = JSON.stringify(mutate(random, { id: `${id}`, content: pick(random, corpus), embeds }));
          return random.next() < 0.3 ? mutateText(random, line).replaceAll(/[\r\n\u2028\u2029]/g, ' ') : line;
        });
        const heard = { stdout: '', stderr: '' };
        const into = (name: keyof typeof heard) =>
          new Writable({
            write(chunk, _encoding, done) {
              heard[name] += String(chunk);
              done();
            },
          });
        const io = {
          stdin: Readable.from([lines.join('\n')]),
          stdout: into('stdout'),
          stderr: into('stderr'),
        };
        const code = await runParse([], io);
        const answers = heard.stdout.split('\n').filter((line) => line !== '');
        const named = heard.stderr.split('\n').filter((line) => line.startsWith('line '));
        const empty = lines.filter((line) => line.trim() === '');
        if (
          answers.length + named.length + empty.length !== lines.length ||
          code !== (named.length > 0 ? 1 : 0)
        )
          throw new Broken(`${code}: ${answers.length} answers, ${named.length} named`, [
            lines,
            heard.stderr,
          ]);
        for (const answer of answers) {
          const { id: _, kind, ...reading } = JSON.parse(answer);
          if (!['signal', 'update', 'none', 'invalid'].includes(kind))
            throw new Broken('no reading', [lines, answer]);
          if (/"-?(NaN|Infinity)"/.test(JSON.stringify(reading)))
            throw new Broken('no finite amount', [lines, answer]);
        }
      },
      async close() {},
    };
  },
};
