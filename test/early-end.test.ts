import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { temporaryFolder } from './trading/store/temporary-store.ts';

const SOURCE = join(import.meta.dirname, '..', 'src');

async function ends(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ code: number | null; signal: string | null; said: string }> {
  const child = spawn(process.execPath, args, {
    cwd: temporaryFolder(),
    env: { PATH: process.env.PATH, ...env },
  });
  const [[code, signal], ...said] = await Promise.all([
    once(child, 'exit'),
    text(child.stdout),
    text(child.stderr),
  ]);
  return { code, signal, said: said.join('') };
}

const program = (code: string): readonly string[] => [
  '--input-type=module',
  '-e',
  `import { endBySignal, takeSignals } from ${JSON.stringify(join(SOURCE, 'early-end.js'))};
  setTimeout(() => process.exit(9), 20_000);
  ${code}`,
];

/** The signal comes while this file is being loaded. */
const whileLoading = (file: string): string =>
  `data:text/javascript,${encodeURIComponent(`
    import { registerHooks } from 'node:module';
    registerHooks({
      load(url, context, next) {
        if (url.endsWith('/src/${file}')) process.kill(process.pid, 'SIGTERM');
        return next(url, context);
      },
    });`)}`;

test.each([
  ['start.js', 'runtime.js'],
  ['main.ts', 'load.ts'],
])('%s ends by SIGTERM with code 0 while the bot is still being loaded', async (first, loading) => {
  const env = {
    DISCORD_TOKEN: 'none',
    // Nobody is there, which it would say.
    BINANCE_URL: 'http://127.0.0.1:1',
    CONFIG: join(SOURCE, '..', 'config.example.yaml'),
    NODE_OPTIONS: `--import=${whileLoading(loading)}`,
  };
  expect(await ends([join(SOURCE, first), 'run'], env)).toMatchObject({ code: 0, signal: null });
});

test.each(['SIGTERM', 'SIGINT'])(
  'a %s that has come before somebody takes over is told to them',
  async (name) => {
    const code = `
    endBySignal();
    endBySignal();
    process.kill(process.pid, '${name}');
    const signal = takeSignals();
    signal.addEventListener('abort', () => {
      process.kill(process.pid, '${name}');
      setTimeout(() => process.exit(3), 50);
    });`;
    // The second one, while it is ending, changes nothing.
    expect(await ends(program(code))).toEqual({ code: 3, signal: null, said: '' });
  },
);
