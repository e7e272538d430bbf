import { execFile } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { findCommand } from '../src/cli.ts';

/** What the files around the program say of it, held to what is there. */
const root = join(import.meta.dirname, '..');
const read = (name: string): string => readFileSync(join(root, name), 'utf8');

describe('the image', () => {
  const dockerfile = read('Dockerfile');
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources = '']) =>
    sources.split(' '),
  );

  test('takes what exists, and .dockerignore lets through just that', () => {
    expect(copied).toContain('src');
    for (const source of copied) expect([source, existsSync(join(root, source))]).toEqual([source, true]);
    const [nothing, ...allowed] = read('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(nothing).toBe('*');
    expect(allowed.map((line) => line.slice(1)).sort()).toEqual([...copied].sort());
  });

  test('holds every file that the program reads beside its own', () => {
    const sources = globSync('src/**/*.{ts,js}', { cwd: root }).map(read).join('\n');
    const beside = [
      ...sources.matchAll(/['"`](?:\.\.\/)+(\.env\.example|config\.example[\w.-]*|package\.json)['"`]/g),
    ];
    expect(beside.length).toBeGreaterThan(1);
    for (const [, name] of beside) expect(copied).toContain(name);
  });

  test('runs as nobody in particular, and asks the program how it is', () => {
    expect(dockerfile).toMatch(/^USER node$/m);
    const [, script = ''] = /CMD \["node", "\/app\/([^"]+)"\]/.exec(dockerfile) ?? [];
    expect(existsSync(join(root, script))).toBe(true);
    expect(dockerfile).not.toMatch(/TOKEN|SECRET|API_KEY/);
  });

  test('is run without rights, on a read-only root, with its logs kept small', () => {
    expect(parse(read('compose.yaml')).services.signalbox).toMatchObject({
      read_only: true,
      // As process 1 its loop guard could not kill it.
      init: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      volumes: ['data:/data'],
      ports: ['127.0.0.1:8787:8787'],
      ulimits: { core: 0 },
      logging: { options: { 'max-size': '10m' } },
    });
  });
});

describe('the units', () => {
  const installed = '/opt/signalbox/current/';
  test.each(['signalbox.service', 'signalbox-backup.service'])('%s runs what is installed', (name) => {
    const unit = read(`deploy/${name}`);
    const [, script = '', command] = /^ExecStart=\S+\/node (?:--\S+ )?(\S+) ?(\w+)?$/m.exec(unit) ?? [];
    expect(existsSync(join(root, script.replace(installed, '')))).toBe(true);
    expect(findCommand(command)).not.toBeNull();
    const [, page = ''] = /^Documentation=file:\/\/(\S+)$/m.exec(unit) ?? [];
    expect(existsSync(join(root, page.replace(installed, '')))).toBe(true);
    for (const line of [
      'User=signalbox',
      'ProtectSystem=strict',
      'NoNewPrivileges=yes',
      'LimitCORE=0',
      'UMask=0077',
    ])
      expect(unit.split('\n')).toContain(line);
  });

  test('wrong settings are not tried again, everything else is', () => {
    const unit = read('deploy/signalbox.service').split('\n');
    expect(unit).toEqual(
      expect.arrayContaining(['Restart=on-failure', 'RestartPreventExitStatus=2', 'StartLimitIntervalSec=0']),
    );
  });

  test('what install.sh copies and installs exists', () => {
    const script = read('deploy/install.sh');
    const [, parts = ''] = /^for part in (.+); do$/m.exec(script) ?? [];
    const units = [...script.matchAll(/deploy\/[\w-]+\.(?:service|timer)/g)].map(([path]) => path);
    expect(units).toHaveLength(3);
    for (const path of [...parts.split(' '), ...units])
      expect([path, existsSync(join(root, path))]).toEqual([path, true]);
  });
});

describe('the health check', () => {
  let close = (): void => undefined;
  afterEach(() => close());

  async function given(status: number | null): Promise<number> {
    if (status === null) return 9;
    const server = createServer((request, response) => {
      response.writeHead(request.url === '/healthz' ? status : 404).end('{}');
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    close = () => void server.close();
    return (server.address() as AddressInfo).port;
  }

  test.each([
    ['says that it is ready', 200, 0],
    ['says that it is not', 503, 1],
    ['does not answer', null, 1],
  ])('a bot that %s', async (_, status, code) => {
    const env = { WEB_PORT: String(await given(status)) };
    const ended = await new Promise((done) => {
      execFile(process.execPath, [join(root, 'src/healthcheck.js')], { env, cwd: '/' }, (error) =>
        done(error ? error.code : 0),
      );
    });
    expect(ended).toBe(code);
  });
});
