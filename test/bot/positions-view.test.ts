import { describe, expect, it } from 'vitest';
import { readCustomId } from '../../src/bot/buttons.ts';
import { en } from '../../src/bot/locales/en.ts';
import { zhCN } from '../../src/bot/locales/zh-CN.ts';
import type { MessageBody } from '../../src/bot/ports.ts';
import { ordersBody, positionsBody } from '../../src/bot/positions-view.ts';
import type { Trade } from '../../src/trading/model.ts';
import { anOrder, aPlan, aSource, aTrade, d, FakeDesk, filledTrade } from './fakes.ts';

const SYMBOL = `${'1000000MOGGER'.repeat(2)}USDT`;

function many(count: number, make: (index: number) => Trade = open): FakeDesk {
  const desk = new FakeDesk();
  desk.prices.set(SYMBOL, { mark: d('61000.12345678'), last: d('61000.12345678') });
  desk.open_ = Array.from({ length: count }, (_, index) => make(index));
  return desk;
}

function open(index: number): Trade {
  const trade = filledTrade(aTrade({ source: aSource({ index, channel: '*alpha*_'.repeat(4) }) }));
  return { ...trade, plan: aPlan({ symbol: SYMBOL }), stopPrice: d('0.00001234567') };
}

const labels = ({ components = [] }: MessageBody) =>
  components.map(({ components: row }) => row.map((button) => ('label' in button ? button.label : '?')));
const presses = ({ components = [] }: MessageBody) =>
  components.flatMap(({ components: row }) =>
    row.map((button) => ('custom_id' in button ? readCustomId(button.custom_id) : null)),
  );

describe('/positions', () => {
  it.each([en, zhCN])(
    'shows 25 trades with long names, each once, within Discord’s limits ($language)',
    (t) => {
      const desk = many(25);
      const pages = Array.from({ length: 7 }, (_, page) => positionsBody(desk, page, true, t));
      for (const body of pages) {
        expect(body.content.length).toBeLessThanOrEqual(2_000);
        expect(body.content).not.toContain('…');
        expect(body.components?.length).toBeLessThanOrEqual(5);
        for (const row of body.components ?? []) expect(row.components.length).toBeLessThanOrEqual(5);
      }
      const numbers = pages.flatMap(({ content }) =>
        [...content.matchAll(/^(\d+)\. /gm)].map(([, n]) => Number(n)),
      );
      expect(numbers).toEqual(Array.from({ length: 25 }, (_, index) => index + 1));
      const closing = pages
        .flatMap(presses)
        .filter((press) => press?.type === 'trade' && press.what === 'close100');
      expect(closing.map((press) => press?.type === 'trade' && press.tradeId)).toEqual(
        desk.open_.map(({ id }) => id),
      );
    },
  );

  it('ends with its last page when trades have closed meanwhile', () => {
    const body = positionsBody(many(5), 6, true, en);
    expect(body.content).toMatch(/^5 open trades · page 2 of 2\n5\. /);
    expect(labels(body).at(-1)).toEqual(['Previous', 'Refresh']);
  });

  const stop = anOrder({
    clientId: 'stop',
    role: 'stop',
    action: 'SELL',
    triggerPrice: d(58_000),
    price: null,
  });
  it.each([
    ['stop on the exchange', { ...filledTrade(), orders: [...filledTrade().orders, stop] }],
    ['NO STOP on the exchange', filledTrade()],
    [
      'NO STOP on the exchange',
      { ...filledTrade(), orders: [...filledTrade().orders, { ...stop, status: 'unknown' as const }] },
    ],
    ['your own stop on the exchange', { ...filledTrade(), userStop: true }],
    ['waits for its entry', aTrade()],
  ])('says: %s', (words, trade) => {
    expect(
      positionsBody(
        many(1, () => trade),
        0,
        true,
        en,
      ).content,
    ).toContain(words);
  });

  it('offers what can be done: closing what is held, cancelling what waits', () => {
    const held = labels(positionsBody(many(1, filledTrade.bind(null, aTrade())), 0, true, en));
    expect(held).toEqual([['1 · Close 50%', '1 · Close 100%', '1 · Break-even', '1 · Details'], ['Refresh']]);
    const waiting = labels(
      positionsBody(
        many(1, () => aTrade()),
        0,
        true,
        en,
      ),
    );
    expect(waiting).toEqual([['1 · Cancel entries', '1 · Details'], ['Refresh']]);
  });

  it('offers a viewer pages, and nothing that would be refused', () => {
    expect(labels(positionsBody(many(9), 1, false, en))).toEqual([['Previous', 'Refresh', 'Next']]);
  });
});

describe('/orders', () => {
  it('shows every order once, whole lines only', () => {
    const orders = Array.from({ length: 8 }, (_, slot) =>
      anOrder({ clientId: `t${slot}`, role: 'target', slot }),
    );
    const desk = many(25, (index) => ({ ...open(index), orders }));
    const pages = Array.from({ length: 10 }, (_, page) => ordersBody(desk, page, en));
    for (const { content } of pages) expect(content.length).toBeLessThanOrEqual(1_990);
    expect(pages.flatMap(({ content }) => content.match(/^• .* working$/gm) ?? [])).toHaveLength(200);
    expect(labels(pages[9] ?? { content: '' })).toEqual([['Previous', 'Refresh']]);
  });
});
