import { effectLine } from '../bot/decided-view.ts';
import { ruleRows, unaskedLine } from '../bot/decision-view.ts';
import { explain } from '../bot/explanation.ts';
import type { Catalogue } from '../bot/locales/index.ts';
import { readingOf } from '../bot/meaning.ts';
import { messageLink } from '../bot/posts.ts';
import { decisionLines } from '../bot/proposal-view.ts';
import { readingLines } from '../bot/reading-view.ts';
import type { Receipt } from '../bot/records.ts';
import { denialLines } from '../bot/reports.ts';
import type { Services } from '../commands/command.ts';

/** What became of messages lately, in the reader's language: the newest first, chatter left out. */
export type SignalView = Awaited<ReturnType<typeof signalView>>;

export async function signalsOf(receipts: readonly Receipt[], services: Services, t: Catalogue) {
  const meant = receipts.filter(({ kind }) => kind !== 'none').toReversed();
  return Promise.all(meant.map((receipt) => signalView(receipt, services, t)));
}

/** Everything about one of them: what was read, what was decided and followed, and what each rule found. */
export type WhyView = Awaited<ReturnType<typeof whyOf>>;

export async function whyOf(receipt: Receipt, services: Services, t: Catalogue) {
  const { lines, rules } = await explain(receipt, services, t);
  const reading = readingOf(receipt);
  return {
    text: receipt.text,
    reading: readingLines(reading, receipt.evidence, t),
    // Whose message it is and when it was read stands in the list already.
    decision: lines.slice(2),
    rules: rules
      .filter(({ checks }) => checks.length > 0)
      .map(({ name, checks }) => ({ name, rows: ruleRows(checks, t), unasked: unaskedLine(checks, t) })),
  };
}

async function signalView(receipt: Receipt, { settings, proposals }: Services, t: Catalogue) {
  const { messageId, channelId, readAt, kind } = receipt;
  const reading = readingOf(receipt);
  const outcomes = receipt.outcomes.map(async ({ symbol, side, result, denial, detail: said, tradeId }) => {
    const proposal = result === 'proposed' && tradeId !== null ? await proposals.get(tradeId) : undefined;
    const decided = proposal && proposal.state !== 'open' ? decisionLines(proposal, t) : [];
    return {
      symbol,
      side,
      result,
      shown: t.command.why.results[result],
      why: [...(denial ? denialLines(denial, t) : said === null ? [] : [said]), ...decided],
    };
  });
  return {
    messageId,
    channel: settings.channel(channelId)?.name ?? channelId,
    link: messageLink({ guildId: settings.config().guild, channelId, messageId }),
    readAt,
    kind,
    shown: t.command.why.kinds[kind],
    why: [
      ...(reading.kind === 'invalid'
        ? [`${reading.reason}: ${t.invalids[reading.reason](reading.numbers ?? {})}`]
        : []),
      ...receipt.effects.map((effect) => effectLine(effect, t)),
    ],
    outcomes: await Promise.all(outcomes),
  };
}
