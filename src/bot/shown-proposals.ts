import { Alarm } from './alarm.ts';
import type { ConfirmationDeps } from './confirmations.ts';
import { type Ending, sightOf } from './confirming.ts';
import { driftOf, proposalBody } from './proposal-view.ts';
import type { Proposal } from './records.ts';

/** The signals that wait for a click, and how each of them, and what became of it, is kept and shown. */
export interface ShownProposals {
  /** By id. What is being decided is not among them. */
  readonly open: Map<string, Proposal>;
  /** Open as it is now, kept and shown so. */
  keepOpen(proposal: Proposal): Promise<void>;
  /** Open, without a word. */
  reopen(proposal: Proposal): void;
  settle(proposal: Proposal, ending: Ending): Promise<void>;
  /** @param carriedOutFor who has confirmed it, where nothing has come of that yet */
  show(proposal: Proposal, carriedOutFor?: string | null): Promise<void>;
  showOpen(): Promise<void>;
  /** The one that has stood longest, of those where the market has moved since. */
  refreshOne(): Promise<void>;
  /** Wakes when the next one expires. */
  arm(): void;
  close(): void;
}

export function createShownProposals(
  deps: Pick<ConfirmationDeps, 'desk' | 'proposals' | 'posts' | 'counters' | 'now'>,
  onDue: () => void,
): ShownProposals {
  const { desk, proposals, posts, counters, now } = deps;
  const open = new Map<string, Proposal>();
  /** When each was last shown, and how far the market had moved then. */
  const shown = new Map<string, { at: number; drift: string | null }>();
  const alarm = new Alarm(now, onDue);

  function arm(): void {
    alarm.set([...open.values()].map((proposal) => proposal.expiresAt));
  }

  function reopen(proposal: Proposal): void {
    open.set(proposal.id, proposal);
    arm();
  }

  async function save(proposal: Proposal): Promise<void> {
    await proposals.settle(proposal.id, proposal);
    await show(proposal);
  }

  async function show(proposal: Proposal, carriedOutFor: string | null = null): Promise<void> {
    const sight = sightOf(desk, proposal);
    if (proposal.state === 'open')
      shown.set(proposal.id, { at: now(), drift: driftOf(proposal, sight.mark) });
    const body = proposalBody(proposal, posts.texts(), sight, carriedOutFor);
    await posts.trades(slotOf(proposal.id), body);
  }

  return {
    open,
    async keepOpen(proposal) {
      reopen(proposal);
      await save(proposal);
    },
    reopen,
    async settle(proposal, ending) {
      const settled: Proposal = {
        ...proposal,
        state: ending.state,
        decidedAt: now(),
        by: ending.by ?? null,
        denial: ending.denial ?? null,
        detail: ending.detail ?? null,
        checks: ending.checks ?? proposal.checks,
        ...(ending.halved ? { halved: true } : {}),
      };
      shown.delete(proposal.id);
      counters.add('confirmations', ending.state);
      if (ending.denial) counters.add('denials', ending.denial.code);
      await save(settled);
    },
    show,
    async showOpen() {
      for (const proposal of open.values()) await show(proposal);
    },
    async refreshOne() {
      const shownAt = ({ id }: Proposal): number => shown.get(id)?.at ?? 0;
      const [stalest] = [...open.values()]
        .filter(
          (proposal) => driftOf(proposal, sightOf(desk, proposal).mark) !== shown.get(proposal.id)?.drift,
        )
        .sort((a, b) => shownAt(a) - shownAt(b));
      if (stalest) await show(stalest);
    },
    arm,
    close: () => alarm.clear(),
  };
}

export function slotOf(id: string): string {
  return `proposal:${id}`;
}
