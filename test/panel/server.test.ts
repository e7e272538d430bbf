import { createHash } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { loadAssets } from '../../src/panel/assets.ts';
import { createDocument } from '../../src/panel/document.ts';
import { createFeed } from '../../src/panel/feed.ts';
import { type PageServer, Refusal, startPageServer } from '../../src/panel/server.ts';

const assets = await loadAssets(['web']);
const document = createDocument({
  title: 'Test',
  assets,
  styles: ['web/tokens.css', 'web/base.css'],
  script: 'web/html.js',
});
const problems: unknown[] = [];
let server: PageServer;

async function given(over: Partial<Parameters<typeof startPageServer>[0]> = {}): Promise<void> {
  server = await startPageServer({
    host: '127.0.0.1',
    port: 0,
    loadPage: async () => ({ document, assets }),
    routes: {
      'GET /api/state': () => ({ json: { fine: true } }),
      'POST /api/echo': async ({ json }) => ({ json: await json() }),
      'GET /files/*': ({ url }) => ({ bytes: Buffer.from(url.pathname), type: 'text/plain' }),
      'POST /api/broken': () => {
        throw new Error('it broke');
      },
    },
    onError: (error) => problems.push(error),
    ...over,
  });
}

afterEach(async () => {
  problems.length = 0;
  await server.close();
});

interface Answer {
  status: number;
  body: string;
  headers: Record<string, string | string[] | undefined>;
}

/** `fetch` does not let one set `Host`, `Origin` or a path with dots. */
function ask(method: string, path: string, headers: Record<string, string> = {}, body = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(server.url);
    const request = httpRequest({ host: '127.0.0.1', port, method, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          body: Buffer.concat(chunks).toString(),
          headers: response.headers,
        }),
      );
    });
    request.on('error', reject);
    request.end(body);
  });
}

const JSON_BODY = { 'content-type': 'application/json' };

test('the page names nothing but this origin, and its policy lets in nothing else', async () => {
  await given();
  const page = await ask('GET', '/');
  expect(page.status).toBe(200);
  const links = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link = '']) => link);
  expect(links.length).toBeGreaterThan(4);
  for (const link of links) expect((await ask('GET', link)).status, link).toBe(200);
  const inline = /<script type="importmap">(.*?)<\/script>/.exec(page.body)?.[1] ?? '';
  const hash = createHash('sha256').update(inline).digest('base64');
  const policy = String(page.headers['content-security-policy']);
  expect(policy).toContain(`script-src 'self' 'sha256-${hash}';`);
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toContain('unsafe');
  const modules: string[] = Object.values(JSON.parse(inline).imports);
  for (const path of modules) {
    expect(await ask('GET', path), path).toMatchObject({
      status: 200,
      headers: { 'content-type': 'text/javascript; charset=utf-8' },
    });
  }
});

test('assets are compressed, kept by the browser, and the only files there are', async () => {
  await given();
  const path = assets.url('web/html.js');
  const zipped = await ask('GET', path, { 'accept-encoding': 'gzip, br' });
  expect(zipped.headers).toMatchObject({
    'content-encoding': 'gzip',
    'cache-control': 'public, max-age=31536000, immutable',
    'x-content-type-options': 'nosniff',
  });
  for (const wrong of ['/assets/x/web/html.js', `${path}/../../../server.ts`, '/package.json', '/../.env'])
    expect((await ask('GET', wrong)).status, wrong).toBe(404);
});

describe('strangers', () => {
  const cases: [given: string, headers: Record<string, string>, status: number][] = [
    ['the page itself', { 'sec-fetch-site': 'same-origin' }, 200],
    ['a script of the user', {}, 200],
    ['another name for this address', { host: 'evil.example' }, 421],
    ['the page of another', { origin: 'https://evil.example' }, 403],
    ['another port of this machine', { origin: 'http://127.0.0.1:1' }, 403],
    ['a sandboxed frame', { origin: 'null' }, 403],
    ['a form of another', { 'sec-fetch-site': 'cross-site' }, 403],
    ['a form', { 'content-type': 'text/plain' }, 415],
  ];
  test.each(cases)('GIVEN a request of %s', async (_, headers, status) => {
    await given();
    expect((await ask('POST', '/api/echo', { ...JSON_BODY, ...headers }, '{"a":1}')).status).toBe(status);
  });

  const names: [host: string, status: number][] = [
    ['localhost:9', 200],
    ['192.168.1.7:8787', 200],
    ['[fd00::7]:8787', 200],
    ['evil.example:8787', 421],
    ['127.0.0.1.evil.example', 421],
    ['localhost.evil.example', 421],
  ];
  test.each(names)('GIVEN the name %s THEN the answer is %i', async (host, status) => {
    await given();
    expect((await ask('GET', '/', { host })).status).toBe(status);
  });
});

test('routes answer JSON and bytes; what goes wrong is a line, and told to the one who runs it', async () => {
  await given();
  expect(JSON.parse((await ask('GET', '/api/state')).body)).toEqual({ fine: true });
  expect((await ask('GET', '/files/a/b')).body).toBe('/files/a/b');
  expect(await ask('POST', '/api/echo', JSON_BODY, '{')).toMatchObject({
    status: 400,
    body: '{"error":"the body is no JSON"}',
  });
  expect((await ask('POST', '/api/none', JSON_BODY)).status).toBe(404);
  expect(problems).toEqual([]);
  expect(await ask('POST', '/api/broken', JSON_BODY)).toMatchObject({ status: 500 });
  expect(problems).toHaveLength(1);
});

test('a route is asked only for who is admitted', async () => {
  await given({
    admit: () => {
      throw new Refusal(401, 'who are you?');
    },
  });
  expect(await ask('GET', '/api/state')).toMatchObject({ status: 401, body: '{"error":"who are you?"}' });
});

test('a feed begins with what there is and goes on with what comes', async () => {
  const feed = createFeed();
  await given({
    routes: {
      'GET /api/events': ({ response }) => {
        feed.add(response, [{ name: 'hello', data: { a: 1 } }]);
        return null;
      },
    },
  });
  const response = await fetch(`${server.url}/api/events`);
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const read = async () => new TextDecoder().decode((await reader.read()).value);
  expect(await read()).toBe('event: hello\ndata: {"a":1}\n\n');
  expect(feed.readers).toBe(1);
  feed.send('news', ['two\nlines']);
  expect(await read()).toBe('event: news\ndata: ["two\\nlines"]\n\n');
  await reader.cancel();
  await expect.poll(() => feed.readers).toBe(0);
  feed.close();
});

test.each(['owner', 'playground'])('what the page %s loads is small', async (page) => {
  expect((await loadAssets(['web', page])).gzippedBytes).toBeLessThan(250_000);
});

describe('GIVEN a body of more than may be sent', () => {
  const LARGE = JSON.stringify({ token: 'x'.repeat(2_000_000) });

  test('THEN it is refused by its announced length, before a byte of it is read', async () => {
    await given();
    const headers = { ...JSON_BODY, 'content-length': '1000000000' };
    expect((await ask('POST', '/api/echo', headers, '{')).status).toBe(413);
  });

  test('THEN it is refused where no length was announced', async () => {
    await given();
    const headers = { ...JSON_BODY, 'transfer-encoding': 'chunked' };
    expect((await ask('POST', '/api/echo', headers, LARGE)).status).toBe(413);
  });

  test('THEN a server that wants files takes it', async () => {
    await given({ maxBodyBytes: 3_000_000 });
    expect((await ask('POST', '/api/echo', JSON_BODY, LARGE)).status).toBe(200);
  });
});

test('a page that could not be read is read again at the next request', async () => {
  let tries = 0;
  await given({
    loadPage: async () => {
      tries += 1;
      if (tries === 1) throw new Error('too many open files');
      return { document, assets };
    },
  });
  expect((await ask('GET', '/')).status).toBe(500);
  expect((await ask('GET', '/')).status).toBe(200);
  await ask('GET', assets.url('web/html.js'));
  expect(tries).toBe(2);
});

test('an address that is none is the fault of who asks', async () => {
  await given();
  expect((await ask('GET', '//')).status).toBe(400);
  expect(problems).toEqual([]);
});
