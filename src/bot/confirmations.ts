import type { RuleCheck } from '../risk/assess.ts';
import type { ChannelSettings } from '../risk/settings.ts';
import type { Counters } from '../telemetry/counters.ts';
import type { Journeys } from '../telemetry/journeys.ts';
import { Decimal } from '../trading/decimal.ts';
import type { Desk } from '../trading/desk-types.ts';
import { tradeIdOf } from '../trading/lifecycle/ids.ts';
import type { Plan, Signal, Source } from '../trading/model.ts';
import { type Adjusting, createAdjusting } from './adjusting.ts';
import type { Fields, Problem } from './adjustment.ts';
import { latestEnd } from './alarm.ts';
import type { ProposalButton } from './buttons.ts';
import { type Claims, createClaims } from './claims.ts';
import { anchored, type Ending, endingOf, riskingAtMost, watchedClick } from './confirming.ts';
import { describe } from './discord-errors.ts';
import type { Catalogue } from './locales/index.ts';
import type { OwedRows } from './owed-rows.ts';
import type { Log, Now, Read } from './ports.ts';
import type { Posts } from './posts.ts';
import { decisionLines } from './proposal-view.ts';
import type { Proposal } from './records.ts';
import type { Retractions } from './retractions.ts';
import type { Settings } from './settings.ts';
import { shownAgain } from './shown-again.ts';
import { createShownProposals, type ShownProposals, slotOf } from './shown-proposals.ts';
import { tellingIfSlow } from './slow.ts';

export interface ConfirmationDeps {
  desk: Desk;
  proposals: Pick<OwedRows<Proposal>, 'get' | 'all' | 'settle' | 'written'>;
  posts: Posts;
  settings: Settings;
  retractions: Pick<Retractions, 'watch'>;
  /** For what is written into the form behind `Adjust`. */
  read: Read;
  journeys: Journeys;
  counters: Counters;
  now: Now;
  log: Log;
}

const HALF = new Decimal('0.5');

/**
 * Signals that wait for a click. A decision is claimed in one synchronous turn, so that two clicks, a click and the
 * expiry, or a click and an edit can never both count; the desk answers `exists` should a crash come in between.
 */
export class Confirmations {
  readonly #deps: ConfirmationDeps;
  readonly #shown: ShownProposals;
  readonly #open: Map<string, Proposal>;
  readonly #claims: Claims<Proposal>;
  readonly #adjusting: Adjusting;

  constructor(deps: ConfirmationDeps) {
    this.#deps = deps;
    this.#shown = createShownProposals(deps, () => void this.#expire());
    this.#open = this.#shown.open;
    this.#claims = createClaims(this.#open);
    this.#adjusting = createAdjusting(deps, this.#shown, this.#claims, (id) => this.#alreadyDecided(id));
  }

  /** Takes up what was open when the program ended. */
  async start(): Promise<void> {
    const { proposals, desk, posts, now } = this.#deps;
    const rows = await proposals.all();
    const again = shownAgain(rows, now());
    for (const [id, proposal] of rows) {
      if (proposal.state !== 'open') {
        if (again.has(id)) await this.#shown.show(proposal);
        continue;
      }
      // The click was carried out, but the program ended before it was written down.
      if (await desk.find(id)) await this.#shown.settle(proposal, { state: 'confirmed' });
      else {
        const { createdAt, expiresAt } = proposal;
        this.#open.set(id, { ...proposal, expiresAt: latestEnd(expiresAt, expiresAt - createdAt, now()) });
        await posts.recall(slotOf(id));
      }
    }
    await this.#expire();
  }

  close(): void {
    this.#shown.close();
  }

  /** Posts the plan with its buttons. The plan has passed the rules just now, as `checks` say. */
  async propose(signal: Signal, source: Source, plan: Plan, checks: RuleCheck[]): Promise<void> {
    const { desk, settings, now } = this.#deps;
    const id = tradeIdOf(source.messageId, source.index);
    // Read again after a crash: what was decided stays decided.
    const known = await this.#deps.proposals.get(id);
    if (known && known.state !== 'open') return;
    const createdAt = now();
    await desk.proposed(signal, source);
    await this.#shown.keepOpen({
      id,
      source,
      signal,
      plan,
      state: 'open',
      createdAt,
      expiresAt: createdAt + settings.config().confirm.timeout,
      decidedAt: null,
      by: null,
      denial: null,
      detail: null,
      sourceDeleted: false,
      checks,
      signalPrice: plan.markPrice,
    });
  }

  openOn(channelId: string): Proposal[] {
    return [...this.#open.values()].filter((proposal) => proposal.source.channelId === channelId);
  }

  openFor(messageId: string): Proposal[] {
    return [...this.#open.values()].filter((proposal) => proposal.source.messageId === messageId);
  }

  /** Resolves when nothing is being decided about these: what was clicked has become a trade, or has not. */
  settled(which: (proposal: Proposal) => boolean): Promise<void> {
    return this.#claims.settled(which);
  }

  /**
   * Posts the open questions about a message whose receipt was lost, or whose change was not finished: the program may
   * have ended before the post, too.
   */
  async showAgain(messageId: string): Promise<void> {
    for (const proposal of this.openFor(messageId)) await this.#shown.show(proposal);
  }

  /** Resolves once what became of the questions about a message is written; rejects where it cannot be. */
  written(messageId: string): Promise<void> {
    return this.#deps.proposals.written(({ source }) => source.messageId === messageId);
  }

  /** Every open question as it is shown now. */
  showOpen(): Promise<void> {
    return this.#shown.showOpen();
  }

  /** Shows how the market has moved, of the one question where that has stood longest. */
  refreshOne(): Promise<void> {
    return this.#shown.refreshOne();
  }

  find(id: string): Promise<Proposal | undefined> {
    return this.#deps.proposals.get(id);
  }

  /**
   * The operator's click, on what was shown as that revision. Answers with what to tell them when it did not count: a yes
   * is one to what they have seen. A no is to all of it: it is never lost to what changes the question meanwhile, and no
   * later yes comes before it.
   */
  async decide(
    id: string,
    choice: Exclude<ProposalButton, 'adjust'>,
    by: string,
    t: Catalogue,
    revision = 0,
  ): Promise<string | null> {
    const claim = choice === 'reject' ? await this.#claims.toReject(id) : this.#claims.toAccept(id);
    if (!claim) return this.#alreadyDecided(id);
    const { proposal } = claim;
    try {
      const isAnother = revision !== (proposal.revision ?? 0);
      if (isAnother && choice !== 'reject' && proposal.expiresAt > this.#deps.now()) {
        this.#shown.reopen(proposal);
        await this.#shown.show(proposal);
        return t.proposal.changed;
      }
      if (proposal.expiresAt <= this.#deps.now()) await this.#shown.settle(proposal, { state: 'expired' });
      else if (choice === 'reject') await this.#shown.settle(proposal, { state: 'rejected', by });
      else if (choice === 'confirm')
        await this.#shown.settle(proposal, { ...(await this.#carryOut(proposal, by)), by });
      else return await this.#decideHalf(proposal, by, t);
    } finally {
      claim.release();
    }
    return null;
  }

  /** Half of what is shown, unless that is too small for the exchange: then the question stays open. */
  async #decideHalf(proposal: Proposal, by: string, t: Catalogue): Promise<string | null> {
    const half = { ...proposal, riskPct: proposal.plan.riskPct.times(HALF) };
    const ending = await this.#carryOut(half, by);
    if (ending.denial?.code === 'size_too_small') {
      this.#shown.reopen(proposal);
      // It may say that the exchange has not answered.
      await this.#shown.show(proposal);
      return t.proposal.halfTooSmall(t.denials.size_too_small(ending.denial.numbers));
    }
    await this.#shown.settle(half, { ...ending, by, halved: true });
    return null;
  }

  /** See `Adjusting`. */
  form(id: string): Promise<{ proposal: Proposal; fields: Fields } | string> {
    return this.#adjusting.form(id);
  }

  /** See `Adjusting`. */
  adjust(id: string, fields: Fields, by: string, t: Catalogue): Promise<Problem[] | string | null> {
    return this.#adjusting.adjust(id, fields, by, t);
  }

  /** Its author took it back, which is a no like any. False when it was no longer open. */
  async withdraw(id: string): Promise<boolean> {
    const claim = await this.#claims.toReject(id);
    if (!claim) return false;
    await this.#shown.settle(claim.proposal, { state: 'withdrawn' }).finally(claim.release);
    return true;
  }

  /** The author changed the signal: judged again, asked again. False when it was no longer open. */
  async replace(id: string, signal: Signal, channel: ChannelSettings): Promise<boolean> {
    const { desk, settings, now } = this.#deps;
    const claim = this.#claims.take(id);
    if (!claim) return false;
    const { proposal } = claim;
    try {
      const changed = { ...proposal, signal };
      const assessed = await desk.preview(signal, proposal.source, channel);
      if (assessed.kind === 'denied') {
        const { denial, checks } = assessed;
        await this.#shown.settle(changed, { state: 'denied', denial, checks });
      } else {
        const expiresAt = now() + settings.config().confirm.timeout;
        await desk.proposed(signal, proposal.source);
        // What a human had changed was about the old one.
        const { riskPct: _, adjustedBy: __, draft: ___, ...renewed } = changed;
        const { plan, checks } = assessed;
        const revision = (proposal.revision ?? 0) + 1;
        await this.#shown.keepOpen({ ...renewed, plan, expiresAt, checks, revision });
      }
    } catch (error) {
      await this.#shown.settle(proposal, { state: 'failed', detail: describe(error) });
    } finally {
      claim.release();
    }
    return true;
  }

  async markDeleted(id: string): Promise<void> {
    const proposal = this.#open.get(id);
    if (!proposal || proposal.sourceDeleted) return;
    await this.#shown.keepOpen({ ...proposal, sourceDeleted: true, revision: (proposal.revision ?? 0) + 1 });
  }

  async #alreadyDecided(id: string): Promise<string> {
    const t = this.#deps.posts.texts();
    if (this.#claims.isBeingDecided(id)) return t.proposal.working;
    const proposal = await this.#deps.proposals.get(id);
    return proposal ? t.proposal.already(decisionLines(proposal, t)[0] ?? '') : t.proposal.gone;
  }

  async #carryOut(proposal: Proposal, by: string): Promise<Ending> {
    const { desk, settings, retractions, journeys, log } = this.#deps;
    const { source } = proposal;
    const channel = settings.channel(source.channelId);
    // The channel was taken out of the config meanwhile: nothing of it is to be traded.
    if (!channel) return { state: 'withdrawn' };
    const watched = watchedClick(proposal, retractions);
    try {
      const risking = riskingAtMost(channel, proposal.riskPct ?? null);
      journeys.confirmed(proposal.id);
      const opening = desk.open(anchored(proposal), source, risking, watched?.retracted);
      return endingOf(await tellingIfSlow(opening, () => void this.#shown.show(proposal, by)));
    } catch (error) {
      log.error({ proposal: proposal.id, error: describe(error) }, 'a confirmed signal could not be opened');
      return { state: 'failed', detail: describe(error) };
    } finally {
      watched?.end();
    }
  }

  async #expire(): Promise<void> {
    const due = [...this.#open.values()].filter((proposal) => proposal.expiresAt <= this.#deps.now());
    for (const { id } of due) {
      const claim = this.#claims.take(id);
      if (claim) await this.#shown.settle(claim.proposal, { state: 'expired' }).finally(claim.release);
    }
    this.#shown.arm();
  }
}
