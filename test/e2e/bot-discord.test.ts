import { afterEach, describe, expect, test } from 'vitest';
import { tradeIdOf } from '../../src/trading/lifecycle/ids.ts';
import { aChannel, aConfig, aFill, anOrder, aSignal, aTrade, d, filledTrade, IDS } from '../bot/fakes.ts';
import { type BotRig, type BotRigOptions, startBotRig, textOf, until } from './bot-rig.ts';

let rig: BotRig;

async function start(options?: BotRigOptions): Promise<void> {
  rig = await startBotRig(options);
  await rig.bot.start();
}

afterEach(() => rig.close());

const confirming = aConfig({ signals: [aChannel({ mode: 'confirm' })] });

describe('starting', () => {
  test.each([
    { given: 'a wrong token', discord: { token: 'other' }, code: 'wrong_token' },
    {
      given: 'the message content intent off',
      discord: { messageContentIntent: false },
      code: 'message_content_off',
    },
  ])('is refused with $given', async ({ given, discord, code }) => {
    rig = await startBotRig({ discord });
    if (given === 'a wrong token') Object.assign(rig.discord.world, { token: 'changed-meanwhile' });
    await expect(rig.bot.start()).rejects.toMatchObject({ name: 'DiscordRefused', refusal: { code } });
  });

  test('ends with a reason when Discord closes the connection for good', async () => {
    await start();
    expect(rig.bot.services.status().gatewayUp).toBe(true);
    rig.discord.dropGateway({ code: 4_004 });
    await until('told', () => rig.refused.length === 1);
    expect(rig.refused[0]).toMatchObject({ refusal: { code: 'wrong_token' } });
    expect(rig.bot.services.status().gatewayUp).toBe(false);
  });

  test('registers the commands once, and only again when they differ', async () => {
    await start();
    const puts = () =>
      rig.discord.requests.filter(({ method, path }) => method === 'PUT' && path.endsWith('/commands'));
    await until('registered', () => puts().length === 1);
    await rig.bot.close();
    rig = await startBotRig({ after: rig });
    await rig.bot.start();
    expect(puts()).toHaveLength(1);
  });
});

test('a clean stop is no lost connection', async () => {
  await start();
  await rig.bot.close();
  await until('closed', () => rig.discord.gateway.connected === 0);
  expect(rig.gateway).not.toContain(false);
});

describe('a session that never begins', () => {
  test('is given up for a new client, over which everything goes on and nothing comes twice', async () => {
    await start();
    // Resumed in vain: Discord's library waits for ever.
    rig.discord.dropGateway({ deafNext: 1 });
    await until('lost', () => rig.gateway.at(-1) === false);
    expect(await rig.bot.gateway.answers()).toBe(true);
    await rig.bot.gateway.restart();
    await until('connected', () => rig.gateway.at(-1) === true, 30_000);
    expect(rig.bot.services.status().gatewayUp).toBe(true);
    rig.post('long btc');
    await until('opened', () => rig.desk.opens.length === 1);
    await rig.command('status');
    expect(rig.desk.opens).toHaveLength(1);
  });

  test('is waited for while Discord does not answer at all', async () => {
    await start();
    rig.discord.faults.add({ kind: 'status', status: 503, route: 'GET /gateway/bot', times: 0 });
    expect(await rig.bot.gateway.answers()).toBe(false);
    rig.discord.faults.clear();
    expect(await rig.bot.gateway.answers()).toBe(true);
  });
});

describe('messages', () => {
  test('a signal is opened within the blink of an eye, also from a webhook', async () => {
    rig = await startBotRig();
    const hook = rig.discord.addWebhook({ channel: IDS.alpha, name: 'signals' });
    await rig.close();
    rig = await startBotRig({
      config: aConfig({ signals: [aChannel({ authors: [IDS.analyst, hook.id] })] }),
    });
    const again = rig.discord.addWebhook({ channel: IDS.alpha, name: 'signals', id: hook.id });
    await rig.bot.start();
    rig.post('long btc');
    rig.discord.post({ channel: IDS.alpha, webhook: again.id, content: 'long btc' });
    rig.post('long btc', { author: IDS.stranger });
    await until('both opened', () => rig.desk.opens.length === 2);
  });

  test('edits and deletions arrive though no message is cached', async () => {
    await start();
    const message = rig.post('long btc');
    await until('opened', () => rig.desk.opens.length === 1);
    rig.meanings.set('new targets', {
      kind: 'signal',
      signals: [aSignal({ takeProfits: [{ price: d(63_000) }] })],
    });
    rig.discord.edit({ message: message.id, content: 'new targets' });
    await until('targets set', () => rig.desk.requests.length === 1);
    rig.discord.delete(message.id);
    await rig.says('deleted the signal');
  });

  test('a signal in a text file is read', async () => {
    await start();
    rig.discord.post({
      channel: IDS.alpha,
      author: IDS.analyst,
      content: '',
      attachments: [{ filename: 'signal.txt', contentType: 'text/plain', content: 'long btc' }],
    });
    await until('opened', () => rig.desk.opens.length === 1);
  });

  test('threads of a signal channel and posts of a forum are read like the channel, also what was missed there', async () => {
    const FORUM = '500000000000000009';
    const config = aConfig({ signals: [aChannel(), aChannel({ channel: FORUM, name: 'forum' })] });
    rig = await startBotRig({ config });
    rig.discord.addChannel({ id: FORUM, name: 'ideas', type: 15 });
    await rig.bot.start();
    const open = (channel: string, name: string) =>
      rig.discord.thread({ channel, author: IDS.analyst, name });
    const [thread, post, elsewhere] = [open(IDS.alpha, 'btc'), open(FORUM, 'btc'), open(IDS.trades, 'btc')];
    rig.post('long btc', { channel: elsewhere.id });
    const first = rig.post('long btc', { channel: thread.id });
    rig.post('long btc', { channel: post.id });
    await until('both are opened', () => rig.desk.opens.length === 2);
    expect(rig.desk.opens.map(({ source }) => [source.channelId, source.threadId])).toEqual([
      [IDS.alpha, thread.id],
      [FORUM, post.id],
    ]);
    rig.discord.delete(first.id);
    await rig.says('deleted the signal');
    await rig.bot.close();
    rig.post('long btc', { channel: post.id });
    rig.post('long btc', { channel: thread.id });
    rig = await startBotRig({ config, after: rig });
    await rig.bot.start();
    await until('what was missed is opened', () => rig.desk.opens.length === 4);
  });

  test('links that unfurl change nothing', async () => {
    await start();
    const message = rig.post('long btc');
    await until('opened', () => rig.desk.opens.length === 1);
    rig.discord.unfurl({
      message: message.id,
      embeds: [{ type: 'link', url: 'https://example.com', title: 'x' }] as never,
    });
    rig.post('long btc');
    await until('the next one', () => rig.desk.opens.length === 2);
    expect(rig.desk.requests).toHaveLength(0);
  });

  test('what a lost session swallowed is read back', async () => {
    await start();
    rig.post('hello');
    await until('read', () => rig.store.cursors.rows.size === 1);
    rig.discord.dropGateway({ resumable: false });
    rig.post('long btc');
    await until('opened', () => rig.desk.opens.length === 1);
  });

  test('what was said in an outage of the server is read back when that is over', async () => {
    await start();
    rig.post('hello');
    await until('read', () => rig.store.cursors.rows.size === 1);
    rig.discord.setGuildAvailable(false);
    rig.discord.stallGateway('deaf');
    rig.post('long btc');
    rig.discord.stallGateway('none');
    rig.discord.setGuildAvailable(true);
    await until('opened', () => rig.desk.opens.length === 1);
  });

  test('what was posted while the program was off is traded once', async () => {
    await start();
    rig.post('hello');
    await until('read', () => rig.store.receipts.rows.size === 1);
    await rig.bot.close();
    const message = rig.post('long btc');
    rig = await startBotRig({ after: rig });
    await rig.bot.start();
    await until('opened', () => rig.desk.opens.length === 1);
    expect(rig.desk.opens[0]?.source.messageId).toBe(message.id);
  });
});

describe('confirming', () => {
  test('one click opens, the message says who, and the buttons are gone', async () => {
    await start({ config: confirming });
    rig.post('long btc');
    const asked = await rig.says('trade this?', 'BTCUSDT LONG');
    await rig.press(asked, 'Confirm');
    const decided = await rig.says('Confirmed by', IDS.operator);
    expect(decided.id).toBe(asked.id);
    expect(decided.components).toEqual([]);
    expect(rig.desk.opens).toHaveLength(1);
  });

  test('a double click opens once and tells the second', async () => {
    await start({ config: confirming });
    rig.post('long btc');
    const asked = await rig.says('trade this?');
    const gate = Promise.withResolvers<null>();
    rig.desk.answer = () => gate.promise;
    const first = rig.press(asked, 'Confirm');
    const second = rig.press(asked, 'Confirm');
    await Promise.all([first, second, rig.says('Being carried out')]);
    gate.resolve(null);
    await rig.says('Confirmed by');
    expect(rig.desk.opens).toHaveLength(1);
  });

  test('nobody else may click', async () => {
    await start({ config: confirming });
    rig.post('long btc');
    const asked = await rig.says('trade this?');
    for (const user of [IDS.stranger, IDS.viewer]) {
      const result = await rig.press(asked, 'Confirm', user);
      expect(result).toMatchObject({ ephemeral: true });
      expect(result.message?.content).toContain('not an operator');
    }
    expect(rig.desk.opens).toHaveLength(0);
  });

  test('a click counts after a restart', async () => {
    await start({ config: confirming });
    rig.post('long btc');
    const asked = await rig.says('trade this?');
    await rig.bot.close();
    rig = await startBotRig({ config: confirming, after: rig });
    await rig.bot.start();
    await rig.press(asked, 'Confirm');
    await rig.says('Confirmed by');
    expect(rig.desk.opens).toHaveLength(1);
  });

  test('an acknowledgement that Discord does not take leaves the order alone', async () => {
    await start({ config: confirming });
    rig.post('long btc');
    const asked = await rig.says('trade this?');
    rig.discord.faults.add({
      kind: 'status',
      status: 404,
      body: { code: 10_062, message: 'Unknown interaction' },
      route: 'POST /interactions/:interaction/:token/callback',
    });
    await rig.press(asked, 'Confirm').catch(() => undefined);
    await rig.says('Confirmed by');
    expect(rig.desk.opens).toHaveLength(1);
  });
});

describe('telling', () => {
  test('a card is edited in place; a fill is posted and sent to the operator', async () => {
    await start();
    const message = rig.post('long btc');
    await until('opened', () => rig.desk.opens.length === 1);
    const trade = aTrade({ id: tradeIdOf(message.id, 0) });
    await rig.bot.onDeskEvent({ type: 'opened', trade });
    const card = await rig.says('BTCUSDT LONG', 'waiting for entry');
    const filled = filledTrade(trade);
    await rig.bot.onDeskEvent({
      type: 'filled',
      trade: filled,
      order: anOrder({ status: 'filled', executed: d('0.05') }),
      fills: [aFill()],
    });
    await rig.says('Filled', 'BTCUSDT', '0.05 @ 60000');
    const edited = await rig.says('BTCUSDT LONG: open', '0.05 / 0.05 @ 60000');
    expect(edited.id).toBe(card.id);
    await until('the direct message', () =>
      rig.discord.dms(IDS.operator).some(({ content }) => content.startsWith('Filled')),
    );
  });

  test('the card’s buttons do it once, for operators', async () => {
    await start();
    const trade = filledTrade();
    rig.desk.open_ = [trade];
    await rig.bot.onDeskEvent({ type: 'opened', trade });
    const card = await rig.says('BTCUSDT LONG');
    const [answer] = await Promise.all([rig.press(card, 'Close 25%'), rig.press(card, 'Close 25%')]);
    expect(answer.ephemeral).toBe(true);
    expect(rig.desk.requests.map(({ request }) => request)).toEqual([
      { type: 'close', fraction: d('0.25'), reason: 'user' },
    ]);
    expect((await rig.press(card, 'Break-even', IDS.stranger)).message?.content).toContain('not an operator');
    expect((await rig.press(card, 'Details')).message?.content).toContain('BTCUSDT');
    expect(rig.desk.requests).toHaveLength(1);
  });

  test('what was reported before the connection is told after it', async () => {
    rig = await startBotRig();
    const early = rig.bot.onDeskEvent({
      type: 'closed',
      trade: { ...filledTrade(), phase: 'closed', closeReason: 'stop' },
    });
    await early;
    await rig.bot.start();
    await rig.says('Closed BTCUSDT LONG', 'stopped out');
  });

  test('a channel without permission is reported to the operator, and trading goes on', async () => {
    await start();
    rig.discord.setPermissions({ channel: IDS.trades, deny: ['SendMessages'] });
    rig.desk.answer = () => ({
      kind: 'denied',
      denial: { code: 'no_stop', setting: 'requireStopLoss', numbers: {} },
      checks: [],
    });
    rig.post('long btc');
    const told = (word: string) =>
      rig.discord.dms(IDS.operator).some(({ content }) => content.includes(word));
    await until('told', () => told('cannot be posted') && told('no_stop'));
    rig.desk.answer = () => null;
    rig.post('long btc');
    await until('the next signal', () => rig.desk.opens.length === 2);
  });

  test('being taken out of the server is told to the operators, and that it is over; what was missed is read', async () => {
    await start();
    const dms = () => rig.discord.dms(IDS.operator).map(({ content }) => content);
    const change = (event: string, data: { id: string; unavailable?: boolean }) =>
      rig.discord.gateway.dispatch({ event, intent: 1, data: () => data });
    change('GUILD_DELETE', { id: IDS.guild, unavailable: true });
    change('GUILD_DELETE', { id: '999999999999999999' });
    change('GUILD_DELETE', { id: IDS.guild });
    await until('it is told', () => dms().some((text) => text.includes('taken out of the server')));
    const registered = () => rig.discord.requests.filter(({ path }) => path.includes('/commands')).length;
    const before = registered();
    rig.discord.setGuildAvailable(true);
    await until('it is over', () => dms().some((text) => text.includes('in the server again')));
    await until('its commands are looked at', () => registered() > before);
    expect(dms()).toHaveLength(2);
  });

  test('what is not well is one message to the operator, edited when it is well again', async () => {
    await start();
    const disk = { name: 'disk_low', since: 1_000, endedAt: null, worst: 120e6, what: '' } as const;
    const dms = () => rig.discord.dms(IDS.operator).map(textOf);
    rig.bot.onCondition(disk);
    await until('told', () => dms().some((text) => text.includes('Only 120 MB are free')));
    rig.bot.onCondition({ ...disk, endedAt: 61_000 });
    await until('edited', () => dms().some((text) => text.includes('All is well again, after 60 s.')));
    expect(dms().filter((text) => text.includes('120 MB'))).toHaveLength(1);
  });

  test('closed direct messages are reported once in the channel', async () => {
    await start();
    rig.discord.setAcceptsDms({ user: IDS.operator, accepts: false });
    for (const text of ['a', 'b']) await rig.bot.alertConfig(text);
    await rig.says('does not accept direct messages');
    await until('all tried', () => rig.store.outbox.rows.size === 0);
    expect(rig.discord.messages(IDS.trades)).toHaveLength(1);
  });
});
