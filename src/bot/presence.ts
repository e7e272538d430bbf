import { ActivityType, type PresenceData } from 'discord.js';
import type { Pause } from '../risk/book.ts';
import { activePauses } from '../risk/guard.ts';
import { cut } from './format.ts';
import type { Catalogue } from './locales/index.ts';

/** What stands under the bot's name: whether it trades, at a glance. */
export function presenceOf(
  { pauses, open, ready }: { pauses: readonly Pause[]; open: number; ready: boolean },
  nowMs: number,
  t: Catalogue,
  channelName: (id: string) => string,
): PresenceData {
  const holding = activePauses(pauses, nowMs);
  const everywhere = holding.filter(({ channelId }) => channelId === null);
  const channels = holding.flatMap(({ channelId }) => (channelId === null ? [] : [channelName(channelId)]));
  // Somebody's own pause needs no reason.
  const reasons = everywhere.flatMap(({ reason }) => (reason === 'user' ? [] : [t.pauses[reason]]));
  const [status, text] =
    everywhere.length > 0
      ? (['dnd', t.presence.paused(reasons.join(t.comma))] as const)
      : !ready
        ? (['idle', t.presence.notReady] as const)
        : channels.length > 0
          ? (['idle', t.presence.pausedIn(channels.join(t.comma))] as const)
          : (['online', t.presence.trading(open)] as const);
  // https://docs.discord.com/developers/events/gateway-events#activity-object
  return { status, activities: [{ type: ActivityType.Custom, name: 'Signalbox', state: cut(text, 128) }] };
}
