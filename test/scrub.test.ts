import { describe, expect, test } from 'vitest';
import { registerSecret, scrub } from '../src/scrub.ts';

const PEM = '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIAbc\n-----END PRIVATE KEY-----';
const KEY = 'vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A';

describe('scrub', () => {
  const cases: [given: string, then: string][] = [
    ['GET /x?symbol=A&signature=0a1b2c&recvWindow=5', 'GET /x?symbol=A&signature=[redacted]&recvWindow=5'],
    ['wss://h/private?listenKey=abc123', 'wss://h/private?listenKey=[redacted]'],
    ['{"listenKey":"abc123","a":1}', '{"listenKey":"[redacted]","a":1}'],
    [
      '{"msg":"{\\"apiKey\\":\\"abc123\\",\\"b\\":1}"}',
      '{"msg":"{\\"apiKey\\":\\"[redacted]\\",\\"b\\":1}"}',
    ],
    ["headers: { 'X-MBX-APIKEY': 'abc' }", "headers: { 'X-MBX-APIKEY': '[redacted]' }"],
    ["{ token: 'aW50', id: 1 }", "{ token: '[redacted]', id: 1 }"],
    ['X-MBX-APIKEY: abc123', 'X-MBX-APIKEY: [redacted]'],
    ['{"Authorization":"Bot abc.def"}', '{"Authorization":"[redacted]"}'],
    ['Bot MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcDe.abcdefghijklmnopqrstuvwxyz01', '[redacted]'],
    ['MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcDe.abcdefghijklmnopqrstuvwxyz01 is it', '[redacted] is it'],
    ['POST /webhooks/123456789/aB-c_d.e?wait=true', 'POST /webhooks/123456789/[redacted]?wait=true'],
    ['/interactions/123456789/aW50/callback', '/interactions/123456789/[redacted]/callback'],
    ['http://127.0.0.1:8787/?token=s3cr', 'http://127.0.0.1:8787/?token=[redacted]'],
    [`{"a":${JSON.stringify(PEM)},"b":2}`, '{"a":"[redacted]","b":2}'],
    [PEM, '[redacted]'],
    ['{"a":"-----BEGIN PRIVATE KEY-----\\nMC4C","b":2}', '{"a":"[redacted]","b":2}'],
    [`key ${KEY} refused`, 'key [redacted] refused'],
    ['Bot started, signature missing, token refused', 'Bot started, signature missing, token refused'],
  ];
  test.each(cases)('GIVEN %s THEN %s', (given, then) => {
    expect(scrub(given)).toBe(then);
    expect(scrub(then)).toBe(then);
  });

  test('a registered secret is hidden as it is, in JSON and in a URL', () => {
    registerSecret('p"q/\n r+stuvw');
    for (const form of ['p"q/\n r+stuvw', '{"a":"p\\"q/\\n r+stuvw"}', '?x=p%22q%2F%0A%20r%2Bstuvw']) {
      expect(scrub(form)).toContain('[redacted]');
      expect(scrub(form)).not.toContain('stuvw');
    }
  });

  test('the longer of two secrets is hidden whole', () => {
    registerSecret('swordfish');
    registerSecret('swordfish-and-chips');
    expect(scrub('it is swordfish-and-chips')).toBe('it is [redacted]');
  });

  test('a value too short to be a secret hides nothing', () => {
    registerSecret('info');
    expect(scrub('{"level":"info"}')).toBe('{"level":"info"}');
  });

  test('hostile text takes linear time', () => {
    const hostile = ['-----BEGIN A-----', 'Bot ', 'signature=', '/webhooks/1', 'a.', '\\"token\\"'].map(
      (piece) => piece.repeat(100_000 / piece.length),
    );
    const startedAt = performance.now();
    for (const text of hostile) scrub(text);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});
