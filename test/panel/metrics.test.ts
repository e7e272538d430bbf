import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FAMILIES } from '../../src/panel/families.ts';
import { countEvent } from '../../src/telemetry/count-events.ts';
import { aSignal, filledTrade } from '../bot/fakes.ts';
import { aMessage } from '../bot/rig.ts';
import { parseOpenMetrics } from './openmetrics.ts';
import { aHealth, METRICS_TOKEN, type PanelRig, startPanelRig, TOKEN } from './rig.ts';

let made: PanelRig;

beforeEach(async () => {
  made = await startPanelRig();
  made.rig.desk.lastReconciledAt = made.rig.clock.at - 5_000;
});

afterEach(() => made.close());

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${made.panel.url}${path}`, { headers });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

const signIn = (token: string) =>
  fetch(`${made.panel.url}/api/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  });

async function metrics(): Promise<Map<string, number>> {
  const response = await get('/metrics', bearer(METRICS_TOKEN));
  const families = parseOpenMetrics(await response.text());
  return new Map(
    families.flatMap(({ samples }) =>
      samples.map(({ name, labels, value }) => {
        const pairs = Object.entries(labels).map(([label, text]) => `${label}=${text}`);
        return [pairs.length === 0 ? name : `${name}{${pairs.join(',')}}`, value] as const;
      }),
    ),
  );
}

describe('/metrics', () => {
  test.each([
    ['nobody', {}, 401],
    ['a wrong token', bearer('wrong'), 401],
    ['the token in another form', { authorization: `Basic ${METRICS_TOKEN}` }, 401],
    ['the token of the collector', bearer(METRICS_TOKEN), 200],
    ['the token of the panel', bearer(TOKEN), 200],
  ])('is told to %s: %#', async (_, headers, status) => {
    const response = await get('/metrics', headers);
    expect(response.status).toBe(status);
    // What is to be done is told as a whole, though what follows such a name is kept out of every answer.
    if (Object.keys(headers).length === 0)
      expect(await response.json()).toEqual({ error: expect.stringMatching(/Authorization.*Bearer$/) });
    if (status === 200) {
      expect(response.headers.get('content-type')).toBe(
        'application/openmetrics-text; version=1.0.0; charset=utf-8',
      );
    }
  });

  test('whoever guesses is kept out for a while, with the right token, too', async () => {
    for (let guess = 0; guess < 5; guess += 1) await get('/metrics', bearer(`guess-${guess}`));
    expect((await get('/metrics', bearer(METRICS_TOKEN))).status).toBe(429);
    // The owner is let in all the same.
    expect((await signIn(TOKEN)).status).toBe(200);
    made.rig.clock.at += 60_001;
    expect((await get('/metrics', bearer(METRICS_TOKEN))).status).toBe(200);
  });

  test("the collector's token opens nothing else", async () => {
    expect((await get('/api/settings', bearer(METRICS_TOKEN))).status).toBe(401);
    expect((await signIn(METRICS_TOKEN)).status).toBe(401);
  });

  test('every family is told at its place, by what it says of itself', async () => {
    const families = parseOpenMetrics(await (await get('/metrics', bearer(METRICS_TOKEN))).text());
    expect(families.map(({ name, type, unit, help }) => ({ name, type, unit, help }))).toEqual(
      FAMILIES.map(({ name, type, unit, help }) => ({ name, type, unit: unit ?? null, help })),
    );
    const strange = families.flatMap(({ samples, name }) =>
      samples
        .flatMap(({ labels }) => Object.keys(labels))
        .filter(
          (label) => label !== 'le' && !FAMILIES.find((one) => one.name === name)?.labels.includes(label),
        ),
    );
    expect(strange).toEqual([]);
  });

  test('what can be counted is told as nothing before it is counted', async () => {
    const told = await metrics();
    for (const name of [
      'signalbox_signals_total{channel=alpha,result=opened}',
      'signalbox_signals_total{channel=alpha,result=invalid}',
      'signalbox_denials_total{code=daily_loss}',
      'signalbox_confirmations_total{state=expired}',
      'signalbox_orders_total{market=usdm,role=stop,outcome=unknown}',
      'signalbox_cancellations_total{market=usdm,outcome=confirmed}',
      'signalbox_fills_total{market=usdm,role=target}',
      'signalbox_trades_closed_total{market=usdm,channel=alpha,result=win}',
      'signalbox_reconciliation_findings_total{code=position_mismatch}',
      'signalbox_alerts_total{code=stop_lost}',
      'signalbox_incidents_total{part=stream}',
      'signalbox_messages_total{channel=alpha,kind=none}',
    ]) {
      expect(told.get(name), name).toBe(0);
    }
  });

  test('signals, trades, money, exchange and process are told as they are', async () => {
    const { rig } = made;
    rig.meanings.set('long btc', { kind: 'signal', signals: [aSignal()] });
    await rig.parts.intake.created(aMessage(rig.clock, 'long btc'));
    await rig.parts.intake.created(aMessage(rig.clock, 'good morning'));
    rig.desk.answer = () => ({
      kind: 'denied',
      denial: { code: 'cooldown', setting: 'cooldown', numbers: {} },
      checks: [],
    });
    await rig.parts.intake.created(aMessage(rig.clock, 'long btc'));
    const trade = filledTrade();
    rig.desk.open_ = [trade];
    rig.telemetry.prices.heard('usdm', trade.plan.symbol);
    rig.telemetry.timings.record('risk', 3);
    countEvent(rig.telemetry.counters, {
      type: 'recovered',
      cause: 'comparison',
      tookMs: 1,
      crashedAt: null,
      lines: [{ code: 'fill_found', symbol: 'BTCUSDT', numbers: {} }],
    });
    rig.clock.at += 4_000;
    const told = await metrics();
    expect(Object.fromEntries(told)).toMatchObject({
      'signalbox_build_info{version=1.2.3,environment=paper}': 1,
      'signalbox_messages_total{channel=alpha,kind=signal}': 2,
      'signalbox_messages_total{channel=alpha,kind=none}': 1,
      'signalbox_signals_total{channel=alpha,result=opened}': 1,
      'signalbox_signals_total{channel=alpha,result=denied}': 1,
      'signalbox_denials_total{code=cooldown}': 1,
      'signalbox_trades_open{market=usdm,phase=open}': 1,
      signalbox_trades_unprotected: 1,
      'signalbox_reconciliation_findings_total{code=fill_found}': 1,
      signalbox_reconciliation_age_seconds: 9,
      'signalbox_price_age_seconds{market=usdm,symbol=BTCUSDT}': 4,
      'signalbox_request_weight_ratio{market=usdm}': 0.25,
      'signalbox_clock_offset_seconds{market=usdm}': -0.003,
      'signalbox_latency_seconds_bucket{stage=risk,le=0.005}': 1,
      'signalbox_latency_seconds_bucket{stage=risk,le=0.002}': 0,
      'signalbox_latency_seconds_sum{stage=risk}': 0.003,
      signalbox_gateway_ping_seconds: 0.042,
      signalbox_gateway_heartbeat_age_seconds: 7,
    });
    expect(told.get('signalbox_equity{market=usdm}')).toBe(rig.desk.book.equity.toNumber());
    expect(told.get('process_resident_memory_bytes')).toBeGreaterThan(10e6);
    expect(told.get('signalbox_disk_free_bytes')).toBeGreaterThan(0);
  });
});

describe('/healthz', () => {
  const health = async (headers: Record<string, string> = {}) => {
    const response = await get('/healthz', headers);
    return { status: response.status, body: await response.json() };
  };

  test('answers whoever asks for its headers alone, and under any name', async () => {
    const { port } = new URL(made.panel.url);
    for (const asked of ['127.0.0.1', 'signalbox.internal']) {
      const status = await new Promise((resolve, reject) => {
        request(
          { port, path: '/healthz', method: 'HEAD', headers: { host: `${asked}:${port}` } },
          (response) => {
            response.resume();
            resolve(response.statusCode);
          },
        )
          .on('error', reject)
          .end();
      });
      expect(status).toBe(200);
    }
  });

  test('is told to everybody, without figures', async () => {
    expect(await health()).toEqual({ status: 200, body: { status: 'ready', reasons: [] } });
  });

  test.each<[part: string, reason: RegExp, break_: (rig: PanelRig) => void]>([
    ['gateway', /connection to Discord is down/, ({ rig }) => (rig.connection.gatewayUp = false)],
    [
      'streams',
      /no events of the account arrive: usdm/,
      ({ exchanges, rig }) => exchanges.set('usdm', { ...aHealth(rig.clock.at), streamUp: false }),
    ],
    [
      'store',
      /cannot be written/,
      ({ incidents, rig }) =>
        incidents.push({
          part: 'store',
          market: null,
          reason: 'SQLITE_FULL: secret/path',
          since: rig.clock.at,
          healedAt: null,
          healedBy: null,
          restarts: 0,
          escalatedAt: null,
        }),
    ],
    ['reconciliation', /have not been compared yet/, ({ rig }) => (rig.desk.lastReconciledAt = null)],
    ['reconciliation', /last compared 185 s ago/, ({ rig }) => (rig.clock.at += 180_001)],
    ['reconciliation', /does not answer: usdm/, ({ rig }) => (rig.desk.unreachableSince = rig.clock.at)],
  ])('says when it is the %s: %s', async (part, reason, breakIt) => {
    breakIt(made);
    const { status, body } = await health();
    expect(status).toBe(503);
    expect(body).toEqual({ status: 'not ready', reasons: [{ part, reason: expect.stringMatching(reason) }] });
    const told = await metrics();
    expect(told.get('signalbox_ready')).toBe(0);
    expect(told.get(`signalbox_part_ready{part=${part}}`)).toBe(0);
  });
});
