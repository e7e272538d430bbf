import { describe, expect, it } from 'vitest';
import { AskedCloses } from '../../src/bot/asked-closes.ts';
import { catalogues } from '../../src/bot/locales/index.ts';
import { carriedLine } from '../../src/bot/requests.ts';
import type { Trade } from '../../src/trading/model.ts';
import { anOrder, d, FakeDesk, filledTrade, IDS, TestClock } from './fakes.ts';

const HALF = d('0.5');
const OTHER = '200000000000000009';

function world() {
  const [desk, clock] = [new FakeDesk(), new TestClock()];
  desk.open_ = [filledTrade()];
  const closes = new AskedCloses(desk, clock.now);
  const trade = (): Trade => desk.open_[0] ?? filledTrade();
  return {
    desk,
    clock,
    close: (fraction = HALF, by: string = IDS.operator) => closes.close(trade(), fraction, by),
    /** The half has been sold. */
    fill() {
      const before = trade();
      const orders = [
        ...before.orders.filter(({ role }) => role !== 'close'),
        anOrder({
          clientId: 'c',
          role: 'close',
          status: 'filled',
          quantity: d('0.025'),
          executed: d('0.025'),
        }),
      ];
      desk.becomes({ ...before, closing: null, orders });
    },
  };
}

describe('the same close, asked for again', () => {
  it('GIVEN a double click THEN one close goes out', async () => {
    const { desk, close } = world();
    await Promise.all([close(), close()]);
    expect(desk.requests).toHaveLength(1);
  });

  it('GIVEN that the exchange has not carried it out for minutes THEN it is not closed twice', async () => {
    const { desk, clock, close } = world();
    await close();
    clock.at += 300_000;
    expect(await close(HALF, OTHER)).toMatchObject({ earlier: { by: IDS.operator, at: clock.at - 300_000 } });
    expect(desk.requests).toHaveLength(1);
  });

  it('GIVEN that it has just filled, and somebody else gives it within three seconds THEN it is not closed twice', async () => {
    const { desk, clock, close, fill } = world();
    await close();
    fill();
    clock.at += 2_900;
    await close(HALF, OTHER);
    expect(desk.requests).toHaveLength(1);
  });

  it('GIVEN that it filled a while ago THEN half of what is left is closed', async () => {
    const { desk, clock, close, fill } = world();
    await close();
    fill();
    clock.at += 3_000;
    expect(await close()).toMatchObject({ earlier: null, refused: null });
    expect(desk.requests).toHaveLength(2);
  });

  it('GIVEN another share THEN that is closed, too', async () => {
    const { desk, close } = world();
    await close();
    await close(d(1));
    expect(desk.requests).toHaveLength(2);
  });

  it('GIVEN one that was refused THEN it may be asked for again at once', async () => {
    const { desk, close } = world();
    desk.requestAnswer = () => ({ kind: 'refused', reason: 'nothing_held' });
    expect(await close()).toMatchObject({ refused: 'nothing_held' });
    expect(await close()).toMatchObject({ refused: 'nothing_held', earlier: null });
  });

  it('GIVEN that everything is being closed already, by whomever THEN that is said', async () => {
    const { desk, close } = world();
    desk.becomes({ ...filledTrade(), closing: { until: null, reason: 'panic', clearTargets: false } });
    expect(await close(d(1))).toMatchObject({ earlier: { by: null, at: null } });
    expect(desk.requests).toHaveLength(0);
  });

  it.each([
    {
      language: 'en',
      says: 'BTCUSDT LONG: close 50%: asked for already by <@200000000000000001> <t:1795348800:R>, nothing more is closed. To close as much of what is left, give it again some seconds after that is through.',
    },
    {
      language: 'zh-CN',
      says: 'BTCUSDT 做多：平仓 50%：<@200000000000000001> <t:1795348800:R>已下过同样的指令，不会重复平仓。要再平剩余部分的同样比例，请在它完成几秒之后再下一次。',
    },
  ] as const)('is answered with what happened, in $language', async ({ language, says }) => {
    const { close } = world();
    await close();
    const again = await close(HALF, OTHER);
    expect(carriedLine(filledTrade(), again, catalogues[language])).toBe(says);
  });
});
