import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { parse, stringify } from 'yaml';
import { DEFAULT_IDS as IDS } from '../../src/sim/discord/seed.ts';

/**
 * `npm run image [-- --write]`: docs/deploy.md's way with Docker, step by step, on an engine that runs here: built,
 * set up, started, traded with, killed, frozen, upgraded, rolled back, stopped. Discord is the built-in one, in a
 * container of its own whose network the bot's shares: compose.yaml is used as it is but for that. Prints each step
 * with its time, with `--write` into docs/deploy.md; ends with 1 at the first that does not hold.
 * The base image has to be there (`docker pull node:24-bookworm-slim`).
 */
const { values } = parseArgs({ options: { write: { type: 'boolean', default: false } } });
const ROOT = join(import.meta.dirname, '../..');
const DOCUMENT = join(ROOT, 'docs/deploy.md');
const PLACE = /(<!-- image -->\n)[\s\S]*?(<!-- \/image -->)/;
const NAME = 'signalbox-trial';
const DISCORD = `${NAME}-discord`;
const PORT = 4000;
const BASE = 'node:24-bookworm-slim';
const PATIENCE_MS = 180_000;

const folder = mkdtempSync(join(tmpdir(), 'image-'));
const compose =
  spawnSync('docker', ['compose', 'version']).status === 0 ? ['docker', 'compose'] : ['docker-compose'];
const engine = spawnSync('docker', ['version', '--format', '{{.Server.Version}}'], { encoding: 'utf8' });
const rows: string[] = [];

const file = parse(readFileSync(join(ROOT, 'compose.yaml'), 'utf8'));
const { ports: _, ...service } = file.services.signalbox;
const adapted = {
  ...file,
  services: {
    signalbox: {
      ...service,
      build: ROOT,
      image: NAME,
      network_mode: `container:${DISCORD}`,
      environment: { DISCORD_API_URL: `http://127.0.0.1:${PORT}/api` },
    },
  },
};
writeFileSync(join(folder, 'compose.yaml'), stringify(adapted));

function run(command: readonly string[], input = ''): { code: number | null; text: string } {
  const [program = '', ...args] = command;
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, input, encoding: 'utf8' });
  return { code: status, text: `${stdout}${stderr}` };
}

function must(...command: string[]): string {
  const { code, text } = run(command);
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}\n${text}`);
  return text.trim();
}

const inCompose = (...args: string[]): string[] => [
  ...compose,
  '-p',
  NAME,
  '-f',
  join(folder, 'compose.yaml'),
  ...args,
];
const inBot = (...args: string[]): string[] => inCompose('exec', '-T', 'signalbox', ...args);

async function step(name: string, work: () => Promise<unknown> | unknown): Promise<void> {
  const began = performance.now();
  const found = await work();
  const tookS = ((performance.now() - began) / 1_000).toFixed(1);
  const row = `| ${name}${typeof found === 'string' ? `: ${found}` : ''} | ${tookS} s |`;
  rows.push(row);
  console.log(row);
}

function expect(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

async function until(what: string, holds: () => boolean): Promise<void> {
  const patience = performance.now() + PATIENCE_MS;
  while (!holds()) {
    if (performance.now() > patience)
      throw new Error(`never: ${what}\n${run(inCompose('logs', '--tail=40')).text}`);
    await delay(100);
  }
}

const isReady = (): boolean => run(inBot('node', '/app/src/healthcheck.js')).code === 0;
const ready = (): Promise<void> => until('the bot is ready', isReady);
const idOfBot = (): string => must(...inCompose('ps', '-q', 'signalbox'));
const inspect = (format: string): string => must('docker', 'inspect', '--format', format, idOfBot());

/** What a person does at the built-in Discord; the body is JSON. */
function onDiscord<T>(method: string, body: object): T {
  const request = `fetch('http://127.0.0.1:${PORT}/__sim/${method}', { method: 'POST', body: ${JSON.stringify(JSON.stringify(body))} }).then((r) => r.text()).then(console.log)`;
  return JSON.parse(must('docker', 'exec', DISCORD, 'node', '-e', request)).result;
}

/** The sum of a gauge over its labels. */
function metric(name: string): number {
  const request = `fetch('http://127.0.0.1:8787/metrics', { headers: { authorization: 'Bearer ' + require('fs').readFileSync('/data/data/web-token', 'utf8').trim() } }).then((r) => r.text()).then(console.log)`;
  const text = must(...inBot('node', '-e', request));
  expect(text.includes(`# TYPE ${name} gauge`), `there is no ${name}`);
  const lines = text.matchAll(new RegExp(`^${name}(?:\\{.*\\})? (\\S+)`, 'gm'));
  return [...lines].reduce((sum, [, value]) => sum + Number(value), 0);
}

const told = (): string => JSON.stringify(onDiscord('messages', { channel: IDS.trades }));

/** Answers setup's questions as they come; the end of the input ends it, where it asks on. */
async function setUp(token: string): Promise<void> {
  const answers: [shown: string, text: string][] = [
    ['Language / 语言', ''],
    ['Token (nothing is shown', token],
    ['tell of trades?', '1'],
    ['are signals?', '2'],
    ['or ids', IDS.analyst],
    ['What happens to a signal', 'auto'],
    ['Which market', ''],
    ['Who may give commands', IDS.operator],
    ['Time zone', 'UTC'],
    ['What may one trade lose', ''],
    ['Where shall it trade?', 'paper'],
    ['Write?', ''],
  ];
  const [program = '', ...args] = inCompose('run', '--rm', '-T', '-e', 'LANG=C.UTF-8', 'signalbox', 'setup');
  const child = spawn(program, args, { cwd: folder });
  let shown = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      shown += chunk;
      const [next] = answers;
      if (next === undefined || !shown.includes(next[0])) return;
      shown = shown.slice(shown.indexOf(next[0]) + next[0].length);
      child.stdin.write(`${next[1]}\n`);
      answers.shift();
    });
  const code = await new Promise((done) => child.once('close', done));
  expect(
    code === 0 && answers.length === 0,
    `setup ended with ${code}; not asked: ${answers.map(([first]) => first)}\n${shown}`,
  );
}

function clean(): void {
  run(inCompose('down', '--volumes', '--timeout', '2'));
  run(['docker', 'rm', '--force', DISCORD]);
  run(['docker', 'rmi', NAME, `${NAME}:previous`]);
  rmSync(folder, { recursive: true, force: true });
}

let isWell = false;
try {
  const discord = ['/app/src/sim/discord/process.ts', JSON.stringify({ port: PORT, rateLimits: 'off' })];
  must('docker', 'run', '-d', '--name', DISCORD, '-v', `${ROOT}:/app:ro`, BASE, 'node', ...discord);
  await until('the built-in Discord listens', () => must('docker', 'logs', DISCORD).includes('"token"'));
  const { token } = JSON.parse(must('docker', 'logs', DISCORD).split('\n')[0] ?? '');
  await step('`docker compose build`, `npm ci` and the trial signal included', () => {
    must(...inCompose('build', '--no-cache'));
    const mb = (image: string): string =>
      (Number(must('docker', 'inspect', '--format', '{{.Size}}', image)) / 1e6).toFixed(0);
    return `${mb(NAME)} MB, of which the base is ${mb(BASE)} MB`;
  });
  await step('`docker compose run --rm signalbox setup`, answers typed at once', () => setUp(token));
  await step('`docker compose up -d`, until it was ready', async () => {
    must(...inCompose('up', '-d'));
    await ready();
  });
  await step('what holds in it', () => {
    const status = must(...inBot('cat', '/proc/self/status'));
    expect(/^Uid:\t1000\t1000/m.test(status), 'it runs as another user');
    expect(/^CapEff:\t0+$/m.test(status) && /^CapBnd:\t0+$/m.test(status), 'it has capabilities');
    expect(/^NoNewPrivs:\t1$/m.test(status) && /^Seccomp:\t2$/m.test(status), 'it may get new privileges');
    expect(
      /^Max core file size +0 +0 /m.test(must(...inBot('cat', '/proc/self/limits'))),
      'it may dump core',
    );
    for (const place of ['/app/src', '/usr/local/bin', '/etc', '/home/node'])
      expect(run(inBot('touch', `${place}/x`)).code !== 0, `${place} can be written`);
    must(...inBot('touch', '/tmp/x'));
    expect(
      must(...inBot('stat', '-c', '%a', '/data/.env', '/data/data/signalbox.sqlite')) === '600\n600',
      'others may read',
    );
    expect(
      inspect('{{.HostConfig.LogConfig.Config}}') === 'map[max-file:5 max-size:10m]',
      'its log may grow',
    );
    return 'user 1000, no capabilities, no new privileges, no core dumps, nothing can be written but the volume and the temporary folder, `.env` and the store are for their owner alone, logs at most 5 × 10 MB';
  });
  await step(
    '`docker compose exec signalbox node /app/src/start.js doctor`',
    () => void must(...inBot('node', '/app/src/start.js', 'doctor')),
  );
  await step('a signal, until its entry has filled and its stop stands', async () => {
    const content = 'BTCUSDT LONG\nEntry: market\nTP1: 70000\nSL: 62000';
    onDiscord('post', { channel: IDS.alphaSignals, author: IDS.analyst, content });
    await until('it is traded', () => /Filled[^"]*BTCUSDT/.test(told()));
    await until('it is protected', () => metric('signalbox_trades_unprotected') === 0);
    expect(metric('signalbox_trades_open') === 1, 'there is not one trade');
  });
  await step('until the engine calls it `healthy`', () =>
    until('it is healthy', () => inspect('{{.State.Health.Status}}') === 'healthy'),
  );
  await step('the line of the backup', () => void must(...inBot('node', '/app/src/start.js', 'backup')));
  for (const [number, [signal, name]] of [
    ['KILL', '`kill -9` of the bot, until it was ready again'],
    ['STOP', 'the bot frozen (`SIGSTOP`), until its guard had ended it and it was ready again'],
  ].entries()) {
    await step(name ?? '', async () => {
      must(
        'docker',
        'exec',
        idOfBot(),
        'sh',
        '-c',
        `kill -${signal} $(pidof node | tr ' ' '\\n' | sort -n | head -1)`,
      );
      await until('it was restarted', () => inspect('{{.RestartCount}}') === String(number + 1));
      await ready();
    });
  }
  await step('upgrade: image tagged, built anew, `up -d --build`, until it was ready', async () => {
    must('docker', 'tag', NAME, `${NAME}:previous`);
    must(...inCompose('build', '--no-cache'));
    must(...inCompose('up', '-d', '--build'));
    await ready();
  });
  await step('roll back: `docker tag`, `up -d --no-build`, until it was ready', async () => {
    must('docker', 'tag', `${NAME}:previous`, NAME);
    must(...inCompose('up', '-d', '--no-build'));
    await ready();
  });
  await step('the trade of before is there, and `/close` closes it', async () => {
    expect(metric('signalbox_trades_open') === 1, 'the trade is gone');
    const options = { symbol: 'BTCUSDT' };
    onDiscord('command', { user: IDS.operator, channel: IDS.trades, name: 'close', options });
    await until('it is closed', () => metric('signalbox_trades_open') === 0);
  });
  await step('`docker compose stop`, exit code 0', () => {
    must(...inCompose('stop'));
    expect(inspect('{{.State.ExitCode}}') === '0', `it ended with ${inspect('{{.State.ExitCode}}')}`);
  });
  isWell = true;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
} finally {
  clean();
}
if (isWell && values.write) {
  const table = [
    `Docker ${engine.stdout.trim()}, ${compose.join(' ')}:`,
    '',
    '| step | took |',
    '| --- | --- |',
    ...rows,
  ].join('\n');
  const before = readFileSync(DOCUMENT, 'utf8');
  if (!PLACE.test(before)) throw new Error(`${DOCUMENT} has no place for it`);
  writeFileSync(
    DOCUMENT,
    before.replace(PLACE, (_, open, close) => `${open}${table}\n${close}`),
  );
}
process.exit(isWell ? 0 : 1);
