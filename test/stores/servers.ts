import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  globSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A real server of its own in a folder that is gone with it. */
export interface StoreServer {
  /** Without a space of its own: `urlOf` gives one to each that asks. */
  urlOf(space: string): string;
  readonly pid: () => number;
  /** Where it keeps what it has. */
  readonly folder: string;
  /** Whoever is connected loses the connection; what was confirmed is there again. */
  stop(how?: 'gently' | 'kill -9'): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

/** In a URL as it must be, with what must be encoded there: it is to be seen nowhere else. */
export const PASSWORD = 'p@ss/wörd-of-the-store';

/** Debian's, where the package puts it; https://packages.debian.org/bookworm/postgresql-15 */
function postgresFolder(): string {
  const folder = globSync('/usr/lib/postgresql/*/bin').sort().at(-1);
  if (folder === undefined) throw new Error('no PostgreSQL here: apt-get install postgresql-15');
  return folder;
}

/** PostgreSQL refuses to run as root. */
function asPostgres(command: readonly string[]): [string, string[]] {
  if (process.getuid?.() !== 0) return [command[0] ?? '', command.slice(1)];
  return ['setpriv', ['--reuid=postgres', '--regid=postgres', '--clear-groups', ...command]];
}

/** Whom it runs as where we are root; else it is us. */
export function postgresUser(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

export async function startPostgres(settings: readonly string[] = []): Promise<StoreServer> {
  const bin = postgresFolder();
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-postgres-'));
  const data = join(folder, 'data');
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, PASSWORD);
  const owner = postgresUser();
  if (owner) for (const path of [folder, passwordFile]) chownSync(path, owner.uid, owner.gid);
  chmodSync(folder, 0o700);
  const init = [
    '--auth=scram-sha-256',
    '--username=signalbox',
    `--pwfile=${passwordFile}`,
    '--encoding=UTF8',
  ];
  const [command, given] = asPostgres([join(bin, 'initdb'), '-D', data, '--locale=C.UTF-8', ...init]);
  execFileSync(command, given, { stdio: 'pipe', cwd: folder });
  const port = await freePort();
  return keepServer({
    folder,
    command: asPostgres([
      join(bin, 'postgres'),
      ...['-D', data, '-k', folder, '-p', String(port), '-c', 'listen_addresses=127.0.0.1'],
      ...settings.flatMap((setting) => ['-c', setting]),
    ]),
    isReady: (line) => line.includes('database system is ready to accept connections'),
    gentle: 'SIGINT',
    urlOf: (space) =>
      `postgres://signalbox:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/postgres?schema=${space}`,
  });
}

/** A pooler before a server. https://www.pgbouncer.org/config.html */
export async function startPgBouncer(
  server: StoreServer,
  mode: 'session' | 'transaction' | 'statement',
): Promise<StoreServer> {
  if (!existsSync('/usr/sbin/pgbouncer')) throw new Error('no PgBouncer here: apt-get install pgbouncer');
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-pgbouncer-'));
  const [port, behind] = [await freePort(), new URL(server.urlOf('any')).port];
  const settings = `[databases]
postgres = host=127.0.0.1 port=${behind} dbname=postgres user=signalbox password='${PASSWORD}'
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = ${mode}
`;
  const file = join(folder, 'pgbouncer.ini');
  writeFileSync(file, settings);
  chmodSync(folder, 0o755);
  return keepServer({
    folder,
    command: asPostgres(['/usr/sbin/pgbouncer', file]),
    isReady: (line) => line.includes('process up'),
    gentle: 'SIGINT',
    urlOf: (space) => server.urlOf(space).replace(`:${behind}/`, `:${port}/`),
  });
}

const DURABLE = ['--appendonly', 'yes', '--appendfsync', 'always'];

export async function startRedis(settings: readonly string[] = DURABLE): Promise<StoreServer> {
  if (!existsSync('/usr/bin/redis-server')) throw new Error('no Redis here: apt-get install redis-server');
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-redis-'));
  const port = await freePort();
  const isTls = settings.includes('--tls-cert-file');
  const ports = isTls ? ['--port', '0', '--tls-port', String(port)] : ['--port', String(port)];
  const network = [...ports, '--bind', '127.0.0.1', '--requirepass', PASSWORD];
  return keepServer({
    folder,
    command: ['redis-server', ['--dir', folder, '--save', '', ...network, ...settings]],
    isReady: (line) => line.includes('Ready to accept connections'),
    gentle: 'SIGTERM',
    urlOf: (space) =>
      `redis${isTls ? 's' : ''}://:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}?prefix=${space}`,
  });
}

interface ServerSpec {
  folder: string;
  command: [string, readonly string[]];
  isReady(line: string): boolean;
  gentle: NodeJS.Signals;
  urlOf(space: string): string;
}

async function keepServer({ folder, command, isReady, gentle, urlOf }: ServerSpec): Promise<StoreServer> {
  let child: ChildProcess;
  async function start(): Promise<void> {
    child = spawn(command[0], command[1], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    const ready = Promise.withResolvers<void>();
    const said: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      if (!stream) continue;
      createInterface(stream).on('line', (line) => {
        said.push(line);
        if (isReady(line)) ready.resolve();
      });
    }
    child.once('exit', () => ready.reject(new Error(`the server ended: ${said.slice(-5).join('\n')}`)));
    await ready.promise;
  }
  async function stop(how: 'gently' | 'kill -9' = 'gently'): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    if (how === 'gently') child.kill(gentle);
    else for (const pid of [...childrenOf(child.pid), child.pid ?? 0]) killHard(pid);
    await exited;
  }
  await start();
  return {
    urlOf,
    folder,
    pid: () => child.pid ?? 0,
    start,
    stop,
    async close() {
      await stop('kill -9');
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function killHard(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}

/** PostgreSQL is a process for each connection; https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function childrenOf(pid: number | undefined): number[] {
  return globSync('/proc/[0-9]*/stat').flatMap((file) => {
    const [, own, parent] = /^(\d+) \(.*\) \S+ (\d+)/.exec(contentOf(file)) ?? [];
    return Number(parent) === pid ? [Number(own)] : [];
  });
}

/** Nothing, of a process that has ended meanwhile. */
function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}
