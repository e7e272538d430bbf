import { request } from 'node:http';
import { startPanelRig, TOKEN } from '../panel/rig.ts';
import { mutateText, pick } from './mutate.ts';
import { Broken, type Target } from './target.ts';

const PATHS = [
  '/',
  '/api/session',
  '/api/login',
  '/api/logout',
  '/api/signals',
  '/api/results',
  '/api/settings',
  '/api/command',
  '/api/agree',
  '/healthz',
  '/metrics',
  '/assets/',
  '/../../etc/passwd',
  '/%2e%2e/%2e%2e/.env',
  '//evil.example/',
];
const BODIES = [
  '{"name":"pause","channel":null}',
  '{"name":"resume"}',
  '{"name":"panic"}',
  '{"id":"1"}',
  '{"token":"wrong"}',
  '',
];
/** Who has not signed in gets these, and what they answer holds nothing. */
const OPEN = /^\/(?:$|api\/session$|api\/login$|assets\/|healthz$)/;

/** Requests to the panel, from strangers and from its owner. */
export const panel: Target = {
  name: 'panel requests',
  batch: 10,
  async open() {
    const rig = await startPanelRig();
    const { url } = rig.panel;
    const signedIn = await fetch(`${url}/api/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token: TOKEN }),
    });
    const owner = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
    return {
      async once(random) {
        const isOwner = random.next() < 0.5;
        const path = random.next() < 0.5 ? pick(random, PATHS) : mutateText(random, pick(random, PATHS));
        const input = {
          method: pick(random, ['GET', 'GET', 'POST', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD']),
          path: encodeUnsafe(path),
          headers: {
            'content-type': pick(random, [
              'application/json',
              'application/json',
              'text/plain',
              'multipart/form-data',
            ]),
            ...(isOwner
              ? { cookie: owner }
              : random.next() < 0.5
                ? { cookie: forged(owner, random.next()) }
                : {}),
            ...(random.next() < 0.2 ? { origin: pick(random, ['http://evil.example', 'null', url]) } : {}),
            ...(random.next() < 0.2
              ? { host: pick(random, ['evil.example', '127.0.0.1', '[::1]', '']) }
              : {}),
          },
          body: random.next() < 0.4 ? pick(random, BODIES) : mutateText(random, pick(random, BODIES)),
        };
        const { status, text } = await ask(url, input);
        if (status >= 500 && status !== 503) throw new Broken(`it answered ${status}: ${text}`, input);
        if (rig.problems.length > 0) throw new Broken(`it failed: ${rig.problems.splice(0)}`, input);
        if (!isOwner && status < 300 && !OPEN.test(URL.parse(input.path, url)?.pathname ?? ''))
          throw new Broken('a stranger was let in', input);
        if (text.includes(TOKEN)) throw new Broken('it told the token', input);
      },
      close: () => rig.close(),
    };
  },
};

/** What Node's own client would not send. */
function encodeUnsafe(path: string): string {
  const text = path.startsWith('/') ? path : `/${path}`;
  return text.replaceAll(/[^\x21-\x7e]/gu, (character) =>
    character.length === 1 && character.charCodeAt(0) >= 0xd800 ? '%ff' : encodeURIComponent(character),
  );
}

/** A cookie as the owner's, with one place changed. */
function forged(cookie: string, share: number): string {
  const at = cookie.indexOf('=') + 1 + Math.floor(share * (cookie.length - cookie.indexOf('=') - 1));
  return `${cookie.slice(0, at)}${cookie[at] === 'A' ? 'B' : 'A'}${cookie.slice(at + 1)}`;
}

interface Input {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
}

function ask(url: string, { method, path, headers, body }: Input): Promise<{ status: number; text: string }> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const asked = request({ hostname, port, method, path, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      const done = (): void => resolve({ status: response.statusCode ?? 0, text });
      response.on('end', done);
      response.on('close', done);
    });
    // It may close the door on a body that it will not read.
    asked.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' || error.code === 'EPIPE'
        ? resolve({ status: 0, text: '' })
        : reject(error),
    );
    asked.end(body);
  });
}
