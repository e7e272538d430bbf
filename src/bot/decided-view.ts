import { formatDuration } from '../trading/duration.ts';
import type { Trade } from '../trading/model.ts';
import { cardLines } from './card-view.ts';
import { clock, quote, relative } from './format.ts';
import type { Catalogue } from './locales/index.ts';
import { readingOf } from './meaning.ts';
import { postedAt } from './message.ts';
import { noteLines, tradeName } from './plan-view.ts';
import { messageLink } from './posts.ts';
import { decisionLines } from './proposal-view.ts';
import { noneText } from './reading-view.ts';
import type { Effect, Outcome, Proposal, Receipt } from './records.ts';
import { denialLines } from './reports.ts';
import { requestText } from './requests.ts';

/** What was decided about a message and what followed, in lines. */

interface Context {
  guildId: string;
  /** The channel's name in the config. */
  channel: string;
  /** Those of the message, by trade id. */
  proposals: ReadonlyMap<string, Proposal>;
  trade(id: string): Promise<Trade | null>;
  t: Catalogue;
}

export async function decidedLines(receipt: Receipt, context: Context): Promise<string[]> {
  const { t, guildId, channel } = context;
  const link = messageLink({ guildId, ...receipt });
  const lines = [
    `${channel} · <@${receipt.authorId}> · ${link}`,
    t.command.why.read(clock(receipt.readAt), t.command.why.kinds[receipt.kind]),
    ...reasonLines(receipt, t),
  ];
  for (const outcome of receipt.outcomes) lines.push(...(await outcomeLines(outcome, receipt, context)));
  for (const effect of receipt.effects) lines.push(effectLine(effect, t));
  if (receipt.revision > 0) lines.push(t.command.why.edited(receipt.revision));
  if (receipt.deleted) lines.push(t.command.why.deleted);
  return lines;
}

function reasonLines(receipt: Receipt, t: Catalogue): string[] {
  switch (receipt.kind) {
    case 'none':
      return receipt.evidence.length > 0 ? [noneText(receipt.evidence, t)] : [];
    case 'invalid': {
      const reading = readingOf(receipt);
      return reading.kind === 'invalid'
        ? [`${t.invalid} · ${reading.reason}: ${t.invalids[reading.reason](reading.numbers ?? {})}`]
        : [];
    }
    case 'update':
      return receipt.detail === 'expired' ? [t.decision.lateUpdate] : [];
    case 'signal':
      return [];
  }
}

async function outcomeLines(
  { symbol, side, result, denial, detail, tradeId }: Outcome,
  receipt: Receipt,
  { proposals, trade, t }: Context,
): Promise<string[]> {
  const lines = [`**${tradeName({ symbol, side }, t)}${t.colon}${t.command.why.results[result]}**`];
  if (denial) lines.push(...denialLines(denial, t));
  else if (detail !== null) lines.push(quote(detail));
  if (result === 'expired')
    lines.push(t.decision.late(formatDuration(receipt.readAt - postedAt(receipt.messageId))));
  const proposal = proposals.get(tradeId ?? '');
  if (proposal)
    lines.push(
      ...(proposal.state === 'open'
        ? [t.proposal.expires(relative(proposal.expiresAt))]
        : decisionLines(proposal, t)),
    );
  if (tradeId === null || (proposal && proposal.state !== 'confirmed')) return lines;
  const opened = await trade(tradeId);
  return [
    ...lines,
    ...(opened ? [...cardLines(opened, t), ...noteLines(opened.plan, t)] : [t.decision.tradeGone]),
  ];
}

/** `BTCUSDT LONG: move the stop to 64000: accepted`: what came of it is told by the trade. */
export function effectLine({ action, symbol, side, request, result }: Effect, t: Catalogue): string {
  const whose = symbol !== null && side !== null ? `${tradeName({ symbol, side }, t)}${t.colon}` : '';
  const what = request ? requestText(request, t) : t.decision.actions[action];
  return `${whose}${what}${t.colon}${resultText(result, t)}`;
}

function resultText(result: Effect['result'], t: Catalogue): string {
  switch (result) {
    case 'done':
      return t.update.begun;
    case 'asked':
    case 'withdrawn':
    case 'no_trade':
    case 'only_told':
    case 'too_little':
      return t.decision.effects[result];
    case 'no_such_trade':
    case 'nothing_held':
    case 'no_entries':
    case 'wrong_side':
    case 'target_passed':
    case 'raises_risk':
      return t.update.refused[result];
  }
}
