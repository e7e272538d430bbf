import { ApplicationCommandOptionType, ApplicationCommandType, InteractionContextType } from 'discord.js';
import { relative } from '../bot/format.ts';
import { changePauses } from '../bot/pausing.ts';
import { parseDuration } from '../trading/duration.ts';
import { channelChoices } from './choices.ts';
import { type Command, say, whisper } from './command.ts';

export default {
  data: {
    name: 'pause',
    name_localizations: { 'zh-CN': '暂停' },
    description: 'Open nothing new; open trades stay protected',
    description_localizations: { 'zh-CN': '暂停开仓；已有仓位照常受保护' },
    type: ApplicationCommandType.ChatInput,
    contexts: [InteractionContextType.Guild],
    options: [
      {
        type: ApplicationCommandOptionType.String,
        name: 'for',
        description: 'How long: 30m, 4h, 1d; without it until /resume',
        description_localizations: { 'zh-CN': '时长：30m、4h、1d；不填则直到 /resume' },
      },
      {
        type: ApplicationCommandOptionType.String,
        name: 'channel',
        description: 'Only signals of this channel',
        description_localizations: { 'zh-CN': '只暂停这个频道的信号' },
        autocomplete: true,
      },
    ],
  },
  viewers: [],
  async run({ desk, settings, actions, now, userId, t, text }) {
    const forText = text('for');
    const lastsMs = forText === null ? null : parseDuration(forText.toLowerCase());
    if (forText !== null && (lastsMs === null || lastsMs <= 0)) return whisper(t.command.badDuration);
    const name = text('channel');
    const channel = name === null ? null : settings.channelNamed(name);
    if (name !== null && !channel) return whisper(t.command.noSuchChannel(name));
    const since = now();
    const until = lastsMs === null ? null : since + lastsMs;
    const channelId = channel?.channelId ?? null;
    await changePauses(actions, userId, t, () =>
      desk.pause({ reason: 'user', channelId, since, until, by: userId, detail: '/pause' }),
    );
    const end = until === null ? t.alertLines.untilResume : t.alertLines.until(relative(until));
    return say(t.command.paused(channel?.name ?? null, end));
  },
  complete: ({ settings, value }) => channelChoices(settings, value),
} satisfies Command;
