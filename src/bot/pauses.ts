import type { Pause } from '../risk/book.ts';
import { mention, relative } from './format.ts';
import type { Catalogue } from './locales/index.ts';

export type PauseReason = Pause['reason'];

/** One line a pause: why or by whom, where and until when. */
export function pauseLine(pause: Pause, t: Catalogue, channelName: (id: string) => string): string {
  const where = pause.channelId === null ? '' : t.alertLines.inChannel(channelName(pause.channelId));
  const until = pause.until === null ? t.alertLines.untilResume : t.alertLines.until(relative(pause.until));
  const why =
    pause.reason === 'user' && pause.by !== null
      ? t.alertLines.pausedBy(mention(pause.by))
      : t.pauses[pause.reason];
  return t.alertLines.paused(why, where, until);
}
