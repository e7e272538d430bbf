import type { Page } from 'playwright-core';
import { DURATIONS } from '../../src/telemetry/timings.ts';
import { anOrder, aSignal, aTrade, d, filledTrade, snowflake } from '../bot/fakes.ts';
import { aMessage, aWorld } from '../bot/rig.ts';
import { aHealth, type PanelRig, startPanelRig } from '../panel/rig.ts';
import { openChromium } from './chromium.ts';
import { watchedPage } from './watched.ts';

/** The panel of a busy bot in a browser. */
export interface PanelPage extends PanelRig {
  page: Page;
  complaints: string[];
}

/** What the rules found of the signal that was denied. */
const CHECKS = [
  {
    code: 'entry_too_far',
    setting: 'maxEntryDeviationPct',
    numbers: { entry: '60000', mark: '62550', deviationPct: '4.08', limitPct: '3' },
    passed: false,
    closeness: 1.36,
  },
  ...(['paused', 'duplicate_signal', 'symbol_halted', 'foreign_position', 'no_stop'] as const).map(
    (code) => ({
      code,
      setting: null,
      numbers: {},
      passed: true,
      closeness: null,
    }),
  ),
  {
    code: 'daily_loss',
    setting: 'maxDailyLossPct',
    numbers: { lossPct: '0.13', limitPct: '5', scope: 'account' },
    passed: true,
    closeness: 0.026,
  },
  {
    code: 'stop_too_far',
    setting: 'maxStopDistancePct',
    numbers: { distancePct: '3.33', limitPct: '25' },
    passed: true,
    closeness: 0.13,
  },
] as const;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export async function openPanel(
  options: { width?: number; height?: number; scale?: number } = {},
): Promise<PanelPage> {
  const world = aWorld();
  const { desk, clock, meanings } = world;
  const stop = anOrder({
    role: 'stop',
    action: 'SELL',
    type: 'stop_market',
    clientId: 'stop',
    status: 'working',
    triggerPrice: d(59_000),
    price: null,
  });
  const held = filledTrade();
  const waiting = aTrade();
  desk.open_ = [
    { ...held, orders: [...held.orders, stop] },
    { ...waiting, id: 'waiting', plan: { ...waiting.plan, symbol: 'ETHUSDT', side: 'short' } },
  ];
  desk.closed = [1, -1, 2, 3, -2, 1, 2].map((result, day) => {
    const [fill] = held.fills;
    if (!fill) throw new Error('a filled trade has a fill');
    const price = d(60_000 + result * 800);
    const sale = { ...fill, tradeId: `sale${day}`, clientId: `sale${day}`, action: 'SELL' as const, price };
    return {
      ...held,
      id: `closed${day}`,
      phase: 'closed' as const,
      fills: [...held.fills, sale],
      closedAt: clock.at - (7 - day) * DAY_MS,
    };
  });
  const worth = [0, 80, 40, 120, 300, 180, 260, 310];
  const points = Array.from({ length: 7 * 24 }, (_, hour) => ({
    at: clock.at - (7 * 24 - hour) * HOUR_MS,
    equity: d((10_000 + (worth[Math.floor(hour / 24)] ?? 0) + 40 * Math.sin(hour / 3)).toFixed(2)),
  }));
  const given = await startPanelRig(world, points);
  desk.lastReconciledAt = clock.at - 20_000;
  given.rig.connection.exchange = {
    ...aHealth(clock.at),
    weightUsed: 0.04,
    streams: [{ market: 'usdm', up: true, lastEventAt: clock.at - 2_000 }],
  };
  for (const [place, of] of DURATIONS.entries())
    for (let count = 0; count < 60; count += 1)
      given.rig.telemetry.timings.record(of, 0.4 * 1.9 ** place * (1 + (count % 9) / 4));
  meanings.set('wrong', { kind: 'invalid', reason: 'sl_wrong_side' });
  await given.rig.parts.intake.created(aMessage(clock, 'wrong', { id: snowflake(clock.at) }));
  const [tooFar] = CHECKS;
  desk.answer = () => ({ kind: 'denied', denial: tooFar, checks: [...CHECKS] });
  meanings.set('long btc', { kind: 'signal', signals: [aSignal()] });
  clock.at += 1_000;
  await given.rig.parts.intake.created(aMessage(clock, 'long btc', { id: snowflake(clock.at) }));
  given.tail.out.write('{"level":"info","time":"2026-01-01T12:00:00.000Z","msg":"ready","readyMs":412}\n');
  given.tail.out.write('{"level":"warn","time":"2026-01-01T12:00:01.000Z","msg":"discord: rate limited"}\n');
  const complaints: string[] = [];
  const browser = await openChromium(options);
  const page = await watchedPage(browser, given.panel.url, complaints);
  await page.goto(given.panel.url);
  return {
    ...given,
    page,
    complaints,
    async close() {
      await browser.close();
      await given.close();
    },
  };
}
