import { expect, test } from 'vitest';
import { parseExact } from '../../../src/trading/binance/json.ts';
import { pageByTime } from '../../../src/trading/binance/paging.ts';
import { createRedactor } from '../../../src/trading/binance/redact.ts';

const PEM = `-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIH0Zl9yqUq0Zl9yqUq0Zl9yqUq0Zl9yqUq0Zl9yqUq0Z
-----END PRIVATE KEY-----`;

test.each([
  ['a key', 'refused KEYKEYKEY!', 'refused …!'],
  ['a secret', 'SECRETSECRET', '…'],
  ['a listen key', 'wss://h/private/ws/LISTENLISTEN closed', 'wss://h/private/ws/… closed'],
  [
    'a query',
    'GET https://fapi.binance.com/fapi/v1/order?symbol=X&signature=ab failed',
    'GET https://fapi.binance.com/fapi/v1/order?… failed',
  ],
  ['a signature alone', 'timestamp=1&signature=abcdef', 'timestamp=1&signature=…'],
  ['a listen key as JSON', '{"listenKey":"other"}', '{"listenKey":"…"}'],
  ['plain text', 'Margin is insufficient.', 'Margin is insufficient.'],
])('%s is taken out of a text', (_name, text, expected) => {
  const redactor = createRedactor('KEYKEYKEY', 'SECRETSECRET');
  redactor.hide('LISTENLISTEN');
  expect(redactor.clean(text)).toBe(expected);
});

test('a PEM key is taken out line by line, its frame is not', () => {
  const redactor = createRedactor('KEYKEYKEY', PEM);
  expect(redactor.clean(`bad ${PEM.split('\n')[1]}`)).toBe('bad …');
  expect(redactor.clean('PRIVATE KEY')).toBe('PRIVATE KEY');
});

test.each([
  ['{"orderId":8389765519993908929}', { orderId: '8389765519993908929' }],
  ['{"a":-8389765519993908929,"b":1}', { a: '-8389765519993908929', b: 1 }],
  ['{"time":1568879465651}', { time: 1568879465651 }],
  ['{"x":1234567890123456.5}', { x: 1234567890123456.5 }],
  ['{"text":"id:8389765519993908929"}', { text: 'id:8389765519993908929' }],
])('%s keeps every digit', (text, expected) => {
  expect(parseExact(text)).toEqual(expected);
});

test.each([
  ['no rows', []],
  ['fewer than a page', [1, 2]],
  ['several pages', [1, 2, 3, 4, 5, 6, 7]],
  ['pages that break inside one instant', [1, 2, 2, 3, 3, 3, 4]],
  ['rows beyond a window', [1, 50, 150, 151, 299]],
])('paging collects each row once: %s', async (_name, times) => {
  const rows = times.map((time, id) => ({ id, time }));
  const found = await pageByTime({
    sinceMs: 0,
    untilMs: 300,
    windowMs: 100,
    limit: 3,
    fetch: async (startMs, endMs) => rows.filter(({ time }) => time >= startMs && time <= endMs).slice(0, 3),
    timeOf: ({ time }) => time,
    idOf: ({ id }) => String(id),
  });
  expect(found).toEqual(rows);
});
