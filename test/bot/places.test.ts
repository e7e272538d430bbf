import { expect, onTestFinished, test, vi } from 'vitest';
import { Places } from '../../src/bot/places.ts';
import { postedMessage } from '../../src/bot/records.ts';
import { memoryCollection } from './fakes.ts';

const SLOT = 'card:a';
const HERE = { channelId: '1', messageId: '2', hash: 'x' };

function started() {
  const rows = memoryCollection(postedMessage);
  const get = vi.spyOn(rows, 'get');
  const log = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };
  return { rows, get, log, places: new Places(rows, () => 1, log) };
}

test('the store is asked once for a message that was never posted', async () => {
  const { places, get } = started();
  expect(await places.get(SLOT)).toBeNull();
  expect(await places.get(SLOT)).toBeNull();
  expect(get).toHaveBeenCalledTimes(1);
});

test('a message that has been posted since is known, and one that was forgotten is gone', async () => {
  const { places } = started();
  expect(await places.get(SLOT)).toBeNull();
  await places.set(SLOT, HERE);
  expect(await places.get(SLOT)).toMatchObject(HERE);
  await places.forget(SLOT);
  expect(await places.get(SLOT)).toBeNull();
  await places.set(SLOT, HERE);
  expect(await places.get(SLOT)).toMatchObject(HERE);
});

test('a message that is posted while the store is asked for it is known', async () => {
  const { places, get } = started();
  const answer = Promise.withResolvers<undefined>();
  get.mockReturnValueOnce(answer.promise);
  const asked = places.get(SLOT);
  await places.set(SLOT, HERE);
  answer.resolve(undefined);
  expect(await asked).toMatchObject(HERE);
  expect(await places.get(SLOT)).toMatchObject(HERE);
});

test('a message of an earlier run that was asked for once is known when the store does not answer', async () => {
  const { places, rows, get } = started();
  await rows.set(SLOT, { ...HERE, at: 1 });
  expect(await places.get(SLOT)).toMatchObject(HERE);
  expect(places.has(SLOT)).toBe(true);
  get.mockRejectedValue(new Error('away'));
  expect(await places.get(SLOT)).toMatchObject(HERE);
});

test('a store that does not answer is asked again', async () => {
  const { places, rows, get, log } = started();
  await rows.set(SLOT, { ...HERE, at: 1 });
  get.mockRejectedValueOnce(new Error('away'));
  expect(await places.get(SLOT)).toBeNull();
  expect(log.error).toHaveBeenCalledOnce();
  expect(await places.get(SLOT)).toMatchObject(HERE);
});

test('a message of an earlier run that was asked for is known while the store does not answer', async () => {
  const { places, rows, get } = started();
  await rows.set(SLOT, { ...HERE, at: 1 });
  expect(await places.get(SLOT)).toMatchObject(HERE);
  get.mockRejectedValue(new Error('away'));
  expect(await places.get(SLOT)).toMatchObject(HERE);
  expect(places.has(SLOT)).toBe(true);
});

test('what the store does not take is known, and written as soon as it does', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { places, rows } = started();
  const refused = vi.spyOn(rows, 'set').mockRejectedValue(new Error('the disk is full'));
  await places.set(SLOT, HERE);
  expect(await places.slotOf(HERE.messageId)).toBe(SLOT);
  expect(await rows.all()).toEqual([]);
  refused.mockRestore();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(await rows.get(SLOT)).toMatchObject(HERE);
});

test('a message that is gone is so also where the store does not forget it', async () => {
  const { places, rows } = started();
  await places.set(SLOT, HERE);
  rows.delete = () => Promise.reject(new Error('disk full'));
  await places.forget(SLOT);
  expect(await places.get(SLOT)).toBeNull();
  await places.set(SLOT, HERE);
  expect(await places.get(SLOT)).toMatchObject(HERE);
});
