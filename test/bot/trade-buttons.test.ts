import { describe, expect, it } from 'vitest';
import { AskedCloses } from '../../src/bot/asked-closes.ts';
import { catalogues } from '../../src/bot/locales/index.ts';
import type { Settings } from '../../src/bot/settings.ts';
import { TradeButtons } from '../../src/bot/trade-buttons.ts';
import { TradeWatch } from '../../src/bot/trade-watch.ts';
import { aConfig, anOrder, d, FakeDesk, filledTrade, IDS, TestClock } from './fakes.ts';

const t = catalogues.en;

function card() {
  const [desk, clock] = [new FakeDesk(), new TestClock()];
  const trade = filledTrade();
  desk.open_ = [trade];
  const watch = new TradeWatch(desk);
  const asked: string[] = [];
  const buttons = new TradeButtons({
    desk,
    closes: new AskedCloses(desk, clock.now),
    questions: { ask: async ({ text }) => void asked.push(text) },
    settings: { config: () => aConfig() } as Settings,
    watch,
    now: clock.now,
  });
  return {
    desk,
    trade,
    asked,
    press: (what: 'close50' | 'breakEven' | 'cancelEntries') =>
      buttons.press(trade.id, what, IDS.operator, t),
    becomes: (changed: Partial<typeof trade>) => watch.hear(desk.becomes({ ...trade, ...changed })),
  };
}

describe('a press on a card’s button', () => {
  it('GIVEN a part to close THEN it is on its way, and done once that has executed', async () => {
    const { press, becomes, trade } = card();
    const { body, later } = await press('close50');
    expect(body.content).toBe('BTCUSDT LONG: closing 50%');
    const close = anOrder({ clientId: 'c', role: 'close', status: 'filled', executed: d('0.025') });
    const told = later?.();
    becomes({ orders: [...trade.orders, close] });
    expect((await told)?.content).toBe('BTCUSDT LONG: close 50%: done, 0.025 still held');
  });

  it('GIVEN a stop that the exchange refuses to move THEN the one that stays is named', async () => {
    const { desk, press, becomes, trade } = card();
    desk.requestAnswer = () => {
      desk.open_ = [{ ...trade, stopPrice: d(60_100) }];
      return { kind: 'done' };
    };
    const { body, later } = await press('breakEven');
    expect(body.content).toContain('on its way, not confirmed by the exchange yet');
    const told = later?.();
    becomes({ stopPrice: trade.stopPrice, stopHeldPrice: trade.stopPrice });
    expect((await told)?.content).toContain(`the exchange refused it, the stop stays at ${trade.stopPrice}`);
  });

  it('GIVEN that nothing is under way any more THEN it is done at once, with nothing to add', async () => {
    const answer = await card().press('cancelEntries');
    expect(answer).toEqual({ body: { content: 'BTCUSDT LONG: cancel entries: done' } });
  });

  it('GIVEN that it would raise the risk THEN it is asked', async () => {
    const { desk, press, asked } = card();
    desk.requestAnswer = () => ({ kind: 'refused', reason: 'raises_risk' });
    expect((await press('breakEven')).later).toBeUndefined();
    expect(asked).toHaveLength(1);
  });
});
