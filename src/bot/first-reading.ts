import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ChannelSettings } from '../risk/settings.ts';
import { tradeIdOf } from '../trading/lifecycle/ids.ts';
import type { Reading, Signal, Trade, Update } from '../trading/model.ts';
import { type DecidingDeps, decide, inThread, sourceOf, UNDECIDED } from './deciding.ts';
import type { Edits } from './edits.ts';
import { keptText, type MessageRead } from './kept-text.ts';
import { meaningOf } from './meaning.ts';
import { type Incoming, postedAt } from './message.ts';
import type { MessageTurns } from './message-turns.ts';
import type { OwedReceipts } from './owed-receipts.ts';
import type { Outcome, Receipt } from './records.ts';
import { isWithdrawn } from './revising.ts';
import type { SaidBefore } from './said-before.ts';
import type { Updates } from './updates.ts';

export interface FirstReadingDeps extends DecidingDeps {
  receipts: Pick<OwedReceipts, 'get' | 'set' | 'settle'>;
  updates: Pick<Updates, 'apply'>;
  edits: Pick<Edits, 'takenBack'>;
  saidBefore: SaidBefore;
}

/** What history brought too late to be traded. */
export interface Missed {
  message: Incoming;
  channel: ChannelSettings;
  reading: Extract<Reading, { kind: 'signal' | 'update' }>;
  /** Once it is told: a receipt ahead of that would be all that is left of it should the program end in between. */
  told(): Promise<void>;
}

type Noted = Partial<Pick<Receipt, 'detail' | 'outcomes' | 'tradeIds' | 'effects' | 'inHand'>>;

/** What is done about a message that is read for the first time, and the receipt of it. */
export class FirstReading {
  readonly #deps: FirstReadingDeps;
  readonly #turns: Pick<MessageTurns, 'about' | 'earlierIn'>;
  /** What was posted before that, another run may have read. */
  readonly #since: number;

  constructor(deps: FirstReadingDeps, turns: Pick<MessageTurns, 'about' | 'earlierIn'>) {
    this.#deps = deps;
    this.#turns = turns;
    this.#since = deps.now();
  }

  async handle(
    message: Incoming,
    channel: ChannelSettings,
    read: MessageRead,
    origin: 'live' | 'history',
  ): Promise<Missed | null> {
    const { reading } = read;
    const ageMs = this.#deps.now() - postedAt(message.id);
    const late = ageMs > channel.maxAgeMs;
    this.#deps.counters.add('messages', channel.name, reading.kind);
    switch (reading.kind) {
      case 'none':
        await this.#save(message, read, {});
        return null;
      case 'invalid':
        this.#deps.counters.add('signals', channel.name, 'invalid');
        await this.#deps.reports.invalid(
          sourceOf(message, channel, 0, this.#deps.guildId()),
          reading,
          keptText(read).text ?? '',
        );
        await this.#save(message, read, { detail: reading.reason });
        return null;
      case 'update':
        if (late && origin === 'history')
          return this.#missed(message, channel, reading, read, { detail: 'expired' });
        await this.#update(message, read, reading.updates);
        return null;
      case 'signal': {
        const { signals } = reading;
        const mayBeTold = !late && origin === 'history' && postedAt(message.id) < this.#since;
        const source = sourceOf(message, channel, 0, this.#deps.guildId());
        const isEdited = message.editedAt !== undefined;
        const told = mayBeTold ? await this.#deps.saidBefore(source, signals, isEdited) : [];
        if (!late) await this.#decideAll(message, channel, read, signals, told);
        else if (origin === 'live') await this.#expire(message, channel, read, signals, ageMs);
        else
          return this.#missed(message, channel, reading, read, { outcomes: this.#expired(channel, signals) });
        return null;
      }
    }
  }

  #missed(
    message: Incoming,
    channel: ChannelSettings,
    reading: Missed['reading'],
    read: MessageRead,
    fields: Noted,
  ): Missed {
    return { message, channel, reading, told: () => this.#save(message, read, fields) };
  }

  async #decideAll(
    message: Incoming,
    channel: ChannelSettings,
    read: MessageRead,
    signals: readonly Signal[],
    told: readonly (Outcome | null)[],
  ): Promise<void> {
    this.#follow(message, read, signals.length);
    this.#turns.about(
      message.id,
      signals.map(({ symbol }) => symbol),
    );
    const outcomes = await Promise.all(
      signals.map((signal, index) => told[index] ?? decide(this.#deps, message, signal, index, channel)),
    );
    // The orders leave first.
    await nextTurn();
    if (outcomes.some(isWithdrawn)) await this.#deps.edits.takenBack(message, meaningOf(read.reading));
    await this.#save(message, read, { outcomes });
  }

  /** Times the way of what the gateway brought. */
  #follow(message: Incoming, { readAt }: MessageRead, signals: number): void {
    const { journeys, now } = this.#deps;
    const { id, heardAt } = message;
    if (heardAt === undefined) return;
    const gatewayMs = now() - (journeys.now() - heardAt) - postedAt(id);
    for (let index = 0; index < signals; index += 1) {
      journeys.read(tradeIdOf(id, index), heardAt, readAt, gatewayMs);
    }
  }

  async #expire(
    message: Incoming,
    channel: ChannelSettings,
    read: MessageRead,
    signals: readonly Signal[],
    ageMs: number,
  ): Promise<void> {
    for (const [index, signal] of signals.entries()) {
      const source = sourceOf(message, channel, index, this.#deps.guildId());
      await this.#deps.reports.expired(signal, source, ageMs, channel.maxAgeMs);
    }
    await this.#save(message, read, { outcomes: this.#expired(channel, signals) });
  }

  #expired({ name }: ChannelSettings, signals: readonly Signal[]): Outcome[] {
    return signals.map(({ symbol, side }, index) => {
      this.#deps.counters.add('signals', name, 'expired');
      return { ...UNDECIDED, index, symbol, side, result: 'expired' };
    });
  }

  async #update(message: Incoming, read: MessageRead, wanted: readonly Update[]): Promise<void> {
    const { updates, receipts, desk } = this.#deps;
    // A thread is about the message that it hangs on, whose id it has; so is a forum's post.
    const replyTo = message.replyTo ?? message.threadId ?? null;
    const answered = desk.trades().filter(({ source }) => source.messageId === replyTo);
    // "Close it" right behind the signal must not overtake it; "close ETH" need not wait for one on BTC.
    await this.#turns.earlierIn(message, symbolsOf(wanted, answered));
    const replied = replyTo === null ? undefined : await receipts.get(replyTo);
    const actions = wanted.map((update) => update.action).join(', ');
    // Half of what is left is another quantity the second time: written down before it is done.
    const relative = wanted.some((update) => update.action === 'close_partial');
    const inHand = { before: '', at: this.#deps.now() };
    if (relative) await receipts.set(message.id, this.#receiptOf(message, read, { detail: actions, inHand }));
    const applied = await updates.apply(replied ? { ...message, replyTo } : message, wanted, replied);
    await this.#save(message, read, { detail: actions, ...applied });
  }

  /** What is done is done, also where it cannot be written down yet. */
  #save(message: Incoming, read: MessageRead, fields: Noted): Promise<void> {
    return this.#deps.receipts.settle(this.#receiptOf(message, read, fields));
  }

  #receiptOf(message: Incoming, read: MessageRead, fields: Noted): Receipt {
    const { reading } = read;
    return {
      messageId: message.id,
      channelId: message.channelId,
      ...inThread(message),
      authorId: message.authorId,
      readAt: this.#deps.now(),
      kind: reading.kind,
      meaning: meaningOf(reading),
      revision: 0,
      detail: null,
      outcomes: [],
      tradeIds: [],
      deleted: false,
      effects: [],
      ...keptText(read),
      ...fields,
    };
  }
}

/** What updates are about, where each names a symbol or answers a trade; null where one may be about anything. */
function symbolsOf(updates: readonly Update[], answered: readonly Trade[]): ReadonlySet<string> | null {
  const replied = answered.map(({ signal }) => signal.symbol);
  const meant = updates.map(({ symbol, scope }) => {
    if (scope) return [];
    return symbol === null ? replied : [symbol];
  });
  return meant.some((symbols) => symbols.length === 0) ? null : new Set(meant.flat());
}
