import type { ChannelSettings } from '../risk/settings.ts';
import type { Desk } from '../trading/desk-types.ts';
import { positionOf } from '../trading/lifecycle/ids.ts';
import type { Source } from '../trading/model.ts';
import type { Confirmations } from './confirmations.ts';
import { type DecidingDeps, inThread } from './deciding.ts';
import { createEditQuestions, type EditQuestionDeps, type EditQuestions } from './edit-questions.ts';
import { keptText, type MessageRead } from './kept-text.ts';
import { meaningOf, newUpdates } from './meaning.ts';
import { type Incoming, postedAt } from './message.ts';
import type { Outbox } from './outbox.ts';
import type { OwedReceipts } from './owed-receipts.ts';
import type { Collection } from './ports.ts';
import type { Posts } from './posts.ts';
import type { Questions } from './questions.ts';
import type { Change, Proposal, Receipt } from './records.ts';
import type { Retractions } from './retractions.ts';
import { isWithdrawn, judgedIn, Revising } from './revising.ts';
import type { SaidBefore } from './said-before.ts';
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
  retractions: Pick<Retractions, 'watch' | 'isDeleted'>;
  saidBefore: SaidBefore;
}

/**
 * A signal that its author changed or deleted. Before the entry fills the plan follows; afterwards a human decides.
 */
export class Edits {
  readonly #deps: EditDeps;
  readonly #asking: EditQuestions;
  readonly #revising: Revising;
  /** Messages whose signals were taken back while this run decided them: what it has told of them is in their receipts. */
  readonly #takenBack = new Set<string>();

  constructor(deps: EditDeps) {
    this.#deps = deps;
    this.#asking = createEditQuestions(deps);
    this.#revising = new Revising({
      ...deps,
      asking: this.#asking,
      isOfThisRun: (messageId) => this.#takenBack.has(messageId),
      openFor: (messageId) => this.#openFor(messageId),
    });
  }

  /** It was being carried out when an earlier run ended, or could not be. */
  async isBegun(messageId: string): Promise<boolean> {
    return (await this.#deps.changes.get(messageId)) !== undefined;
  }

  /** The message now means something else than its receipt says, or what that says has been begun and not finished. */
  changed(message: Incoming, channel: ChannelSettings, receipt: Receipt, read: MessageRead): Promise<void> {
    return this.#wholly(message, judgedIn(receipt), (begun) =>
      this.#change(message, channel, receipt, read, begun),
    );
  }

  async deleted(message: Pick<Incoming, 'id' | 'channelId' | 'threadId'>): Promise<void> {
    const receipt = await this.#deps.receipts.get(message.id);
    if (receipt?.deleted && !(await this.isBegun(message.id))) return;
    await this.#wholly(message, judgedIn(receipt), (begun) => this.#delete(message.id, receipt, begun));
  }

  /**
   * What took a signal back has yet to be carried out. Nothing is open that would have the next start look for it.
   * `judged`: the meanings of the signals that have come to something.
   */
  async takenBack(message: Pick<Incoming, 'id' | 'channelId' | 'threadId'>, judged: string): Promise<void> {
    this.#takenBack.add(message.id);
    await this.expect(message, judged);
  }

  /** The same of what a message says besides and has yet to be judged. */
  async expect(message: Pick<Incoming, 'id' | 'channelId' | 'threadId'>, judged: string): Promise<void> {
    const { changes, now } = this.#deps;
    const { id, channelId } = message;
    const at = (await changes.get(id))?.at ?? now();
    await changes.set(id, { channelId, ...inThread(message), at, judged });
  }

  /** What is done under ids that follow from the message can be done again: the next run finishes what this one began. */
  async #wholly(
    message: Pick<Incoming, 'id' | 'channelId' | 'threadId'>,
    judged: string,
    carryOut: (begun: Change | null) => Promise<'done' | 'changed_again'>,
  ): Promise<void> {
    const { changes, confirmations, outbox } = this.#deps;
    const { id } = message;
    const begun = (await changes.get(id)) ?? null;
    if (!begun) await this.expect(message, judged);
    const state = await carryOut(begun);
    if (state === 'done') this.#takenBack.delete(id);
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
        const { places, gone } = isSame
          ? placesGiven(receipt, signals)
          : placesAfter(receipt, signals, begun ? signals.length : 0);
        await receipts.set(message.id, { ...next, places });
        if (gone.length > 0) await this.#takeOut(message.id, gone, revision);
        const outcomes = await this.#revising.all(
          message,
          channel,
          { ...next, places },
          signals,
          receipt,
          begun,
        );
        const isTakenBack = outcomes.slice(receipt.outcomes.length).some(isWithdrawn);
        if (isTakenBack) await this.takenBack(message, meaning);
        await receipts.set(message.id, { ...next, places, outcomes });
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
}

function isOf(messageId: string): (proposal: Proposal) => boolean {
  return ({ source }) => source.messageId === messageId;
}
