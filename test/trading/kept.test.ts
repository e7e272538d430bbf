import { expect, test } from 'vitest';
import { createLog } from '../../src/log.ts';
import { createKept } from '../../src/trading/desk/kept.ts';

/** A disk whose writes end, in their order, when the test says so; and whoever waits to try again. */
function rig() {
  const disk: string[] = [];
  const waiting: { value: string; done(): void; failed(error: Error): void }[] = [];
  const changes: [isBehind: boolean, reason: string][] = [];
  const timers = new Set<() => void>();
  const kept = createKept<string>({
    what: 'a value',
    save: (value) => new Promise((done, failed) => waiting.push({ value, done, failed })),
    onChange: (isBehind, reason) => changes.push([isBehind, reason]),
    log: createLog('silent'),
    clock: {
      now: () => 0,
      after(_ms, run) {
        timers.add(run);
        return () => void timers.delete(run);
      },
    },
  });
  async function end(fate: 'written' | 'failed' | 'written, and said to have failed'): Promise<void> {
    const next = waiting.shift();
    if (!next) throw new Error('nothing is being written');
    if (fate !== 'failed') disk.push(next.value);
    if (fate === 'written') next.done();
    else next.failed(new Error('disk full'));
    await Promise.resolve();
    await Promise.resolve();
  }
  function later(): void {
    const due = [...timers];
    timers.clear();
    for (const run of due) run();
  }
  return { kept, disk, waiting, changes, timers, end, later };
}

test('what is written is there, and nothing is told of it', async () => {
  const { kept, disk, changes, end } = rig();
  const written = kept.write('one');
  await end('written');
  expect(await written).toBe(true);
  expect([disk, kept.isBehind(), changes]).toEqual([['one'], false, []]);
});

test('what could not be written is written again until it is, and told once', async () => {
  const { kept, disk, changes, end, later } = rig();
  const written = kept.write('one');
  await end('failed');
  expect(await written).toBe(false);
  for (let each = 0; each < 3; each += 1) {
    later();
    await end('failed');
  }
  expect(kept.isBehind()).toBe(true);
  later();
  await end('written');
  expect([disk, kept.isBehind()]).toEqual([['one'], false]);
  expect(changes).toEqual([
    [true, 'disk full'],
    [false, ''],
  ]);
});

test('a newer value takes the place of one that waits to be written again', async () => {
  const { kept, disk, timers, end } = rig();
  void kept.write('one');
  await end('failed');
  void kept.write('two');
  expect(timers.size).toBe(0);
  await end('written');
  expect([disk, kept.isBehind(), timers.size]).toEqual([['two'], false, 0]);
});

test('an older value that fails beside a newer one is not written over it', async () => {
  const { kept, disk, timers, end } = rig();
  void kept.write('one');
  void kept.write('two');
  await end('failed');
  await end('written');
  expect([disk, kept.isBehind(), timers.size]).toEqual([['two'], false, 0]);
});

test('what holds otherwise is put back: the disk may have the other one after all', async () => {
  const { kept, disk, end, later } = rig();
  const written = kept.write('lifted', 'paused');
  await end('written, and said to have failed');
  expect(await written).toBe(false);
  later();
  await end('written');
  expect([disk, kept.isBehind()]).toEqual([['lifted', 'paused'], false]);
});

test('after its end nothing is tried again', async () => {
  const { kept, timers, end } = rig();
  void kept.write('one');
  await end('failed');
  kept.stop();
  expect(timers.size).toBe(0);
  void kept.write('two');
  await end('failed');
  expect(timers.size).toBe(0);
});
