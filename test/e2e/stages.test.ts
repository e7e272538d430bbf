import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { freePort } from '../../src/sandbox/free-port.ts';
import { STAGES } from '../../src/telemetry/timings.ts';
import { parseOpenMetrics } from '../panel/openmetrics.ts';
import { type Rig, startRig } from './rig.ts';

let rig: Rig;

afterEach(() => rig.close());

test('every stage of a signal at market is in the metrics, in the panel and in /status', async () => {
  const port = String(await freePort('127.0.0.1', 0));
  rig = await startRig({ env: { WEB_PORT: port } });
  const url = `http://127.0.0.1:${port}`;
  await rig.eventually('the panel is open', () => rig.output().includes(`"url":"${url}"`));
  const token = (await readFile(join(rig.folder, 'data', 'web-token'), 'utf8')).trim();
  const headers = { authorization: `Bearer ${token}` };

  rig.post('#BTC/USDT LONG market\nTP1: 61500\nTP2: 62000\nSL: 59500');
  let counted: Record<string, number> = {};
  await rig.eventually('the metrics count every stage', async () => {
    const told = await (await fetch(`${url}/metrics`, { headers })).text();
    const samples = parseOpenMetrics(told).flatMap((family) => family.samples);
    const counts = samples.filter(({ name }) => name === 'signalbox_latency_seconds_count');
    counted = Object.fromEntries(counts.map(({ labels, value }) => [labels.stage, value]));
    return STAGES.every((stage) => (counted[stage] ?? 0) > 0);
  });
  expect(counted).toMatchObject({ gateway: 1, parsed: 1, risk: 1, journalled: 1, sent: 1, acknowledged: 1 });
  expect(counted).toMatchObject({ filled: 1, posted: 1, order: 1 });

  const signedIn = await fetch(`${url}/api/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  });
  const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
  const events = await fetch(`${url}/api/events`, { headers: { cookie } });
  const reader = (events.body as ReadableStream<Uint8Array>).getReader();
  let seen = '';
  await rig.eventually('the panel has every stage', async () => {
    const { value } = await reader.read();
    seen += new TextDecoder().decode(value);
    return STAGES.every((stage) => new RegExp(`"of":"${stage}","count":1`).test(seen));
  });
  await reader.cancel();

  const { message } = await rig.command('status');
  const line = message?.content.split('\n').find((one) => one.startsWith('Stages of 24 h'));
  const parts = line?.split(' · ') ?? [];
  expect(parts).toHaveLength(STAGES.length);
  for (const part of parts) expect(part).toMatch(/ [\d.]+ m?s\/[\d.]+ m?s$/);
});
