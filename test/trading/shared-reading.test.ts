import { expect, test } from 'vitest';
import { shareReading } from '../../src/trading/desk/shared-reading.ts';

const settled = () => new Promise((done) => setImmediate(done));

function rig() {
  const readings: PromiseWithResolvers<number>[] = [];
  const read = shareReading(() => {
    const reading = Promise.withResolvers<number>();
    readings.push(reading);
    return reading.promise;
  });
  return { readings, read };
}

test('those who ask at once share one reading', async () => {
  const { readings, read } = rig();
  const answers = Promise.all([read(), read(), read()]);
  await settled();
  expect(readings).toHaveLength(1);
  readings[0]?.resolve(1);
  expect(await answers).toEqual([1, 1, 1]);
});

test('those who ask while one is under way share the next, which begins after it', async () => {
  const { readings, read } = rig();
  const first = read();
  await settled();
  const later = Promise.all([read(), read()]);
  await settled();
  expect(readings).toHaveLength(1);
  readings[0]?.resolve(1);
  expect(await first).toBe(1);
  await settled();
  expect(readings).toHaveLength(2);
  readings[1]?.resolve(2);
  expect(await later).toEqual([2, 2]);
});

test('one that fails is told to those who share it, and to nobody else', async () => {
  const { readings, read } = rig();
  const both = Promise.allSettled([read(), read()]);
  await settled();
  const next = read();
  readings[0]?.reject(new Error('no answer'));
  expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await settled();
  readings[1]?.resolve(2);
  expect(await next).toBe(2);
});
