import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { parseEnv } from 'node:util';
import { parseConfig } from '../../src/config/parse.ts';
import { readEnv } from '../../src/env.ts';
import { askAll } from '../../src/setup/setup.ts';
import { Interrupted, openTerminal, type Terminal } from '../../src/setup/terminal.ts';
import { words } from '../../src/setup/words/index.ts';
import type { Random } from '../../src/sim/binance/random.ts';
import { startBinanceSim } from '../../src/sim/binance/server.ts';
import { DEFAULT_IDS as IDS } from '../../src/sim/discord/seed.ts';
import { startDiscordSim } from '../../src/sim/discord/server.ts';
import { mutateText, pick } from './mutate.ts';
import { Broken, type Target } from './target.ts';

const KEY = 'a1b2'.repeat(16);
const SECRET = 'c3d4'.repeat(16);
const PEM = `-----BEGIN PRIVATE KEY-----\n${'MC4CAQAwBQYDK2VwBCIEIA'.repeat(3)}\n-----END PRIVATE KEY-----`;
const LANGUAGES = ['en', 'zh-CN'] as const;

/**
 * Answers typed to `setup`, right ones changed, in a terminal and over a pipe. However they go, it comes to an end; what
 * it writes is right and for its owner alone, else it writes nothing; and no secret is shown.
 */
export const setupAnswers: Target = {
  name: 'answers to setup',
  batch: 2,
  async open() {
    const folder = mkdtempSync(join(tmpdir(), 'fuzz-setup-'));
    const paths = { dotenv: join(folder, '.env'), config: join(folder, 'config.yaml') };
    const discord = await startDiscordSim({ rateLimits: 'off' });
    discord.post({ channel: IDS.alphaSignals, author: IDS.analyst, content: 'BTC long' });
    const binance = await startBinanceSim({ limits: { weightPerMinute: 1e9 } });
    const vars = { DISCORD_API_URL: discord.url, BINANCE_URL: binance.url, CONFIG: paths.config };
    const before = `DISCORD_TOKEN=${discord.token}\nBINANCE_ENV=paper\n`;

    function prepare(random: Random): string {
      for (const name of readdirSync(folder)) rmSync(join(folder, name));
      if (random.next() < 0.7) return '';
      const dotenv = random.next() < 0.5 ? before : mutateText(random, before);
      writeFileSync(paths.dotenv, dotenv);
      return readFileSync(paths.dotenv, 'utf8');
    }

    /** What must hold of a set-up that says it has written. */
    function requireRight(secrets: readonly string[], typed: unknown): void {
      const dotenv = readFileSync(paths.dotenv, 'utf8');
      const env = readEnv({ ...parseEnv(dotenv), ...vars }, () => '');
      const config = parseConfig(readFileSync(paths.config, 'utf8'));
      if (!env.ok || !config.ok) throw new Broken('what it has written is wrong', [typed, env, config]);
      const token = env.env.discord.token?.reveal();
      if (token !== discord.token) throw new Broken('another token', typed);
      const { credentials } = env.env.binance;
      if (credentials && !secrets.includes(credentials.apiKey.reveal()))
        throw new Broken('another key', typed);
      for (const [path, most] of [
        [paths.dotenv, 0o600],
        [paths.config, 0o640],
      ] as const) {
        if ((statSync(path).mode & 0o777) !== most) throw new Broken(`${path} is open to others`, typed);
      }
    }

    return {
      async once(random) {
        const dotenv = prepare(random);
        const typed = script(random, discord.token, dotenv !== '');
        const seat = sit(typed, random.next() < 0.5);
        const language = pick(random, LANGUAGES);
        const asking = {
          terminal: seat.terminal,
          say: words[language].setup,
          doctor: words[language].doctor,
        };
        let code: number | 'interrupted';
        try {
          code = await askAll(asking, language, { dotenv: paths.dotenv, vars });
        } catch (error) {
          if (!(error instanceof Interrupted)) throw new Broken(`it threw ${error}`, typed, error);
          code = 'interrupted';
        } finally {
          seat.terminal.close();
        }
        for (const secret of seat.secrets) {
          const isVisible = secret.length < 8 || seat.visible.some((answer) => answer.includes(secret));
          if (!isVisible && seat.shown().includes(secret)) throw new Broken('it shows a secret', typed);
        }
        if (code === 0) requireRight(seat.secrets, typed);
        else if (readdirSync(folder).join() !== (dotenv === '' ? '' : '.env'))
          throw new Broken(`${code}, and something is written`, typed);
        else if (dotenv !== '' && readFileSync(paths.dotenv, 'utf8') !== dotenv)
          throw new Broken(`${code}, and .env is changed`, typed);
      },
      async close() {
        await Promise.all([discord.close(), binance.close()]);
        rmSync(folder, { recursive: true });
      },
    };
  },
};

/** Line by line, what somebody would type; some lines changed, left out, doubled or in each other's places. */
function script(random: Random, token: string, isKnown: boolean): string[] {
  const trade = pick(random, [
    ['paper'],
    ['testnet', KEY, SECRET],
    ['testnet', KEY, PEM],
    ['live', 'live', KEY, SECRET],
    ['live', 'yes', '1'],
  ]);
  const lines = [
    ...(isKnown ? [pick(random, ['', 'n'])] : []),
    token,
    ...['1', '2', IDS.analyst, '', pick(random, ['', '2']), IDS.operator, 'Europe/Berlin', '0.5'],
    ...trade,
    pick(random, ['', 'y', 'n']),
  ];
  if (random.next() < 0.2) return lines;
  for (let left = 1 + Math.floor(random.next() * 3); left > 0; left -= 1) {
    const at = Math.floor(random.next() * lines.length);
    const [line = ''] = lines.slice(at);
    const replaced = pick(random, [
      [],
      [line, line],
      [mutateText(random, line, lines)],
      [mutateText(random, line, lines)],
      [mutateText(random, line, lines), line],
      [pick(random, lines), line],
      [pick(random, ['0', '-1', '99', '1,2', '1 1', '-', '９', '1e9', '1e309', 'NaN'])],
    ]);
    lines.splice(at, 1, ...replaced);
  }
  return lines;
}

/** A terminal or a pipe at which these lines are typed, each when it is asked for; then the input ends. */
function sit(typed: readonly string[], isTTY: boolean) {
  const input = Object.assign(new PassThrough(), { isTTY });
  let shown = '';
  const output = Object.assign(new PassThrough(), { isTTY, columns: 80 });
  output.setEncoding('utf8').on('data', (chunk: string) => {
    shown += chunk;
  });
  const inner = openTerminal({ input, output });
  const left = [...typed];
  const visible: string[] = [];
  const secrets: string[] = [];
  const next = (): string => {
    const line = left.shift();
    if (line === undefined) input.end();
    else input.write(`${line}\n`);
    return line ?? '';
  };
  const terminal: Terminal = {
    ...inner,
    ask(question) {
      const answered = inner.ask(question);
      visible.push(next());
      return answered;
    },
    async askSecret(question) {
      const answered = inner.askSecret(question);
      // A key of several lines that is not whole goes on with what was typed for something else.
      if (next().includes('-----BEGIN')) while (left.length > 0) next();
      const secret = await answered;
      secrets.push(secret);
      return secret;
    },
  };
  return { terminal, visible, secrets, shown: () => shown };
}
