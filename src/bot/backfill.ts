import type { ChannelSettings } from '../risk/settings.ts';
import type { Desk } from '../trading/desk-types.ts';
import { Alarm } from './alarm.ts';
import { type ChannelReading, createChannelReading, type Readout } from './channel-reading.ts';
import type { Confirmations } from './confirmations.ts';
import { describe } from './discord-errors.ts';
import type { Missed } from './first-reading.ts';
import type { Intake } from './intake.ts';
import { isAfter, type MessageEvent, snowflakeAt } from './message.ts';
import { missedSummary } from './missed-summary.ts';
import type { Outbox } from './outbox.ts';
import type { Collection, Log, Now } from './ports.ts';
import type { Posts } from './posts.ts';
import type { Progress } from './progress.ts';
import type { Change } from './records.ts';
import type { Rereading, Where } from './rereading.ts';
import type { Retractions } from './retractions.ts';
import type { Settings } from './settings.ts';
import { pause, unlessAborted } from './within.ts';

/** Reading messages that exist already. Rejects with discord.js's errors. */
export interface History {
  /** Of the channel and of its threads that are not archived: at most 100, oldest first. */
  after(channelId: string, messageId: string): Promise<MessageEvent[]>;
  /** The id of the last message there; null when there is none. */
  lastId(channelId: string): Promise<string | null>;
  /** What the bot itself has written in the channel, but not in its threads, among the 100 messages after this one. */
  own(channelId: string, messageId: string): Promise<string[]>;
  /** Null when it does not exist any more; rejects where its channel does not. */
  message(channelId: string, messageId: string): Promise<MessageEvent | null>;
}

export interface BackfillDeps {
  history: History;
  intake: Intake;
  progress: Progress;
  settings: Settings;
  confirmations: Confirmations;
  rereading: Pick<Rereading, 'all' | 'aside'>;
  retractions: Pick<Retractions, 'watched'>;
  changes: Pick<Collection<Change>, 'all'>;
  desk: Desk;
  posts: Posts;
  outbox: Pick<Outbox, 'isDurable' | 'durable'>;
  now: Now;
  log: Log;
}

/** Of a channel that nothing was told of: as if something had just been said there. */
const UNTOLD = '18446744073709551615';
/** Then this long after: Discord, or the store, may answer again without the connection having been lost. */
const LATER_MS = 60_000;
/** What could not be handled as it came is asked for after this. */
const SOON_MS = 2_000;

/**
 * Discord takes 50 requests a second of all kinds, and what is posted and answered meanwhile is not to wait behind
 * hundreds of channels: so many are begun at once, then so many a second.
 * https://discord.com/developers/docs/topics/rate-limits#global-rate-limit
 */
const AT_ONCE = 10;
const A_SECOND = 30;
/** Of those in which nothing new was told of. */
const QUIET_A_SECOND = 15;

/** Reads what was posted while the bot could not hear: at the start and after every new or resumed session. */
export class Backfill {
  readonly #deps: BackfillDeps;
  readonly #abort = new AbortController();
  readonly #later: Alarm;
  readonly #reading: ChannelReading;
  #running: Promise<void> | null = null;
  #again = false;
  /** Not all that was read or heard could be handled. */
  #owes = false;
  /** Something that was heard since the last reading began is among that. */
  #hasUnheard = false;
  #told = new Map<string, string>();

  constructor(deps: BackfillDeps) {
    this.#deps = deps;
    this.#later = new Alarm(deps.now, () => void this.#read());
    this.#reading = createChannelReading({
      ...deps,
      signal: this.#abort.signal,
      later: () => this.#readIn(LATER_MS),
      owes: () => {
        this.#owes = true;
      },
    });
  }

  /** The connection is gone, or not there yet. */
  hold(): void {
    for (const { channelId } of this.#deps.settings.channels()) this.#deps.progress.hold(channelId);
  }

  /**
   * What a new session says of the last messages (`last-messages.ts`), for the next run: it begins with what is most
   * likely to be traded still, and looks at last where nothing new is told of. It looks there all the same.
   */
  told(lastMessages: ReadonlyMap<string, string>): void {
    for (const [channelId, messageId] of lastMessages)
      if (this.#deps.settings.channel(channelId)) this.#told.set(channelId, messageId);
  }

  /** What kept messages from being handled may be over: the store works again. */
  async retry(): Promise<void> {
    if (this.#owes) await this.#read();
  }

  /** What was heard could not be handled, and its channel is held: read soon, and as often as it takes. */
  unheard(): void {
    this.#owes = true;
    if (this.#hasUnheard) return;
    this.#hasUnheard = true;
    if (this.#running === null) this.#readIn(SOON_MS);
  }

  /** Resolves when every channel has been read; a call during a run makes it run once more. */
  run(): Promise<void> {
    // All of them now: what is said in the last one meanwhile must not hide what was said before.
    this.hold();
    // What their authors have made of them meanwhile takes them back.
    this.#deps.rereading.aside(this.#deps.retractions.watched());
    return this.#read();
  }

  /**
   * Other channels and authors are listened to since this time: what they have said since is read, and channels that
   * are listed no more are forgotten.
   */
  async listenAnew(channelIds: readonly string[], sinceMs: number): Promise<void> {
    const { progress } = this.#deps;
    for (const channelId of channelIds) progress.rewind(channelId, snowflakeAt(sinceMs));
    await this.forgetOthers();
    await this.run();
  }

  /** Channels that were read once and are listed no more. */
  async forgetOthers(): Promise<void> {
    const { progress, settings } = this.#deps;
    const gone = progress.channels().filter((channelId) => !settings.channel(channelId));
    await Promise.all(gone.map((channelId) => progress.forget(channelId)));
  }

  async close(): Promise<void> {
    this.#abort.abort();
    this.#later.clear();
    await this.#running;
  }

  /** Of what is held, all; likewise. */
  #read(): Promise<void> {
    this.#again = this.#running !== null;
    this.#running ??= this.#runs();
    return this.#running;
  }

  #readIn(ms: number): void {
    if (!this.#abort.signal.aborted) this.#later.set([this.#deps.now() + ms]);
  }

  async #runs(): Promise<void> {
    try {
      do await this.#round();
      while (this.#again && !this.#abort.signal.aborted);
    } finally {
      this.#running = null;
    }
    if (this.#hasUnheard) this.#readIn(SOON_MS);
  }

  async #round(): Promise<void> {
    this.#again = false;
    this.#owes = false;
    this.#hasUnheard = false;
    this.#later.clear();
    const { likely, quiet } = this.#inOrder();
    await this.#finish(await this.#readPaced(likely, A_SECOND, () => false));
    await this.#rereadOpen();
    // Another connection has lost something since: that comes first, and these stay held until then.
    await this.#finish(await this.#readPaced(quiet, QUIET_A_SECOND, () => this.#again));
  }

  #inOrder(): { likely: ChannelSettings[]; quiet: ChannelSettings[] } {
    const { progress, settings } = this.#deps;
    const told = this.#told;
    this.#told = new Map();
    const likely: { channel: ChannelSettings; last: string }[] = [];
    const quiet: ChannelSettings[] = [];
    for (const channel of settings.channels()) {
      if (!progress.isHeld(channel.channelId)) continue;
      const from = progress.from(channel.channelId);
      const last = told.get(channel.channelId);
      if (from !== null && last !== undefined && !isAfter(last, from)) quiet.push(channel);
      else likely.push({ channel, last: last ?? UNTOLD });
    }
    likely.sort((a, b) => (a.last === b.last ? 0 : isAfter(a.last, b.last) ? -1 : 1));
    return { likely: likely.map(({ channel }) => channel), quiet };
  }

  async #readPaced(
    channels: readonly ChannelSettings[],
    aSecond: number,
    isOver: () => boolean,
  ): Promise<Readout[]> {
    const reads: Promise<Readout | null>[] = [];
    for (const [index, channel] of channels.entries()) {
      if (index >= AT_ONCE) await pause(1_000 / aSecond, this.#abort.signal);
      if (isOver() || this.#abort.signal.aborted) break;
      reads.push(this.#reading.read(channel));
    }
    return (await Promise.all(reads)).filter((read) => read !== null);
  }

  /** Told before it counts as read: should the program end in between, the next one reads and tells it. */
  async #finish(read: readonly Readout[]): Promise<void> {
    const missed = read.flatMap((one) => one.missed);
    if (missed.length === 0) return;
    await this.#summarise(missed);
    await unlessAborted(this.#deps.outbox.durable(), this.#abort.signal);
    if (!this.#deps.outbox.isDurable) return;
    for (const { told } of missed) await told();
    for (const { channelId, position } of read)
      if (position !== null) await this.#deps.progress.release(channelId, position);
  }

  async #summarise(missed: readonly Missed[]): Promise<void> {
    const [first] = missed;
    const last = missed.at(-1);
    if (!first || !last) return;
    // A run that ends in between leaves fewer to the next: those are another summary.
    const { posts } = this.#deps;
    await posts.trades(`missed:${first.message.id}:${last.message.id}`, {
      content: missedSummary(missed, posts.texts()),
    });
  }

  /**
   * History by `after` shows no edits: signals of which something is open are fetched once more, also where it has filled
   * (a human is asked then), and those whose change was being carried out when the program ended.
   */
  async #rereadOpen(): Promise<void> {
    const { desk, confirmations, settings, rereading } = this.#deps;
    const waiting = new Map<string, Where>(await this.#begun());
    for (const { source } of desk.trades()) waiting.set(source.messageId, source);
    for (const { channelId } of settings.channels())
      for (const { source } of confirmations.openOn(channelId)) waiting.set(source.messageId, source);
    if (!this.#abort.signal.aborted) await rereading.all(waiting);
  }

  async #begun(): Promise<readonly (readonly [string, Change])[]> {
    try {
      return await this.#deps.changes.all();
    } catch (error) {
      this.#deps.log.warn({ error: describe(error) }, 'changes that were begun could not be read');
      return [];
    }
  }
}
