import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { type Env, envLines, loadEnv, missingToRun, readEnv } from '../src/env.ts';
import { scrub } from '../src/scrub.ts';
import type { Language } from '../src/terminal-language.ts';

const pemOf = (type: 'ed25519' | 'rsa' | 'ec') => {
  const pair =
    type === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : type === 'ec'
        ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
        : generateKeyPairSync('ed25519');
  return {
    private: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    public: pair.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
};
const ed25519 = pemOf('ed25519');
const files: Record<string, string> = {
  '/run/secret': 'from-the-file\n',
  '/run/key.pem': ed25519.private,
  '/run/empty': '\n',
};

function readFile(path: string): string {
  const text = files[path];
  if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
  return text;
}

function good(vars: Record<string, string>): Env {
  const result = readEnv(vars, readFile);
  if (!result.ok) throw new Error(envLines(result.problems, 'en').join('\n'));
  return result.env;
}

function problems(vars: Record<string, string>, language: Language = 'en'): string[] {
  const result = readEnv(vars, readFile);
  return result.ok ? [] : envLines(result.problems, language);
}

describe('readEnv', () => {
  test('an empty environment gives the documented defaults', () => {
    expect(good({})).toEqual({
      discord: { token: null, apiUrl: 'https://discord.com/api' },
      binance: { environment: 'paper', credentials: null, origin: null },
      configPath: 'config.yaml',
      storeUrl: 'sqlite://data/signalbox.sqlite',
      web: { host: '127.0.0.1', port: 8787, token: null, metricsToken: null },
      logLevel: 'info',
    });
  });

  test('an empty value counts as not set', () => {
    expect(good({ BINANCE_ENV: '', WEB_PORT: ' ', DISCORD_TOKEN: '' })).toEqual(good({}));
  });

  test('values are taken, trimmed and normalised', () => {
    const env = good({
      DISCORD_TOKEN: ' abc.def.ghi\n',
      DISCORD_API_URL: 'http://127.0.0.1:4000/api/',
      BINANCE_ENV: 'live',
      BINANCE_API_KEY: 'key',
      BINANCE_API_SECRET: 'hmac-secret',
      BINANCE_URL: 'http://127.0.0.1:4001/',
      CONFIG: '/etc/signalbox.yaml',
      STORE_URL: 'sqlite:///var/lib/signalbox.sqlite',
      WEB_HOST: '0.0.0.0',
      WEB_PORT: '0',
      WEB_TOKEN: 'panel',
      LOG_LEVEL: 'debug',
    });
    expect(env.discord.token?.reveal()).toBe('abc.def.ghi');
    expect(env.discord.apiUrl).toBe('http://127.0.0.1:4000/api');
    expect(env.binance.environment).toBe('live');
    expect(env.binance.credentials?.apiKey.reveal()).toBe('key');
    expect(env.binance.credentials?.secret.reveal()).toBe('hmac-secret');
    expect(env.binance.credentials?.kind).toBe('hmac');
    expect(env.binance.origin).toBe('http://127.0.0.1:4001');
    expect(env.configPath).toBe('/etc/signalbox.yaml');
    expect(env.storeUrl).toBe('sqlite:///var/lib/signalbox.sqlite');
    expect(env.web).toMatchObject({ host: '0.0.0.0', port: 0 });
    expect(env.logLevel).toBe('debug');
  });

  test('the secret comes from a file where one is named', () => {
    const env = good({ BINANCE_API_KEY: 'key', BINANCE_API_SECRET_FILE: '/run/secret' });
    expect(env.binance.credentials?.secret.reveal()).toBe('from-the-file');
  });

  test.each([
    ['an Ed25519 key', ed25519.private, 'ed25519'],
    ['an Ed25519 key on one line', ed25519.private.replaceAll('\n', '\\n'), 'ed25519'],
    ['an RSA key', pemOf('rsa').private, 'rsa'],
  ])('%s is recognised and given back with real line ends', (_, pem, kind) => {
    const { credentials } = good({ BINANCE_API_KEY: 'key', BINANCE_API_SECRET: pem }).binance;
    expect(credentials?.kind).toBe(kind);
    expect(credentials?.secret.reveal()).toContain('-----BEGIN PRIVATE KEY-----\n');
  });

  const wrong: [given: string, vars: Record<string, string>, then: RegExp][] = [
    [
      'LIVE in capitals',
      { BINANCE_ENV: 'LIVE' },
      /^BINANCE_ENV must be one of paper, testnet, demo, live, not "LIVE"$/,
    ],
    ['another word', { BINANCE_ENV: 'production' }, /^BINANCE_ENV must/],
    ['a key without its secret', { BINANCE_API_KEY: 'k' }, /^BINANCE_API_SECRET is missing/],
    ['a secret without its key', { BINANCE_API_SECRET: 's' }, /^BINANCE_API_KEY is missing/],
    [
      'a secret with a space',
      { BINANCE_API_KEY: 'k', BINANCE_API_SECRET: 'a b' },
      /^BINANCE_API_SECRET must not contain/,
    ],
    [
      'a public key',
      { BINANCE_API_KEY: 'k', BINANCE_API_SECRET: ed25519.public },
      /^BINANCE_API_SECRET must be an HMAC/,
    ],
    [
      'an EC key',
      { BINANCE_API_KEY: 'k', BINANCE_API_SECRET: pemOf('ec').private },
      /^BINANCE_API_SECRET must be an HMAC/,
    ],
    [
      'a broken PEM',
      { BINANCE_API_KEY: 'k', BINANCE_API_SECRET: '-----BEGIN PRIVATE KEY-----\nx' },
      /^BINANCE_API_SECRET must be/,
    ],
    [
      'a file that is not there',
      { BINANCE_API_KEY: 'k', BINANCE_API_SECRET_FILE: '/no' },
      /^BINANCE_API_SECRET_FILE names a file that cannot be read \(ENOENT\): \/no$/,
    ],
    [
      'an empty file',
      { BINANCE_API_KEY: 'k', BINANCE_API_SECRET_FILE: '/run/empty' },
      /^BINANCE_API_SECRET_FILE names an empty file/,
    ],
    [
      'secret and file',
      { BINANCE_API_KEY: 'k', BINANCE_API_SECRET: 's', BINANCE_API_SECRET_FILE: '/run/secret' },
      /both set/,
    ],
    ['a path in BINANCE_URL', { BINANCE_URL: 'http://h:1/fapi' }, /^BINANCE_URL must be one origin/],
    ['a WebSocket in BINANCE_URL', { BINANCE_URL: 'ws://h:1' }, /^BINANCE_URL must be an address/],
    ['a bare host', { BINANCE_URL: 'localhost:1' }, /^BINANCE_URL must be an address/],
    ['a password in the address', { BINANCE_URL: 'http://u:p4ss@h:1' }, /^BINANCE_URL must not carry/],
    [
      'a version in DISCORD_API_URL',
      { DISCORD_API_URL: 'https://discord.com/api/v10' },
      /^DISCORD_API_URL must end before/,
    ],
    ['a token with a space', { DISCORD_TOKEN: 'Bot abc' }, /^DISCORD_TOKEN must not contain/],
    ['another store', { STORE_URL: 'mysql://localhost/db' }, /^STORE_URL must look like/],
    ['a password that is not encoded', { STORE_URL: 'postgres://u:p4ss/w@h/db' }, /^STORE_URL is no address/],
    [
      'a schema that must be quoted',
      { STORE_URL: 'postgres://u:p4ss@h/db?schema=My-Bot' },
      /^STORE_URL has a schema that is none/,
    ],
    ['a prefix with spaces', { STORE_URL: 'redis://:p4ss@h?prefix=a%20b' }, /^STORE_URL has a prefix/],
    ['a port too high', { WEB_PORT: '65536' }, /^WEB_PORT must be a port/],
    ['a port in words', { WEB_PORT: '80a' }, /^WEB_PORT must be a port/],
    ['an unknown log level', { LOG_LEVEL: 'loud' }, /^LOG_LEVEL must be one of fatal, error/],
  ];
  test.each(wrong)('GIVEN %s THEN one line names the variable', (_, vars, then) => {
    const lines = problems(vars);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(then);
    expect(lines[0]).not.toMatch(/\n|p4ss|BEGIN/);
    const [chinese] = problems(vars, 'zh-CN');
    expect(chinese).toMatch(new RegExp(`^${lines[0]?.split(' ')[0]}：.*[\\u4e00-\\u9fff]`));
    expect(chinese).not.toMatch(/\n|p4ss|BEGIN/);
  });

  test('every problem is told at once', () => {
    expect(problems({ BINANCE_ENV: 'x', WEB_PORT: 'x', LOG_LEVEL: 'x' })).toHaveLength(3);
  });

  test('secrets do not print', () => {
    const env = good({
      DISCORD_TOKEN: 'tok-tok-tok',
      BINANCE_API_KEY: 'kkk-kkk',
      BINANCE_API_SECRET: 'sss-sss',
      WEB_TOKEN: 'web-web',
    });
    const printed = `${inspect(env, { depth: 9, showHidden: true })}${JSON.stringify(env)}${env.discord.token}`;
    expect(printed).not.toMatch(/tok-tok|kkk|sss-|web-web/);
  });
});

describe('missingToRun', () => {
  test.each([
    ['paper without a token', {}, [/^DISCORD_TOKEN is missing/]],
    ['paper with a token', { DISCORD_TOKEN: 't' }, []],
    ['testnet without a key', { DISCORD_TOKEN: 't', BINANCE_ENV: 'testnet' }, [/^BINANCE_API_KEY .*testnet/]],
    [
      'live with everything',
      { DISCORD_TOKEN: 't', BINANCE_ENV: 'live', BINANCE_API_KEY: 'k', BINANCE_API_SECRET: 's' },
      [],
    ],
  ] as [string, Record<string, string>, RegExp[]][])('GIVEN %s', (_, vars, then) => {
    const missing = missingToRun(good(vars));
    const lines = envLines(missing, 'en');
    for (const line of envLines(missing, 'zh-CN')) expect(line).toMatch(/^[A-Z_]+：.*缺少/);
    expect(lines).toHaveLength(then.length);
    for (const [index, pattern] of then.entries()) expect(lines[index]).toMatch(pattern);
  });
});

describe('loadEnv', () => {
  const folders: string[] = [];
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  });

  function dotenv(text: string): string {
    const folder = mkdtempSync(join(tmpdir(), 'signalbox-env-'));
    folders.push(folder);
    writeFileSync(join(folder, '.env'), text);
    return join(folder, '.env');
  }

  test('the real environment wins over .env, which wins over the default', () => {
    const path = dotenv('BINANCE_ENV=demo\nWEB_PORT=9000\n');
    const result = loadEnv({ BINANCE_ENV: 'testnet' }, path);
    expect(result).toMatchObject({
      ok: true,
      env: { binance: { environment: 'testnet' }, web: { port: 9000 } },
    });
  });

  test('a PEM over several quoted lines of .env is read', () => {
    const path = dotenv(`BINANCE_API_KEY=k\nBINANCE_API_SECRET="${ed25519.private}"\n`);
    expect(loadEnv({}, path)).toMatchObject({
      ok: true,
      env: { binance: { credentials: { kind: 'ed25519' } } },
    });
  });

  test('no .env is no problem', () => {
    expect(loadEnv({}, join(tmpdir(), 'signalbox-no-such-folder', '.env')).ok).toBe(true);
  });

  test('what was loaded is hidden from the log from then on', () => {
    loadEnv({ DISCORD_TOKEN: 'not-token-shaped-at-all' }, '/nowhere/.env');
    expect(scrub('it is not-token-shaped-at-all')).toBe('it is [redacted]');
  });
});

test('.env.example names every variable that readEnv reads, and no other', () => {
  const named = readFileSync(new URL('../.env.example', import.meta.url), 'utf8').matchAll(/^#?([A-Z_]+)=/gm);
  const read = new Set<string>();
  readEnv(new Proxy<Record<string, string>>({}, { get: (_, name) => void read.add(String(name)) }), readFile);
  expect([...named].map(([, name]) => name).sort()).toEqual([...read].sort());
});
