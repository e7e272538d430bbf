import { beforeEach, describe, expect, it } from 'vitest';
import { Progress } from '../../src/bot/progress.ts';
import { cursor } from '../../src/bot/records.ts';
import { memoryCollection, silentLog } from './fakes.ts';

const CHANNEL = '500000000000000001';

let progress: Progress;

function isNewest(id: string): boolean {
  return progress.isNewest({ id, channelId: CHANNEL });
}

/** All before it has been read, and history has nothing to add. */
beforeEach(async () => {
  progress = new Progress(memoryCollection(cursor), () => 0, silentLog);
  await progress.release(CHANNEL, '100');
});

describe('a message of which nothing can be kept yet', () => {
  it('is newer than all that was read', () => {
    expect(isNewest('101')).toBe(true);
    expect(isNewest('100')).toBe(false);
    expect(isNewest('99')).toBe(false);
  });

  it('is not one that is being decided, nor one before it', () => {
    const finish = progress.begin({ id: '102', channelId: CHANNEL });
    expect(isNewest('102')).toBe(false);
    expect(isNewest('101')).toBe(false);
    expect(isNewest('103')).toBe(true);
    finish();
    expect(isNewest('102')).toBe(false);
  });

  it('is not known while history is unread: a cursor may be behind', async () => {
    progress.hold(CHANNEL);
    expect(isNewest('101')).toBe(false);
    progress.beginReading(CHANNEL);
    await progress.release(CHANNEL, '100');
    expect(isNewest('101')).toBe(true);
  });

  it('is not known in a channel that was never read', () => {
    expect(progress.isNewest({ id: '101', channelId: '2' })).toBe(false);
  });
});

describe('what happens while history is being read', () => {
  beforeEach(() => {
    progress.hold(CHANNEL);
    progress.beginReading(CHANNEL);
  });

  /** Heard and handled after the history that is being read was given. */
  function hears(id: string): void {
    progress.begin({ id, channelId: CHANNEL })();
  }

  it('is over with its release', async () => {
    hears('120');
    await progress.release(CHANNEL, '110');
    expect(progress.isHeld(CHANNEL)).toBe(false);
    expect(progress.from(CHANNEL)).toBe('120');
  });

  it('is read once more where the connection was lost: something may have been said since', async () => {
    progress.hold(CHANNEL);
    hears('120');
    await progress.release(CHANNEL, '110');
    expect(progress.isHeld(CHANNEL)).toBe(true);
    expect(progress.beginReading(CHANNEL)).toBe('100');
    await progress.release(CHANNEL, '120');
    expect(progress.isHeld(CHANNEL)).toBe(false);
  });

  it('is read once more from where it was rewound to', async () => {
    progress.rewind(CHANNEL, '114');
    hears('120');
    await progress.release(CHANNEL, '110');
    expect(progress.beginReading(CHANNEL)).toBe('114');
  });

  it('is not passed over as from before the first start, in a channel that is read for the first time', async () => {
    progress.hold('2');
    expect(progress.beginReading('2')).toBeNull();
    progress.hold('2');
    await progress.release('2', '50');
    expect(progress.beginReading('2')).toBe('50');
  });
});

describe('an end', () => {
  it('writes what was read, and nothing that is dealt with after it: the store closes', async () => {
    const cursors = memoryCollection(cursor);
    progress = new Progress(cursors, () => 0, silentLog);
    await progress.release(CHANNEL, '100');
    progress.begin({ id: '101', channelId: CHANNEL })();
    const late = progress.begin({ id: '102', channelId: CHANNEL });
    progress.pass(CHANNEL, '103');
    await progress.end();
    expect((await cursors.get(CHANNEL))?.messageId).toBe('101');
    late();
    await Promise.resolve();
    expect((await cursors.get(CHANNEL))?.messageId).toBe('101');
  });
});
