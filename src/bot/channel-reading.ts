import type { ChannelSettings } from '../risk/settings.ts';
import type { BackfillDeps } from './backfill.ts';
import { describe, refusalOf } from './discord-errors.ts';
import type { Missed } from './first-reading.ts';
import { NotHandled } from './intake.ts';
import { isAfter, snowflakeAt } from './message.ts';
import { pause } from './within.ts';

/** A channel in which something was missed, read up to there; null where not all of it could be handled. */
export interface Readout {
  channelId: string;
  position: string | null;
  missed: readonly Missed[];
}

export interface ChannelReadingDeps
  extends Pick<BackfillDeps, 'history' | 'intake' | 'progress' | 'posts' | 'now' | 'log'> {
  /** Aborted when the program ends. */
  signal: AbortSignal;
  /** Discord, or the store, has not answered: it is to be read again after a while. */
  later(): void;
  /** Not all that was read could be handled. */
  owes(): void;
}

/** Reads what was posted in one channel since the place up to which it is read, and has it handled. */
export interface ChannelReading {
  /** Null where it could not be read, or there is nothing to tell. */
  read(channel: ChannelSettings): Promise<Readout | null>;
}

const PAGE = 100;
/** Beyond this many messages only the youngest are read: nothing older could be traded anyway. */
const MAX_PAGES = 20;
const RETRY_MS = [1_000, 5_000, 15_000] as const;

export function createChannelReading(deps: ChannelReadingDeps): ChannelReading {
  const { history, intake, progress, posts, signal, now, log } = deps;

  async function read(channel: ChannelSettings): Promise<Readout | null> {
    const { channelId } = channel;
    const from = progress.beginReading(channelId);
    let isRefused = false;
    for (const delayMs of [0, ...RETRY_MS]) {
      if (delayMs > 0) await pause(delayMs, signal);
      if (signal.aborted) return null;
      try {
        if (from === null) {
          // The very first start: what was said before is not for us.
          await progress.release(channelId, (await history.lastId(channelId)) ?? '0');
          return null;
        }
        const { missed, position, isWhole } = await readAll(channel, from);
        if (!isWhole && signal.aborted) return null;
        if (!isWhole && delayMs !== RETRY_MS.at(-1)) continue;
        if (!isWhole) await owe(channel);
        else if (missed.length === 0) await progress.release(channelId, position);
        // What is not whole keeps its hold.
        return missed.length > 0 ? { channelId, position: isWhole ? position : null, missed } : null;
      } catch (error) {
        log.warn({ channelId, error: describe(error) }, 'history not read');
        isRefused = refusalOf(error).kind !== 'retry';
        if (isRefused) break;
      }
    }
    if (signal.aborted) return null;
    // The hold stays: whoever tries again does so from the same place. What is refused waits for the next connection.
    if (!isRefused) deps.later();
    const { alert, report } = posts.texts();
    const why = isRefused ? report.historyUnread(channel.name) : report.historyUnanswered(channel.name);
    await posts.alert('problems', `history:${channelId}`, `${alert} · ${why}`);
    return null;
  }

  async function owe({ channelId, name }: ChannelSettings): Promise<void> {
    const t = posts.texts();
    deps.owes();
    deps.later();
    await posts.alert('problems', `owed:${channelId}`, `${t.alert} · ${t.report.historyUnhandled(name)}`);
  }

  /** One that cannot be handled keeps none of the others from being. */
  async function readAll(channel: ChannelSettings, from: string) {
    const missed: Missed[] = [];
    let position = from;
    let isWhole = true;
    for (let page = 0; ; page += 1) {
      const messages = await history.after(channel.channelId, position);
      for (const message of messages) {
        // What cannot be handled to its end any more is left to the next start.
        if (signal.aborted) return { missed, position, isWhole: false };
        try {
          const late = await intake.fromHistory(message);
          if (late) missed.push(late);
        } catch (error) {
          if (!(error instanceof NotHandled)) throw error;
          isWhole = false;
        }
        position = message.id;
      }
      if (messages.length < PAGE) break;
      const young = snowflakeAt(now() - channel.maxAgeMs);
      if (page === MAX_PAGES && isAfter(young, position)) position = young;
    }
    return { missed, position, isWhole };
  }

  return { read };
}
