import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type RiskKey, riskDefaults } from '../../src/risk/settings.ts';
import { Decimal } from '../../src/trading/decimal.ts';
import type { Market } from '../../src/trading/model.ts';
import { aFill, anOrder, aSource, aTrade, d, filledTrade, IDS, snowflake } from '../bot/fakes.ts';
import { type BotRig, startBotRig, until } from './bot-rig.ts';

let rig: BotRig;

beforeEach(async () => {
  rig = await startBotRig();
  await rig.bot.start();
});

afterEach(() => rig.close());

const text = (result: { message: { content: string } | null }) => result.message?.content ?? '';

describe('the gate', () => {
  test.each([
    { name: 'status', user: IDS.stranger, words: 'not an operator' },
    { name: 'panic', user: IDS.viewer, words: 'Viewers' },
    { name: 'risk set', user: IDS.viewer, words: 'Viewers', options: { key: 'maxLeverage', value: '3' } },
  ])('/$name by $user is refused in one line that only they see', async ({ name, user, words, options }) => {
    const result = await rig.command(name, options, user);
    expect(result.ephemeral).toBe(true);
    expect(text(result)).toContain(words);
    expect(rig.desk.panics).toBe(0);
    await until('audited', () => [...rig.store.audit.rows.values()].join().includes('"refused"'));
  });

  test.each(['status', 'positions', 'orders', 'pnl', 'export', 'audit', 'risk show', 'help'])(
    'a viewer may use /%s',
    async (name) => {
      const result = await rig.command(name, {}, IDS.viewer);
      expect(text(result)).not.toContain('Viewers');
      expect(text(result).length).toBeGreaterThan(10);
    },
  );

  test('suggests nothing to strangers', async () => {
    const typed = { channel: IDS.trades, name: 'risk set', focused: 'key', options: { key: 'max' } };
    expect(await rig.discord.autocomplete({ ...typed, user: IDS.stranger })).toEqual([]);
  });

  test('answers in the caller’s own language', async () => {
    const result = await rig.discord.command({
      user: IDS.operator,
      channel: IDS.trades,
      name: 'positions',
      locale: 'zh-CN',
    });
    expect(text(result)).toContain('没有未平仓交易');
  });
});

describe('/positions and /orders', () => {
  test('show what is held, what it makes and what waits', async () => {
    rig.desk.open_ = [
      {
        ...filledTrade(),
        orders: [
          ...filledTrade().orders,
          anOrder({ role: 'stop', action: 'SELL', triggerPrice: d(58_000), price: null }),
        ],
      },
    ];
    expect(text(await rig.command('positions'))).toMatch(
      /BTCUSDT LONG 5x · 0.05 @ 60000 · stop 58000 · Unrealised \+50.00 USDT/,
    );
    expect(text(await rig.command('orders'))).toContain('Sell 0/0.05 @ 58000 stop · working');
  });
});

describe('/positions, page by page', () => {
  const trades = (count: number) =>
    Array.from({ length: count }, (_, index) => filledTrade(aTrade({ source: aSource({ index }) })));

  test('turns pages, also for viewers, and acts on the position whose button was pressed', async () => {
    rig.desk.open_ = trades(6);
    const { message } = await rig.command('positions');
    if (!message) throw new Error('no answer');
    expect(message.content).toContain('6 open trades · page 1 of 2');
    await rig.press(message, '2 · Close 50%');
    await until('asked for', () => rig.desk.requests.length === 1);
    expect(rig.desk.requests[0]).toMatchObject({
      tradeId: rig.desk.open_[1]?.id,
      request: { type: 'close', fraction: d('0.5') },
      by: IDS.operator,
    });
    const next = await rig.press(message, 'Next');
    expect(next.outcome).toBe('update');
    expect(next.message?.content).toMatch(/page 2 of 2\n5\. BTCUSDT LONG/);
  });

  test('a viewer gets no buttons that act, and a button of before works after a restart', async () => {
    rig.desk.open_ = trades(6);
    const { message: shown } = await rig.command('positions', {}, IDS.viewer);
    if (!shown) throw new Error('no answer');
    await expect(rig.press(shown, '1 · Close 100%', IDS.viewer)).rejects.toThrow();
    const { message } = await rig.command('positions');
    if (!message) throw new Error('no answer');
    await rig.bot.close();
    rig = await startBotRig({ after: rig });
    await rig.bot.start();
    const turned = await rig.press(shown, 'Next', IDS.viewer);
    expect(turned.message?.content).toContain('page 2 of 2');
    await rig.press(message, '1 · Close 100%');
    await until('asked for', () => rig.desk.requests.length === 1);
  });
});

describe('/pause and /resume', () => {
  test('pause for a time in one channel', async () => {
    const result = await rig.command('pause', { for: '4h', channel: 'alpha' });
    expect(text(result)).toContain('alpha');
    expect(rig.desk.pauses[0]).toMatchObject({ reason: 'user', channelId: IDS.alpha, by: IDS.operator });
    const { since = 0, until: end = 0 } = rig.desk.pauses[0] ?? {};
    expect((end ?? 0) - since).toBe(4 * 3_600_000);
  });

  test.each([
    { options: { for: 'soon' }, words: 'no duration' },
    { options: { channel: 'omega' }, words: 'omega' },
  ])('refuse $options', async ({ options, words }) => {
    expect(text(await rig.command('pause', options))).toContain(words);
    expect(rig.desk.pauses).toHaveLength(0);
  });

  test('resume at once after a pause of one’s own', async () => {
    await rig.command('pause');
    expect(text(await rig.command('resume'))).toContain('resumed');
    expect(rig.desk.resumed).toEqual([['user']]);
    expect(text(await rig.command('resume'))).toContain('not paused');
  });

  test('what could not be stored is said: a pause holds, and stands', async () => {
    rig.desk.stores = false;
    expect(text(await rig.command('pause'))).toMatch(/Entries paused everywhere.*\n.*not saved yet/);
    expect(text(await rig.command('resume'))).toContain('Entries stay paused');
    expect(rig.desk.pauses).toHaveLength(1);
    rig.desk.store();
    await rig.discord.waitForMessage(({ content }) => /everywhere.*\n.*now it is/.test(content));
    expect(rig.discord.allMessages(IDS.trades).some(({ content }) => content.includes('not saved'))).toBe(
      false,
    );
  });

  test('ask twice before the daily limit’s end', async () => {
    rig.desk.pauses = [
      {
        reason: 'daily_loss',
        channelId: null,
        since: 0,
        until: Date.now() + 3_600_000,
        by: null,
        detail: '',
      },
    ];
    const first = await rig.command('resume');
    expect(text(first)).toContain('Resume entries anyway?');
    if (!first.message) throw new Error('nothing was asked');
    await rig.press(first.message, 'Confirm');
    const second = await rig.says('Really?');
    expect(rig.desk.resumed).toEqual([]);
    await rig.press(second, 'Confirm');
    await until('resumed', () => rig.desk.resumed.length === 1);
    expect(rig.desk.resumed).toEqual([['daily_loss']]);
  });
});

describe('/risk', () => {
  const set = (key: string, value: string) => rig.command('risk set', { key, value });

  test('lowering a limit is instant and kept over a restart', async () => {
    expect(text(await set('maxLeverage', '3x'))).toContain('maxLeverage: 10x → 3x');
    expect(rig.settings.account().maxLeverage).toBe(3);
    await rig.bot.close();
    rig = await startBotRig({ after: rig });
    await rig.bot.start();
    expect(rig.settings.account().maxLeverage).toBe(3);
    expect(text(await rig.command('risk show'))).toMatch(
      new RegExp(`maxLeverage: \\*\\*3x\\*\\* \\(/risk set\\) <@${IDS.operator}> <t:\\d+:R>`),
    );
    expect(text(await rig.command('risk show'))).toContain('maxOpenTrades: **5** (default)\n');
    await until('audited', () => [...rig.store.audit.rows.values()].join().includes('"setting"'));
  });

  test('every setting is shown, with who has set it, however long their values are', async () => {
    const symbols = Array.from({ length: 200 }, (_, index) => `LONGNAME${index}USDT`);
    const values = {
      ...riskDefaults,
      defaultStopPct: d(5),
      cooldown: '15m',
      allowSymbols: symbols,
      denySymbols: symbols,
    };
    for (const [key, value] of Object.entries(values))
      await rig.settings.set(
        key as RiskKey,
        Decimal.isDecimal(value) ? value.toFixed() : value,
        IDS.operator,
      );
    const { message } = await rig.command('risk show');
    const shown = `${message?.content}\n${message?.embeds[0]?.description}`;
    expect(
      shown.match(new RegExp(`^\\w+: \\*\\*.*\\*\\* \\(/risk set\\) <@${IDS.operator}> <t:\\d+:R>$`, 'gm')),
    ).toHaveLength(Object.keys(riskDefaults).length);
  });

  test('raising a limit asks', async () => {
    const asked = await set('riskPerTradePct', '2');
    expect(text(asked)).toContain('riskPerTradePct: 1% → 2%');
    expect(rig.settings.account().riskPerTradePct.toString()).toBe('1');
    if (!asked.message) throw new Error('nothing was asked');
    await rig.press(asked.message, 'Confirm');
    await rig.says('riskPerTradePct: 1% → 2%. In effect now');
    expect(rig.settings.account().riskPerTradePct.toString()).toBe('2');
  });

  test('Cancel leaves it', async () => {
    const asked = await set('maxOpenTrades', '50');
    if (!asked.message) throw new Error('nothing was asked');
    await rig.press(asked.message, 'Cancel');
    await rig.says('Cancel: ');
    expect(rig.settings.account().maxOpenTrades).toBe(5);
  });

  test.each([
    { key: 'maxLeverage', value: '1000', words: ['maxLeverage', '150'] },
    { key: 'riskPerTradePct', value: 'much', words: ['riskPerTradePct', 'percentage'] },
    { key: 'cooldown', value: '5', words: ['cooldown', 'a time'] },
    { key: 'requireStopLoss', value: 'false', words: ['defaultStopPct'] },
    { key: 'fun', value: '1', words: ['no risk setting fun'] },
  ])('$key $value is refused with a reason', async ({ key, value, words }) => {
    const result = text(await set(key, value));
    for (const word of words) expect(result).toContain(word);
    expect(rig.store.overrides.rows.size).toBe(0);
  });

  test('reset goes back to the file, asking where that is looser', async () => {
    await set('maxLeverage', '3');
    const asked = await rig.command('risk reset', { key: 'maxLeverage' });
    expect(text(asked)).toContain('3x → 10x');
    if (!asked.message) throw new Error('nothing was asked');
    await rig.press(asked.message, 'Confirm');
    await rig.says('as the file says');
    expect(rig.settings.account().maxLeverage).toBe(10);
  });

  test('suggests keys with value, unit and bounds', async () => {
    const choices = await rig.discord.autocomplete({
      user: IDS.operator,
      channel: IDS.trades,
      name: 'risk set',
      focused: 'key',
      options: { key: 'lever' },
    });
    expect(choices).toEqual([{ name: 'maxLeverage = 10x (1 to 150x)', value: 'maxLeverage' }]);
  });
});

describe('/close and /panic', () => {
  test('close a part of a symbol', async () => {
    rig.desk.open_ = [filledTrade()];
    const result = await rig.command('close', { symbol: 'btc', percent: 50 });
    expect(text(result)).toBe('BTCUSDT LONG: closing 50%');
    expect(rig.desk.requests[0]).toMatchObject({
      request: { type: 'close', fraction: d('0.5'), reason: 'user' },
      by: IDS.operator,
    });
  });

  test('200 trades of a symbol fit into one answer', async () => {
    rig.desk.open_ = Array.from({ length: 200 }, (_, index) =>
      filledTrade(aTrade({ id: `000000000000-${index}` })),
    );
    const { message } = await rig.command('close', { symbol: 'btc' });
    const shown = `${message?.content}\n${message?.embeds[0]?.description}`;
    expect(shown.match(/BTCUSDT LONG: closing 100%/g)?.length).toBeGreaterThan(150);
    expect(rig.desk.requests).toHaveLength(200);
    expect(text(await rig.command('positions'))).toContain('200 open trades · page 1 of 50');
    for (const name of ['orders', 'status', 'pnl', 'providers', 'audit', 'panic'])
      expect(text(await rig.command(name)), name).not.toBe('');
  });

  test('say when there is nothing to close', async () => {
    expect(text(await rig.command('close', { symbol: 'ETHUSDT' }))).toContain(
      'No open trade of ours in ETHUSDT',
    );
  });

  test('panic asks once and is carried out once', async () => {
    const asked = await rig.command('panic');
    expect(rig.desk.panics).toBe(0);
    if (!asked.message) throw new Error('nothing was asked');
    const { message } = asked;
    await Promise.allSettled([rig.press(message, 'Confirm'), rig.press(message, 'Confirm')]);
    await rig.says('Paused. No trade is open.');
    expect(rig.desk.panics).toBe(1);
  });

  test('a slow command is acknowledged in time and answered when it is done', async () => {
    rig.desk.open_ = [filledTrade()];
    const gate = Promise.withResolvers<void>();
    const request = rig.desk.request.bind(rig.desk);
    rig.desk.request = async (...given) => {
      await gate.promise;
      return request(...given);
    };
    const first = await rig.discord.command({
      user: IDS.operator,
      channel: IDS.trades,
      name: 'close',
      options: { symbol: 'BTCUSDT' },
      until: 'first',
    });
    expect(first.outcome).toBe('deferred');
    gate.resolve();
    await rig.says('BTCUSDT LONG: closing 100%');
  });

  test('a dead interaction does not stop the action, and the answer goes to the channel', async () => {
    rig.desk.open_ = [filledTrade()];
    rig.discord.faults.add({
      kind: 'status',
      status: 404,
      body: { code: 10_062, message: 'Unknown interaction' },
      route: 'POST /interactions/:interaction/:token/callback',
    });
    await rig.command('close', { symbol: 'BTCUSDT' }).catch(() => undefined);
    await rig.says('BTCUSDT LONG: closing 100%');
    expect(rig.desk.requests).toHaveLength(1);
  });
});

describe('/pnl', () => {
  test('is net of commissions and funding, and shows both', async () => {
    const open = filledTrade();
    rig.desk.closed = [
      {
        ...open,
        phase: 'closed',
        closedAt: Date.now(),
        fills: [...open.fills, aFill({ tradeId: '2', clientId: 'x', action: 'SELL', price: d(62_000) })],
        funding: d('-2'),
      },
    ];
    const result = text(await rig.command('pnl', { period: 'week' }));
    for (const words of [
      'Net +95.00 USDT',
      'Before costs +100.00 USDT',
      'Fees 3.00 USDT',
      'Funding -2.00 USDT',
      '1 won',
      'Win rate 100%',
      'Max drawdown 0.00 USDT',
      'Longest streaks: 1 won, 0 lost in a row (now 1 won)',
    ])
      expect(result).toContain(words);
    expect(text(await rig.command('pnl', { symbol: 'ETHUSDT' }))).toContain('No trade was closed');
  });

  test('shows a chart once that is drawn; the answer does not wait for it', async () => {
    const open = filledTrade();
    rig.desk.closed = [{ ...open, phase: 'closed', closedAt: Date.now() }];
    const { message } = await rig.command('pnl');
    expect(message).toMatchObject({ content: expect.stringContaining('Net'), attachments: [] });
    const shown = await rig.discord.waitForMessage(
      ({ id, embeds }) => id === message?.id && embeds.length > 0,
    );
    expect(shown.content).toBe(message?.content);
    expect(shown.embeds[0]?.image?.url).toMatch(/\/pnl-[^/]*\.png/);
  });
});

describe('/export', () => {
  test('gives trades and fills as files that only the caller sees', async () => {
    expect(text(await rig.command('export'))).toContain('No trade was closed');
    rig.desk.closed = [{ ...filledTrade(), phase: 'closed', closedAt: Date.now() }];
    const { message, ephemeral } = await rig.command('export', { symbol: 'btc' });
    expect(ephemeral).toBe(true);
    expect(message?.content).toContain('1 closed trade with 1 fill');
    expect(message?.attachments.map(({ filename }) => filename.replace(/^.*\d-/, ''))).toEqual([
      'trades.csv',
      'fills.csv',
      'trades.json',
    ]);
    const contents = await Promise.all(
      (message?.attachments ?? []).map(async ({ url }) => (await fetch(url)).text()),
    );
    expect(contents[0]).toMatch(/^trade,channel.*\r\n.*BTCUSDT/s);
    expect(contents[1]).toContain('60000');
    expect(JSON.parse(contents[2] ?? '')).toMatchObject({ trades: [{ symbol: 'BTCUSDT' }] });
  });
});

describe('/audit', () => {
  test('shows who did what, settings with before and after, page by page', async () => {
    for (let count = 0; count < 8; count += 1) await rig.command('orders');
    await rig.command('risk set', { key: 'maxOpenTrades', value: '2' });
    await rig.command('panic', {}, IDS.stranger);
    await until('all written', () => rig.store.audit.rows.size === 11);
    const { message, ephemeral } = await rig.command('audit', {}, IDS.viewer);
    expect(ephemeral).toBe(true);
    const content = message?.content ?? '';
    expect(content.split('\n')).toHaveLength(9);
    expect(content).toMatch(new RegExp(`<@${IDS.stranger}> refused: /panic`));
    expect(content).toMatch(/setting: maxOpenTrades: 5 → 2/);
    if (!message) throw new Error('no answer');
    const older = await rig.press(message, 'Older', IDS.viewer);
    expect(older.outcome).toBe('update');
    expect(older.message?.content.split('\n')).toHaveLength(4);
    const newer = await rig.press(message, 'Newer', IDS.viewer);
    expect(newer.message?.content).toBe(content);
  });
});

describe('the audit tells what there was before and after', () => {
  const audited = () => [...rig.store.audit.rows.values()].join('\n');

  test('of a pause and its end', async () => {
    await rig.command('pause', { for: '4h', channel: 'alpha' });
    await rig.command('resume');
    await until('written', () => rig.store.audit.rows.size === 4);
    const pause = `Entries paused \\(by <@${IDS.operator}>, alpha\\) until <t:\\d+:R>`;
    expect(audited()).toMatch(new RegExp(`"setting","what":"Entries","result":"allowed → ${pause}"`));
    expect(audited()).toMatch(new RegExp(`"setting","what":"Entries","result":"${pause} → allowed"`));
    expect(text(await rig.command('audit'))).toMatch(
      new RegExp(`setting: Entries: allowed → ${pause.replaceAll('\\(', '.{2}').replaceAll('\\)', '.{2}')}`),
    );
  });

  test('of a trade that a command closes', async () => {
    rig.desk.open_ = [filledTrade()];
    rig.desk.requestAnswer = () => {
      rig.desk.open_ = [{ ...filledTrade(), phase: 'closing' }];
      return { kind: 'done' };
    };
    await rig.command('close', { symbol: 'BTC' });
    await until('written', () => rig.store.audit.rows.size === 1);
    expect(audited()).toMatch(/BTCUSDT LONG: open,.* → BTCUSDT LONG: closing,/);
  });

  test('of a press on a trade', async () => {
    rig.desk.open_ = [filledTrade()];
    const { message } = await rig.command('positions');
    if (!message) throw new Error('no answer');
    rig.desk.requestAnswer = () => {
      rig.desk.open_ = [{ ...filledTrade(), stopPrice: d('60060.1'), stopKind: 'break_even' }];
      return { kind: 'done' };
    };
    await rig.press(message, '1 · Break-even');
    await until('written', () => rig.store.audit.rows.size === 2);
    expect(audited()).toContain('stop 58000 → BTCUSDT LONG: open, 0.05 @ 60000, stop 60060.1 (break-even)');
    expect(text(await rig.command('audit'))).toContain(
      `<@${IDS.operator}> button: Break-even → BTCUSDT LONG`,
    );
  });

  test('of a decision', async () => {
    rig.desk.pauses = [
      {
        reason: 'daily_loss',
        channelId: null,
        since: 0,
        until: Date.now() + 3_600_000,
        by: null,
        detail: '',
      },
    ];
    const asked = await rig.command('resume');
    if (!asked.message) throw new Error('nothing was asked');
    await rig.press(asked.message, 'Cancel');
    await until('written', () => audited().includes('"button"'));
    expect(audited()).toMatch(/open → Cancel: <@\d+> <t:\d+:R> · Entries paused.*Resume entries anyway\?/);
    expect(text(await rig.command('audit'))).toMatch(/> button: answer → open → Cancel: <@\d+> <t:\d+:R>/);
  });
});

describe('/status, /parse, /why and /help', () => {
  test('status names what a user asks for first', async () => {
    const result = text(await rig.command('status'));
    for (const words of [
      'State: ready',
      'Entries: allowed',
      '10,000.00 USDT',
      '-12.50 USDT',
      'Exchange stream: futures up, last event <t:1795000000:R>; spot DOWN, last event <t:1795000060:R>',
      'Request weight: 25%',
      'Memory',
      'Latency of 24 h (p50/p95/p99): signal to order –, fill to stop –, command to answer',
      'Stages of 24 h (p50/p99): Discord –',
      '1.2.3',
    ])
      expect(result).toContain(words);
  });

  test('status tells each balance that signals are sized by, and which none is', async () => {
    const held = (market: Market, asset: string, equity: string, sizes = true) => {
      return { market, asset, equity: d(equity), available: d(0), sizes };
    };
    expect(text(await rig.command('status'))).not.toContain('Sizing');
    rig.desk.holdings = () => [
      held('usdm', 'USDT', '1000'),
      held('usdm', 'USDC', '250.5'),
      held('usdm', 'BTC', '0.004', false),
      held('usdm', 'BNFCR', '0', false),
      held('spot', 'USDT', '20'),
    ];
    const result = text(await rig.command('status'));
    expect(result).toContain('Equity: 1000.00 USDT + 250.50 USDC + 20.00 USDT spot');
    expect(result).toContain(
      'Sizing: each signal by the balance of what its contract is quoted in; nothing by 0.004 BTC + 0 BNFCR; Credits Trading Mode (BNFCR) is not supported',
    );
  });

  test('parse shows the reading and the plan, and trades nothing', async () => {
    const result = text(await rig.command('parse', { text: 'long btc' }));
    for (const words of ['BTCUSDT LONG 60000', 'alpha', '100.00 USDT', 'nothing is traded'])
      expect(result).toContain(words);
    expect(rig.desk.opens).toHaveLength(0);
    expect(text(await rig.command('parse', { text: 'good morning' }))).toContain('No signal');
  });

  test('why tells what became of a message', async () => {
    rig.desk.answer = () => ({
      kind: 'denied',
      denial: { code: 'symbol_denied', setting: 'denySymbols', numbers: { symbol: 'BTCUSDT' } },
      checks: [],
    });
    const message = rig.post('long btc');
    await rig.says('Denied');
    await until('the receipt', () => rig.store.receipts.rows.has(message.id));
    const result = text(
      await rig.command('why', { message: `https://discord.com/channels/1/2/${message.id}` }),
    );
    for (const words of ['signal', 'BTCUSDT LONG: Denied', 'symbol_denied', 'denySymbols'])
      expect(result).toContain(words);
    expect(text(await rig.command('why', { message: snowflake(Date.now()) }))).toContain('not known');
    expect(text(await rig.command('why', { message: 'that one' }))).toContain('link or id');
  });

  test('help lists every command', async () => {
    const result = text(await rig.command('help'));
    for (const name of ['positions', 'risk', 'panic', 'pnl', 'why']) expect(result).toContain(`/${name}`);
  });
});
