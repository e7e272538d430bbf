import { type APIEmbed, ApplicationCommandOptionType } from 'discord.js';
import { aim } from '../bot/aim.ts';
import { closeLine, readingEmbed, ruleEmbeds } from '../bot/decision-view.ts';
import { cut } from '../bot/format.ts';
import { snowflakeAt } from '../bot/message.ts';
import { noteLines, planLines, signalLine, tradeName } from '../bot/plan-view.ts';
import { noneText, updateText } from '../bot/reading-view.ts';
import { denialLines } from '../bot/reports.ts';
import type { ChannelSettings } from '../risk/settings.ts';
import type { Assessment } from '../trading/desk-types.ts';
import type { Reading, Signal, Update } from '../trading/model.ts';
import { channelChoices } from './choices.ts';
import { type Call, type Command, whisper } from './command.ts';
import { inGuild, words } from './definition.ts';

export default {
  data: {
    ...words(
      ['parse', '解析'],
      ['What the bot would make of a text; nothing is traded', '机器人会如何理解一段文字；不会交易'],
    ),
    ...inGuild,
    options: [
      {
        type: ApplicationCommandOptionType.String,
        ...words(['text', '内容'], ['The message', '消息内容']),
        required: true,
        max_length: 4_000,
      },
      {
        type: ApplicationCommandOptionType.String,
        ...words(
          ['channel', '频道'],
          [
            'With the settings of this channel; the first one without it',
            '按这个频道的设置；不填则为第一个频道',
          ],
        ),
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
    const content = text('text') ?? '';
    const { reading, evidence } = read({ content, embeds: [] });
    const { lines, embeds } = await made(reading, channel, call, () => noneText(evidence, t));
    const shown = { shown: content, length: content.length };
    return whisper({
      content: cut([...lines, t.command.parse.noTrade].join('\n'), 1_900),
      embeds: [readingEmbed({ text: shown, reading, evidence }, t), ...embeds],
    });
  },
  complete: ({ settings, value }) => channelChoices(settings, value),
} satisfies Command;

interface Made {
  lines: string[];
  embeds: APIEmbed[];
}

async function made(
  reading: Reading,
  channel: ChannelSettings | null,
  call: Call,
  whyNone: () => string,
): Promise<Made> {
  const { t } = call;
  switch (reading.kind) {
    case 'none':
      return { lines: [t.command.parse.none(whyNone())], embeds: [] };
    case 'invalid':
      return {
        lines: [
          t.command.parse.invalid(`${reading.reason}: ${t.invalids[reading.reason](reading.numbers ?? {})}`),
        ],
        embeds: [],
      };
    case 'update':
      return { lines: reading.updates.flatMap((update) => updateLines(update, channel, call)), embeds: [] };
    case 'signal':
      return signalsMade(reading.signals, channel, call);
  }
}

async function signalsMade(
  signals: readonly Signal[],
  channel: ChannelSettings | null,
  call: Call,
): Promise<Made> {
  const { t } = call;
  const lines: string[] = [];
  const lists: { name: string; checks: Assessment['checks'] }[] = [];
  if (channel) lines.push(t.command.parse.preview(channel.name));
  for (const signal of signals) {
    lines.push(`**${t.command.parse.signal}** ${signalLine(signal, t)}`);
    if (!channel) continue;
    const assessed = await previewed(signal, channel, call);
    lines.push(...assessedLines(assessed, call));
    lists.push({ name: tradeName(signal, t), checks: assessed.checks });
  }
  return { lines, embeds: ruleEmbeds(lists, t) };
}

/** Against the book as it is now; nothing is reserved or remembered. */
function previewed(signal: Signal, channel: ChannelSettings, call: Call): Promise<Assessment> {
  const { desk, settings, now, userId } = call;
  const source = {
    guildId: settings.config().guild,
    channelId: channel.channelId,
    channel: channel.name,
    messageId: snowflakeAt(now()),
    authorId: userId,
    index: 0,
    postedAt: now(),
  };
  // Whoever tries a text out wants to hear at once that the exchange is away.
  return desk.preview(signal, source, { ...channel, maxAgeMs: 0 });
}

function assessedLines(assessed: Assessment, { t }: Call): string[] {
  if (assessed.kind === 'denied') {
    const [first = '', ...rest] = denialLines(assessed.denial, t);
    return [`✗ ${t.denied} · ${first}`, ...rest];
  }
  const close = closeLine(assessed.checks, t);
  return [
    `✓ ${t.command.parse.planned}`,
    ...planLines(assessed.plan, t),
    ...noteLines(assessed.plan, t),
    ...(close === null ? [] : [close]),
  ];
}

/** What is wanted, and of which trades of the channel. */
function updateLines(update: Update, channel: ChannelSettings | null, { desk, userId, t }: Call): string[] {
  const line = `**${t.command.parse.update}** ${updateText(update, t)}`;
  if (update.action === 'take_profit_hit' || update.action === 'stop_hit')
    return [line, t.decision.effects.only_told];
  const trades = desk.trades().filter((trade) => trade.source.channelId === channel?.channelId);
  const aimed = aim(update, { trades, authorId: userId, replyTo: null, replied: undefined });
  const names = (meant: typeof trades): string =>
    meant.map((trade) => tradeName(trade.plan, t)).join(t.comma);
  switch (aimed.kind) {
    case 'trades':
      return [line, t.decision.aimedAt(names(aimed.trades))];
    case 'ask':
      return [line, t.decision.wouldAsk(names(aimed.candidates))];
    case 'none':
      return [line, t.decision.effects.no_trade];
  }
}
