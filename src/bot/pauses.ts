import type { Pause } from '../risk/book.ts';
import { relative } from './format.ts';
import type { Catalogue } from './locales/index.ts';

export type PauseReason = Pause['reason'];

/** One line a pause: why, where and until when. */
export function pauseLine(pause: Pause, t: Catalogue, channelName: (id: string) => string): string {
  const where = pause.channelId === null ? '' : t.alertLines.inChannel(channelName(pause.channelId));
  const until = pause.until === null ? t.alertLines.untilResume : t.alertLines.until(relative(pause.until));
  return t.alertLines.paused(t.pauses[pause.reason], where, until);
}
