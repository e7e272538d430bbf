import { price } from '../../src/bot/format.ts';
import { messageIdOf } from '../../src/trading/lifecycle/ids.ts';
import type { Signal } from '../../src/trading/model.ts';
import { tagOf } from './books.ts';
import type { Checker } from './checker.ts';
import type { Guild, Message } from './guild.ts';
import type { Request } from './network.ts';
import { signalIn } from './said.ts';
import type { TalkSetting } from './script.ts';
import { ordersOf } from './sent.ts';
import type { Verdict } from './verdict.ts';

/**
 * What becomes of signals, from what is seen of it outside: the messages of the server, what was pressed, the store's
 * rows, and the orders that leave.
 */
export interface TalkLaw {
  onSaid(message: Message, asks: boolean): void;
  onChanged(message: Message): void;
  /** The program has heard how a message stands now, or that it is gone. */
  onHeard(message: Message): void;
  onPosted(message: Message): void;
  /** It has reached the program. */
  onPressed(press: Press): void;
  onRow(table: string, key: string, row: unknown): void;
  onSent(request: Request): void;
  onStart(): void;
  onEnd(): void;
  /** A step is over. */
  look(): void;
  /** What has not come to its end. */
  open(): string[];
  /** Signals of which nothing can be seen. */
  forgotten(): string[];
}

export interface Press {
  customId: string;
  /** What the message showed when it was pressed. */
  shown: string;
  /** How often the program had started when it got there. */
  life: number;
  at: number;
}

interface Said {
  message: Message;
  asks: boolean;
  /** Every version that its author has given it. */
  versions: { at: number; signal: Signal | null }[];
  /** Ids of trades of which an order has left. */
  trades: Set<string>;
  /** What this life of the program has heard of it last, while it ran; null: that it is gone. */
  heard: { at: number; signal: Signal | null } | null;
}

/** What is known of a question from its row. */
interface Asked {
  isOpen: boolean;
  /** When it was last opened: asked, asked anew after an edit. */
  openedAt: number;
  expiresAt: number;
}

/** A clock's granularity, and what is on its way. */
const SLACK_MS = 200;
/** What a question says once its signal's message is gone. */
const DELETED = 'has deleted the message';
/** What is heard is read. */
const HEARD_MS = 5;
/** What has been said is acted on by then, where nothing is out of order. */
const KNOWN_MS = 30_000;
/** Two messages under one nonce are one, for this long. */
const NONCE_MS = 5 * 60_000;

export interface TalkLawOptions {
  guild: Guild;
  checkers: readonly Checker[];
  talk: TalkSetting;
  tradesChannel: string;
  now(): number;
  fail: Verdict['fail'];
  isStoreTroubled(): boolean;
  /** Since when nothing has been out of order. */
  calmSince(): number;
}

export function createTalkLaw(options: TalkLawOptions): TalkLaw {
  const { guild, checkers, talk, now, fail, isStoreTroubled } = options;
  const said = new Map<string, Said>();
  const asked = new Map<string, Asked>();
  const presses: Press[] = [];
  const signals = new Map<string, Signal>();
  /** When the first row of a trade was on the disk: its orders leave after that. */
  const journalledAt = new Map<string, number>();
  /** In which life of the program messages were posted of which the store took nothing, by their ids. */
  const unkept = new Map<string, number>();
  let life = 0;
  let startedAt = now();

  function checkEntry(tradeId: string): void {
    const from = said.get(messageIdOf(tradeId) ?? '');
    if (!from) return fail('traded what was not said', tradeId);
    if (from.trades.has(tradeId)) return;
    from.trades.add(tradeId);
    const signal = signals.get(tradeId);
    if (!signal) return;
    if (!from.versions.some((version) => isVersion(version, signal)))
      fail('traded what was not said', `${tradeId}: ${levelsOf(signal)}`);
    if (from.asks) return checkYes(tradeId, signal, from);
    checkAge(tradeId, signal, from);
    checkTakenBack(tradeId, signal, from);
  }

  /** An order may be on its way as soon as its row is on the disk; not if it was known by then that nobody wants it. */
  function checkTakenBack(tradeId: string, signal: Signal, { heard }: Said): void {
    if (!heard || heard.at + HEARD_MS > (journalledAt.get(tradeId) ?? 0)) return;
    if (!heard.signal || levelsOf(heard.signal) !== levelsOf(signal))
      fail(
        'traded what was taken back',
        `${tradeId}: ${levelsOf(signal)}, ${now() - heard.at} ms after that was heard`,
      );
  }

  function checkAge(tradeId: string, signal: Signal, { versions }: Said): void {
    const saidAt = versions.findLast((version) => isVersion(version, signal))?.at ?? 0;
    const late = now() - saidAt - 2 * talk.maxAgeMs - SLACK_MS;
    if (late > 5_000) fail('traded too late', `${tradeId}: ${now() - saidAt} ms after it was said`);
  }

  function checkYes(tradeId: string, signal: Signal, from: Said): void {
    const about = presses.filter(({ customId }) => customId.split(':')[1] === tradeId);
    const yes = about.filter((press) => isYes(press) && !isOverruled(press, about));
    if (yes.length === 0) return fail('traded without a yes', `${tradeId}: pressed ${about.length} times`);
    if (!yes.some(({ shown }) => isShown(signal, shown)))
      fail('traded what was not shown', `${tradeId}: ${levelsOf(signal)}`);
    const heardAt = from.heard?.at ?? 0;
    // Discord may tell of a deletion once more: whoever was shown it when pressing has decided with that in mind.
    const isUnaware = yes.every(({ at, shown }) => at < heardAt && !shown.includes(DELETED));
    if (isUnaware) checkTakenBack(tradeId, signal, from);
    const last = from.versions.at(-1);
    const knownSince = Math.max(last?.at ?? 0, options.calmSince());
    if (last && !isVersion(last, signal) && yes.every(({ at }) => at - knownSince > KNOWN_MS))
      fail('traded what was changed', `${tradeId}: ${levelsOf(signal)}`);
  }

  /** What was changed, or deleted, while its entries rest or its question is open, has come to something. */
  function checkChanges(): void {
    if (now() - Math.max(options.calmSince(), startedAt) < KNOWN_MS) return;
    const standing = checkers.flatMap(({ books }) => [...books.standing().keys()]);
    for (const { message, versions } of said.values()) {
      const last = versions.at(-1);
      const changedAt = message.deletedAt ?? last?.at ?? 0;
      if ((versions.length === 1 && message.deletedAt === null) || now() - changedAt < KNOWN_MS) continue;
      for (const clientId of standing) {
        const tag = tagOf(clientId);
        const signal =
          tag?.role === 'entry' && messageIdOf(tag.tradeId) === message.id ? signals.get(tag.tradeId) : null;
        if (!tag || !signal || isAskedAbout(tag.tradeId)) continue;
        // Whoever said yes to it had read that it was deleted.
        if (
          message.deletedAt !== null &&
          presses.some(
            (press) => isYes(press) && press.customId.includes(tag.tradeId) && press.shown.includes(DELETED),
          )
        )
          continue;
        // Other targets are taken over by the trade as it is.
        if (message.deletedAt !== null || !last?.signal || stopOf(last.signal) !== stopOf(signal))
          fail(
            'a change was forgotten',
            `${clientId} stands, ${message.deletedAt === null ? 'edited' : 'deleted'}`,
          );
      }
      const question = guild
        .messages(options.tradesChannel)
        .find(({ buttons }) =>
          buttons.some(
            (button) => button.startsWith('p:') && messageIdOf(button.split(':')[1] ?? '') === message.id,
          ),
        );
      if (question && message.deletedAt === null && (!last?.signal || !isShown(last.signal, question.shown)))
        fail('a change was forgotten', `${question.id} shows another signal`);
    }
  }

  function isAskedAbout(tradeId: string): boolean {
    return guild
      .messages(options.tradesChannel)
      .some(({ hadButtons }) =>
        hadButtons.some((button) => button.startsWith('q:') && button.includes(tradeId)),
      );
  }

  function isYes({ customId }: Press): boolean {
    return /^p:[^:]+:(confirm|half)/.test(customId);
  }

  /** The same program had been told no before. */
  function isOverruled(press: Press, about: readonly Press[]): boolean {
    return about.some(
      (other) =>
        other.customId.includes(':reject') &&
        other.life === press.life &&
        about.indexOf(other) < about.indexOf(press),
    );
  }

  /** The question was not open any more when the press came: it is as if it had not been made. */
  function isTooLate({ customId }: Press): boolean {
    const question = asked.get(customId.split(':')[1] ?? '');
    if (!question || isStoreTroubled()) return false;
    if (!question.isOpen) return true;
    const since = Math.max(question.openedAt, startedAt);
    return now() > since + talk.confirmMs + SLACK_MS;
  }

  function noteAsked(id: string, row: { state: string; expiresAt: number }): void {
    const before = asked.get(id);
    const isNew = !before || before.expiresAt !== row.expiresAt;
    const openedAt = isNew ? now() : before.openedAt;
    asked.set(id, { isOpen: row.state === 'open', openedAt, expiresAt: row.expiresAt });
  }

  function checkTwice(): void {
    for (const { message, trades } of said.values()) {
      const entered = checkers.flatMap(({ books }) =>
        [...books.trades()].filter(
          (trade) => messageIdOf(trade.tradeId) === message.id && trade.entered.gt(0),
        ),
      );
      if (entered.length > 1)
        fail(
          'traded twice',
          `${message.id}: ${entered.map(({ tradeId }) => tradeId).join(', ')} of ${trades.size}`,
        );
    }
  }

  return {
    onSaid(message, asks) {
      const versions = [{ at: now(), signal: signalIn(message.content) }];
      said.set(message.id, { message, asks, versions, trades: new Set(), heard: null });
    },
    onChanged(message) {
      said.get(message.id)?.versions.push({ at: now(), signal: signalIn(message.content) });
    },
    onHeard({ id, content, deletedAt }) {
      const from = said.get(id);
      if (from) from.heard = { at: now(), signal: deletedAt === null ? signalIn(content) : null };
    },
    onPosted({ id, postedAt, buttons }) {
      const [first] = buttons;
      if (first === undefined) return;
      if (isStoreTroubled()) unkept.set(id, life);
      const other = guild
        .messages(options.tradesChannel)
        .find((one) => one.id !== id && one.buttons[0] === first && postedAt - one.postedAt < NONCE_MS);
      // A later one knows nothing of it.
      const isKnown = other && (unkept.get(other.id) ?? life) === life;
      if (isKnown) fail('asked twice', `${first} in ${other.id} and ${id}`);
    },
    onPressed(press) {
      if (!isTooLate(press)) presses.push({ ...press, life });
    },
    onRow(table, key, row) {
      if (table === 'proposals' && row !== undefined)
        noteAsked(key, row as { state: string; expiresAt: number });
      if (table !== 'trades' || row === undefined) return;
      signals.set(key, (row as { signal: Signal }).signal);
      if (!journalledAt.has(key)) journalledAt.set(key, now());
    },
    onSent(request) {
      if (request.method !== 'POST') return;
      for (const { clientId } of ordersOf(request)) {
        const tag = tagOf(clientId);
        if (tag?.role === 'entry') checkEntry(tag.tradeId);
      }
    },
    onStart() {
      life += 1;
      startedAt = now();
      for (const from of said.values()) from.heard = null;
    },
    onEnd() {
      startedAt = Number.POSITIVE_INFINITY;
    },
    look() {
      checkTwice();
      checkChanges();
    },
    open() {
      return guild
        .messages(options.tradesChannel)
        .flatMap(({ id, buttons }) =>
          buttons.some((button) => button.startsWith('p:')) ? [`${id} is still a question`] : [],
        );
    },
    forgotten() {
      const posts = guild.messages(options.tradesChannel);
      return [...said.values()].flatMap(({ message, versions, trades }) => {
        const signals = versions.flatMap(({ signal }) => signal ?? []);
        // By a link, or in the list of what came while it was away.
        const isToldOf = posts.some(
          ({ shown }) =>
            shown.includes(`/${message.id}`) ||
            (shown.includes('Expired: ') && signals.some((signal) => isShown(signal, shown))),
        );
        // Taken back before it was read, it is none. Said again while nobody listened, it is not heard: history shows no edits.
        const isTakenBack = message.deletedAt !== null || versions.some(({ signal }) => signal === null);
        if (trades.size > 0 || isToldOf || isTakenBack) return [];
        return [`${message.id} (${message.content.split('\n').join(', ')})`];
      });
    },
  };
}

/** Stop and targets: what makes one version another. */
function levelsOf({ stopLoss, takeProfits }: Signal): string {
  const levels = [stopLoss, ...takeProfits].flatMap((level) =>
    level && 'price' in level ? [price(level.price)] : [],
  );
  return levels.join(' ');
}

function stopOf({ stopLoss }: Signal): string {
  return stopLoss && 'price' in stopLoss ? price(stopLoss.price) : '';
}

function isShown(signal: Signal, shown: string): boolean {
  return levelsOf(signal)
    .split(' ')
    .every((level) => shown.includes(level));
}

function isVersion(version: Said['versions'][number], signal: Signal): boolean {
  return version.signal !== null && levelsOf(version.signal) === levelsOf(signal);
}
