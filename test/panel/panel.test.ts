import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { closedResult } from '../../src/panel/closed-results.ts';
import { resultsOf } from '../../src/panel/results.ts';
import type { SettingsView } from '../../src/panel/settings-view.ts';
import type { SignalView, WhyView } from '../../src/panel/signals.ts';
import { webToken } from '../../src/panel/web-token.ts';
import { Secret } from '../../src/secret.ts';
import { protectionOf } from '../../src/trading/lifecycle/protection.ts';
import { aChannel, aConfig, anOrder, aSignal, aTrade, d, filledTrade, IDS } from '../bot/fakes.ts';
import { aMessage } from '../bot/rig.ts';
import { type PanelRig, startPanelRig, TOKEN } from './rig.ts';

/** What the rule about the distance of an entry found. */
const NUMBERS = { entry: '60000', mark: '61000', deviationPct: '4.5', limitPct: '3' };

let given: PanelRig;

beforeEach(async () => {
  given = await startPanelRig();
});

afterEach(async () => {
  const { problems } = given;
  await given.close();
  expect(problems).toEqual([]);
});

const get = (path: string, cookie = '') => fetch(`${given.panel.url}${path}`, { headers: { cookie } });

function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${given.panel.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

async function signIn(): Promise<string> {
  const answer = await post('/api/login', { token: TOKEN });
  expect(answer.status).toBe(200);
  return answer.headers.get('set-cookie')?.split(';')[0] ?? '';
}

/** What a command is answered with: `question` where it asks first. */
interface Asked {
  said: string;
  question: { id: string; text: string };
}

async function command(cookie: string, path: string, body: object): Promise<Asked> {
  const answer = await post(path, body, { cookie });
  expect(answer.status).toBe(200);
  return answer.json() as Promise<Asked>;
}

async function shown<T>(path: string, cookie: string): Promise<T> {
  return (await get(path, cookie)).json() as Promise<T>;
}

describe('who may come in', () => {
  const guarded: [method: string, path: string][] = [
    ['GET', '/api/events'],
    ['GET', '/api/signals'],
    ['GET', '/api/why'],
    ['GET', '/api/results'],
    ['GET', '/api/settings'],
    ['POST', '/api/command'],
    ['POST', '/api/agree'],
    ['POST', '/api/logout'],
  ];
  test.each(guarded)('%s %s is refused without a session, and nothing is done', async (method, path) => {
    const cookies = ['', 'signalbox-0=', 'signalbox-0=99999999999999.abc.def', `signalbox-0=${TOKEN}`];
    for (const cookie of cookies) {
      const answer =
        method === 'GET' ? await get(path, cookie) : await post(path, { name: 'pause' }, { cookie });
      expect(answer.status, cookie).toBe(401);
    }
    expect(given.rig.desk.pauses).toEqual([]);
  });

  test('the token gives a cookie that scripts cannot read and other pages cannot send', async () => {
    const answer = await post('/api/login', { token: TOKEN });
    const cookie = answer.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^signalbox-0=[\w.-]+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=2592000$/);
    expect(cookie).not.toContain(TOKEN);
    const [session = ''] = cookie.split(';');
    expect(await (await get('/api/session', session)).json()).toEqual({ signedIn: true });
    expect(await (await get('/api/session')).json()).toEqual({ signedIn: false });
  });

  test('a session ends after 30 days, however its time is rewritten', async () => {
    const cookie = await signIn();
    given.rig.clock.at += 30 * 86_400_000;
    expect((await get('/api/settings', cookie)).status).toBe(401);
    const later = cookie.replace(/=\d+/, `=${given.rig.clock.at + 86_400_000}`);
    expect((await get('/api/settings', later)).status).toBe(401);
  });

  test('signing out takes the cookie away', async () => {
    const answer = await post('/api/logout', {}, { cookie: await signIn() });
    expect(answer.headers.get('set-cookie')).toContain(
      'signalbox-0=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0',
    );
  });

  test('after five wrong tokens in a minute nothing more is tried, not even the right one', async () => {
    for (const token of ['', TOKEN.slice(1), `${TOKEN}x`, 'x', 7]) {
      expect((await post('/api/login', { token })).status).toBe(401);
    }
    expect((await post('/api/login', { token: TOKEN })).status).toBe(429);
    given.rig.clock.at += 60_001;
    await signIn();
  });

  test('another page may neither sign in nor command, even with the cookie', async () => {
    const cookie = await signIn();
    for (const headers of [
      { origin: 'https://evil.example' },
      { 'sec-fetch-site': 'cross-site' },
      { 'content-type': 'text/plain' },
    ] as Record<string, string>[]) {
      const answer = await post('/api/command', { name: 'pause' }, { cookie, ...headers });
      expect([403, 415]).toContain(answer.status);
    }
    expect(given.rig.desk.pauses).toEqual([]);
  });

  test('the page itself is open, says nothing, and lets nothing in from elsewhere', async () => {
    const page = await get('/');
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("form-action 'none'");
    expect(policy).not.toContain('unsafe');
    expect(await page.text()).not.toMatch(/https?:\/\//);
  });
});

interface Followed {
  revisions: { decisions: number };
}

/** The feed of a page: what it begins with, and each overview. */
async function follow(cookie: string) {
  const answer = await get('/api/events', cookie);
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
  const read = async () => new TextDecoder().decode((await reader.read()).value);
  const text = await read();
  let unread = text;
  const next = async (): Promise<Followed> => {
    for (;;) {
      const [event = '', ...rest] = unread.split('\n\n');
      unread = rest.join('\n\n');
      if (event.startsWith('event: overview\n')) return JSON.parse(event.split('data: ')[1] ?? '');
      if (rest.length === 0) unread = event + (await read());
    }
  };
  return { reader, text, next };
}

describe('what it shows', () => {
  test('everything once at the beginning: trades with their protection, health, the log', async () => {
    given.rig.desk.open_ = [filledTrade()];
    given.tail.out.write('{"level":"info","msg":"hello"}\n');
    const { reader, text } = await follow(await signIn());
    await reader.cancel();
    const [first = '', latency = '', log = ''] = text.split('\n\n');
    const overview = JSON.parse(first.split('data: ')[1] ?? '');
    expect(overview).toMatchObject({
      environment: 'paper',
      ready: true,
      dayPnl: '-12.50',
      trades: [{ symbol: 'BTCUSDT', unrealised: '50.00', protection: 'unprotected', channel: 'alpha' }],
      health: { gatewayPingMs: 42, outbox: 0 },
    });
    expect(latency).toMatch(/^event: latency\ndata: \[\{"of":"order","count":0,/);
    expect(overview.storeBytes).toBeGreaterThan(0);
    expect(log).toBe('event: log\ndata: ["{\\"level\\":\\"info\\",\\"msg\\":\\"hello\\"}"]');
  });

  test('what was read lately, what was decided and why, in the reader’s language', async () => {
    const { rig } = given;
    rig.meanings.set('wrong', { kind: 'invalid', reason: 'sl_wrong_side' });
    await rig.parts.intake.created(aMessage(rig.clock, 'good morning'));
    await rig.parts.intake.created(aMessage(rig.clock, 'wrong'));
    const cookie = await signIn();
    const { signals } = await shown<{ signals: SignalView[] }>('/api/signals?language=en', cookie);
    expect(signals).toHaveLength(1);
    expect(signals[0]).toMatchObject({ kind: 'invalid', channel: 'alpha' });
    expect(signals[0]?.link).toContain(IDS.alpha);
    const chinese = await shown<{ signals: SignalView[] }>('/api/signals?language=zh-CN', cookie);
    expect(chinese.signals[0]?.shown).not.toBe(signals[0]?.shown);
  });

  test('of each decision what was read and what every rule found, in the reader’s language', async () => {
    const { rig } = given;
    const denial = { code: 'entry_too_far' as const, setting: 'maxEntryDeviationPct', numbers: NUMBERS };
    rig.desk.answer = () => ({
      kind: 'denied',
      denial,
      checks: [
        { code: 'paused', setting: null, numbers: {}, passed: true, closeness: null },
        { ...denial, passed: false, closeness: 1.5 },
      ],
    });
    rig.meanings.set('long btc', { kind: 'signal', signals: [aSignal()] });
    const message = aMessage(rig.clock, 'long btc');
    await rig.parts.intake.created(message);
    const cookie = await signIn();
    const view = await shown<WhyView>(`/api/why?message=${message.id}&language=en`, cookie);
    expect(view.text).toBe('long btc');
    expect(view.reading.join()).toContain('BTCUSDT');
    expect(view.decision.join()).toContain('entry_too_far');
    expect(view.rules).toHaveLength(1);
    expect(view.rules[0]?.rows).toMatchObject([
      { code: 'entry_too_far', setting: 'maxEntryDeviationPct', passed: false, usedPct: 150 },
      { code: 'paused', setting: null, passed: true, usedPct: null },
    ]);
    expect(view.rules[0]?.unasked).toMatch(/\d+/);
    const chinese = await shown<WhyView>(`/api/why?message=${message.id}&language=zh-CN`, cookie);
    expect(chinese.rules[0]?.rows[0]?.found).not.toBe(view.rules[0]?.rows[0]?.found);
    expect((await get('/api/why?message=1', cookie)).status).toBe(404);
  });

  test('that there is something new to read, each time', async () => {
    const { rig } = given;
    const { reader, next } = await follow(await signIn());
    const before = (await next()).revisions.decisions;
    rig.meanings.set('wrong', { kind: 'invalid', reason: 'sl_wrong_side' });
    await rig.parts.intake.created(aMessage(rig.clock, 'wrong'));
    expect((await next()).revisions.decisions).toBeGreaterThan(before);
    await reader.cancel();
  });

  test('each setting with where it comes from, of every channel too; no address that is a secret', async () => {
    const { rig } = given;
    const config = aConfig({ signals: [aChannel({ trading: { leverage: 7 }, risk: { maxLeverage: 20 } })] });
    rig.setConfig({
      ...config,
      alerts: { ...config.alerts, heartbeatUrl: 'https://beat.example/a-secret' },
    });
    const view = await shown<SettingsView>('/api/settings', await signIn());
    expect(view.risk).toContainEqual({ key: 'maxDailyLossPct', value: '5%', origin: 'default' });
    expect(view.risk).toContainEqual({ key: 'maxLeverage', value: '10x', origin: 'default' });
    expect(view.channels[0]).toMatchObject({ name: 'alpha', channelId: IDS.alpha, maxAge: '1m' });
    expect(view.channels[0]?.rows).toContainEqual({ key: 'maxLeverage', value: '20x', origin: 'channel' });
    expect(view.channels[0]?.rows).toContainEqual({ key: 'leverage', value: '7x', origin: 'channel' });
    expect(view.channels[0]?.rows).toContainEqual({ key: 'entryTimeout', value: '4h', origin: 'default' });
    expect(view.channels[0]?.rows).toContainEqual({ key: 'trailingStop', value: 'none', origin: 'default' });
    expect(view.general).toContainEqual({ key: 'alerts.heartbeatUrl', value: 'https://beat.example/…' });
  });
});

describe('what it lets one do', () => {
  test('pause and resume, by the commands’ own code and into the audit', async () => {
    const { desk, store } = given.rig;
    const cookie = await signIn();
    expect(await command(cookie, '/api/command', { name: 'pause', for: '4h' })).toMatchObject({
      said: expect.stringContaining('aused'),
    });
    expect(desk.pauses).toMatchObject([{ reason: 'user', by: 'panel', channelId: null, detail: '/pause' }]);
    await command(cookie, '/api/command', { name: 'resume' });
    expect(desk.resumed).toEqual([['user']]);
    const audited = [...store.audit.rows.values()].join();
    expect(audited).toContain('"userId":"panel"');
    expect(audited).toContain('/pause for:4h');
    expect(audited).toContain('/resume');
  });

  test('panic after a question, once', async () => {
    const { desk, store } = given.rig;
    const cookie = await signIn();
    const { question } = await command(cookie, '/api/command', { name: 'panic' });
    expect(desk.panics).toBe(0);
    expect(question.text).not.toBe('');
    await command(cookie, '/api/agree', { id: question.id });
    expect(desk.panics).toBe(1);
    expect((await post('/api/agree', { id: question.id }, { cookie })).status).toBe(409);
    expect(desk.panics).toBe(1);
    expect([...store.audit.rows.values()].join()).toContain(`question:${question.id}`);
  });

  test('resuming before the daily limit’s end asks twice', async () => {
    const { desk, clock } = given.rig;
    desk.pauses = [
      {
        reason: 'daily_loss',
        channelId: null,
        since: clock.at,
        until: clock.at + 3_600_000,
        by: null,
        detail: '',
      },
    ];
    const cookie = await signIn();
    const first = await command(cookie, '/api/command', { name: 'resume' });
    const second = await command(cookie, '/api/agree', { id: first.question.id });
    expect(desk.resumed).toEqual([]);
    await command(cookie, '/api/agree', { id: second.question.id });
    expect(desk.resumed).toEqual([['daily_loss']]);
  });

  test('a question does not stay open for ever', async () => {
    const cookie = await signIn();
    const { question } = await command(cookie, '/api/command', { name: 'panic' });
    given.rig.clock.at += 24 * 3_600_000;
    expect((await post('/api/agree', { id: question.id }, { cookie })).status).toBe(409);
    expect(given.rig.desk.panics).toBe(0);
  });

  test.each(['risk', 'close', 'toString', ''])('nothing else: %s', async (name) => {
    expect((await post('/api/command', { name }, { cookie: await signIn() })).status).toBe(404);
  });
});

describe('the token', () => {
  test('is written at the first start for its owner alone, and is the same at the next', async () => {
    const path = join(await mkdtemp(join(tmpdir(), 'token-')), 'data', 'web-token');
    const first = (await webToken(null, path)).reveal();
    expect(first).toMatch(/^[\w-]{43}$/);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await readFile(path, 'utf8')).trim()).toBe(first);
    expect((await webToken(null, path)).reveal()).toBe(first);
    await writeFile(path, 'mine\n', { mode: 0o644 });
    expect((await webToken(null, path)).reveal()).toBe('mine');
    expect((await webToken(new Secret('given'), path)).reveal()).toBe('given');
  });

  test('stays the one that is beside the store, and is written there where it cannot be elsewhere', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'token-'));
    const [path, beside] = [join(folder, 'data', 'web-token'), join(folder, 'store', 'web-token')];
    await writeFile(join(folder, 'data'), 'no folder');
    const first = (await webToken(null, path, beside)).reveal();
    expect((await readFile(beside, 'utf8')).trim()).toBe(first);
    await rm(join(folder, 'data'));
    expect((await webToken(null, path, beside)).reveal()).toBe(first);
  });
});

describe('figures', () => {
  const stop = anOrder({
    role: 'stop',
    action: 'SELL',
    type: 'stop_market',
    triggerPrice: d(58_000),
    price: null,
  });
  const held = filledTrade();
  test.each([
    ['waiting', aTrade()],
    ['unprotected', held],
    ['own_stop', { ...held, userStop: true }],
    ['closing', { ...held, phase: 'closing' as const }],
    [
      'protected',
      { ...held, orders: [...held.orders, { ...stop, clientId: 'stop', status: 'working' as const }] },
    ],
    [
      'unprotected',
      { ...held, orders: [...held.orders, { ...stop, clientId: 'stop', status: 'unknown' as const }] },
    ],
  ])('a trade is %s', (protection, trade) => {
    expect(protectionOf(trade)).toBe(protection);
  });

  test('results add up by trade and by day of the configured timezone', () => {
    const at = Date.UTC(2026, 0, 1, 23, 30);
    const closed = (closedAt: number) => ({ ...filledTrade(), phase: 'closed' as const, closedAt });
    const trades = [closed(at), { ...closed(at + 3_600_000), id: 'next' }, { ...aTrade(), closedAt: at }];
    const results = resultsOf(
      trades.flatMap((trade) => closedResult(trade) ?? []),
      [],
      'UTC',
    );
    expect(results.count).toBe(2);
    expect(results.days).toHaveLength(2);
    expect(results.curve.at(-1)?.value).toBe(results.net);
    expect(
      resultsOf(
        trades.flatMap((trade) => closedResult(trade) ?? []),
        [],
        'Asia/Shanghai',
      ).days,
    ).toHaveLength(1);
  });

  test('a day has the equity at its end, also one without a closed trade', () => {
    const at = Date.UTC(2026, 0, 1);
    const equity = [1, 2, 30].map((hours) => ({ at: at + hours * 3_600_000, equity: d(1_000 + hours) }));
    const results = resultsOf([], equity, 'UTC');
    expect(results.equity.map(({ value }) => value)).toEqual(['1001.00', '1002.00', '1030.00']);
    expect(results.days).toEqual([
      { at, net: '0.00', equity: '1002.00' },
      { at: at + 86_400_000, net: '0.00', equity: '1030.00' },
    ]);
  });
});
