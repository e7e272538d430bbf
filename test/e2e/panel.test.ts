import { readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { freePort } from '../../src/sandbox/free-port.ts';
import { parseOpenMetrics } from '../panel/openmetrics.ts';
import { LONG_BTC, type Rig, startRig } from './rig.ts';

let rig: Rig;

afterEach(() => rig.close());

test('the running bot has its panel: the token is in a file, trades are there, the end is clean', async () => {
  const port = String(await freePort('127.0.0.1', 0));
  // Wherever the store is.
  rig = await startRig({ env: { WEB_PORT: port, STORE_URL: 'sqlite://state/store.sqlite' } });
  const url = `http://127.0.0.1:${port}`;
  await rig.eventually('the panel is open', () => rig.output().includes(`"url":"${url}"`));
  const file = join(rig.folder, 'data', 'web-token');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const token = (await readFile(file, 'utf8')).trim();
  expect(rig.output()).not.toContain(token);

  const signedIn = await fetch(`${url}/api/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  });
  const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
  rig.post(LONG_BTC);
  await rig.eventually('the entry rests', () => rig.resting('BTCUSDT').length > 0);
  rig.price('BTCUSDT', 59_990);
  await rig.eventually('the stop stands', () => rig.stops('BTCUSDT').length > 0);

  const health = await fetch(`${url}/healthz`);
  expect({ status: health.status, body: await health.json() }).toEqual({
    status: 200,
    body: { status: 'ready', reasons: [] },
  });
  const headers = { authorization: `Bearer ${token}` };
  let told = '';
  await rig.eventually('the metrics tell of the trade and of the process', async () => {
    told = await (await fetch(`${url}/metrics`, { headers })).text();
    return (
      /^signalbox_fills_total\{market="usdm",role="entry"\} 1\.0$/m.test(told) &&
      /^signalbox_event_loop_delay_seconds_count [1-9]/m.test(told)
    );
  });
  const families = parseOpenMetrics(told);
  const value = (name: string, labels: Record<string, string> = {}): number | undefined =>
    families
      .flatMap(({ samples }) => samples)
      .find(
        (one) => one.name === name && Object.entries(labels).every(([key, text]) => one.labels[key] === text),
      )?.value;
  expect(value('signalbox_ready')).toBe(1);
  expect(value('signalbox_signals_total', { channel: 'alpha', result: 'opened' })).toBe(1);
  expect(value('signalbox_orders_total', { role: 'entry', outcome: 'confirmed' })).toBe(1);
  expect(value('signalbox_orders_total', { role: 'stop', outcome: 'confirmed' })).toBe(1);
  expect(value('signalbox_fills_total', { role: 'entry' })).toBe(1);
  expect(value('signalbox_latency_seconds_count', { stage: 'order' })).toBe(1);
  expect(value('signalbox_latency_seconds_count', { stage: 'protected' })).toBe(1);
  expect(value('signalbox_store_write_seconds_count')).toBeGreaterThan(2);
  expect(value('signalbox_margin_ratio')).toBeGreaterThanOrEqual(0);
  expect(value('signalbox_price_age_seconds', { symbol: 'BTCUSDT' })).toBeLessThan(60);
  expect(told).not.toContain(token);

  const events = await fetch(`${url}/api/events`, { headers: { cookie } });
  const reader = (events.body as ReadableStream<Uint8Array>).getReader();
  let seen = '';
  await rig.eventually('the panel shows the trade and its stop', async () => {
    const { value } = await reader.read();
    seen += new TextDecoder().decode(value);
    return /"symbol":"BTCUSDT".*"protection":"protected"/.test(seen);
  });
  expect(seen).toContain('event: log');
  expect(seen).not.toContain(token);
  const signals = await fetch(`${url}/api/signals?language=en`, { headers: { cookie } });
  expect(await signals.text()).toContain('"result":"opened"');
  expect(await rig.end('SIGTERM')).toEqual({ code: 0, signal: null });
});

test('a port that is taken costs the panel, not the bot', async () => {
  const other = createServer();
  await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
  const address = other.address();
  const port = typeof address === 'object' && address ? String(address.port) : '';
  rig = await startRig({ env: { WEB_PORT: port } });
  await rig.eventually('it is said', () => rig.output().includes('the panel could not be opened'));
  rig.post(LONG_BTC);
  await rig.eventually('the entry rests', () => rig.resting('BTCUSDT').length > 0);
  expect(await rig.end('SIGTERM')).toEqual({ code: 0, signal: null });
  other.close();
});
