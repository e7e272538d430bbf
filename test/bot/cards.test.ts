import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Trade } from '../../src/trading/model.ts';
import { aFill, anOrder, aSource, aTrade, d, filledTrade, IDS } from './fakes.ts';
import { aWorld, type Rig, startRig, type World } from './rig.ts';

let world: World;
let rig: Rig;

beforeEach(async () => {
  world = aWorld();
  rig = await startRig(undefined, world, 0);
});

afterEach(() => rig.close());

const posted = (slot = 'card') =>
  rig.messenger.posted.find(
    ({ channelId, body }) => channelId === IDS.trades && (slot === 'card') === (body.layout !== undefined),
  );
const edits = () => rig.messenger.calls.filter((call) => call.startsWith('edit'));
const idle = () => vi.waitFor(() => expect(rig.store.outbox.rows.size).toBe(0));
const price = (mark: number) => rig.desk.prices.set('BTCUSDT', { mark: d(mark), last: d(mark) });

/** Told and posted, the picture too. */
async function tell(trade: Trade, type: 'opened' | 'changed' | 'closed' = 'changed'): Promise<void> {
  rig.clock.at += 2_000;
  rig.desk.open_ = [...rig.desk.open_.filter(({ id }) => id !== trade.id), trade];
  await rig.tell({ type, trade });
  await idle();
}

async function restart(): Promise<void> {
  await rig.close();
  rig = await startRig(undefined, world, 0);
}

describe('a chart', () => {
  it('follows its card and is drawn again when something has happened, not when the price moves', async () => {
    rig.studio.png = Buffer.from('png');
    await tell(aTrade(), 'opened');
    await vi.waitFor(() => expect(posted()?.file).toMatch(/^chart-/));
    const first = posted()?.file;
    await tell(aTrade());
    price(65_000);
    await rig.parts.cards.refreshOne();
    await idle();
    expect([rig.studio.drawn.length, posted()?.file]).toEqual([1, first]);
    await tell(filledTrade());
    await vi.waitFor(() => expect(posted()?.file).not.toBe(first));
    expect(rig.studio.drawn).toHaveLength(2);
  });

  it('that cannot be drawn leaves the card without one, and the next event asks again', async () => {
    await tell(aTrade(), 'opened');
    expect(posted()?.file).toBeNull();
    rig.studio.candles = () => Promise.reject(new Error('the exchange does not answer'));
    await tell(filledTrade());
    expect(posted()?.body.content).toContain('0.05 @ 60000');
    rig.studio.candles = async () => [];
    rig.studio.png = Buffer.from('png');
    await tell({ ...filledTrade(), targetsHit: 1 });
    await vi.waitFor(() => expect(posted()?.file).toMatch(/^chart-/));
  });

  it('is not asked for while the exchange is needed for other things', async () => {
    rig.studio.mayAsk = () => false;
    await tell(aTrade(), 'opened');
    expect(rig.studio.drawn).toEqual([]);
  });

  it('never holds up the card', async () => {
    const drawing = Promise.withResolvers<Buffer | null>();
    rig.studio.draw = () => drawing.promise;
    await tell(aTrade(), 'opened');
    expect(posted()?.body.content).toContain('waiting for entry');
    await tell(filledTrade());
    await vi.waitFor(() => expect(posted()?.body.content).toContain('open, 0.05'));
    drawing.resolve(null);
  });

  it('is not drawn again by a restart after which nothing is different', async () => {
    rig.studio.png = Buffer.from('png');
    await tell(filledTrade(), 'opened');
    await vi.waitFor(() => expect(posted()?.file).toMatch(/^chart-/));
    await idle();
    const calls = rig.messenger.calls.length;
    await restart();
    await rig.parts.teller.refreshCards();
    await idle();
    expect([rig.studio.drawn.length, rig.messenger.calls.length]).toEqual([1, calls]);
  });
});

describe('live figures', () => {
  const other = (index: number): Trade => {
    const trade = aTrade({ source: aSource({ index }) });
    return { ...filledTrade(trade), id: trade.id };
  };

  it('are renewed one card at a time, the stalest first', async () => {
    for (const index of [0, 1, 2]) await tell(other(index), 'opened');
    price(61_500);
    const seen: string[] = [];
    for (let turn = 0; turn < 4; turn += 1) {
      const before = edits().length;
      rig.clock.at += 10_000;
      await rig.parts.cards.refreshOne();
      await idle();
      seen.push(...edits().slice(before));
    }
    expect(seen).toHaveLength(3);
    expect(new Set(seen).size).toBe(3);
  });

  it('are left alone while they have hardly changed, but not for ever', async () => {
    await tell(filledTrade(), 'opened');
    const before = edits().length;
    // 0.01 R is 1 USDT.
    price(61_020);
    rig.clock.at += 20_000;
    await rig.parts.cards.refreshOne();
    expect(edits()).toHaveLength(before);
    rig.clock.at += 300_000;
    await rig.parts.cards.refreshOne();
    await idle();
    expect(edits()).toHaveLength(before + 1);
  });

  it('wait while many messages wait', async () => {
    await tell(filledTrade(), 'opened');
    rig.messenger.refuse = () => new TypeError('fetch failed');
    for (let index = 0; index < 30; index += 1)
      await rig.parts.outbox.post({ type: 'channel', id: 'x' }, `${index}`, { content: 'x' });
    const queued = rig.parts.outbox.queued;
    price(70_000);
    await rig.parts.cards.refreshOne();
    expect(rig.parts.outbox.queued).toBe(queued);
  });
});

describe('the thread of a card', () => {
  const lines = () => {
    const card = posted();
    return card ? rig.messenger.in(card.messageId).join('\n').split('\n') : [];
  };

  it('tells everything once, in order, also over a restart', async () => {
    await tell(aTrade(), 'opened');
    await tell(aTrade());
    await restart();
    await rig.parts.teller.refreshCards();
    await tell(filledTrade());
    await tell({ ...filledTrade(), phase: 'closed', closedAt: rig.clock.at, closeReason: 'stop' }, 'closed');
    await vi.waitFor(() => expect(lines()).toHaveLength(4));
    expect([...rig.messenger.threads.values()]).toEqual(['BTCUSDT LONG · alpha']);
    for (const [index, word] of ['Signal in', 'Order placed', 'Filled', 'Closed'].entries()) {
      expect(lines()[index]).toContain(word);
    }
  });

  it('is told once what two events at once both know', async () => {
    const trade = filledTrade();
    await Promise.all([rig.tell({ type: 'opened', trade }), rig.tell({ type: 'changed', trade })]);
    await idle();
    expect(lines().filter((line) => line.includes('Filled'))).toHaveLength(1);
  });

  it('is not kept in memory once the trade has closed, however often it is asked for', async () => {
    const read = vi.spyOn(rig.store.histories, 'get');
    const trade: Trade = { ...filledTrade(), phase: 'closed', closedAt: rig.clock.at, closeReason: 'stop' };
    for (const times of [1, 2, 3]) {
      await tell(trade, 'closed');
      await idle();
      expect(read).toHaveBeenCalledTimes(times);
    }
  });

  it('is told again by a crash before it was noted, in the same message', async () => {
    await tell(filledTrade(), 'opened');
    await idle();
    rig.store.histories.rows.clear();
    await restart();
    const stop = anOrder({
      clientId: 's0',
      role: 'stop',
      type: 'stop_market',
      triggerPrice: d(58_000),
      price: null,
      createdAt: 9_000,
    });
    await tell({ ...filledTrade(), orders: [...filledTrade().orders, stop], fills: [aFill()] });
    await vi.waitFor(() => expect(lines().join()).toContain('stop'));
    expect(rig.messenger.in(posted()?.messageId ?? '')).toHaveLength(1);
  });

  it('that may not be opened costs one alert, and the cards go on', async () => {
    const { DiscordAPIError } = await import('discord.js');
    const refusal = new DiscordAPIError(
      { code: 50_013, message: 'Missing Permissions' },
      50_013,
      403,
      'POST',
      'https://x',
      {},
    );
    rig.messenger.refuse = (_, call) => (call === 'thread' ? refusal : null);
    await tell(filledTrade(), 'opened');
    await tell(
      { ...filledTrade(aTrade({ id: 'another-0', source: aSource({ index: 3 }) })), id: 'another-0' },
      'opened',
    );
    await idle();
    expect(rig.messenger.in(`dm-${IDS.operator}`).filter((text) => text.includes('No threads'))).toHaveLength(
      1,
    );
    expect(rig.messenger.in(IDS.trades)).toHaveLength(2);
  });
});

it('a card that can no longer be posted is one direct message, however often the price moves', async () => {
  const { DiscordAPIError } = await import('discord.js');
  const gone = new DiscordAPIError(
    { code: 10_003, message: 'Unknown Channel' },
    10_003,
    404,
    'PATCH',
    'https://x',
    {},
  );
  await tell(filledTrade(), 'opened');
  rig.messenger.refuse = (channelId) => (channelId === IDS.trades ? gone : null);
  for (const mark of [62_000, 63_000, 64_000]) {
    price(mark);
    rig.clock.at += 10_000;
    await rig.parts.cards.refreshOne();
    await idle();
  }
  const told = rig.messenger.in(`dm-${IDS.operator}`);
  expect(told.filter((text) => text.includes('cannot be posted'))).toHaveLength(1);
  expect(told.filter((text) => text.includes('open, 0.05'))).toHaveLength(1);
});
