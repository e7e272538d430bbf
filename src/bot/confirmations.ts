import type { RuleCheck } from '../risk/assess.ts';
import type { ChannelSettings } from '../risk/settings.ts';
import type { Desk, Opened } from '../trading/desk-types.ts';
import { tradeIdOf } from '../trading/lifecycle/ids.ts';
import type { Denial, Plan, Signal, Source } from '../trading/model.ts';
import { Alarm } from './alarm.ts';
import { describe } from './discord-errors.ts';
import type { Collection, Log, Now } from './ports.ts';
import type { Posts } from './posts.ts';
import { decisionLines, proposalBody } from './proposal-view.ts';
import type { Proposal } from './records.ts';
import type { Settings } from './settings.ts';

export interface ConfirmationDeps {
  desk: Desk;
  proposals: Collection<Proposal>;
  posts: Posts;
  settings: Settings;
  now: Now;
  log: Log;
}

/** Decisions this young are shown again at a start. */
const SHOWN_AGAIN_MS = 10 * 60_000;

type Decided = Exclude<Proposal['state'], 'open'>;
type Ending = { state: Decided; by?: string; denial?: Denial; detail?: string; checks?: RuleCheck[] };

/**
 * Signals that wait for a click. A decision is claimed in one synchronous turn, so that two clicks, a click and the
 * expiry, or a click and an edit can never both count; the desk answers `exists` should a crash come in between.
 */
export class Confirmations {
  readonly #deps: ConfirmationDeps;
  readonly #open = new Map<string, Proposal>();
  /** Claimed, its outcome not known yet. */
  readonly #busy = new Set<string>();
  readonly #alarm: Alarm;

  constructor(deps: ConfirmationDeps) {
    this.#deps = deps;
    this.#alarm = new Alarm(deps.now, () => void this.#expire());
  }

  /** Takes up what was open when the program ended. */
  async start(): Promise<void> {
    const { proposals, desk, posts, now } = this.#deps;
    for (const [id, proposal] of await proposals.all()) {
      if (proposal.state !== 'open') {
        // A crash between the decision and its post would leave the buttons standing.
        const lately = proposal.decidedAt !== null && now() - proposal.decidedAt < SHOWN_AGAIN_MS;
        if (lately) await posts.trades(`proposal:${id}`, proposalBody(proposal, posts.texts()));
        continue;
      }
      // The click was carried out, but the program ended before it was written down.
      if (await desk.find(id)) await this.#settle(proposal, { state: 'confirmed' });
      else this.#open.set(id, proposal);
    }
    await this.#expire();
  }

  close(): void {
    this.#alarm.clear();
  }

  /** Posts the plan with its buttons. The plan has passed the rules just now. */
  async propose(signal: Signal, source: Source, plan: Plan): Promise<void> {
    const { desk, settings, now } = this.#deps;
    const id = tradeIdOf(source.messageId, source.index);
    // Read again after a crash: what was decided stays decided.
    const known = await this.#deps.proposals.get(id);
    if (known && known.state !== 'open') return;
    const createdAt = now();
    await desk.proposed(signal, source);
    await this.#keepOpen({
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
      checks: [],
    });
  }

  openOn(channelId: string): Proposal[] {
    return [...this.#open.values()].filter((proposal) => proposal.source.channelId === channelId);
  }

  openFor(messageId: string): Proposal[] {
    return [...this.#open.values()].filter((proposal) => proposal.source.messageId === messageId);
  }

  /** Posts the open questions about a message whose receipt was lost: the program may have ended before the post, too. */
  async showAgain(messageId: string): Promise<void> {
    const { posts } = this.#deps;
    for (const proposal of this.openFor(messageId))
      await posts.trades(`proposal:${proposal.id}`, proposalBody(proposal, posts.texts()));
  }

  find(id: string): Promise<Proposal | undefined> {
    return this.#deps.proposals.get(id);
  }

  /** The operator's click. Answers with what to tell them when it did not count. */
  async decide(id: string, choice: 'confirm' | 'reject', by: string): Promise<string | null> {
    const proposal = this.#claim(id);
    if (!proposal) return this.#alreadyDecided(id);
    try {
      if (proposal.expiresAt <= this.#deps.now()) await this.#settle(proposal, { state: 'expired' });
      else if (choice === 'reject') await this.#settle(proposal, { state: 'rejected', by });
      else await this.#settle(proposal, { ...(await this.#carryOut(proposal)), by });
    } finally {
      this.#busy.delete(id);
    }
    return null;
  }

  /** Its author took it back. False when it was no longer open. */
  async withdraw(id: string): Promise<boolean> {
    const proposal = this.#claim(id);
    if (!proposal) return false;
    await this.#settle(proposal, { state: 'withdrawn' }).finally(() => this.#busy.delete(id));
    return true;
  }

  /** The author changed the signal: judged again, asked again. False when it was no longer open. */
  async replace(id: string, signal: Signal, channel: ChannelSettings): Promise<boolean> {
    const { desk, settings, now } = this.#deps;
    const proposal = this.#claim(id);
    if (!proposal) return false;
    try {
      const changed = { ...proposal, signal };
      const assessed = await desk.preview(signal, proposal.source, channel);
      if (assessed.kind === 'denied') {
        const { denial, checks } = assessed;
        await this.#settle(changed, { state: 'denied', denial, checks });
      } else {
        const expiresAt = now() + settings.config().confirm.timeout;
        await desk.proposed(signal, proposal.source);
        await this.#keepOpen({ ...changed, plan: assessed.plan, expiresAt, checks: assessed.checks });
      }
    } catch (error) {
      await this.#settle(proposal, { state: 'failed', detail: describe(error) });
    } finally {
      this.#busy.delete(id);
    }
    return true;
  }

  async markDeleted(id: string): Promise<void> {
    const proposal = this.#open.get(id);
    if (proposal) await this.#keepOpen({ ...proposal, sourceDeleted: true });
  }

  #claim(id: string): Proposal | null {
    const proposal = this.#open.get(id);
    if (!proposal) return null;
    this.#open.delete(id);
    this.#busy.add(id);
    return proposal;
  }

  async #alreadyDecided(id: string): Promise<string> {
    const t = this.#deps.posts.texts();
    if (this.#busy.has(id)) return t.proposal.working;
    const proposal = await this.#deps.proposals.get(id);
    return proposal ? t.proposal.already(decisionLines(proposal, t)[0] ?? '') : t.proposal.gone;
  }

  async #carryOut(proposal: Proposal): Promise<Ending> {
    const { desk, settings, log } = this.#deps;
    const channel = settings.channel(proposal.source.channelId);
    // The channel was taken out of the config meanwhile: nothing of it is to be traded.
    if (!channel) return { state: 'withdrawn' };
    try {
      return endingOf(await desk.open(proposal.signal, proposal.source, channel));
    } catch (error) {
      log.error({ proposal: proposal.id, error: describe(error) }, 'a confirmed signal could not be opened');
      return { state: 'failed', detail: describe(error) };
    }
  }

  async #settle(proposal: Proposal, ending: Ending): Promise<void> {
    const settled: Proposal = {
      ...proposal,
      state: ending.state,
      decidedAt: this.#deps.now(),
      by: ending.by ?? null,
      denial: ending.denial ?? null,
      detail: ending.detail ?? null,
      checks: ending.checks ?? proposal.checks,
    };
    await this.#save(settled);
  }

  async #keepOpen(proposal: Proposal): Promise<void> {
    this.#open.set(proposal.id, proposal);
    await this.#save(proposal);
    this.#arm();
  }

  async #save(proposal: Proposal): Promise<void> {
    const { proposals, posts, log } = this.#deps;
    await proposals.set(proposal.id, proposal).catch((error: unknown) => {
      // The decision stands in the desk's own journal; after a restart it is found there.
      log.error({ proposal: proposal.id, error: describe(error) }, 'proposal not durable');
    });
    await posts.trades(`proposal:${proposal.id}`, proposalBody(proposal, posts.texts()));
  }

  async #expire(): Promise<void> {
    const due = [...this.#open.values()].filter((proposal) => proposal.expiresAt <= this.#deps.now());
    for (const { id } of due) {
      const proposal = this.#claim(id);
      if (proposal) await this.#settle(proposal, { state: 'expired' }).finally(() => this.#busy.delete(id));
    }
    this.#arm();
  }

  #arm(): void {
    this.#alarm.set([...this.#open.values()].map((proposal) => proposal.expiresAt));
  }
}

function endingOf(opened: Opened): Ending {
  switch (opened.kind) {
    case 'opened':
      return { state: 'confirmed', checks: opened.checks };
    case 'exists':
      return { state: 'confirmed' };
    case 'denied':
      return { state: 'denied', denial: opened.denial, checks: opened.checks };
    case 'failed':
      return { state: 'failed', detail: opened.message };
    case 'rejected':
      return { state: 'refused', detail: `${opened.code} ${opened.message}` };
  }
}
