import { ApplicationCommandOptionType, ApplicationCommandType, InteractionContextType } from 'discord.js';
import { cut } from '../bot/format.ts';
import { snowflakeAt } from '../bot/message.ts';
import { noteLines, planLines, signalLine } from '../bot/plan-view.ts';
import { denialLines } from '../bot/reports.ts';
import type { ChannelSettings } from '../risk/settings.ts';
import type { Signal, Update } from '../trading/model.ts';
import { channelChoices } from './choices.ts';
import { type Call, type Command, whisper } from './command.ts';

export default {
  data: {
    name: 'parse',
    description: 'What the bot would make of a text; nothing is traded',
    description_localizations: { 'zh-CN': '机器人会如何理解一段文字；不会交易' },
    type: ApplicationCommandType.ChatInput,
    contexts: [InteractionContextType.Guild],
    options: [
      {
        type: ApplicationCommandOptionType.String,
        name: 'text',
        description: 'The message',
        description_localizations: { 'zh-CN': '消息内容' },
        required: true,
        max_length: 4_000,
      },
      {
        type: ApplicationCommandOptionType.String,
        name: 'channel',
        description: 'With the settings of this channel; the first one without it',
        description_localizations: { 'zh-CN': '按这个频道的设置；不填则为第一个频道' },
        autocomplete: true,
      },
    ],
  },
  viewers: '*',
  async run(call) {
    const { settings, read, t, text } = call;
    const name = text('channel');
    const channel = name === null ? (settings.channels()[0] ?? null) : settings.channelNamed(name);
    if (name !== null && !channel) return whisper(t.command.noSuchChannel(name));
    const reading = read({ content: text('text') ?? '', embeds: [] }, channel);
    switch (reading.kind) {
      case 'none':
        return whisper(t.command.parse.none);
      case 'invalid':
        return whisper(t.command.parse.invalid(`${reading.reason}: ${t.invalids[reading.reason]}`));
      case 'update':
        return whisper(
          [...reading.updates.map((update) => updateLine(update, t)), t.command.parse.noTrade].join('\n'),
        );
      case 'signal': {
        const lines: string[] = [];
        for (const signal of reading.signals) lines.push(...(await signalLines(signal, channel, call)));
        return whisper(cut([...lines, t.command.parse.noTrade].join('\n'), 1_900));
      }
    }
  },
  complete: ({ settings, value }) => channelChoices(settings, value),
} satisfies Command;

async function signalLines(signal: Signal, channel: ChannelSettings | null, call: Call): Promise<string[]> {
  const { desk, settings, now, userId, t } = call;
  const lines = [`${t.command.parse.signal}: ${signalLine(signal, t)}`];
  if (!channel) return lines;
  const assessed = await desk.preview(
    signal,
    {
      guildId: settings.config().guild,
      channelId: channel.channelId,
      channel: channel.name,
      messageId: snowflakeAt(now()),
      authorId: userId,
      index: 0,
      postedAt: now(),
    },
    channel,
  );
  lines.push(t.command.parse.preview(channel.name));
  if (assessed.kind === 'denied') {
    const [first = '', ...rest] = denialLines(assessed.denial, t);
    return [...lines, `${t.denied} · ${first}`, ...rest];
  }
  return [...lines, ...planLines(assessed.plan, t), ...noteLines(assessed.plan, t)];
}

function updateLine({ action, symbol, fraction, price, takeProfits }: Update, t: Call['t']): string {
  const details = [
    symbol,
    fraction && `${fraction.times(100).toFixed()}%`,
    price?.toFixed(),
    takeProfits?.join(' / '),
  ];
  return `${t.command.parse.update}: ${[action, ...details].filter(Boolean).join(' ')}`;
}
