import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Secret } from '../secret.ts';
import { Refusal } from './server.ts';

/** Who may come in: whoever has shown the token, remembered by a cookie that the page itself cannot read. */
export interface Login {
  isSignedIn(request: IncomingMessage): boolean;
  /** The cookie for who knows the token; throws a `Refusal` for who does not, or has tried too often. */
  signIn(request: IncomingMessage, token: string): string;
  /** The cookie that ends it. */
  signOut(): string;
  /** For whoever brings the token, or this other one, in `Authorization: Bearer …`; throws as `signIn` does. */
  admitBearer(request: IncomingMessage, other: Secret | null): void;
}

export interface LoginOptions {
  token: Secret;
  /** Cookies hold for every port of a host: two panels must not end each other's sessions. */
  port: number;
  now(): number;
}

const SESSION_MS = 30 * 86_400_000;
const TRIES = 5;
const TRIES_WITHIN_MS = 60_000;
/** Addresses whose failures are remembered. */
const REMEMBERED = 1_000;

/** Sessions are signed with the token and kept nowhere: they outlive a restart, and end when the token changes. */
export function createLogin({ token, port, now }: LoginOptions): Login {
  const name = `signalbox-${port}`;
  /** By address: when its last attempts failed. */
  const failures = new Map<string, number[]>();
  const cookie = (value: string, seconds: number): string =>
    `${name}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${seconds}`;
  const sign = (text: string): string =>
    createHmac('sha256', token.reveal()).update(`panel session ${text}`).digest('base64url');

  function lately(address: string): number[] {
    return (failures.get(address) ?? []).filter((at) => at > now() - TRIES_WITHIN_MS);
  }

  function failed(address: string): void {
    const times = [...lately(address), now()];
    failures.delete(address);
    failures.set(address, times);
    if (failures.size > REMEMBERED) failures.delete(failures.keys().next().value ?? address);
  }

  /** A collector that brings a wrong token all day must not keep the owner out: ways in are counted apart. */
  function judge(request: IncomingMessage, way: string, given: string, right: readonly Secret[]): void {
    const address = `${way} ${request.socket.remoteAddress ?? ''}`;
    if (lately(address).length >= TRIES) {
      throw new Refusal(429, 'too many wrong tokens: try again in a minute');
    }
    if (!right.map((one) => isSame(given, one.reveal())).includes(true)) {
      failed(address);
      throw new Refusal(401, 'that is not the token');
    }
    failures.delete(address);
  }

  return {
    isSignedIn(request) {
      const value = cookieOf(request, name);
      const [, until = '', salt = '', signature = ''] = /^(\d+)\.([\w-]+)\.([\w-]+)$/.exec(value) ?? [];
      return isSame(signature, sign(`${until}.${salt}`)) && Number(until) > now();
    },
    signIn(request, given) {
      judge(request, 'page', given, [token]);
      const session = `${now() + SESSION_MS}.${randomBytes(12).toString('base64url')}`;
      return cookie(`${session}.${sign(session)}`, SESSION_MS / 1_000);
    },
    signOut: () => cookie('', 0),
    admitBearer(request, other) {
      const [, given] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
      if (given === undefined)
        throw new Refusal(401, 'bring the token in the header Authorization, behind the word Bearer');
      judge(request, 'metrics', given, other ? [token, other] : [token]);
    },
  };
}

function cookieOf(request: IncomingMessage, name: string): string {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
}

/** Takes as long for a near miss as for a far one. */
function isSame(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
