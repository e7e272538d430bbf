import { describe, expect, it, test } from 'vitest';
import { cardBody } from '../../src/bot/card-view.ts';
import { detailsBody } from '../../src/bot/details-view.ts';
import { historyOf } from '../../src/bot/history-view.ts';
import { catalogues } from '../../src/bot/locales/index.ts';
import { planLines } from '../../src/bot/plan-view.ts';
import type { MessageBody } from '../../src/bot/ports.ts';
import { chartOf, spanOf } from '../../src/bot/trade-picture.ts';
import type { Order, Trade } from '../../src/trading/model.ts';
import { aFill, anOrder, aPlan, aSource, aTrade, d, filledTrade } from './fakes.ts';
import { asDiscordReads } from './limits.ts';

const { en } = catalogues;
const bodyOf = (trade: Trade, mark: number | null = 61_000, picture: string | null = null) =>
  cardBody(trade, en, { mark: mark === null ? null : d(mark), picture });

/** All that a layout says, a line each. */
function textOf({ layout = [] }: MessageBody): string {
  const texts = (parts: readonly object[]): string[] =>
    parts.flatMap((part) => [
      ...('content' in part ? [String(part.content)] : []),
      ...('components' in part ? texts(part.components as object[]) : []),
    ]);
  return texts(layout).join('\n');
}

/** As long and as nasty as names and lists can become. */
function hostile(): Trade {
  const plan = aPlan({
    symbol: `${'@everyone**[x](http://evil)`'.repeat(3)}币安人生USDT`,
    targets: Array.from({ length: 60 }, (_, index) => ({
      price: d(`0.0000000${index + 1}`),
      sharePct: d('1.6'),
    })),
    entries: Array.from({ length: 20 }, () => ({
      type: 'limit',
      price: d('0.00000001'),
      quantity: d('1e12'),
    })),
    quantity: d('123456789012345678901234567890'),
    notional: d('1e30'),
    notes: Array.from({ length: 10 }, () => ({
      code: 'quantity_cut',
      numbers: { from: '9'.repeat(200), to: '1' },
    })),
  });
  const fills = Array.from({ length: 20 }, (_, index) =>
    aFill({
      tradeId: String(index),
      commissionAsset: `COIN${index}${'X'.repeat(40)}`,
      commission: d('1e20'),
    }),
  );
  return {
    ...filledTrade(),
    source: aSource({ channel: '||@here|| [a](b) `'.repeat(20) }),
    plan,
    targets: plan.targets,
    fills,
  };
}

describe('a card', () => {
  it('says what is held, what it has brought and what the stop would leave', () => {
    const text = textOf(bodyOf(filledTrade()));
    expect(text).toContain('### BTCUSDT LONG: open');
    // 0.05 × 1000 less the fee of the entry; the risk is 100.
    expect(text).toContain('**+48.50 USDT · +0.49R** at 61000');
    expect(text).toContain('✅ 60000 → 0.05 / 0.05 @ 60000');
    expect(text).toContain('▫️ 1. 62000 (50%)');
    expect(text).toContain('**Size** 0.05 BTC · 3000.00 USDT · Margin 600.00 USDT');
    expect(text).toContain('**Risk** 100.00 USDT (1%) = 1R · at the stop -101.50 USDT (-1.02R)');
    expect(text).toContain('-# 5x isolated · Signal in [alpha](https://discord.com/channels/');
  });

  it.each([
    { t: en, says: '**Size** 0.05 BTC · 3000.00 USDT · Margin 600.00 USDT · 0.03 held now' },
    { t: catalogues['zh-CN'], says: '**数量** 0.05 BTC · 3000.00 USDT · 保证金 600.00 USDT · 现持有 0.03' },
  ])('says in $t.language what is still held once a part has gone', ({ t, says }) => {
    const trade = filledTrade();
    const close = anOrder({ clientId: 'c', role: 'close', status: 'filled', executed: d('0.02') });
    const partly = { ...trade, orders: [...trade.orders, close] };
    expect(textOf(cardBody(partly, t, { mark: null, picture: null }))).toContain(says);
  });

  it.each([
    { t: en, says: ['### BTCUSDT LONG: ended, nothing had filled', 'entries cancelled'] },
    { t: catalogues['zh-CN'], says: ['### BTCUSDT 做多：未成交，已结束', '入场单已撤销'] },
  ])('is not called closed in $t.language where nothing was ever held', ({ t, says }) => {
    const ended: Trade = { ...aTrade(), phase: 'closed', closedAt: 1, closeReason: 'entry_cancelled' };
    const body = cardBody(ended, t, { mark: null, picture: null });
    for (const words of says) expect(textOf(body)).toContain(words);
    expect(body.content).toBe(
      t.language === 'en' ? 'Ended BTCUSDT LONG: entries cancelled' : '已结束 BTCUSDT 做多：入场单已撤销',
    );
  });

  it.each([
    { t: en, says: '**Realised** the exchange is being asked for prices and fees of what has filled' },
    { t: catalogues['zh-CN'], says: '**已实现** 正在向交易所查询已成交部分的价格和手续费' },
  ])(
    'tells no result in $t.language while a target is known to have filled, and not at what price',
    ({ t, says }) => {
      const sold = { ...filledTrade(), targetsHit: 1 };
      const target = anOrder({ clientId: 't', role: 'target', status: 'filled', executed: d('0.025') });
      const text = textOf(
        cardBody({ ...sold, orders: [...sold.orders, target] }, t, { mark: d(62_500), picture: null }),
      );
      expect(text).toContain(says);
      expect(text).not.toMatch(/[+-][\d.]+R/);
    },
  );

  it('says of a stop that goes with its entry who sets it, and where if it was moved meanwhile', () => {
    const attached = {
      clientId: 's10000',
      listId: 'l10000',
      type: 'stop_market' as const,
      quantity: d('0.05'),
      price: null,
      triggerPrice: d(58_000),
    };
    const resting: Trade = { ...aTrade(), orders: [anOrder({ attached })], stopPrice: d(58_000) };
    expect(textOf(bodyOf(resting))).toContain('**Stop** 58000 · set by the exchange once filled');
    const moved: Trade = { ...resting, stopPrice: d(58_500), stopKind: 'moved' };
    expect(textOf(bodyOf(moved))).toContain(
      '**Stop** 58500 (moved) · the exchange sets it at 58000 once filled, the bot then moves it',
    );
    expect(textOf(cardBody(moved, catalogues['zh-CN'], { mark: null, picture: null }))).toContain(
      '**止损** 58500 (已移动) · 成交后交易所先设在 58000，再由机器人移动',
    );
  });

  it('says of a target that goes with its entry who sets it, and what becomes of it if it was changed meanwhile', () => {
    const attached = {
      clientId: 's0',
      listId: 'l0',
      type: 'stop_market' as const,
      quantity: d('0.05'),
      price: null,
      triggerPrice: d(58_000),
      target: { clientId: 't0', price: d(62_000) },
    };
    const targets = [{ price: d(62_000), sharePct: d(100) }];
    const resting: Trade = { ...aTrade(), orders: [anOrder({ attached })], stopPrice: d(58_000), targets };
    expect(textOf(bodyOf(resting))).toContain('1. 62000 (100%) · set by the exchange once filled');
    const moved = { ...resting, targets: [{ price: d(63_000), sharePct: d(100) }] };
    expect(textOf(bodyOf(moved))).toContain(
      '1. 63000 (100%) · the exchange sets it at 62000 once filled, the bot then moves it',
    );
    expect(textOf(cardBody(moved, catalogues['zh-CN'], { mark: null, picture: null }))).toContain(
      '1. 63000 (100%) · 成交后交易所先设在 62000，再由机器人移动',
    );
    const divided = {
      ...resting,
      targets: [62_000, 64_000].map((at) => ({ price: d(at), sharePct: d(50) })),
    };
    expect(textOf(bodyOf(divided))).toContain(
      '1. 62000 (50%) · the exchange sets one for everything at 62000 once filled, the bot then divides it\n▫️ 2. 64000 (50%)',
    );
    expect(textOf(cardBody(divided, catalogues['zh-CN'], { mark: null, picture: null }))).toContain(
      '1. 62000 (50%) · 成交后交易所先在 62000 设一个全部数量的止盈，再由机器人拆分',
    );
    expect(textOf(bodyOf({ ...resting, targets: [] }))).toContain(
      'the exchange sets one at 62000 once filled, the bot then removes it',
    );
  });

  it.each([
    [{ code: 'balance_too_small', setting: '' }, 'by what the account has available', '（可用余额）'],
    [{ code: 'notional_limit', setting: '' }, 'by a limit of the exchange', '（交易所上限）'],
    [{ code: 'notional_limit', setting: 'maxNotionalPct' }, 'by maxNotionalPct', '（maxNotionalPct）'],
  ])('says what has cut the size: %o', (numbers, english, chinese) => {
    const notes = [{ code: 'quantity_cut' as const, numbers: { from: '2', to: '1', ...numbers } }];
    const trade: Trade = { ...filledTrade(), plan: aPlan({ notes }) };
    expect(textOf(bodyOf(trade))).toContain(`size cut from 2 to 1 ${english}`);
    expect(textOf(cardBody(trade, catalogues['zh-CN'], { mark: null, picture: null }))).toContain(
      `数量由 2 减为 1${chinese}`,
    );
  });

  it('ticks off what has filled', () => {
    const text = textOf(bodyOf({ ...filledTrade(), targetsHit: 1 }));
    expect(text).toContain('✅ 1. 62000 (50%) · hit');
    expect(text).toContain('▫️ 2. 64000 (50%)');
  });

  it.each([
    ['rests', { status: 'working' as const }, '✅ 60000 · 59000 →'],
    ['was cancelled', { status: 'cancelled' as const }, '✅ 60000 · ~~59000~~ →'],
    ['was refused', { status: 'rejected' as const }, '✅ 60000 · ~~59000~~ →'],
    ['filled in part', { status: 'cancelled' as const, executed: d('0.01') }, '✅ 60000 · 59000 →'],
  ])('strikes out an entry that fills no more: one that %s', (_, second, says) => {
    const trade = filledTrade();
    const [first] = trade.plan.entries;
    if (!first) throw new Error('no entry');
    const plan = { ...trade.plan, entries: [first, { ...first, price: d(59_000) }] };
    const order = anOrder({ clientId: 'second', role: 'entry', slot: 1, executed: d(0), ...second });
    expect(textOf(bodyOf({ ...trade, plan, orders: [...trade.orders, order] }))).toContain(says);
  });

  it.each([
    [
      '2000',
      '▫️ 1. 62000 (50%) · the exchange takes no order for this part alone: goes with target 2',
      /2\. 64000 \(50%\)$/m,
    ],
    ['5', '▫️ 1. 62000 (50%)\n', /2\. 64000 \(50%\)$/m],
  ])(
    'says which targets go together with what has filled: minimum notional %s',
    (minNotional, first, second) => {
      const trade = filledTrade();
      const text = textOf(bodyOf({ ...trade, terms: { ...trade.terms, minNotional: d(minNotional) } }));
      expect(text).toContain(first);
      expect(text).toMatch(second);
    },
  );

  it('says nothing of a result before there is one, or where no price is known', () => {
    expect(textOf(bodyOf(aTrade()))).not.toContain('R**');
    expect(textOf(bodyOf(filledTrade(), null))).not.toContain('R**');
  });

  it('has no leverage, margin or liquidation on spot', () => {
    const text = textOf(bodyOf({ ...filledTrade(), plan: aPlan({ market: 'spot', leverage: 1 }) }));
    expect(text).not.toMatch(/1x|Margin|isolated|Liquidation/);
  });

  it('loses its buttons with its trade and says why it ended', () => {
    const body = bodyOf({ ...filledTrade(), phase: 'closed', closedAt: 1, closeReason: 'stop' });
    expect(body.layout?.map(({ type }) => type)).toEqual([17]);
    expect(textOf(body)).toContain('stopped out');
  });

  it('shows its picture and goes without one', async () => {
    const [container] = (await asDiscordReads(bodyOf(filledTrade(), 61_000, 'chart-1.png'))).components ?? [];
    expect(container?.components?.[1]).toMatchObject({
      type: 12,
      items: [
        { media: { url: 'attachment://chart-1.png' }, description: expect.stringContaining('BTCUSDT LONG') },
      ],
    });
    expect(JSON.stringify(bodyOf(filledTrade()))).not.toContain('attachment://');
  });
});

describe.each(Object.values(catalogues))('in $language', (t) => {
  test.each([
    ['an ordinary trade', filledTrade()],
    ['a hostile one', hostile()],
    [
      'a hostile one that is over',
      { ...hostile(), phase: 'closed' as const, closedAt: 5, closeReason: 'too_small' as const },
    ],
  ])('%s keeps within Discord’s limits', async (_, trade) => {
    for (const picture of [null, 'chart-1.png'])
      await asDiscordReads(cardBody(trade, t, { mark: d(1), picture }));
    await asDiscordReads(detailsBody(trade, t));
    for (const { text } of historyOf(trade, t)) expect(text.length).toBeLessThan(4_000);
  });
});

test('names of others are no markdown and no mention in a card', async () => {
  const text = textOf(bodyOf(hostile()));
  expect(text).not.toMatch(/(?<!\\)@everyone|(?<!\\)\[x\]|(?<!\\)\|\|/);
});

test.each([
  { side: 'long' as const, limitPrice: undefined, says: 'once above 60000' },
  { side: 'short' as const, limitPrice: undefined, says: 'once below 60000' },
  { side: 'long' as const, limitPrice: d(60_100), says: 'once above 60000, at most 60100' },
])('GIVEN a breakout $side THEN its card and its question say $says', ({ side, limitPrice, says }) => {
  const type = limitPrice ? ('stop_limit' as const) : ('stop_market' as const);
  const entry = { type, price: d(60_000), quantity: d('0.05'), ...(limitPrice ? { limitPrice } : {}) };
  const plan = aPlan({ side, entries: [entry] });
  expect(textOf(bodyOf(aTrade({ plan })))).toContain(`**Entry** ${says} →`);
  expect(planLines(plan, en)[0]).toContain(`Entry ${says} ·`);
});

describe('a history', () => {
  const orders = [
    anOrder({ status: 'filled', executed: d('0.05') }),
    anOrder({
      clientId: 's0',
      role: 'stop',
      action: 'SELL',
      type: 'stop_market',
      price: null,
      triggerPrice: d(58_000),
      createdAt: 2,
    }),
    anOrder({ clientId: 't0', role: 'target', action: 'SELL', price: d(62_000), createdAt: 3 }),
    anOrder({ clientId: 'e1', slot: 1, status: 'cancelled', since: 4, price: d(59_000) }),
    anOrder({
      clientId: 'x',
      role: 'stop',
      status: 'rejected',
      code: -2021,
      reason: 'would *trigger*',
      since: 5,
    }),
  ];
  const trade: Trade = { ...filledTrade(), orders, fills: [aFill({ at: 1 })] };
  const keys = (of: Trade) => historyOf(of, en).map(({ key }) => key);

  it('tells what has filled once its price and its fee are known', () => {
    const filled = filledTrade();
    const target = anOrder({
      clientId: 't',
      role: 'target',
      status: 'filled',
      executed: d('0.025'),
      quantity: d('0.025'),
    });
    const told = (fills: Trade['fills']) =>
      historyOf({ ...filled, orders: [...filled.orders, target], fills: [...filled.fills, ...fills] }, en)
        .filter(({ key }) => key === 't:filled')
        .map(({ text }) => text.replace(/^\S+ /, ''));
    expect(told([])).toEqual([]);
    const fill = aFill({
      clientId: 't',
      tradeId: '2',
      action: 'SELL',
      price: d(62_000),
      quantity: d('0.025'),
      realisedPnl: d(50),
      commission: d('0.31'),
    });
    expect(told([fill])).toEqual([
      'Filled BTCUSDT LONG target 1: 0.025 @ 62000 · +50.00 USDT · fee 0.31 USDT',
    ]);
  });

  it('tells each thing once, in its order', () => {
    expect(keys(trade)).toEqual([
      'opened',
      'sb-x-0-e0-0:placed',
      'e1:placed',
      'sb-x-0-e0-0:filled',
      's0:placed',
      'e1:ended',
      'x:refused',
    ]);
  });

  it('only grows', () => {
    const before = keys({ ...trade, orders: orders.slice(0, 2) });
    const after = keys({
      ...trade,
      elsewhere: d('0.01'),
      phase: 'closed',
      closedAt: 9,
      closeReason: 'elsewhere',
    });
    for (const key of before) expect(after).toContain(key);
    expect(after.at(-1)).toBe('closed:9');
  });

  it('tells of an entry what filled, not where the stop is since', () => {
    const texts = historyOf({ ...trade, stopPrice: d(59_500) }, en).map(({ text }) => text);
    expect(texts.find((text) => text.includes('Filled'))).not.toContain('59500');
  });

  it('tells of a stop that the exchange placed with its entry when that filled, however late it was known', () => {
    const level = { quantity: d('0.05'), price: null, triggerPrice: d(58_000) };
    const attached = { clientId: 'stop', listId: 'l', type: 'stop_market' as const, ...level };
    const entry = anOrder({ clientId: 'in', attached, status: 'filled', executed: d('0.05'), createdAt: 1 });
    const out = anOrder({
      clientId: 'out',
      role: 'target',
      status: 'filled',
      executed: d('0.05'),
      createdAt: 9,
    });
    const stop = anOrder({ ...level, clientId: 'stop', role: 'stop', status: 'cancelled', createdAt: 9 });
    const fills = [aFill({ clientId: 'in', at: 5 }), aFill({ clientId: 'out', at: 7, action: 'SELL' })];
    const spot: Trade = {
      ...trade,
      plan: { ...trade.plan, market: 'spot' },
      orders: [entry, stop, out],
      fills,
    };
    expect(keys(spot)).toEqual(['opened', 'in:placed', 'in:filled', 'stop:placed', 'out:filled']);
  });

  it('tells a level of the stop once on spot, however many lists have a part of it', () => {
    const part = (clientId: string, level: number, at: number, over: Partial<Order> = {}) =>
      anOrder({ clientId, role: 'stop', price: null, triggerPrice: d(level), createdAt: at, ...over });
    const spot: Trade = {
      ...trade,
      plan: { ...trade.plan, market: 'spot' },
      orders: [
        part('a', 58_000, 2, { status: 'cancelled' }),
        part('b', 58_000, 3),
        part('c', 58_000, 4, { status: 'rejected' }),
        part('d', 59_000, 5),
        part('e', 59_000, 6),
        part('f', 58_000, 7),
      ],
    };
    const placed = historyOf(spot, en).filter(({ text }) => text.includes('placed'));
    expect(placed.map(({ key, text }) => [key, text.replace(/^<.*?> /, '')])).toEqual([
      ['a:placed', 'Stop placed at 58000'],
      ['d:placed', 'Stop placed at 59000'],
      ['f:placed', 'Stop placed at 58000'],
    ]);
  });

  it.each([
    { t: en, says: 'Order not placed (stop): 0.05 @ 58000 · not found' },
    { t: catalogues['zh-CN'], says: '未能挂单（止损）：0.05 @ 58000 · not found' },
  ])('does not call refused in $t.language what the exchange never saw', ({ t, says }) => {
    const lost = anOrder({
      role: 'stop',
      status: 'failed',
      reason: 'not found',
      price: null,
      triggerPrice: d(58_000),
    });
    const texts = historyOf({ ...filledTrade(), orders: [lost] }, t).map(({ text }) => text);
    expect(texts.join('\n')).toContain(says);
  });

  it('names what the exchange said, without its markdown', () => {
    expect(historyOf(trade, en).at(-1)?.text).toContain('-2021 would \\*trigger\\*');
  });
});

describe('a chart', () => {
  const MINUTE_MS = 60_000;

  test.each([
    ['a minute', MINUTE_MS, '1m'],
    ['four hours', 240 * MINUTE_MS, '5m'],
    ['two days', 2_880 * MINUTE_MS, '1h'],
    ['a year', 525_600 * MINUTE_MS, '1w'],
  ])('GIVEN a signal of %s ago THEN its candles fit', (_, age, interval) => {
    const trade = aTrade({ createdAt: 1_000 });
    const span = spanOf(trade, 1_000 + age);
    expect(span.interval).toBe(interval);
    expect((span.untilMs - span.sinceMs) / span.intervalMs).toBeLessThanOrEqual(91);
    expect(span.sinceMs).toBeLessThan(1_000);
  });

  it('shows the levels, ticked off where they have traded, and the price while something is open', () => {
    const trade: Trade = { ...filledTrade(), targetsHit: 1 };
    const span = spanOf(trade, 60_000);
    const around = { candles: [], span, mark: d(61_000), timeZone: 'UTC' };
    expect(chartOf(trade, around, en).levels.map(({ label, done }) => [label, done])).toEqual([
      ['✓ Entry 60000', true],
      ['Stop 58000', false],
      ['✓ TP1 62000', true],
      ['TP2 64000', false],
      ['61000', false],
    ]);
    expect(chartOf(trade, around, en).result).toEqual({ text: '+0.49R', good: true });
    const closed: Trade = { ...trade, phase: 'closed', closedAt: 50_000, closeReason: 'stop' };
    expect(chartOf(closed, around, en).levels.map(({ label }) => label)).toContain('✓ Stop 58000');
  });

  it('says how much is held while something is, and how much it was once nothing is', () => {
    const trade = filledTrade();
    const close = anOrder({ clientId: 'c', role: 'close', status: 'filled', executed: d('0.02') });
    const partly: Trade = { ...trade, orders: [...trade.orders, close] };
    const around = { candles: [], span: spanOf(trade, 60_000), mark: d(61_000), timeZone: 'UTC' };
    const subtitle = (one: Trade, t = en): string => chartOf(one, around, t).subtitle;
    expect(subtitle(partly)).toBe('alpha, open, 0.03 @ 60000, 1m');
    expect(subtitle(partly, catalogues['zh-CN'])).toBe('alpha，持仓中，0.03 @ 60000，1m');
    expect(subtitle({ ...partly, phase: 'closed' })).toBe('alpha, closed, 0.05 @ 60000, 1m');
  });
});
