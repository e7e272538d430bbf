import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type BinanceSim, startBinanceSim } from '../../src/sim/binance/server.ts';
import { type DiscordSim, type DiscordSimOptions, startDiscordSim } from '../../src/sim/discord/server.ts';

/** `npm run setup` as somebody at a terminal sees it, against the simulators. */
export interface SetupRig {
  folder: string;
  binance: BinanceSim;
  discord: DiscordSim;
  /** Everything that was shown so far. */
  shown(): string;
  /** Starts it; `terminal`: in a pseudo-terminal of util-linux's `script`, else over pipes. */
  start(options?: { terminal?: boolean; env?: Record<string, string> }): void;
  /** Waits until this is shown behind what was last waited for, then types the answer. */
  answer(shown: string, text: string): Promise<void>;
  /** Waits for it alone. */
  sees(shown: string): Promise<void>;
  /** Without a line end: `\x03` is Ctrl-C in a terminal. */
  type(text: string): void;
  signal(name: NodeJS.Signals): void;
  /** Ends the input, and answers with the exit code. */
  ended(): Promise<number | null>;
  close(): Promise<void>;
}

const PATIENCE_MS = 30_000;
const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

export async function startSetupRig(discordOptions: DiscordSimOptions = {}): Promise<SetupRig> {
  const folder = await mkdtemp(join(tmpdir(), 'setup-'));
  const binance = await startBinanceSim();
  const discord = await startDiscordSim({ rateLimits: 'off', ...discordOptions });
  let child: ChildProcessWithoutNullStreams | null = null;
  let closed: Promise<number | null> = Promise.resolve(null);
  let shown = '';
  let from = 0;
  let woken = (): void => undefined;

  async function sees(wanted: string): Promise<void> {
    for (;;) {
      const at = shown.indexOf(wanted, from);
      if (at >= 0) {
        from = at + wanted.length;
        return;
      }
      const more = new Promise<boolean>((resolve) => {
        woken = () => resolve(true);
      });
      const isOver = Promise.race([closed, delay(PATIENCE_MS, null, { ref: false })]).then(() => false);
      if (!(await Promise.race([more, isOver])) && !shown.includes(wanted, from)) {
        throw new Error(`never shown: ${wanted}\n${shown}`);
      }
    }
  }

  function started(): ChildProcessWithoutNullStreams {
    if (!child) throw new Error('not started');
    return child;
  }

  return {
    folder,
    binance,
    discord,
    shown: () => shown,
    start({ terminal = false, env = {} } = {}) {
      const command = [process.execPath, MAIN, 'setup'];
      const [program = '', ...args] = terminal
        ? ['script', '--quiet', '--return', '--echo', 'always', '--command', command.join(' '), '/dev/null']
        : command;
      const path = process.env.PATH ?? '';
      const settings = { DISCORD_API_URL: discord.url, BINANCE_URL: binance.url, LANG: 'C.UTF-8', TZ: 'UTC' };
      child = spawn(program, args, { cwd: folder, env: { PATH: path, ...settings, ...env } });
      shown = '';
      from = 0;
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (chunk: string) => {
          shown += chunk;
          woken();
        });
      }
      const running = child;
      closed = new Promise((done) => running.once('close', done));
    },
    sees,
    async answer(wanted, text) {
      await sees(wanted);
      started().stdin.write(`${text}\n`);
    },
    type: (text) => void started().stdin.write(text),
    signal: (name) => void started().kill(name),
    ended() {
      started().stdin.end();
      return closed;
    },
    async close() {
      if (child && child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await closed;
      }
      await Promise.all([binance.close(), discord.close()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
