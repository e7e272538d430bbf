import type { Page } from 'playwright-core';
import { anOrder, aSignal, aTrade, d, filledTrade, snowflake } from '../bot/fakes.ts';
import { aMessage, aWorld } from '../bot/rig.ts';
import { type PanelRig, startPanelRig } from '../panel/rig.ts';
import { openChromium } from './chromium.ts';
import { watchedPage } from './watched.ts';

/** The panel of a busy bot in a browser. */
export interface PanelPage extends PanelRig {
  page: Page;
  complaints: string[];
}

const DAY_MS = 86_400_000;

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
    const sale = { ...fill, tradeId: `sale${day}`, clientId: `sale${day}`, realisedPnl: d(result * 40) };
    return {
      ...held,
      id: `closed${day}`,
      phase: 'closed' as const,
      fills: [...held.fills, sale],
      closedAt: clock.at - (7 - day) * DAY_MS,
    };
  });
  const given = await startPanelRig(world);
  meanings.set('wrong', { kind: 'invalid', reason: 'sl_wrong_side' });
  await given.rig.parts.intake.created(aMessage(clock, 'wrong', { id: snowflake(clock.at) }));
  desk.answer = () => ({
    kind: 'denied',
    denial: { code: 'symbol_not_listed', setting: null, numbers: { symbol: 'BTCUSDT' } },
    checks: [],
  });
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
