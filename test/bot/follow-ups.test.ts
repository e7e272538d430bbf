import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { tradeIdOf } from '../../src/trading/lifecycle/ids.ts';
import type { Trade, Update } from '../../src/trading/model.ts';
import { anOrder, aPlan, aSignal, aSource, aTrade, d, filledTrade, IDS, snowflake } from './fakes.ts';
import { aMessage, type Rig, startRig } from './rig.ts';

/** What was said to be on its way when the program ended, and what came of it since. */

let rig: Rig;
let trade: Trade;

beforeEach(async () => {
  rig = await startRig(undefined, undefined, 0);
  const messageId = snowflake(rig.clock.at - 3_600_000);
  trade = filledTrade(
    aTrade({
      source: aSource({ messageId }),
      signal: aSignal(),
      plan: aPlan(),
      id: tradeIdOf(messageId, 0),
    }),
  );
  rig.desk.open_.push(trade);
});
afterEach(() => rig.close());

const says = (...words: string[]) => rig.messenger.says(IDS.trades, ...words);
const shown = () =>
  rig.messenger.posted.filter(({ channelId }) => channelId === IDS.trades).map(({ body }) => body.content);

async function update(list: Update[]): Promise<void> {
  rig.meanings.set('update', { kind: 'update', updates: list });
  await rig.parts.intake.created(aMessage(rig.clock, 'update'));
}

async function answered(): Promise<void> {
  await rig.parts.questions.ask({
    id: 'q1',
    channelId: IDS.trades,
    text: 'close it?',
    options: [
      {
        label: 'yes',
        action: {
          type: 'trade',
          tradeId: trade.id,
          requests: [{ type: 'close', fraction: d(1), reason: 'user' }],
        },
      },
    ],
    timeoutMs: 60_000,
  });
  await says('close it?');
  await rig.parts.questions.answer('q1', 0, IDS.operator);
}

/** The exchange has closed it while nobody looked. */
function closedMeanwhile(): void {
  rig.desk.open_ = [];
  rig.desk.closed = [{ ...trade, phase: 'closed', closedAt: rig.clock.at, closeReason: 'message' }];
}

async function restart(): Promise<void> {
  await rig.close();
  rig = await startRig(undefined, rig, 0);
}

const asked = [
  { given: 'an update', ask: () => update([{ action: 'close', symbol: 'BTCUSDT' }]) },
  { given: 'an answer to a question', ask: answered },
];

describe.each(asked)('$given that closes a trade', ({ ask }) => {
  it('is told as done by the next run, in the same message, where that happened meanwhile', async () => {
    await ask();
    await says('closing 100%');
    closedMeanwhile();
    await restart();
    await says('close: done');
    expect(shown().filter((text) => text.includes('clos'))).toHaveLength(1);
    await vi.waitFor(() => expect(rig.store.followUps.rows.size).toBe(0));
  });

  it('is said to be on its way once what is to follow is kept, not before', async () => {
    const { followUps } = rig.store;
    const set = followUps.set.bind(followUps);
    const disk = Promise.withResolvers<void>();
    followUps.set = (key, value) => disk.promise.then(() => set(key, value));
    const begun = ask();
    await vi.waitFor(() => expect(rig.desk.requests).toHaveLength(1));
    await new Promise(setImmediate);
    expect(shown().filter((text) => text.includes('closing'))).toEqual([]);
    disk.resolve();
    await begun;
    await says('closing 100%');
  });

  it('and where that happens only then, once it does', async () => {
    await ask();
    await says('closing 100%');
    await restart();
    expect(rig.store.followUps.rows.size).toBe(1);
    closedMeanwhile();
    const [closed] = rig.desk.closed;
    if (closed) await rig.tell({ type: 'closed', trade: closed });
    await says('close: done');
    await vi.waitFor(() => expect(rig.store.followUps.rows.size).toBe(0));
  });

  it('of which nothing is known any more is left as it is', async () => {
    await ask();
    await says('closing 100%');
    rig.desk.open_ = [];
    await restart();
    await vi.waitFor(() => expect(rig.store.followUps.rows.size).toBe(0));
    await says('closing 100%');
  });
});

it('what is done at once is not followed', async () => {
  const stop = anOrder({ clientId: 's', role: 'stop', triggerPrice: d(60_500), reduceOnly: true });
  rig.desk.open_ = [{ ...trade, orders: [...trade.orders, stop], stopPrice: d(60_500) }];
  await update([{ action: 'move_stop', symbol: 'BTCUSDT', price: d(60_500) }]);
  await says('done');
  expect(rig.store.followUps.rows.size).toBe(0);
});

it('a stop that is moved is told where it stays when the next run finds that it was refused', async () => {
  await update([{ action: 'move_stop', symbol: 'BTCUSDT', price: d(60_500) }]);
  await says('on its way');
  const [moving] = rig.desk.open_;
  if (!moving) throw new Error('no trade');
  rig.desk.open_ = [{ ...moving, stopPrice: trade.stopPrice, stopHeldPrice: trade.stopPrice }];
  await restart();
  await says('the exchange refused it', String(trade.stopPrice));
});

it('a store that takes nothing keeps nothing from being told in this run', async () => {
  vi.spyOn(rig.store.followUps, 'set').mockRejectedValue(new Error('the disk is full'));
  await update([{ action: 'close', symbol: 'BTCUSDT' }]);
  await says('closing 100%');
  closedMeanwhile();
  const [closed] = rig.desk.closed;
  if (closed) await rig.tell({ type: 'closed', trade: closed });
  await says('close: done');
});
