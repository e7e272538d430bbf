import type { RuleCheck } from '../risk/assess.ts';
import { factorOf } from '../risk/listing.ts';
import type { ChannelSettings } from '../risk/settings.ts';
import { Decimal } from '../trading/decimal.ts';
import type { Desk, Opened } from '../trading/desk-types.ts';
import type { Denial, Signal } from '../trading/model.ts';
import { inThread } from './deciding.ts';
import type { ProposalSight } from './proposal-view.ts';
import type { Proposal } from './records.ts';
import type { Retractions, Watched } from './retractions.ts';

/** What a click makes of a proposal: what is asked of the desk, and what its answer means. */

type Decided = Exclude<Proposal['state'], 'open'>;
export type Ending = {
  state: Decided;
  by?: string;
  denial?: Denial;
  detail?: string;
  checks?: RuleCheck[];
  halved?: boolean;
};

/** A human may take less risk than the settings allow, never more. */
export function riskingAtMost(channel: ChannelSettings, riskPct: Decimal | null): ChannelSettings {
  if (riskPct === null) return channel;
  const riskPerTradePct = Decimal.min(riskPct, channel.risk.riskPerTradePct);
  return { ...channel, risk: { ...channel.risk, riskPerTradePct } };
}

/**
 * Whoever confirms an entry at market has seen it at a price, and the market goes on meanwhile: with that price beside
 * the market word the rule on how far the entry may be away holds for it, too. The price is the contract's, those of the
 * signal are its author's, who may mean the single coin of what is listed by the thousand.
 */
export function anchored({ signal, signalPrice, plan }: Proposal): Signal {
  const { entry, trigger } = signal;
  if (entry.type !== 'market' || entry.reference || trigger !== null || !signalPrice) return signal;
  return { ...signal, entry: { ...entry, reference: signalPrice.div(factorOf(plan)) } };
}

/**
 * What its author makes of a signal whose click waits for the exchange; null where whoever clicked knew that it is gone.
 * What they have adjusted says something else than its author, whatever that makes of it.
 */
export function watchedClick(
  { source, signal, adjustedBy, sourceDeleted }: Proposal,
  retractions: Pick<Retractions, 'watch'>,
): Watched | null {
  if (sourceDeleted) return null;
  const message = { id: source.messageId, channelId: source.channelId, ...inThread(source) };
  return retractions.watch(message, adjustedBy === undefined ? signal : null);
}

export function endingOf(opened: Opened): Ending {
  switch (opened.kind) {
    case 'opened':
      return { state: 'confirmed', checks: opened.checks };
    case 'exists':
      return { state: 'confirmed' };
    case 'denied':
      return { state: 'denied', denial: opened.denial, checks: opened.checks };
    case 'withdrawn':
      return { state: 'withdrawn' };
    case 'failed':
      return { state: 'failed', detail: opened.message };
    case 'rejected':
      return { state: 'refused', detail: `${opened.code} ${opened.message}` };
  }
}

/** The market of a proposal, as far as it is known now. */
export function sightOf(desk: Desk, { plan, state }: Proposal): ProposalSight {
  const book = desk.books().find(({ market }) => market === plan.market) ?? desk.book;
  return {
    // What was decided shows the plan that it was decided on.
    mark: state === 'open' ? (book.prices.get(plan.symbol)?.mark ?? null) : null,
    fees: book.feesOf(plan.symbol),
    stepSize: book.instruments.get(plan.symbol)?.stepSize ?? null,
  };
}
