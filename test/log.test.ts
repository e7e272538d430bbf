import { describe, expect, test } from 'vitest';
import { createLog, describeError, type Log } from '../src/log.ts';
import { registerSecret } from '../src/scrub.ts';

function capture(): { log: Log; lines: string[] } {
  const lines: string[] = [];
  return { log: createLog('trace', { write: (line) => void lines.push(line) }), lines };
}

describe('the log', () => {
  test('writes one JSON line with level, time and message', () => {
    const { log, lines } = capture();
    log.info({ symbol: 'BTCUSDT' }, 'hello');
    expect(lines).toHaveLength(1);
    expect(lines[0]?.endsWith('\n')).toBe(true);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'info', symbol: 'BTCUSDT', msg: 'hello' });
  });

  test('stays silent below its level', () => {
    const lines: string[] = [];
    const log = createLog('warn', { write: (line) => void lines.push(line) });
    log.info('no');
    log.warn('yes');
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual(['yes']);
  });

  test('a secret leaves by no road: message, field, nested field, child, error, error cause', () => {
    registerSecret('correct-horse-battery');
    const { log, lines } = capture();
    log.info('it is correct-horse-battery');
    log.info({ a: { b: { c: ['correct-horse-battery'] } } });
    log.info({ token: 'x1', nested: { secret: 'x2', apiKey: 'x3' } });
    log.child({ who: 'correct-horse-battery' }).warn('child');
    log.error(new Error('outer', { cause: new Error('correct-horse-battery') }));
    log.error({ err: new Error(`GET https://h/x?signature=deadbeef`) }, 'failed');
    const all = lines.join('');
    expect(all).not.toMatch(/correct-horse|x1|x2|x3|deadbeef/);
    for (const line of lines) expect(() => JSON.parse(line)).not.toThrow();
  });

  test('an HTTP client error keeps message and code, and loses request, headers and config', () => {
    const error = Object.assign(new Error('timeout of 12000ms exceeded'), {
      code: 'ECONNABORTED',
      config: { headers: { 'X-MBX-APIKEY': 'k' }, url: 'https://h/?signature=s' },
      request: { path: '/secret' },
    });
    const { log, lines } = capture();
    log.error({ err: error }, 'failed');
    expect(lines[0]).toContain('ECONNABORTED');
    expect(lines[0]).not.toMatch(/config|request|X-MBX|secret/);
  });
});

describe('describeError', () => {
  test.each([
    [
      'a plain object, as the SDK throws',
      { code: -2010, message: 'no', requestUrl: 'u' },
      { type: 'object', message: 'no', code: -2010 },
    ],
    ['a string', 'boom', { type: 'string', message: 'boom' }],
    ['nothing', undefined, { type: 'undefined', message: 'undefined' }],
  ])('GIVEN %s THEN only name, message and code', (_, thrown, then) => {
    expect(describeError(thrown)).toEqual(then);
  });

  test('a chain of causes that loops ends', () => {
    const error: Error & { cause?: unknown } = new Error('loop');
    error.cause = error;
    expect(JSON.stringify(describeError(error)).match(/"loop"/g)).toHaveLength(5);
  });
});
