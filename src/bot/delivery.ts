import { createHash } from 'node:crypto';
import { together } from './bursts.ts';
import { isThreadOver, refusalOf } from './discord-errors.ts';
import { type Pictures, withoutPicture } from './pictures.ts';
import type { Places } from './places.ts';
import type { Log, MessageBody, MessageFile, Messenger, Now } from './ports.ts';
import type { OutboxEntry, PostedMessage } from './records.ts';

/** The message that a thread is to hang on has not been posted yet. */
export class NotYet extends Error {
  override name = 'NotYet';
}

/** So long no file is sent where none may be, and where one did not get through. */
const NO_FILES_MS = 10 * 60_000;
const FILES_AGAIN_MS = 60_000;

export interface DeliveryDeps {
  messenger: Messenger;
  places: Places;
  pictures: Pictures;
  now: Now;
  log: Log;
  /** Files may not be posted there. */
  onNoFiles(channelId: string, reason: string): void;
  /** The thread of this slot's message cannot be opened; its messages are not posted. */
  onNoThread(slot: string, channelId: string, reason: string): void;
}

/** Puts one message where it belongs: a new one, an edit of what stands there, a line in a thread. */
export class Delivery {
  readonly #deps: DeliveryDeps;
  /** Channels that take no files, until when that is believed: each card would be refused once more. */
  readonly #withoutFiles = new Map<string, number>();
  /**
   * Whether an edit may name a file that is there already. It is documented for uploads alone; where Discord does not
   * know the file, pictures are sent with every edit from then on.
   */
  #keepsFiles = true;

  constructor(deps: DeliveryDeps) {
    this.#deps = deps;
  }

  /**
   * Rejects with discord.js's errors, and with `NotYet`. `mayDiffer`: it may have been posted before with another body,
   * without our having been told; the same nonce then brings back that message as it is.
   */
  async deliver(entry: OutboxEntry, body: MessageBody, mayDiffer = false): Promise<void> {
    const { places, log } = this.#deps;
    const known = await places.get(entry.slot);
    if (known?.shared && known.hash === markOf(body).hash) return;
    if (known && !known.shared) return this.#edit(entry.slot, known, body);
    const channelId = await this.#channelOf(entry);
    if (channelId === null) return;
    try {
      await this.#create(entry, channelId, body, mayDiffer);
      if (mayDiffer) await this.deliver(entry, body);
    } catch (error) {
      const refusal = refusalOf(error);
      if (entry.to.type !== 'thread' || refusal.kind !== 'closed') throw error;
      // Deleted or locked by somebody, it is not wanted; without the permission it is, and cannot be had.
      if (isThreadOver(error)) log.info({ slot: entry.to.id }, 'a thread takes no messages any more');
      else this.#deps.onNoThread(entry.to.id, await this.#parentChannel(entry.to.id), refusal.reason);
      await this.#closeThread(entry.to.id);
    }
  }

  /** Texts for one recipient as one message; those that stand somewhere already go by themselves. Rejects likewise. */
  async deliverTogether(parts: readonly { entry: OutboxEntry; body: MessageBody }[]): Promise<void> {
    const { messenger, places } = this.#deps;
    const fresh: (typeof parts)[number][] = [];
    for (const part of parts) {
      if (await places.get(part.entry.slot)) await this.deliver(part.entry, part.body);
      else fresh.push(part);
    }
    const [first] = fresh;
    const channelId = first ? await this.#channelOf(first.entry) : null;
    if (channelId === null) return;
    const nonce = nonceOf(fresh.map(({ entry }) => entry));
    const body = together(fresh.map((part) => part.body));
    const messageId = await messenger.create(channelId, body, nonce, null);
    for (const part of fresh)
      await places.set(part.entry.slot, { channelId, messageId, ...markOf(part.body), shared: true });
  }

  async #parentChannel(slot: string): Promise<string> {
    return (await this.#deps.places.get(slot))?.channelId ?? '';
  }

  /** Null where nothing is to be posted. */
  async #channelOf({ to }: OutboxEntry): Promise<string | null> {
    switch (to.type) {
      case 'channel':
        return to.id;
      case 'dm':
        return this.#deps.messenger.openDm(to.id);
      case 'thread':
        return this.#threadOf(to.id, to.name);
    }
  }

  async #threadOf(slot: string, name: string): Promise<string | null> {
    const { places, messenger } = this.#deps;
    const parent = await places.get(slot);
    if (!parent) throw new NotYet(`${slot} has not been posted`);
    if (parent.thread !== undefined) return parent.thread;
    try {
      const thread = await messenger.openThread(parent.channelId, parent.messageId, name);
      await this.#noteThread(slot, thread);
      return thread;
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal.kind === 'retry') throw error;
      if (refusal.kind === 'message_gone') {
        await places.forget(slot);
        throw new NotYet(`the message of ${slot} is gone`);
      }
      this.#deps.onNoThread(slot, parent.channelId, refusal.reason);
      await this.#closeThread(slot);
      return null;
    }
  }

  async #noteThread(slot: string, thread: string | null): Promise<void> {
    const parent = await this.#deps.places.get(slot);
    if (parent) await this.#deps.places.set(slot, { ...parent, thread });
  }

  #closeThread(slot: string): Promise<void> {
    return this.#noteThread(slot, null);
  }

  async #create(entry: OutboxEntry, channelId: string, body: MessageBody, mayDiffer: boolean): Promise<void> {
    const { messenger, places } = this.#deps;
    const nonce = nonceOf([entry]);
    const { sent, shown } = await this.#withFile(channelId, body, (part, file) =>
      messenger.create(channelId, part, nonce, file),
    );
    // What is not known to stand there is edited, however often that has to be tried.
    const mark = mayDiffer ? {} : markOf(shown);
    await places.set(entry.slot, { channelId, messageId: sent, ...mark });
  }

  /** An edit that would change nothing is none. */
  async #edit(slot: string, known: PostedMessage, body: MessageBody): Promise<void> {
    const { places } = this.#deps;
    const { channelId, messageId } = known;
    const stays = this.#keepsFiles && body.picture !== undefined && known.picture === body.picture;
    const wanted = stays || this.#fileOf(body, channelId) ? body : withoutPicture(body);
    if (known.hash === markOf(wanted).hash) return;
    const shown = stays ? await this.#keeping(known, body) : await this.#replacing(known, body);
    // It may have got its thread in the meantime.
    const { picture: _, hash: __, ...rest } = (await places.get(slot)) ?? known;
    await places.set(slot, { ...rest, channelId, messageId, ...markOf(shown) });
  }

  /** The picture stays where it is; should Discord not know it any more, it is sent again. Answers with what is shown. */
  async #keeping(known: PostedMessage, body: MessageBody): Promise<MessageBody> {
    try {
      await this.#deps.messenger.edit(known.channelId, known.messageId, body, 'keep');
      return body;
    } catch (error) {
      if (refusalOf(error).kind !== 'invalid') throw error;
      this.#keepsFiles = false;
      return this.#replacing(known, body);
    }
  }

  async #replacing({ channelId, messageId }: PostedMessage, body: MessageBody): Promise<MessageBody> {
    const { shown } = await this.#withFile(channelId, body, (part, file) =>
      this.#deps.messenger.edit(channelId, messageId, part, file),
    );
    return shown;
  }

  /**
   * A message matters more than its picture: where files may not be posted, or where one does not get through, it goes
   * without. The nonce makes a message that Discord has taken all the same no second one.
   */
  async #withFile<T>(
    channelId: string,
    body: MessageBody,
    send: (body: MessageBody, file: MessageFile | null) => Promise<T>,
  ): Promise<{ sent: T; shown: MessageBody }> {
    const file = this.#fileOf(body, channelId);
    const bare = withoutPicture(body);
    if (file === null) return { sent: await send(bare, null), shown: bare };
    try {
      const sent = await send(body, file);
      if (this.#keepsFiles) this.#deps.pictures.posted(file.name);
      return { sent, shown: body };
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal.kind === 'message_gone') throw error;
      const sent = await send(bare, null);
      const refused = refusal.kind !== 'retry';
      this.#withoutFiles.set(channelId, this.#deps.now() + (refused ? NO_FILES_MS : FILES_AGAIN_MS));
      if (refused) this.#deps.onNoFiles(channelId, refusal.reason);
      return { sent, shown: bare };
    }
  }

  /** Null where the body has no picture, it is not known any more, or files are not taken. */
  #fileOf({ picture }: MessageBody, channelId: string): MessageFile | null {
    const bytes =
      picture === undefined || this.#takesNoFiles(channelId) ? null : this.#deps.pictures.get(picture);
    return picture !== undefined && bytes ? { name: picture, bytes } : null;
  }

  #takesNoFiles(channelId: string): boolean {
    return (this.#withoutFiles.get(channelId) ?? 0) > this.#deps.now();
  }
}

/** What is remembered of a message as it was sent. */
function markOf(shown: MessageBody): { hash: string; picture?: string } {
  const hash = createHash('sha256').update(JSON.stringify(shown)).digest('base64url').slice(0, 16);
  return { hash, ...(shown.picture === undefined ? {} : { picture: shown.picture }) };
}

/** At most 25 characters: https://docs.discord.com/developers/resources/message#create-message */
function nonceOf(entries: readonly OutboxEntry[]): string {
  const text = entries.map(({ id, slot }) => `${id} ${slot}`).join('\n');
  return createHash('sha256').update(text).digest('base64url').slice(0, 24);
}
