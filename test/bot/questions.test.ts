import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { catalogues } from '../../src/bot/locales/index.ts';
import type { Asked } from '../../src/bot/questions.ts';
import { aConfig, IDS } from './fakes.ts';
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
