import type { Edits } from './edits.ts';
import { FirstReading, type FirstReadingDeps, type Missed } from './first-reading.ts';
import { createHearing, type Hearing, type HearingDeps } from './hearing.ts';
import type { MessageRead } from './kept-text.ts';
import { lostReceipt } from './lost-receipt.ts';
import { meaningOf } from './meaning.ts';
import {
  asWhole,
  type Incoming,
  inChannel,
  incoming,
  isUnedited,
  type MessageEvent,
  postedAt,
  withFiles,
} from './message.ts';
import { isMessageId } from './message-event.ts';
import { createMessageTurns, type MessageTurns } from './message-turns.ts';
import type { Outbox } from './outbox.ts';
import type { Read } from './ports.ts';
import type { Progress } from './progress.ts';
import type { Receipt } from './records.ts';
import type { Where } from './rereading.ts';
import type { Retractions } from './retractions.ts';
import type { Settings } from './settings.ts';

export interface IntakeDeps extends FirstReadingDeps, HearingDeps {
  settings: Settings;
  retractions: Retractions;
  progress: Progress;
  outbox: Pick<Outbox, 'isDurable' | 'durable'>;
  edits: Edits;
  read: Read;
  /** Files are also taken from the server that answers there. */
  apiUrl: string;
  /** The whole message, for an edit that came without its content; null when it is gone. */
  fetchMessage(channelId: string, messageId: string): Promise<MessageEvent | null>;
  /** What its author has made of it since could not be carried out. */
  onUnhandled(messageId: string, where: Where): void;
  /** A message could not be handled as it came; history is held ahead of it. */
  onUnheard(): void;
}

/** It counts as not read: the store, say, could not tell whether it had been. */
export class NotHandled extends Error {
  override name = 'NotHandled';
}

/**
 * From what Discord tells to messages that are handled. Signals go side by side; what one message brings is handled one
 * after the other, and a management message waits for the signals before it.
 */
export class Intake {
  readonly #deps: IntakeDeps;
  readonly #turns: MessageTurns;
  readonly #hearing: Hearing;
  readonly #first: FirstReading;

  constructor(deps: IntakeDeps) {
    this.#deps = deps;
    this.#turns = createMessageTurns(deps.log);
    this.#hearing = createHearing(deps);
    this.#first = new FirstReading(deps, this.#turns);
  }

  async created(raw: MessageEvent): Promise<void> {
    const event = this.#hearing.event(raw);
    if (!event) return;
    const message = this.#hearing.message(asWhole(event));
    const { progress, settings } = this.#deps;
    if (!message && settings.channel(event.channel_id)) progress.pass(event.channel_id, event.id);
    if (!message) return;
    message.heardAt = this.#deps.journeys.now();
    await this.#turns.take(message.id, message.channelId, () => this.#take(message, 'live'));
  }

  /**
   * As if live while it is younger than `maxAge`; otherwise answers with what was missed, for the summary. Rejects with
   * `NotHandled`.
   */
  async fromHistory(raw: MessageEvent): Promise<Missed | null> {
    const event = this.#hearing.event(raw);
    const message = event && this.#hearing.message(asWhole(event));
    if (!message) return null;
    const missed = await this.#turns.take(message.id, message.channelId, () =>
      this.#take(message, 'history'),
    );
    if (missed === undefined) throw new NotHandled(`message ${message.id} could not be handled`);
    return missed;
  }

  async edited(raw: MessageEvent): Promise<void> {
    const event = this.#hearing.event(raw);
    if (!event || !this.#deps.settings.channel(event.channel_id)) return;
    const { channel_id: channelId, thread_id: threadId } = event;
    const where = threadId === undefined ? { channelId } : { channelId, threadId };
    this.#retract(event);
    await this.#changed(event.id, where, async () => {
      const fetched = incoming(event)
        ? event
        : await this.#deps.fetchMessage(event.thread_id ?? event.channel_id, event.id);
      const heard = fetched && this.#hearing.event(inChannel(fetched, event.channel_id));
      const message = heard && this.#hearing.message(asWhole(heard));
      if (!message) return;
      if (message.deleted) await this.#deps.edits.deleted(message);
      else if (!isUnedited(heard) || (await this.#deps.edits.isBegun(message.id)))
        await this.#reread(message);
    });
  }

  async deleted(where: string, messageIds: readonly string[]): Promise<void> {
    const channelId = this.#hearing.signalChannel(where);
    if (channelId === null) return;
    const place = where === channelId ? { channelId } : { channelId, threadId: where };
    const ids = messageIds.filter(isMessageId);
    for (const id of ids) this.#deps.retractions.deleted(id);
    for (const id of ids) await this.#changed(id, place, () => this.#deps.edits.deleted({ id, channelId }));
  }

  async #changed(messageId: string, where: Where, carryOut: () => Promise<void>): Promise<void> {
    const isDone = await this.#turns.take(messageId, where.channelId, async () => {
      await carryOut();
      return true;
    });
    if (!this.#turns.isTaken(messageId)) this.#deps.retractions.forget(messageId);
    if (isDone !== true) this.#deps.onUnhandled(messageId, where);
  }

  /** The edit itself waits for its turn; what it takes back must not be opened until then. */
  #retract(event: MessageEvent): void {
    const { retractions } = this.#deps;
    const isPending = this.#turns.isTaken(event.id) || retractions.watched().has(event.id);
    const message = isPending ? this.#hearing.message(event) : null;
    if (message?.deleted) retractions.deleted(message.id);
    else if (message && !isUnedited(event))
      void retractions.edited(
        message.id,
        this.#read(message).then(({ reading }) => reading),
      );
  }

  settled(messageId: string): Promise<void> {
    return this.#turns.settled(messageId);
  }

  idle(): Promise<void> {
    return this.#turns.idle();
  }

  async #take(message: Incoming, origin: 'live' | 'history'): Promise<Missed | null> {
    const { settings, receipts, progress, edits, retractions } = this.#deps;
    const channel = settings.channel(message.channelId);
    if (!channel) return null;
    const isNewest = progress.isNewest(message);
    const finish = progress.begin(message);
    try {
      const read = await this.#read(message);
      const known = isNewest ? undefined : await receipts.get(message.id);
      if (known?.inHand) await edits.changed(message, channel, known, read);
      // Seen before: the gateway sends again after a resume, and history overlaps with what was live.
      if (known) return null;
      // History had been read before that.
      if (retractions.isDeleted(message.id)) return null;
      const lost = origin === 'history' && (await this.#restoreReceipt(message, read));
      if (!lost) return await this.#first.handle(message, channel, read, origin);
      if (lost.meaning !== meaningOf(read.reading)) await edits.changed(message, channel, lost, read);
      return null;
    } catch (error) {
      // History holds its channel itself.
      if (origin === 'live') this.#readAgain(message);
      throw error;
    } finally {
      this.#finishOnceTold(finish);
    }
  }

  /** Nothing counts as read of which what was said could still be lost. */
  #finishOnceTold(finish: () => void): void {
    const { outbox } = this.#deps;
    if (outbox.isDurable) finish();
    else void outbox.durable().then(finish);
  }

  #readAgain({ id, channelId }: Incoming): void {
    const { progress, onUnheard } = this.#deps;
    progress.rewind(channelId, (BigInt(id) - 1n).toString());
    onUnheard();
  }

  async #restoreReceipt(message: Incoming, read: MessageRead): Promise<Receipt | undefined> {
    const { confirmations, receipts, edits, now } = this.#deps;
    const lost = await lostReceipt(this.#deps, message, read, now());
    if (!lost) return undefined;
    await confirmations.showAgain(message.id);
    // Nothing else would tell the next start that there is more to it than its receipt says.
    const isWhole = lost.meaning === meaningOf(read.reading);
    if (!isWhole && !(await edits.isBegun(message.id))) await edits.expect(message, lost.meaning);
    await receipts.set(message.id, lost);
    return lost;
  }

  async #read(message: Incoming): Promise<MessageRead> {
    const { read, apiUrl, journeys, log } = this.#deps;
    const parsed = read(message.text);
    if (parsed.reading.kind !== 'none' || message.files.length === 0)
      return { ...parsed, text: message.text, readAt: journeys.now() };
    const text = await withFiles(message, apiUrl, log);
    return { ...read(text), text, readAt: journeys.now() };
  }

  async #reread(message: Incoming): Promise<void> {
    const { settings, receipts, edits } = this.#deps;
    const channel = settings.channel(message.channelId);
    if (!channel) return;
    const read = await this.#read(message);
    const kept = await receipts.get(message.id);
    // One that says that nothing came of it may be from before an edit that was carried out.
    const receipt = cameToNothing(kept) ? ((await this.#restoreReceipt(message, read)) ?? kept) : kept;
    const isBegun = await edits.isBegun(message.id);
    if (receipt?.meaning === meaningOf(read.reading) && !isBegun) return;
    const young = this.#deps.now() - postedAt(message.id) <= channel.maxAgeMs;
    if (receipt && !cameToNothing(receipt)) await edits.changed(message, channel, receipt, read);
    // An old message that was never read (before the first start) is none of our business.
    else if (receipt || young) await this.#first.handle(message, channel, read, 'live');
  }
}

/** Neither then nor by an edit since: what is said there now is said for the first time. */
function cameToNothing(receipt: Receipt | undefined): boolean {
  return receipt === undefined || (receipt.revision === 0 && ['none', 'invalid'].includes(receipt.kind));
}
