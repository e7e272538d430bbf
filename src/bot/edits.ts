import type { ChannelSettings } from '../risk/settings.ts';
import type { Desk } from '../trading/desk-types.ts';
import { entered } from '../trading/lifecycle/facts.ts';
import { positionOf, REVISION_STEP, tradeIdOf } from '../trading/lifecycle/ids.ts';
import type { Signal, Source, Trade } from '../trading/model.ts';
import type { Confirmations } from './confirmations.ts';
import { type DecidingDeps, decide, inThread, sourceOf, UNDECIDED } from './deciding.ts';
import {
  createEditQuestions,
  type EditQuestionDeps,
  type EditQuestions,
  pricesOf,
} from './edit-questions.ts';
import { keptText, type MessageRead } from './kept-text.ts';
import { meaningBesidesTargets, meaningOf, newUpdates, signalMeaning } from './meaning.ts';
import { type Incoming, postedAt } from './message.ts';
import type { Outbox } from './outbox.ts';
import type { OwedReceipts } from './owed-receipts.ts';
import { tradeName } from './plan-view.ts';
import type { Collection } from './ports.ts';
import type { Posts } from './posts.ts';
import type { Questions } from './questions.ts';
import type { Change, Outcome, Proposal, Receipt } from './records.ts';
import { asListedFor, carriedLine, carryOut } from './requests.ts';
import type { Settings } from './settings.ts';
import { placesAfter, placesGiven } from './signal-places.ts';
import type { TradeWatch } from './trade-watch.ts';
import type { Interrupted, Updates } from './updates.ts';

export interface EditDeps extends DecidingDeps, EditQuestionDeps {
  desk: Desk;
  confirmations: Confirmations;
  questions: Questions;
  updates: Updates;
  posts: Posts;
  outbox: Pick<Outbox, 'onceDurable'>;
  settings: Settings;
  receipts: Pick<OwedReceipts, 'get' | 'set' | 'settle'>;
  changes: Collection<Change>;
  watch: TradeWatch;
}

/** How long the cancelling of the old entries may take before the edit is given up. */
const CANCEL_PATIENCE_MS = 20_000;

/**
 * A signal that its author changed or deleted. Before the entry fills the plan follows; afterwards a human decides.
 */
export class Edits {
  readonly #deps: EditDeps;
  readonly #asking: EditQuestions;

  constructor(deps: EditDeps) {
    this.#deps = deps;
    this.#asking = createEditQuestions(deps);
  }

  /** It was being carried out when an earlier run ended, or could not be. */
  async isBegun(messageId: string): Promise<boolean> {
    return (await this.#deps.changes.get(messageId)) !== undefined;
  }

  /** The message now means something else than its receipt says, or what that says has been begun and not finished. */
  changed(message: Incoming, channel: ChannelSettings, receipt: Receipt, read: MessageRead): Promise<void> {
    return this.#wholly(message, (begun) => this.#change(message, channel, receipt, read, begun));
  }

  async deleted(message: Pick<Incoming, 'id' | 'channelId' | 'threadId'>): Promise<void> {
    const receipt = await this.#deps.receipts.get(message.id);
    if (receipt?.deleted && !(await this.isBegun(message.id))) return;
    await this.#wholly(message, (begun) => this.#delete(message.id, receipt, begun));
  }

  /** What took a signal back has yet to be carried out. Nothing is open that would have the next start look for it. */
  async expect({ id, ...message }: Pick<Incoming, 'id' | 'channelId' | 'threadId'>): Promise<void> {
    const { changes, now } = this.#deps;
    await changes.set(id, { channelId: message.channelId, ...inThread(message), at: now() });
  }

  /** What is done under ids that follow from the message can be done again: the next run finishes what this one began. */
  async #wholly(
    message: Pick<Incoming, 'id' | 'channelId' | 'threadId'>,
    carryOut: (begun: Change | null) => Promise<'done' | 'changed_again'>,
  ): Promise<void> {
    const { changes, confirmations, outbox } = this.#deps;
    const { id } = message;
    const begun = (await changes.get(id)) ?? null;
    if (!begun) await this.expect(message);
    const state = await carryOut(begun);
    // A start that found the question as it was before would take the change for finished.
    await confirmations.written(id);
    if (state === 'done') await outbox.onceDurable(() => changes.delete(id));
  }

  async #change(
    message: Incoming,
    channel: ChannelSettings,
    receipt: Receipt,
    read: MessageRead,
    begun: Change | null,
  ): Promise<'done' | 'changed_again'> {
    const { receipts, updates, confirmations, now } = this.#deps;
    const { reading } = read;
    const meaning = meaningOf(reading);
    const isSame = meaning === receipt.meaning;
    const revision = receipt.revision + (isSame ? 0 : 1);
    const { inHand, ...known } = receipt;
    const next: Receipt = { ...known, kind: reading.kind, meaning, revision, ...keptText(read) };
    switch (reading.kind) {
      case 'update': {
        if (isSame && !inHand) return 'done';
        // Half of what is left is another quantity the second time: what is begun is written first.
        const before = inHand?.before ?? receipt.meaning;
        const at = inHand?.at ?? now();
        await receipts.set(message.id, { ...next, inHand: { before, at } });
        await confirmations.settled(isOf(message.id));
        const wanted = newUpdates(reading.updates, before);
        const fresh = newUpdates(wanted, receipt.meaning);
        const interrupted: Interrupted | null = inHand
          ? {
              updates: new Set(wanted.filter((update) => !fresh.includes(update))),
              saidAt:
                message.editedAt ?? (receipt.revision > 0 ? Number.POSITIVE_INFINITY : postedAt(message.id)),
              isFresh: now() - at <= channel.maxAgeMs,
            }
          : null;
        // Written into the signal's own message, it means that signal's trade, and none other where that is over.
        const isOwn = receipt.outcomes.length > 0;
        const aimed = isOwn ? { ...message, replyTo: message.id } : message;
        const answered = isOwn || message.replyTo === null ? undefined : await receipts.get(message.replyTo);
        const replied: Receipt | undefined = isOwn ? { ...receipt, kind: 'signal' } : answered;
        const { tradeIds, effects } = await updates.apply(aimed, wanted, replied, interrupted);
        await receipts.settle({
          ...next,
          tradeIds: [...receipt.tradeIds, ...tradeIds],
          effects: [...receipt.effects, ...effects],
        });
        return 'done';
      }
      case 'signal': {
        const { signals } = reading;
        const { places, gone } = isSame ? placesGiven(receipt, signals) : placesAfter(receipt, signals);
        await receipts.set(message.id, { ...next, places });
        if (gone.length > 0) await this.#takeOut(message.id, gone, revision);
        const outcomes = await this.#reviseAll(
          message,
          channel,
          { ...next, places },
          signals,
          receipt,
          begun,
        );
        await receipts.set(message.id, { ...next, places, outcomes });
        const isTakenBack = outcomes.slice(receipt.outcomes.length).some(isWithdrawn);
        return isTakenBack ? 'changed_again' : 'done';
      }
      case 'none':
      case 'invalid':
        await receipts.set(message.id, next);
        // Taken back, or made unreadable: nobody should confirm it any more, and open orders are a question.
        for (const { id } of await this.#openFor(message.id)) await confirmations.withdraw(id);
        await this.#asking.aboutTrades(message.id, `x${revision}`, reading);
        return 'done';
    }
  }

  /** The message has other signals, but not these any more. */
  async #takeOut(messageId: string, places: readonly number[], revision: number): Promise<void> {
    const isOut = ({ index }: Source) => places.includes(positionOf(index));
    for (const { id, source } of await this.#openFor(messageId))
      if (isOut(source)) await this.#deps.confirmations.withdraw(id);
    await this.#asking.aboutTrades(messageId, `x${revision}`, { kind: 'others' }, isOut);
  }

  async #delete(messageId: string, receipt: Receipt | undefined, begun: Change | null): Promise<'done'> {
    const { confirmations, receipts } = this.#deps;
    // Without one there may be a trade all the same: the program ended before the receipt was written.
    if (receipt && !receipt.deleted) await receipts.set(messageId, { ...receipt, deleted: true });
    for (const { id } of await this.#openFor(messageId)) await confirmations.markDeleted(id);
    if (begun) await confirmations.showAgain(messageId);
    await this.#asking.aboutTrades(messageId, 'd', null);
    return 'done';
  }

  /** Once nothing is being decided: what has just been clicked is neither open nor a trade yet. */
  async #openFor(messageId: string): Promise<Proposal[]> {
    const { confirmations } = this.#deps;
    await confirmations.settled(isOf(messageId));
    return confirmations.openFor(messageId);
  }

  async #reviseAll(
    message: Incoming,
    channel: ChannelSettings,
    next: Receipt,
    signals: readonly Signal[],
    before: Receipt,
    begun: Change | null,
  ): Promise<Outcome[]> {
    const outcomes = [...before.outcomes];
    const said = new Set(before.kind === 'signal' && !begun ? before.meaning.split('\n') : []);
    for (const [order, signal] of signals.entries()) {
      const position = next.places?.[order] ?? order;
      const old = outcomes.findLast((outcome) => positionOf(outcome.index) === position);
      // What was denied is not judged anew for what has become of another one.
      if (old && !isWithdrawn(old) && said.has(signalMeaning(signal))) continue;
      const outcome = await this.#revise(message, channel, signal, position, old, next.revision, begun);
      if (outcome) outcomes.push(outcome);
    }
    return outcomes;
  }

  async #revise(
    message: Incoming,
    channel: ChannelSettings,
    signal: Signal,
    position: number,
    old: Outcome | undefined,
    revision: number,
    begun: Change | null,
  ): Promise<Outcome | null> {
    const { desk, confirmations } = this.#deps;
    const index = old?.index ?? position;
    const id = tradeIdOf(message.id, index);
    const proposal = (await this.#openFor(message.id)).find((open) => open.id === id);
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
      if (entered(trade).isZero())
        return this.#replaceEntry(message, channel, signal, trade, position, revision, begun);
      await this.#asking.propose(trade, signal, revision);
      return null;
    }
    const over = await desk.find(id);
    // Its entries were cancelled for this edit, and the program ended before the new ones.
    if (over && begun && isCancelledSince(over, begun.at))
      return this.#decideChanged(message, channel, signal, position, revision, begun);
    // Traded and over: an edited post that repeats its levels must not open a second trade.
    if (over) return null;
    const ageMs = this.#deps.now() - postedAt(message.id);
    // Decided before, as a denial or at a click: a question of its own, under ids of its own.
    const fresh = old ? position + REVISION_STEP * revision : position;
    if (ageMs <= channel.maxAgeMs) return decide(this.#deps, message, signal, fresh, channel);
    // Of what was taken back and is said again nothing has been told.
    const isTakenBack = (old && isWithdrawn(old)) || (await confirmations.find(id))?.state === 'withdrawn';
    const isTold = old !== undefined && !isTakenBack;
    return isTold ? null : this.#expired(message, channel, signal, fresh, ageMs, 'posted');
  }

  /** What an edit has made of a signal whose entries are cancelled: the change is as old as its words. */
  #decideChanged(
    message: Incoming,
    channel: ChannelSettings,
    signal: Signal,
    position: number,
    revision: number,
    begun: Change | null,
  ): Promise<Outcome> {
    const now = this.#deps.now();
    const ageMs = now - (message.editedAt ?? begun?.at ?? now);
    const index = position + REVISION_STEP * revision;
    if (ageMs > channel.maxAgeMs) return this.#expired(message, channel, signal, index, ageMs, 'edited');
    return decide(this.#deps, message, signal, index, channel);
  }

  /** A signal that comes too late to be traded. */
  async #expired(
    message: Incoming,
    channel: ChannelSettings,
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

  async #replaceEntry(
    message: Incoming,
    channel: ChannelSettings,
    signal: Signal,
    trade: Trade,
    position: number,
    revision: number,
    begun: Change | null,
  ): Promise<Outcome | null> {
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
      await this.#asking.propose(after ?? trade, signal, revision);
      return null;
    }
    return this.#decideChanged(message, channel, signal, position, revision, begun);
  }

  #say(message: Incoming, trade: Trade, revision: number, content: string): Promise<void> {
    return this.#deps.posts.trades(`edit:${message.id}:${trade.id}:${revision}`, { content });
  }
}

/** What made it so has yet to be carried out. */
export function isWithdrawn({ result }: Outcome): boolean {
  return result === 'withdrawn';
}

function isOf(messageId: string): (proposal: Proposal) => boolean {
  return ({ source }) => source.messageId === messageId;
}

function isCancelledSince(trade: Trade, atMs: number): boolean {
  const { closeReason, closedAt } = trade;
  return closeReason === 'entry_cancelled' && (closedAt ?? 0) >= atMs && entered(trade).isZero();
}
