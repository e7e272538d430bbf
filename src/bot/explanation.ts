import type { RuleCheck } from '../risk/assess.ts';
import type { Trade } from '../trading/model.ts';
import { decidedLines } from './decided-view.ts';
import type { Catalogue } from './locales/index.ts';
import { tradeName } from './plan-view.ts';
import type { Collection } from './ports.ts';
import type { Proposal, Receipt } from './records.ts';
import type { Settings } from './settings.ts';

/** What is known of a decision: `/why` and the panel lay it out, each in its way. */
export interface Explanation {
  /** What was decided, and what followed. */
  lines: string[];
  /** For each signal of the message every rule that was asked, the last time: at the click where there was one. */
  rules: { name: string; checks: readonly RuleCheck[] }[];
}

export interface ExplanationDeps {
  desk: { find(tradeId: string): Promise<Trade | null> };
  proposals: Pick<Collection<Proposal>, 'get'>;
  settings: Settings;
}

export async function explain(
  receipt: Receipt,
  { desk, proposals, settings }: ExplanationDeps,
  t: Catalogue,
): Promise<Explanation> {
  const known = new Map<string, Proposal>();
  for (const { tradeId, result } of receipt.outcomes) {
    const proposal = tradeId !== null && result === 'proposed' ? await proposals.get(tradeId) : undefined;
    if (proposal) known.set(proposal.id, proposal);
  }
  return {
    lines: await decidedLines(receipt, {
      guildId: settings.config().guild,
      channel: settings.channel(receipt.channelId)?.name ?? receipt.channelId,
      proposals: known,
      trade: (id) => desk.find(id),
      t,
    }),
    rules: receipt.outcomes.map((outcome) => {
      const later = known.get(outcome.tradeId ?? '')?.checks ?? [];
      return { name: tradeName(outcome, t), checks: later.length > 0 ? later : outcome.checks };
    }),
  };
}
