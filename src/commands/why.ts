import { ApplicationCommandOptionType } from 'discord.js';
import { closeLine, readingEmbed, ruleEmbeds } from '../bot/decision-view.ts';
import { explain } from '../bot/explanation.ts';
import { cut, milliseconds } from '../bot/format.ts';
import type { Catalogue } from '../bot/locales/index.ts';
import { readingOf } from '../bot/meaning.ts';
import { asWhole, incoming, type MessageEvent, postedAt } from '../bot/message.ts';
import type { MessageBody } from '../bot/ports.ts';
import type { Receipt } from '../bot/records.ts';
import { RECEIPT_DAYS } from '../bot/store.ts';
import type { Took } from '../telemetry/journeys.ts';
import { tradeIdOf } from '../trading/lifecycle/ids.ts';
import { type Call, type Command, whisper } from './command.ts';
import { inGuild, words } from './definition.ts';

export default {
  data: {
    ...words(['why', '原因'], ['What became of a message, and why', '一条消息的处理结果和原因']),
    ...inGuild,
    options: [
      {
        type: ApplicationCommandOptionType.String,
        ...words(
          ['message', '消息'],
          [
            'The link or id of a signal, or of a message of the bot about it',
            '信号消息、或机器人相关消息的链接或 ID',
          ],
        ),
        required: true,
      },
    ],
  },
  viewers: '*',
  async run(call) {
    const { receipts, t, text } = call;
    const asked = askedFor(text('message') ?? '');
    if (!asked) return whisper(t.command.why.badMessage);
    // A message of the bot may be answered before what it tells of is written down.
    await call.settled(asked.messageId);
    const receipt = await receipts.get(asked.messageId);
    if (receipt) return whisper(await explained(receipt, call));
    const about = await call.aboutMessage(asked.messageId);
    if (about === undefined) return whisper(await unheard(asked, call));
    if (about !== null) await call.settled(about);
    const behind = about === null ? undefined : await receipts.get(about);
    if (behind) return whisper(await explained(behind, call));
    return whisper(
      about === null ? t.command.why.ownOther : await unheard({ ...asked, messageId: about }, call),
    );
  },
} satisfies Command;

interface Asked {
  /** Known from a link only. */
  channelId: string | null;
  messageId: string;
}

/** `https://discord.com/channels/1/2/3`, `2-3` (as "copy id" with shift gives it) or `3`. */
function askedFor(written: string): Asked | null {
  const found = /(?:(?:^|\/)(\d{15,22})[/-])?(\d{15,22})\/?(?:\?.*)?>?$/.exec(written.trim());
  return found?.[2] ? { channelId: found[1] ?? null, messageId: found[2] } : null;
}

async function explained(receipt: Receipt, call: Call): Promise<MessageBody> {
  const { t } = call;
  const { lines, rules } = await explain(receipt, call, t);
  const close = rules.map(({ checks }) => closeLine(checks, t)).filter((line) => line !== null);
  const times = receipt.outcomes.flatMap(({ index }) =>
    timesLine(call.took(tradeIdOf(receipt.messageId, index)), t),
  );
  const text = receipt.text === null ? null : { shown: receipt.text, length: receipt.textLength };
  return {
    content: cut([...lines, ...close, ...times].join('\n'), 1_900),
    embeds: [
      readingEmbed({ text, reading: readingOf(receipt), evidence: receipt.evidence }, t),
      ...ruleEmbeds(rules, t),
    ],
  };
}

/** Known of the last signals of this run. */
function timesLine(took: readonly Took[], t: Catalogue): string[] {
  const parts = took.map(({ stage, ms }) => `${t.command.status.stage[stage]} ${milliseconds(ms)}`);
  return parts.length === 0 ? [] : [`${t.command.why.took}${t.colon}${parts.join(' · ')}`];
}

/** Why there is nothing to tell: a message without a receipt was never read, or so long ago that it is forgotten. */
async function unheard(asked: Asked, call: Call): Promise<string | MessageBody> {
  const { settings, now } = call;
  const t = call.t.command.why;
  if (now() - postedAt(asked.messageId) > RECEIPT_DAYS * 86_400_000) return t.tooOld(RECEIPT_DAYS);
  if (asked.channelId !== null && !settings.channel(asked.channelId))
    return t.otherChannel(`<#${asked.channelId}>`);
  const found = await fetched(asked, call);
  if (found === 'unknown') return asked.channelId === null ? t.unknown : t.gone;
  return notRead(found, call);
}

/** From the channel of the link, else from whichever signal channel has it. */
async function fetched(
  { channelId, messageId }: Asked,
  { settings, fetchMessage }: Call,
): Promise<MessageEvent | 'unknown'> {
  const channelIds =
    channelId === null ? settings.channels().map((channel) => channel.channelId) : [channelId];
  const answers = await Promise.all(channelIds.map((id) => fetchMessage(id, messageId).catch(() => null)));
  return answers.find((message) => message !== null) ?? 'unknown';
}

function notRead(event: MessageEvent, { settings, read, t }: Call): string | MessageBody {
  const channel = settings.channel(event.channel_id);
  const message = incoming(asWhole(event));
  if (!channel || !message) return t.command.why.unknown;
  const heard = channel.authors.includes(message.authorId);
  const { reading, evidence } = read(message.text);
  const { content } = message.text;
  return {
    content: [
      heard
        ? t.command.why.beforeTime(channel.name)
        : t.command.why.otherAuthor(`<@${message.authorId}>`, channel.name),
      t.command.why.asNow,
    ].join('\n'),
    embeds: [readingEmbed({ text: { shown: content, length: content.length }, reading, evidence }, t)],
  };
}
