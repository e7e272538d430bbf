import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import type { Candle } from '../../src/trading/exchange.ts';
import type { Trade } from '../../src/trading/model.ts';
import { anOrder, aPlan, aSource, aTrade, d, filledTrade, IDS } from '../bot/fakes.ts';
import { walk } from '../charts/samples.ts';
import { type BotRig, type BotRigOptions, startBotRig, textOf, until } from './bot-rig.ts';

/** Cards with real discord.js, real pictures and the simulated Discord, which refuses what Discord would refuse. */

let rig: BotRig;

const candles = async (): Promise<Candle[]> =>
  walk(60, 60_500, 90).map(({ openedAt, open, high, low, close }) => ({
    openedAt,
    open: d(open),
    high: d(high),
    low: d(low),
    close: d(close),
  }));

async function start(options: BotRigOptions = {}): Promise<void> {
  rig = await startBotRig({ candles, ...options });
  await rig.bot.start();
}

afterEach(() => rig.close());

async function open(trade: Trade = filledTrade()) {
  rig.desk.open_ = [...rig.desk.open_.filter(({ id }) => id !== trade.id), trade];
  await rig.bot.onDeskEvent({ type: 'opened', trade });
  return rig.says(trade.plan.symbol);
}

async function change(trade: Trade): Promise<void> {
  rig.desk.open_ = rig.desk.open_.map((other) => (other.id === trade.id ? trade : other));
  await rig.bot.onDeskEvent({ type: 'changed', trade });
}

const inTrades = () => rig.discord.messages(IDS.trades);
const now = (id: string) => {
  const message = inTrades().find((one) => one.id === id);
  if (!message) throw new Error(`message ${id} is gone`);
  return message;
};
const withChart = (id: string) => until('the chart', () => now(id).attachments.length === 1);
/** What stands in the thread of a message; nothing before there is one. */
const history = (id: string) =>
  rig.discord
    .allMessages()
    .filter(({ channel_id }) => channel_id === id)
    .map(({ content }) => content)
    .join('\n');
const IS_COMPONENTS_V2 = 1 << 15;

describe('a card', () => {
  test('is laid out with components, with its chart as a picture and its history in a thread', async () => {
    await start();
    const card = await open();
    await withChart(card.id);
    const [attachment] = now(card.id).attachments;
    expect(now(card.id).flags & IS_COMPONENTS_V2).not.toBe(0);
    expect(attachment).toMatchObject({ content_type: 'image/png', width: 800, height: 600 });
    const png = Buffer.from(await (await fetch(attachment?.url ?? '')).arrayBuffer());
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    await until('the history', () => history(card.id).includes('Signal in'));
    expect(rig.discord.world.channels.get(card.id)?.name).toBe('BTCUSDT LONG · alpha');
    // Nothing of it stands in the channel itself.
    expect(inTrades().filter(({ content }) => content.includes('Signal in'))).toEqual([]);
  });

  test('keeps its chart when only its words change, and gets a new one when something happens', async () => {
    await start();
    const card = await open();
    await withChart(card.id);
    const before = now(card.id).attachments[0]?.id;
    rig.desk.prices.set('BTCUSDT', { mark: d(63_000), last: d(63_000) });
    await change({ ...filledTrade(), funding: d(-7) });
    await until('new words', () => textOf(now(card.id)).includes('at 63000'));
    expect(now(card.id).attachments.map(({ id }) => id)).toEqual([before]);
    await change({ ...filledTrade(), targetsHit: 1 });
    await until('a new chart', () => now(card.id).attachments[0]?.id !== before);
    expect(now(card.id).attachments).toHaveLength(1);
  });

  test('is one message over a restart, whose buttons still work', async () => {
    await start();
    const source = { ...filledTrade().source, messageId: rig.post('the signal').id };
    const card = await open({ ...filledTrade(), source });
    await withChart(card.id);
    await rig.bot.close();
    rig = await startBotRig({ candles, after: rig });
    await rig.bot.start();
    expect((await rig.press(now(card.id), 'Close 50%')).ephemeral).toBe(true);
    expect(rig.desk.requests.map(({ request }) => request)).toMatchObject([
      { type: 'close', fraction: d('0.5') },
    ]);
    await change({ ...filledTrade(), source, targetsHit: 1 });
    await until('the edit', () => textOf(now(card.id)).includes('hit'));
    expect(inTrades()).toHaveLength(1);
    expect(history(card.id).split('Signal in')).toHaveLength(2);
  });

  test('that was posted as content and embeds by an earlier version is taken over in place', async () => {
    rig = await startBotRig({ candles });
    await rig.bot.start();
    const trade = filledTrade();
    const response = await fetch(`${rig.discord.url}/v10/channels/${IDS.trades}/messages`, {
      method: 'POST',
      headers: { authorization: `Bot ${rig.discord.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ content: 'BTCUSDT LONG: open', embeds: [{ title: 'BTCUSDT LONG · open' }] }),
    });
    const old = (await response.json()) as { id: string };
    await rig.store.cards.set(`card:${trade.id}`, { channelId: IDS.trades, messageId: old.id, at: 0 });
    rig.desk.open_ = [trade];
    await rig.bot.onDeskEvent({ type: 'changed', trade });
    await until('the card', () => (now(old.id).flags & IS_COMPONENTS_V2) !== 0);
    expect(now(old.id)).toMatchObject({ content: '', embeds: [] });
    expect(textOf(now(old.id))).toContain('0.05 / 0.05 @ 60000');
    expect(inTrades()).toHaveLength(1);
  });

  test('shows its end with a last chart, and its buttons are gone', async () => {
    await start();
    const card = await open();
    await withChart(card.id);
    const before = now(card.id).attachments[0]?.id;
    const closed: Trade = { ...filledTrade(), phase: 'closed', closedAt: Date.now(), closeReason: 'stop' };
    rig.desk.open_ = [];
    rig.desk.closed = [closed];
    await rig.bot.onDeskEvent({ type: 'closed', trade: closed });
    await until('the last chart', () => {
      const [attachment, ...others] = now(card.id).attachments;
      return others.length === 0 && attachment !== undefined && attachment.id !== before;
    });
    expect(textOf(now(card.id))).toContain('BTCUSDT LONG: closed');
    expect(JSON.stringify(now(card.id).components)).not.toContain('custom_id');
    await until('the history', () => history(card.id).includes('stopped out'));
  });

  test('asks before a press loosens the stop, and then moves it', async () => {
    await start();
    const card = await open({ ...filledTrade(), stopPrice: d(61_000), stopKind: 'moved' });
    rig.desk.requestAnswer = (request) =>
      request.type === 'break_even' ? { kind: 'refused', reason: 'raises_risk' } : { kind: 'done' };
    await rig.press(card, 'Break-even');
    const question = await rig.says('raises the risk');
    expect(rig.desk.requests.filter(({ request }) => request.type === 'move_stop')).toEqual([]);
    await rig.press(question, 'Confirm');
    await until('moved', () => rig.desk.requests.some(({ request }) => request.type === 'move_stop'));
    expect(rig.desk.requests.at(-1)?.request).toMatchObject({ type: 'move_stop', confirmed: true });
  });
});

describe('what Discord does not allow', () => {
  test('no files: the card comes without its chart, and that is said once', async () => {
    await start();
    rig.discord.setPermissions({ channel: IDS.trades, deny: ['AttachFiles'] });
    const card = await open();
    await open({ ...filledTrade(), ...another() });
    const told = () =>
      rig.discord.dms(IDS.operator).filter(({ content }) => content.includes('Pictures cannot be posted'));
    await until('told', () => told().length > 0);
    await until('all posted', () => rig.store.outbox.rows.size === 0);
    expect(told()).toHaveLength(1);
    expect(now(card.id).attachments).toEqual([]);
    expect(textOf(now(card.id))).toContain('BTCUSDT LONG');
  });

  test('no writing in threads: the history is under the button, and that is said once', async () => {
    await start();
    rig.discord.setPermissions({ channel: IDS.trades, deny: ['SendMessagesInThreads'] });
    await open();
    const told = () =>
      rig.discord.dms(IDS.operator).filter(({ content }) => content.includes('No threads can be opened'));
    await until('told', () => told().length === 1);
    await until('all posted', () => rig.store.outbox.rows.size === 0);
    expect(rig.discord.requests.filter(({ status }) => status === 403)).toHaveLength(1);
  });

  test('no threads: the history is under the button, and that is said once', async () => {
    await start();
    rig.discord.setPermissions({ channel: IDS.trades, deny: ['CreatePublicThreads'] });
    const card = await open();
    await open({ ...filledTrade(), ...another() });
    const told = () =>
      rig.discord.dms(IDS.operator).filter(({ content }) => content.includes('No threads can be opened'));
    await until('told', () => told().length > 0);
    await until('all posted', () => rig.store.outbox.rows.size === 0);
    expect(told()).toHaveLength(1);
    const details = (await rig.press(card, 'Details')).message;
    expect(JSON.stringify(details?.embeds)).toContain('Signal in');
  });

  test('a thread that was archived is told further; one that was deleted is left alone', async () => {
    await start();
    const card = await open(aTrade());
    await until('the history', () => history(card.id).includes('Signal in'));
    const thread = rig.discord.world.channels.get(card.id);
    if (thread?.thread_metadata) thread.thread_metadata.archived = true;
    await change(filledTrade());
    await until('told further', () => history(card.id).includes('Filled'));
    rig.discord.deleteChannel(card.id);
    const stop = anOrder({
      clientId: 's0',
      role: 'stop',
      type: 'stop_market',
      price: null,
      triggerPrice: d(58_000),
      createdAt: 1,
    });
    await change({ ...filledTrade(), orders: [...filledTrade().orders, stop] });
    await until('nothing waits', () => rig.store.outbox.rows.size === 0);
    expect(rig.discord.dms(IDS.operator)).toEqual([]);
    expect(rig.discord.world.channels.has(card.id)).toBe(false);
  });
});

test('the painter goes with the bot', async () => {
  await start();
  const card = await open();
  await withChart(card.id);
  expect(painters()).toHaveLength(1);
  await rig.bot.close();
  await until('no painter is left', () => painters().length === 0);
});

test('25 open trades with hostile names all get their cards, with charts', async () => {
  await start();
  for (let index = 0; index < 25; index += 1) {
    const trade = aTrade({
      id: `hostile-${index}`,
      source: aSource({ index, channel: '@everyone **x**'.repeat(5) }),
      plan: aPlan({
        symbol: `币安人生${'||`'.repeat(index)}USDT`,
        targets: Array.from({ length: 1 + index * 2 }, (_, step) => ({
          price: d(61_000 + step),
          sharePct: d(1),
        })),
      }),
    });
    const filled = { ...filledTrade({ ...trade, targets: trade.plan.targets }), id: trade.id };
    rig.desk.open_ = [...rig.desk.open_, filled];
    await rig.bot.onDeskEvent({ type: 'opened', trade: filled });
  }
  await until(
    '25 cards with charts',
    () => inTrades().filter(({ attachments }) => attachments.length === 1).length === 25,
    40_000,
  );
  expect(inTrades()).toHaveLength(25);
  // Refusals would have been told.
  expect(rig.discord.dms(IDS.operator)).toEqual([]);
  expect(rig.discord.requests.filter(({ status }) => status >= 400)).toEqual([]);
});

/** Processes of ours that draw. */
function painters(): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      const parent = /PPid:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
      return (
        Number(parent) === process.pid &&
        readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('charts/worker')
      );
    } catch {
      return false;
    }
  });
}

function another(): Pick<Trade, 'id' | 'source' | 'plan'> {
  return { id: 'another-0', source: aSource({ index: 7 }), plan: aPlan({ symbol: 'ETHUSDT' }) };
}
