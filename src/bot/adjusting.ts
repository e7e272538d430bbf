import { type Adjusted, adjust, type Fields, fieldsOf, type Problem, problemOf } from './adjustment.ts';
import type { Claims } from './claims.ts';
import type { ConfirmationDeps } from './confirmations.ts';
import { riskingAtMost } from './confirming.ts';
import { describe } from './discord-errors.ts';
import type { Catalogue } from './locales/index.ts';
import type { Proposal } from './records.ts';
import type { ShownProposals } from './shown-proposals.ts';

/** The form behind `Adjust`. */
export interface Adjusting {
  /** What the form shows; a text where there is nothing to adjust any more. */
  form(id: string): Promise<{ proposal: Proposal; fields: Fields } | string>;
  /**
   * The form was sent: read and judged like a signal, then shown for confirmation. What is wrong with it changes
   * nothing; a text says that it came too late.
   */
  adjust(id: string, fields: Fields, by: string, t: Catalogue): Promise<Problem[] | string | null>;
}

/** @param alreadyDecided what to tell whoever comes too late */
export function createAdjusting(
  deps: Pick<ConfirmationDeps, 'desk' | 'settings' | 'proposals' | 'read' | 'now' | 'log'>,
  shown: Pick<ShownProposals, 'open' | 'keepOpen' | 'reopen' | 'settle'>,
  claims: Pick<Claims<Proposal>, 'take'>,
  alreadyDecided: (id: string) => Promise<string>,
): Adjusting {
  const { desk, settings, proposals, read, now, log } = deps;

  async function form(id: string): Promise<{ proposal: Proposal; fields: Fields } | string> {
    const proposal = shown.open.get(id);
    if (!proposal || proposal.expiresAt <= now()) return alreadyDecided(id);
    return { proposal, fields: proposal.draft ?? fieldsOf(proposal) };
  }

  async function take(
    id: string,
    fields: Fields,
    by: string,
    t: Catalogue,
  ): Promise<Problem[] | string | null> {
    const claim = claims.take(id);
    if (!claim) return alreadyDecided(id);
    const { proposal } = claim;
    try {
      if (proposal.expiresAt <= now()) {
        await shown.settle(proposal, { state: 'expired' });
        return alreadyDecided(id);
      }
      const problems = await adjusted(proposal, fields, by, t);
      if (problems.length > 0) await keepDraft(proposal, fields);
      return problems.length > 0 ? problems : null;
    } catch (error) {
      log.error({ proposal: id, error: describe(error) }, 'a signal could not be adjusted');
      await keepDraft(proposal, fields);
      return [{ field: null, why: t.gate.failed }];
    } finally {
      claim.release();
    }
  }

  async function keepDraft(proposal: Proposal, draft: Fields): Promise<void> {
    shown.reopen({ ...proposal, draft });
    await proposals.settle(proposal.id, { ...proposal, draft });
  }

  async function adjusted(proposal: Proposal, fields: Fields, by: string, t: Catalogue): Promise<Problem[]> {
    const channel = settings.channel(proposal.source.channelId);
    if (!channel) return [{ field: null, why: t.proposal.gone }];
    const maxRiskPct = channel.risk.riskPerTradePct;
    const taken: Adjusted = adjust(proposal, fields, { read, maxRiskPct, t });
    if (taken.kind === 'wrong') return taken.problems;
    const { signal, riskPct } = taken;
    const assessed = await desk.preview(signal, proposal.source, riskingAtMost(channel, riskPct));
    if (assessed.kind === 'denied') return [problemOf(assessed.denial, t)];
    const { plan, checks } = assessed;
    const { riskPct: _, draft: __, ...rest } = proposal;
    await shown.keepOpen({
      ...rest,
      signal,
      plan,
      checks,
      revision: (proposal.revision ?? 0) + 1,
      adjustedBy: by,
      ...(riskPct === null ? {} : { riskPct }),
    });
    return [];
  }

  return { form, adjust: take };
}
