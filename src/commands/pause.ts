import { ApplicationCommandOptionType } from 'discord.js';
import { relative } from '../bot/format.ts';
import { changePauses, keptAnswer } from '../bot/pausing.ts';
import { parseDuration } from '../trading/duration.ts';
import { channelChoices } from './choices.ts';
import { type Command, say, whisper } from './command.ts';
import { inGuild, words } from './definition.ts';

export default {
  data: {
    ...words(
      ['pause', '暂停'],
      ['Open nothing new; open trades stay protected', '暂停开仓；已有仓位照常受保护'],
    ),
    ...inGuild,
    options: [
      {
        type: ApplicationCommandOptionType.String,
        ...words(
          ['for', '时长'],
          ['How long: 30m, 4h, 1d; without it until /resume', '时长：30m、4h、1d；不填则直到 /resume'],
        ),
      },
      {
        type: ApplicationCommandOptionType.String,
        ...words(['channel', '频道'], ['Only signals of this channel', '只暂停这个频道的信号']),
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
    const stored = await changePauses(actions, userId, t, () =>
      desk.pause({ reason: 'user', channelId, since, until, by: userId, detail: '/pause' }),
    );
    const end = until === null ? t.alertLines.untilResume : t.alertLines.until(relative(until));
    const { said, later } = keptAnswer(t.command.paused(channel?.name ?? null, end), stored, desk, t);
    return { ...say(said), ...(later ? { later: async () => ({ content: await later() }) } : {}) };
  },
  complete: ({ settings, value }) => channelChoices(settings, value),
} satisfies Command;
