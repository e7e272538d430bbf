import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { incidentText } from '../../src/bot/alert-view.ts';
import { IncidentPosts } from '../../src/bot/incident-posts.ts';
import { catalogues } from '../../src/bot/locales/index.ts';
import type { Incident } from '../../src/incidents.ts';
import { silentLog } from './fakes.ts';

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

function given() {
  const posted: [kind: string, slot: string, text: string][] = [];
  const posts = {
    texts: () => catalogues.en,
    alert: async (...told: [string, string, string]) => void posted.push(told),
  };
  return { posted, posts: new IncidentPosts(posts, Date.now, silentLog) };
}

function anIncident(over: Partial<Incident>): Incident {
  return {
    part: 'stream',
    market: 'usdm',
    reason: 'silent',
    since: 1_000_000,
    healedAt: null,
    healedBy: null,
    restarts: 0,
    escalatedAt: null,
    ...over,
  };
}

test('an incident is one message, which says at its end how long it took and what has helped', () => {
  const { posts, posted } = given();
  posts.heard(anIncident({}));
  posts.heard(anIncident({ healedAt: 1_003_200, healedBy: 'itself' }));
  const [first, second] = posted;
  expect(first).toMatchObject(['protection', second?.[1], expect.stringContaining('stream was silent;')]);
  expect(second?.[2]).toContain(
    'Connected again and compared with the exchange. Over after 3.2 s, by itself.',
  );
});

test('which market it is, is said where it is not futures', () => {
  const { posts, posted } = given();
  posts.heard(anIncident({ part: 'exchange', market: 'spot' }));
  expect(posted[0]?.[2]).toContain('does not answer (spot)');
});

test('in Chinese nothing of it is set as in English', () => {
  const over = { part: 'exchange', market: 'spot', healedAt: 1_006_000, healedBy: 'itself' } as const;
  expect(incidentText(anIncident(over), catalogues['zh-CN'])).toBe(
    '提醒 · 交易所没有响应（现货）。止损仍在交易所；不会开新仓。\n交易所已恢复响应。历时 6.0 s，自行恢复。',
  );
});

test('a new connection to Discord is routine: told only where it takes longer', async () => {
  const { posts, posted } = given();
  const gateway = { part: 'gateway', market: null } as const;
  posts.heard(anIncident(gateway));
  await vi.advanceTimersByTimeAsync(9_000);
  posts.heard(anIncident({ ...gateway, healedAt: 1_009_000, healedBy: 'itself' }));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(posted).toEqual([]);
  const since = Date.now();
  posts.heard(anIncident({ ...gateway, since }));
  await vi.advanceTimersByTimeAsync(10_000);
  expect(posted.map(([kind, , text]) => [kind, text.includes('connection to Discord is lost')])).toEqual([
    ['warnings', true],
  ]);
  posts.heard(anIncident({ ...gateway, since, healedAt: since + 11_000, healedBy: 'restart' }));
  expect(posted[1]?.[1]).toBe(posted[0]?.[1]);
  expect(posted[1]?.[2]).toContain('by a restart of this part');
});

test('one that comes again and again is told once, and counted in its message; one that lasts is told by itself', async () => {
  const { posts, posted } = given();
  const once = (since: number, tookMs: number): void => {
    vi.setSystemTime(since);
    posts.heard(anIncident({ since }));
    vi.setSystemTime(since + tookMs);
    posts.heard(anIncident({ since, healedAt: since + tookMs, healedBy: 'itself' }));
  };
  once(1_000_000, 300);
  for (let minute = 1; minute <= 60; minute += 1) once(1_000_000 + minute * 60_000, 300);
  expect(new Set(posted.map(([, slot]) => slot)).size).toBe(1);
  expect(posted).toHaveLength(2 + 60);
  expect(posted.at(-1)?.[2]).toContain('Over after 0.3 s, by itself.');
  expect(posted.at(-1)?.[2]).toContain(
    'Since then 60 more, each over within half a minute; the last <t:4600:R>',
  );

  const since = 1_000_000 + 61 * 60_000;
  vi.setSystemTime(since);
  posts.heard(anIncident({ since }));
  await vi.advanceTimersByTimeAsync(29_000);
  expect(posted).toHaveLength(62);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(posted).toHaveLength(63);
  expect(posted.at(-1)?.[1]).not.toBe(posted[0]?.[1]);
  // Another market's is another matter, and after ten quiet minutes it is news again.
  posts.heard(anIncident({ since, market: 'spot' }));
  expect(posted).toHaveLength(64);
  posts.heard(anIncident({ since, healedAt: since + 40_000, healedBy: 'itself' }));
  once(since + 40_000 + 600_000, 300);
  expect(posted).toHaveLength(67);
});

test('a crash is told with what the start has found, not here', () => {
  const { posts, posted } = given();
  posts.heard(anIncident({ part: 'program', healedAt: 2_000_000, healedBy: 'new_start' }));
  expect(posted).toEqual([]);
});
