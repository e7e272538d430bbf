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
    await progress.release(CHANNEL, null);
    expect(isNewest('101')).toBe(true);
  });

  it('is not known in a channel that was never read', () => {
    expect(progress.isNewest({ id: '101', channelId: '2' })).toBe(false);
  });
});
