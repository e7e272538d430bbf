import type { Core } from './core.ts';
import { ApiError } from './errors.ts';
import type { Message } from './wire.ts';

const HOUR_MS = 3_600_000;
/** Not documented; users report three edits in twenty seconds per channel. https://github.com/circuitsacul/starboard-4/issues/118 */
const OLD_EDITS = { limit: 3, windowMs: 20_000 } as const;

/**
 * Counts an edit of a message older than an hour and refuses it with 30046 when there were too many.
 * https://docs.discord.com/developers/topics/opcodes-and-status-codes#json-json-error-codes
 */
export function limitOldEdits(core: Core, message: Message): void {
  const now = core.clock.now();
  if (now - Date.parse(message.timestamp) < HOUR_MS) return;
  const recent = (core.oldEdits.get(message.channel_id) ?? []).filter((at) => at > now - OLD_EDITS.windowMs);
  core.oldEdits.set(message.channel_id, recent);
  const first = recent[0];
  if (first === undefined || recent.length < OLD_EDITS.limit) {
    recent.push(now);
    return;
  }
  const retryAfterS = (first + OLD_EDITS.windowMs - now) / 1000;
  throw new ApiError(
    429,
    30046,
    'Maximum number of edits to messages older than 1 hour reached. Try again later.',
    { retry_after: retryAfterS, global: false },
    { 'retry-after': String(Math.ceil(retryAfterS)), 'x-ratelimit-scope': 'shared' },
  );
}
