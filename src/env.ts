import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { type EnvWords, envWords } from './env-words.ts';
import { type LogLevel, logLevels } from './log.ts';
import { registerSecret } from './scrub.ts';
import { Secret } from './secret.ts';
import type { Language } from './terminal-language.ts';

export const binanceEnvironments = ['paper', 'testnet', 'demo', 'live'] as const;
export type BinanceEnvironment = (typeof binanceEnvironments)[number];

export interface Env {
  discord: {
    token: Secret | null;
    /** Without a trailing slash and without a version. */
    apiUrl: string;
  };
  binance: {
    environment: BinanceEnvironment;
    credentials: BinanceCredentials | null;
    /** `http://host:port` or `https://…`, no path; null: Binance's own hosts, or the built-in exchange in `paper`. */
    origin: string | null;
  };
  configPath: string;
  storeUrl: string;
  /** `port` 0: no panel. `token` null: generated. `metricsToken` opens `/metrics` alone, as `token` does, too. */
  web: { host: string; port: number; token: Secret | null; metricsToken: Secret | null };
  logLevel: LogLevel;
}

export interface BinanceCredentials {
  apiKey: Secret;
  /** An HMAC secret, or a PEM private key with real line ends. */
  secret: Secret;
  kind: 'hmac' | 'rsa' | 'ed25519';
}

export type EnvResult = { ok: true; env: Env } | { ok: false; problems: EnvProblem[] };

type Say = (words: EnvWords) => string;

/** What is wrong with one variable; null: with `.env` itself. */
export interface EnvProblem {
  name: string | null;
  say: Say;
}

/** One line each, which names its variable and quotes no secret. */
export function envLines(problems: readonly EnvProblem[], language: Language): string[] {
  const words = envWords[language];
  return problems.map(({ name, say }) => (name === null ? say(words) : words.about(name, say(words))));
}

type Vars = Readonly<Record<string, string | undefined>>;
type ReadFile = (path: string) => string;

/** Reads `.env` where there is one (the real environment wins), then the environment. */
export function loadEnv(vars: Vars = process.env, dotenvPath = '.env'): EnvResult {
  let dotenv: Vars = {};
  try {
    dotenv = parseEnv(readFileSync(dotenvPath, 'utf8'));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (!('code' in error && error.code === 'ENOENT')) {
      return { ok: false, problems: [{ name: null, say: (w) => w.dotenvUnreadable(String(error.message)) }] };
    }
  }
  const result = readEnv({ ...dotenv, ...vars }, (path) => readFileSync(path, 'utf8'));
  if (result.ok) for (const secret of secretsOf(result.env)) registerSecret(secret.reveal());
  return result;
}

/** Whatever is set must be right; whether something is missing depends on what is to run (`missingToRun`). */
export function readEnv(vars: Vars, readFile: ReadFile): EnvResult {
  const problems: EnvProblem[] = [];
  const attempt = <T>(name: string, fallback: T, read: (value: string) => T): T => {
    const value = vars[name]?.trim();
    if (!value) return fallback;
    try {
      return read(value);
    } catch (error) {
      if (!(error instanceof Wrong)) throw error;
      problems.push({ name, say: error.say });
      return fallback;
    }
  };

  const environment = attempt('BINANCE_ENV', 'paper', (value) => oneOf(binanceEnvironments, value));
  const apiKey = attempt('BINANCE_API_KEY', null, oneWord);
  const inline = attempt('BINANCE_API_SECRET', null, apiSecret);
  const fromFile = attempt('BINANCE_API_SECRET_FILE', null, (path) => apiSecret(contentOf(path, readFile)));
  const secret = inline ?? fromFile;
  const given = (name: string) => Boolean(vars[name]?.trim());
  const secretGiven = given('BINANCE_API_SECRET') || given('BINANCE_API_SECRET_FILE');
  if (given('BINANCE_API_SECRET') && given('BINANCE_API_SECRET_FILE')) {
    problems.push({ name: 'BINANCE_API_SECRET', say: (w) => w.bothSecrets() });
  }
  if (given('BINANCE_API_KEY') && !secretGiven) {
    problems.push({ name: 'BINANCE_API_SECRET', say: (w) => w.secretMissing() });
  }
  if (secretGiven && !given('BINANCE_API_KEY')) {
    problems.push({ name: 'BINANCE_API_KEY', say: (w) => w.keyMissing() });
  }

  const env: Env = {
    discord: {
      token: attempt('DISCORD_TOKEN', null, oneWord),
      apiUrl: attempt('DISCORD_API_URL', 'https://discord.com/api', discordApi),
    },
    binance: {
      environment,
      credentials: apiKey && secret ? { apiKey, ...secret } : null,
      origin: attempt('BINANCE_URL', null, origin),
    },
    configPath: attempt('CONFIG', 'config.yaml', String),
    storeUrl: attempt('STORE_URL', 'sqlite://data/signalbox.sqlite', storeUrl),
    web: {
      host: attempt('WEB_HOST', '127.0.0.1', String),
      port: attempt('WEB_PORT', 8787, port),
      token: attempt('WEB_TOKEN', null, oneWord),
      metricsToken: attempt('METRICS_TOKEN', null, oneWord),
    },
    logLevel: attempt('LOG_LEVEL', 'info', (value) => oneOf(logLevels, value)),
  };
  return problems.length === 0 ? { ok: true, env } : { ok: false, problems };
}

/** What `run` cannot do without: a token always, an API key wherever the exchange is Binance's. */
export function missingToRun(env: Env): EnvProblem[] {
  const missing: EnvProblem[] = [];
  if (!env.discord.token) {
    missing.push({ name: 'DISCORD_TOKEN', say: (w) => w.tokenMissing() });
  }
  if (env.binance.environment !== 'paper' && !env.binance.credentials) {
    missing.push({ name: 'BINANCE_API_KEY', say: (w) => w.keysMissing(env.binance.environment) });
  }
  return missing;
}

export function secretsOf(env: Env): Secret[] {
  const { credentials } = env.binance;
  return [
    env.discord.token,
    env.web.token,
    env.web.metricsToken,
    credentials?.apiKey,
    credentials?.secret,
    ...storeSecrets(env.storeUrl),
  ].filter((secret): secret is Secret => secret instanceof Secret);
}

/** Thrown by the readers below; the words go behind the variable's name. */
class Wrong extends Error {
  readonly say: Say;

  constructor(say: Say) {
    super();
    this.say = say;
  }
}

function oneOf<const T extends string>(words: readonly T[], value: string): T {
  const word = words.find((candidate) => candidate === value);
  if (word === undefined) throw new Wrong((w) => w.oneOf(words.join(', '), JSON.stringify(value)));
  return word;
}

function oneWord(value: string): Secret {
  if (/\s/.test(value)) throw new Wrong((w) => w.oneWord());
  return new Secret(value);
}

function apiSecret(text: string): { secret: Secret; kind: BinanceCredentials['kind'] } {
  if (!text.includes('-----BEGIN')) return { secret: oneWord(text), kind: 'hmac' };
  // A PEM on one line, as environment files often hold it.
  const pem = text.replaceAll('\\n', '\n');
  const kind = privateKeyKind(pem);
  if (kind !== 'rsa' && kind !== 'ed25519') {
    throw new Wrong((w) => w.apiSecret());
  }
  return { secret: new Secret(pem), kind };
}

function privateKeyKind(pem: string): string | undefined {
  try {
    return createPrivateKey(pem).asymmetricKeyType;
  } catch {
    // The library's own message is about ASN.1 and helps nobody.
    return undefined;
  }
}

function contentOf(path: string, readFile: ReadFile): string {
  let text: string;
  try {
    text = readFile(path).trim();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'not readable';
    throw new Wrong((w) => w.fileUnreadable(path, code));
  }
  if (text === '') throw new Wrong((w) => w.fileEmpty(path));
  return text;
}

function httpUrl(value: string): URL {
  const url = URL.parse(value);
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new Wrong((w) => w.httpAddress());
  }
  if (url.username || url.password) throw new Wrong((w) => w.noLogin());
  return url;
}

function discordApi(value: string): string {
  const url = httpUrl(value);
  if (url.search || url.hash) throw new Wrong((w) => w.noQuery());
  if (/\/v\d+\/?$/.test(url.pathname)) throw new Wrong((w) => w.noVersion());
  return url.href.replace(/\/+$/, '');
}

function origin(value: string): string {
  const url = httpUrl(value);
  if (url.pathname !== '/' || url.search || url.hash) {
    throw new Wrong((w) => w.origin());
  }
  return url.origin;
}

const STORES = /^(sqlite:\/\/.|(postgres|postgresql|rediss?):\/\/)/;
/** How a schema may be called in PostgreSQL without quotes, and some room for the copy of an earlier format. */
const SCHEMA = /^[a-z_][a-z0-9_]{0,39}$/;
const PREFIX = /^[\w.-]{1,60}$/;

function storeUrl(value: string): string {
  if (!STORES.test(value)) {
    throw new Wrong((w) => w.store());
  }
  if (value.startsWith('sqlite:')) return value;
  const url = URL.parse(value);
  if (!url) throw new Wrong((w) => w.storeUnreadable());
  const schema = url.searchParams.get('schema');
  if (schema !== null && !SCHEMA.test(schema)) {
    throw new Wrong((w) => w.schema());
  }
  const prefix = url.searchParams.get('prefix');
  if (prefix !== null && !PREFIX.test(prefix)) {
    throw new Wrong((w) => w.prefix());
  }
  return value;
}

/** As they stand in the address, and as they are. */
function storeSecrets(storeUrl: string): Secret[] {
  const url = storeUrl.startsWith('sqlite:') ? null : URL.parse(storeUrl);
  if (!url) return [];
  const given = [url.password, ...['password', 'sslpassword'].map((name) => url.searchParams.get(name))];
  return given.flatMap((text) => (text ? [new Secret(text), new Secret(decoded(text))] : []));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function port(value: string): number {
  if (!/^\d{1,5}$/.test(value) || Number(value) > 65_535) {
    throw new Wrong((w) => w.port());
  }
  return Number(value);
}
