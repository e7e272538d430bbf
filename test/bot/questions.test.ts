import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { catalogues } from '../../src/bot/locales/index.ts';
import type { Asked } from '../../src/bot/questions.ts';
import type { QuestionAction as Action } from '../../src/bot/records.ts';
import { aConfig, d, FakeDesk, filledTrade, IDS } from './fakes.ts';
import { type Rig, startRig } from './rig.ts';

let rig: Rig;

beforeEach(async () => {
  rig = await startRig();
});

afterEach(() => rig.close());

const asked: Asked = {
  id: 'panic1',
  channelId: IDS.trades,
  text: 'Sure?',
  options: [{ label: 'Confirm', action: { type: 'panic' } }],
  timeoutMs: 120_000,
};
const says = (...words: string[]) => rig.messenger.says(IDS.trades, ...words);
const answer = (option: number, by: string = IDS.operator) =>
  rig.parts.questions.answer('panic1', option, by);
const restart = async () => {
  await rig.close();
  rig = await startRig(aConfig(), rig);
};

it('is answered once, by whoever presses first, and the other is told by whom', async () => {
  await rig.parts.questions.ask(asked);
  await says('Sure?');
  const answers = await Promise.all([answer(0), answer(0, IDS.viewer)]);
  expect(answers[0]).toBeNull();
  expect(answers[1]).not.toBeNull();
  expect(rig.desk.panics).toBe(1);
  expect((await says('Confirm:', IDS.operator)).body.components ?? []).toEqual([]);
  expect(await answer(1)).toContain('Already decided');
});

/** Between two edits of one message. */
const NO_PAUSE = 0;

it.each([
  ['en', 'All flat: all 2 trades are over. Entries stay paused until /resume.'],
  ['zh-CN', '已空仓：2 笔交易全部结束。开仓保持暂停，直到 /resume。'],
] as const)('of a panic says in %s when everything is closed', async (language, flat) => {
  await rig.close();
  rig = await startRig(aConfig({ language }), rig, NO_PAUSE);
  const trades = ['a', 'b'].map((id) => ({ ...filledTrade(), id }));
  rig.desk.open_ = trades;
  await rig.parts.questions.ask(asked);
  await says('Sure?');
  await answer(0);
  const question = await says('Sure?', IDS.operator);
  for (const trade of trades) {
    expect(question.body.content).not.toContain(flat);
    await rig.tell(rig.desk.becomes({ ...trade, phase: 'closed', closedAt: rig.clock.at }));
  }
  expect(await says(flat)).toMatchObject({ messageId: question.messageId });
});

it('that an earlier run wrote down, and ended before it posted it, is posted when it is asked again', async () => {
  await rig.parts.questions.ask(asked);
  await says('Sure?');
  await rig.close();
  for (const { rows } of [rig.store.outbox, rig.store.cards]) rows.clear();
  rig.messenger.posted.length = 0;
  rig = await startRig(aConfig(), rig);
  await rig.parts.questions.ask(asked);
  await says('Sure?');
  expect(await answer(0)).toBeNull();
});

it('asked again under the same id asks nothing', async () => {
  await rig.parts.questions.ask(asked);
  await rig.parts.questions.ask(asked);
  await says('Sure?');
  expect(rig.messenger.in(IDS.trades)).toHaveLength(1);
});

it('counts after a restart, and an answer of before does not count again', async () => {
  await rig.parts.questions.ask(asked);
  await says('Sure?');
  await restart();
  expect(await answer(0)).toBeNull();
  await says('Confirm:');
  await restart();
  expect(await answer(0)).toContain('Already decided');
  expect(rig.desk.panics).toBe(1);
});

it('that is answered while the store cannot be read is edited where an earlier run has posted it', async () => {
  await rig.parts.questions.ask(asked);
  await says('Sure?');
  await restart();
  rig.store.cards.get = async () => {
    throw new Error('cannot be read');
  };
  expect(await answer(0)).toBeNull();
  await says('Confirm:');
  expect(rig.messenger.in(IDS.trades)).toHaveLength(1);
});

it('that was answered while the store could not be written is written again: no later start takes it for open', async () => {
  await rig.parts.questions.ask(asked);
  await says('Sure?');
  const writes = vi.spyOn(rig.store.questions, 'set').mockRejectedValueOnce(new Error('full'));
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    expect(await answer(0)).toBeNull();
    expect(await answer(0)).toContain('Already decided');
    await vi.advanceTimersByTimeAsync(5_000);
  } finally {
    vi.useRealTimers();
    writes.mockRestore();
  }
  rig.clock.at += 120_000;
  await restart();
  expect(await answer(0)).toContain('Already decided');
  await says('Confirm:', IDS.operator);
  expect(rig.messenger.in(IDS.trades).join()).not.toContain('Expired');
  expect(rig.desk.panics).toBe(1);
});

it('loses its buttons at the next start where the program ended before it could take them away', async () => {
  await rig.parts.questions.ask(asked);
  await says('Sure?');
  const posts = vi.spyOn(rig.parts.outbox, 'post').mockResolvedValue();
  await answer(0);
  posts.mockRestore();
  expect(rig.messenger.in(IDS.trades)).toEqual([expect.stringContaining('Expires')]);
  await restart();
  await says('Confirm:');
  expect(rig.messenger.in(IDS.trades)).toHaveLength(1);
});

it('expires by the clock and at a start, changes nothing then, and says so to whoever presses', async () => {
  await rig.parts.questions.ask(asked);
  await says('Sure?');
  rig.clock.at += 120_000;
  expect(await answer(0)).toContain('Expired');
  await says('Expired without an answer');
  await rig.parts.questions.ask({ ...asked, id: 'panic2' });
  await rig.close();
  rig.clock.at += 500_000;
  rig = await startRig(aConfig(), rig);
  expect(await rig.parts.questions.answer('panic2', 0, IDS.operator)).toContain('Expired');
  expect(rig.desk.panics).toBe(0);
});

it('is not open for longer where the clock was set back before a start', async () => {
  await rig.parts.questions.ask(asked);
  await says('Sure?');
  await rig.close();
  rig.clock.at -= 3_600_000;
  rig = await startRig(aConfig(), rig);
  rig.clock.at += 120_000;
  expect(await answer(0)).toContain('Expired');
  expect(rig.desk.panics).toBe(0);
});

it('has all of its buttons in the language of whoever gave the command', async () => {
  const question = await rig.parts.questions.register(asked, catalogues['zh-CN']);
  expect(question.options.map(({ label }) => label)).toEqual(['Confirm', '取消']);
});

describe('an answer that is being carried out when the program ends', () => {
  const half: Action = {
    type: 'trade',
    tradeId: filledTrade().id,
    requests: [{ type: 'close', fraction: d('0.5'), reason: 'user' }],
  };
  const whole: Action = {
    ...half,
    requests: [{ type: 'close', fraction: d(1), reason: 'user' }, { type: 'cancel_entries' }],
  };
  const asks = async (action: Action) => {
    rig.desk.open_ = [filledTrade()];
    await rig.parts.questions.ask({ ...asked, options: [{ label: 'Confirm', action }] });
    await says('Sure?');
  };
  /** What waits for an answer then never gets one. */
  const killed = async () => {
    rig.parts.questions.close();
    rig = await startRig(aConfig(), rig);
  };
  const pressed = (): void => void answer(0);
  const turns = () => new Promise((done) => setImmediate(done));

  it.each([
    ['half of a position, before the exchange was asked', half],
    ['a looser stop', { ...half, requests: [{ type: 'move_stop', price: d(59_000) }] } as Action],
    ['new targets', { ...half, requests: [{ type: 'set_targets', prices: [d(65_000)] }] } as Action],
    ['the whole after half of it', { ...half, requests: [...half.requests, ...whole.requests] } as Action],
  ])('is not begun again by the next start: %s', async (_, action) => {
    await asks(action);
    rig.desk.request = endless;
    pressed();
    await turns();
    expect(await rig.store.questions.get('panic1')).toMatchObject({ state: 'answered', inHand: true });
    rig.desk.request = FakeDesk.prototype.request;
    await killed();
    await says('Confirm:', IDS.operator, 'not known', '/positions');
    expect(await answer(0)).toContain('Already decided');
    expect(rig.desk.requests).toEqual([]);
    expect((await rig.store.questions.get('panic1'))?.inHand).toBeUndefined();
  });

  it('is not done a second time after the exchange was asked: half of what is left is another half', async () => {
    await asks(half);
    const { questions } = rig.store;
    const set = questions.set.bind(questions);
    const writes = vi
      .spyOn(questions, 'set')
      .mockImplementation((id, row) => (row.inHand ? set(id, row) : endless()));
    pressed();
    await vi.waitFor(() => expect(writes).toHaveBeenCalledTimes(2));
    expect(rig.desk.requests).toHaveLength(1);
    writes.mockRestore();
    await killed();
    await says('not known');
    expect(await answer(0)).toContain('Already decided');
    expect(rig.desk.requests).toHaveLength(1);
  });

  it.each([
    ['half', half],
    ['the risk', { type: 'set_risk', key: 'riskPerTradePct', value: '0.5' } as Action],
  ])('has not begun where the program ended before it was written: %s', async (_, action) => {
    await asks(action);
    const writes = vi.spyOn(rig.store.questions, 'set').mockReturnValue(endless());
    pressed();
    await turns();
    writes.mockRestore();
    expect(rig.desk.requests).toEqual([]);
    expect(rig.settings.config().risk.riskPerTradePct).toEqual(aConfig().risk.riskPerTradePct);
    await killed();
    expect(await answer(0)).toBeNull();
    expect(rig.desk.requests).toHaveLength(action === half ? 1 : 0);
  });

  it('is finished by the next start where it closes all of it, and says so', async () => {
    await asks(whole);
    rig.desk.request = endless;
    pressed();
    await turns();
    rig.desk.request = FakeDesk.prototype.request;
    await killed();
    await says('Confirm:', IDS.operator, 'took it up at its next start', 'closing 100%');
    expect(rig.desk.requests.map(({ request }) => request.type)).toEqual(['close', 'cancel_entries']);
    await restart();
    expect(await answer(0)).toContain('Already decided');
    expect(rig.desk.requests).toHaveLength(2);
  });

  it('is finished by the next start where it is a panic', async () => {
    await asks({ type: 'panic' });
    rig.desk.panic = endless;
    pressed();
    await turns();
    rig.desk.panic = FakeDesk.prototype.panic;
    await killed();
    await says('took it up at its next start');
    expect(rig.desk.panics).toBe(1);
  });

  it.each([
    ['takes nothing', () => Promise.reject(new Error('full'))],
    ['does not answer', endless],
  ])('is carried out also where the store %s: closing does not wait for a disk', async (_, set) => {
    await asks(half);
    await rig.parts.questions.ask({ ...asked, id: 'panic2' });
    const writes = vi.spyOn(rig.store.questions, 'set').mockImplementation(set);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      void rig.parts.questions.answer('panic2', 0, IDS.operator);
      await vi.advanceTimersByTimeAsync(0);
      expect(rig.desk.panics).toBe(1);
      pressed();
      await vi.advanceTimersByTimeAsync(1_000);
      expect(rig.desk.requests).toHaveLength(1);
    } finally {
      vi.useRealTimers();
      writes.mockRestore();
    }
  });
});

function endless(): Promise<never> {
  return new Promise(() => undefined);
}
