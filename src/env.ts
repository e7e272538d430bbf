import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { type LogLevel, logLevels } from './log.ts';
import { registerSecret } from './scrub.ts';
import { Secret } from './secret.ts';

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

/** Problems are one line each, name their variable and quote no secret. */
export type EnvResult = { ok: true; env: Env } | { ok: false; problems: string[] };

type Vars = Readonly<Record<string, string | undefined>>;
type ReadFile = (path: string) => string;

/** Reads `.env` where there is one (the real environment wins), then the environment. */
export function loadEnv(vars: Vars = process.env, dotenvPath = '.env'): EnvResult {
  let dotenv: Vars = {};
  try {
    dotenv = parseEnv(readFileSync(dotenvPath, 'utf8'));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) {
      return { ok: false, problems: [`.env cannot be read: ${reason(error)}`] };
    }
  }
  const result = readEnv({ ...dotenv, ...vars }, (path) => readFileSync(path, 'utf8'));
  if (result.ok) for (const secret of secretsOf(result.env)) registerSecret(secret.reveal());
  return result;
}

/** Whatever is set must be right; whether something is missing depends on what is to run (`missingToRun`). */
export function readEnv(vars: Vars, readFile: ReadFile): EnvResult {
  const problems: string[] = [];
  const attempt = <T>(name: string, fallback: T, read: (value: string) => T): T => {
    const value = vars[name]?.trim();
    if (!value) return fallback;
    try {
      return read(value);
    } catch (error) {
      problems.push(`${name} ${reason(error)}`);
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
    problems.push('BINANCE_API_SECRET and BINANCE_API_SECRET_FILE are both set: keep one of them');
  }
  if (given('BINANCE_API_KEY') && !secretGiven) {
    problems.push('BINANCE_API_SECRET is missing: BINANCE_API_KEY is set and needs it');
  }
  if (secretGiven && !given('BINANCE_API_KEY')) {
    problems.push('BINANCE_API_KEY is missing: its secret is set');
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

/** What `run` cannot do without, one line each: a token always, an API key wherever the exchange is Binance's. */
export function missingToRun(env: Env): string[] {
  const missing: string[] = [];
  if (!env.discord.token) {
    missing.push(
      'DISCORD_TOKEN is missing: create a bot at https://discord.com/developers and copy its token',
    );
  }
  if (env.binance.environment !== 'paper' && !env.binance.credentials) {
    missing.push(`BINANCE_API_KEY and BINANCE_API_SECRET are missing: ${env.binance.environment} needs both`);
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

/** Thrown by the readers below; the message goes behind the variable's name. */
class Wrong extends Error {}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function oneOf<const T extends string>(words: readonly T[], value: string): T {
  const word = words.find((candidate) => candidate === value);
  if (word === undefined) throw new Wrong(`must be one of ${words.join(', ')}, not ${JSON.stringify(value)}`);
  return word;
}

function oneWord(value: string): Secret {
  if (/\s/.test(value)) throw new Wrong('must not contain spaces or line breaks');
  return new Secret(value);
}

function apiSecret(text: string): { secret: Secret; kind: BinanceCredentials['kind'] } {
  if (!text.includes('-----BEGIN')) return { secret: oneWord(text), kind: 'hmac' };
  // A PEM on one line, as environment files often hold it.
  const pem = text.replaceAll('\\n', '\n');
  const kind = privateKeyKind(pem);
  if (kind !== 'rsa' && kind !== 'ed25519') {
    throw new Wrong('must be an HMAC secret or an unencrypted Ed25519 or RSA private key in PEM form');
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
    throw new Wrong(`names a file that cannot be read (${code}): ${path}`);
  }
  if (text === '') throw new Wrong(`names an empty file: ${path}`);
  return text;
}

function httpUrl(value: string): URL {
  const url = URL.parse(value);
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new Wrong('must be an address that begins with http:// or https://');
  }
  if (url.username || url.password) throw new Wrong('must not carry a user name or password');
  return url;
}

function discordApi(value: string): string {
  const url = httpUrl(value);
  if (url.search || url.hash) throw new Wrong('must not have a query or a fragment');
  if (/\/v\d+\/?$/.test(url.pathname))
    throw new Wrong('must end before the version (the client appends /v10)');
  return url.href.replace(/\/+$/, '');
}

function origin(value: string): string {
  const url = httpUrl(value);
  if (url.pathname !== '/' || url.search || url.hash) {
    throw new Wrong('must be one origin such as http://127.0.0.1:8080, without a path');
  }
  return url.origin;
}

const STORES = /^(sqlite:\/\/.|(postgres|postgresql|rediss?):\/\/)/;
/** How a schema may be called in PostgreSQL without quotes, and some room for the copy of an earlier format. */
const SCHEMA = /^[a-z_][a-z0-9_]{0,39}$/;
const PREFIX = /^[\w.-]{1,60}$/;

function storeUrl(value: string): string {
  if (!STORES.test(value)) {
    throw new Wrong(
      'must look like sqlite://data/signalbox.sqlite, postgres://user:password@host/database or redis://:password@host',
    );
  }
  if (value.startsWith('sqlite:')) return value;
  const url = URL.parse(value);
  if (!url)
    throw new Wrong('is no address that can be read: encode the password as in a link (@ is %40, / is %2F)');
  const schema = url.searchParams.get('schema');
  if (schema !== null && !SCHEMA.test(schema)) {
    throw new Wrong('has a schema that is none: small letters, digits and underscores, at most 40');
  }
  const prefix = url.searchParams.get('prefix');
  if (prefix !== null && !PREFIX.test(prefix)) {
    throw new Wrong('has a prefix that is none: letters, digits, dots, hyphens and underscores, at most 60');
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
    throw new Wrong('must be a port from 1 to 65535, or 0 for no panel');
  }
  return Number(value);
}
