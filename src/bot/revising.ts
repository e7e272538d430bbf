import type { ChannelSettings } from '../risk/settings.ts';
import type { Desk } from '../trading/desk-types.ts';
import { entered } from '../trading/lifecycle/facts.ts';
import { positionOf, REVISION_STEP, tradeIdOf } from '../trading/lifecycle/ids.ts';
import type { Signal, Trade } from '../trading/model.ts';
import { type DecidingDeps, decide, sourceOf, UNDECIDED } from './deciding.ts';
import { type EditQuestions, pricesOf } from './edit-questions.ts';
import { meaningBesidesTargets, signalMeaning } from './meaning.ts';
import { type Incoming, postedAt } from './message.ts';
import { tradeName } from './plan-view.ts';
import type { Posts } from './posts.ts';
import type { Change, Outcome, Proposal, Receipt } from './records.ts';
import { asListedFor, carriedLine, carryOut } from './requests.ts';
import type { Retractions } from './retractions.ts';
import type { SaidBefore } from './said-before.ts';
import type { TradeWatch } from './trade-watch.ts';

export interface RevisingDeps extends DecidingDeps {
  desk: Desk;
  posts: Posts;
  watch: TradeWatch;
  retractions: Pick<Retractions, 'watch' | 'isDeleted'>;
  saidBefore: SaidBefore;
  /** What is begun of the message's change, this run has begun. */
  isOfThisRun(messageId: string): boolean;
  asking: EditQuestions;
  /** Once nothing about the message is being decided. */
  openFor(messageId: string): Promise<Proposal[]>;
}

/** The edit that is carried out. */
interface Edit {
  message: Incoming;
  channel: ChannelSettings;
  revision: number;
  /** By an earlier run, or ahead of this. */
  begun: Change | null;
  /** What an earlier run has told of that signal, and ended before it was in the receipt: it is judged once. */
  told(signal: Signal): Promise<Outcome | null>;
}

/** How long the cancelling of the old entries may take before the edit is given up. */
const CANCEL_PATIENCE_MS = 20_000;

/** What an edit makes of each of a message's signals: another question, other entries, a question about the trade. */
export class Revising {
  readonly #deps: RevisingDeps;

  constructor(deps: RevisingDeps) {
    this.#deps = deps;
  }

  /** What follows from it, in the signals' order: of each that is judged anew what comes of it. */
  async all(
    message: Incoming,
    channel: ChannelSettings,
    next: Receipt,
    signals: readonly Signal[],
    before: Receipt,
    begun: Change | null,
  ): Promise<Outcome[]> {
    const outcomes = [...before.outcomes];
    if (begun) outcomes.push(...(await this.#unnoted(message.id, next, before.outcomes)));
    const edit = this.#editOf(message, channel, next.revision, signals, begun);
    const said = saidAndJudged(before, begun);
    for (const [order, signal] of signals.entries()) {
      const position = next.places?.[order] ?? order;
      const old = outcomes.findLast((outcome) => positionOf(outcome.index) === position);
      // What was denied is not judged anew for what has become of another one.
      if (old && !isWithdrawn(old) && said.has(signalMeaning(signal))) continue;
      const outcome = await this.#revise(edit, signal, position, old);
      if (outcome) outcomes.push(outcome);
    }
    return outcomes;
  }

  #editOf(
    message: Incoming,
    channel: ChannelSettings,
    revision: number,
    signals: readonly Signal[],
    begun: Change | null,
  ): Edit {
    const { saidBefore, isOfThisRun, guildId } = this.#deps;
    let asked: ReturnType<SaidBefore> | null = null;
    return {
      message,
      channel,
      revision,
      begun,
      async told(signal) {
        if (!begun || isOfThisRun(message.id)) return null;
        const source = sourceOf(message, channel, 0, guildId());
        asked ??= saidBefore(source, signals, message.editedAt !== undefined);
        return (await asked)[signals.indexOf(signal)] ?? null;
      },
    };
  }

  async #revise(
    edit: Edit,
    signal: Signal,
    position: number,
    old: Outcome | undefined,
  ): Promise<Outcome | null> {
    const { message, channel, revision, begun, told } = edit;
    const { desk, confirmations } = this.#deps;
    const index = old?.index ?? position;
    const id = tradeIdOf(message.id, index);
    const proposal = (await this.#deps.openFor(message.id)).find((open) => open.id === id);
    if (proposal) {
      if (signalMeaning(proposal.signal) !== signalMeaning(signal))
        await confirmations.replace(id, signal, channel);
      // The program may have ended before it posted what it had written.
      else if (begun) await confirmations.showAgain(message.id);
      return null;
    }
    const trade = desk.trades().find((open) => open.id === id);
    if (trade) {
      if (signalMeaning(trade.signal) === signalMeaning(signal)) return null;
      if (entered(trade).isZero()) return this.#replaceEntry(edit, signal, trade, position);
      await this.#deps.asking.propose(trade, signal, revision);
      return null;
    }
    const over = await desk.find(id);
    // Its entries were cancelled for this edit, and the program ended before the new ones.
    if (over && begun && isCancelledSince(over, begun.at)) return this.#decideChanged(edit, signal, position);
    // Traded and over: an edited post that repeats its levels must not open a second trade.
    if (over) return null;
    // It was read once more before its deletion, which took it back, was: that has been told.
    if (old && isWithdrawn(old) && this.#deps.retractions.isDeleted(message.id)) return null;
    // Decided before, as a denial or at a click: a question of its own, under ids of its own.
    const fresh = old ? position + REVISION_STEP * revision : position;
    const known = await told(signal);
    if (known) return { ...known, index: fresh };
    const ageMs = this.#deps.now() - postedAt(message.id);
    if (ageMs <= channel.maxAgeMs) return decide(this.#deps, message, signal, fresh, channel);
    // Of what was taken back and is said again nothing has been told.
    const isTakenBack = (old && isWithdrawn(old)) || (await confirmations.find(id))?.state === 'withdrawn';
    const isTold = old !== undefined && !isTakenBack;
    return isTold ? null : this.#expired(edit, signal, fresh, ageMs, 'posted');
  }

  /** What an edit has made of a signal whose entries are cancelled: the change is as old as its words. */
  async #decideChanged(edit: Edit, signal: Signal, position: number): Promise<Outcome> {
    const { message, channel, revision, begun, told } = edit;
    const index = position + REVISION_STEP * revision;
    const known = await told(signal);
    if (known) return { ...known, index };
    const now = this.#deps.now();
    const ageMs = now - (message.editedAt ?? begun?.at ?? now);
    if (ageMs > channel.maxAgeMs) return this.#expired(edit, signal, index, ageMs, 'edited');
    return decide(this.#deps, message, signal, index, channel);
  }

  /** What an earlier run has opened or asked for edits, and ended before that was in the receipt. */
  async #unnoted(
    messageId: string,
    { places, revision }: Receipt,
    known: readonly Outcome[],
  ): Promise<Outcome[]> {
    const { desk, confirmations } = this.#deps;
    const found: Outcome[] = [];
    for (const place of places ?? []) {
      const noted = known.findLast(({ index }) => positionOf(index) === place)?.index;
      const first = noted === undefined ? place : noted + REVISION_STEP;
      for (let index = first; index <= place + REVISION_STEP * revision; index += REVISION_STEP) {
        const id = tradeIdOf(messageId, index);
        const trade = await desk.find(id);
        const of = trade ?? (await confirmations.find(id));
        if (!of) continue;
        const { symbol, side } = of.signal;
        found.push({ ...UNDECIDED, index, symbol, side, tradeId: id, result: trade ? 'opened' : 'proposed' });
      }
    }
    return found;
  }

  /** A signal that comes too late to be traded. */
  async #expired(
    { message, channel }: Edit,
    signal: Signal,
    index: number,
    ageMs: number,
    since: 'posted' | 'edited',
  ): Promise<Outcome> {
    const { reports, guildId } = this.#deps;
    const source = sourceOf(message, channel, index, guildId());
    await reports.expired(signal, source, ageMs, channel.maxAgeMs, since);
    const { symbol, side } = signal;
    return { ...UNDECIDED, index, symbol, side, result: 'expired' };
  }

  async #replaceEntry(edit: Edit, signal: Signal, trade: Trade, position: number): Promise<Outcome | null> {
    const { message, revision } = edit;
    const { desk, posts, watch } = this.#deps;
    const t = posts.texts();
    const by = `message:${message.id}`;
    const targets = pricesOf(signal);
    if (targets && meaningBesidesTargets(trade.signal) === meaningBesidesTargets(signal)) {
      const request = asListedFor(trade, { type: 'set_targets', prices: targets });
      const [carried] = await carryOut(desk, trade, [request], by, false);
      if (carried) await this.#say(message, trade, revision, carriedLine(trade, carried, t));
      return null;
    }
    await this.#say(message, trade, revision, `${tradeName(trade.plan, t)} ${t.update.edited}`);
    const settled = watch.settled(trade.id, CANCEL_PATIENCE_MS);
    await carryOut(desk, trade, [{ type: 'cancel_entries' }], by, false);
    const after = await settled;
    if (after === null || !entered(after).isZero()) {
      await this.#deps.asking.propose(after ?? trade, signal, revision);
      return null;
    }
    return this.#decideChanged(edit, signal, position);
  }

  #say(message: Incoming, trade: Trade, revision: number, content: string): Promise<void> {
    return this.#deps.posts.trades(`edit:${message.id}:${trade.id}:${revision}`, { content });
  }
}

/** Signals that have come to what the receipt says. */
export function judgedIn(receipt: Receipt | undefined): string {
  return receipt?.kind === 'signal' ? receipt.meaning : '';
}

/** What the message had said before, without what an edit that was begun has yet to judge. */
function saidAndJudged(before: Receipt, begun: Change | null): Set<string> {
  const said = judgedIn(before).split('\n');
  if (!begun) return new Set(said);
  const judged = begun.judged ?? (before.revision === 0 ? judgedIn(before) : '');
  return new Set(judged.split('\n')).intersection(new Set(said));
}

/** What made it so has yet to be carried out. */
export function isWithdrawn({ result }: Outcome): boolean {
  return result === 'withdrawn';
}

function isCancelledSince(trade: Trade, atMs: number): boolean {
  const { closeReason, closedAt } = trade;
  return closeReason === 'entry_cancelled' && (closedAt ?? 0) >= atMs && entered(trade).isZero();
}
