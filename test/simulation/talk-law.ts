import { messageIdOf } from '../../src/trading/lifecycle/ids.ts';
import type { Signal } from '../../src/trading/model.ts';
import { tagOf } from './books.ts';
import type { Checker } from './checker.ts';
import type { Guild, Message } from './guild.ts';
import { createListLaw } from './list-law.ts';
import type { Request } from './network.ts';
import { signalsIn } from './said.ts';
import { isAlike, isEqual, isShown, levelsOf, type Said, says, stopOf, type Version } from './sayings.ts';
import type { TalkSetting } from './script.ts';
import { ordersOf } from './sent.ts';
import type { Verdict } from './verdict.ts';

/**
 * What becomes of signals, from what is seen of it outside: the messages of the server, what was pressed, the store's
 * rows, and the orders that leave.
 */
export interface TalkLaw {
  /** `keys`: of its signals, in their order. */
  onSaid(message: Message, asks: boolean, keys: readonly number[]): void;
  onChanged(message: Message, keys: readonly number[]): void;
  /** The program has heard how a message stands now, or that it is gone. */
  onHeard(message: Message): void;
  /** It has asked how that one stands: from then on it may know more than it has heard. */
  onGiven(messageId: string): void;
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
/** Two messages under one nonce are one, for this long. */
const NONCE_MS = 5 * 60_000;

export interface TalkLawOptions {
  guild: Guild;
  checkers: readonly Checker[];
  talk: TalkSetting;
  tradesChannel: string;
  /** What has been said is acted on by then, where nothing is out of order. */
  knownMs: number;
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
  const lists = createListLaw({
    ...options,
    said,
    isSettledWith: (tradeId) => isAskedAbout(tradeId) || isTakenKnowing(tradeId),
    quietForMs: () => now() - Math.max(options.calmSince(), startedAt),
  });

  function checkEntry(tradeId: string): void {
    const from = said.get(messageIdOf(tradeId) ?? '');
    if (!from) return fail('traded what was not said', tradeId);
    if (from.trades.has(tradeId)) return;
    from.trades.add(tradeId);
    const signal = signals.get(tradeId);
    if (!signal) return;
    if (!from.versions.some((version) => says(version, signal)))
      fail('traded what was not said', `${tradeId}: ${levelsOf(signal)}`);
    if (from.asks) return checkYes(tradeId, signal, from);
    checkAge(tradeId, signal, from);
    checkTakenBack(tradeId, signal, from);
  }

  /** An order may be on its way as soon as its row is on the disk; not if it was known by then that nobody wants it. */
  function checkTakenBack(tradeId: string, signal: Signal, { heard }: Said): void {
    if (!heard || heard.at + HEARD_MS > (journalledAt.get(tradeId) ?? 0)) return;
    if (!heard.signals.some((known) => isEqual(known, signal)))
      fail(
        'traded what was taken back',
        `${tradeId}: ${levelsOf(signal)}, ${now() - heard.at} ms after that was heard`,
      );
  }

  function checkAge(tradeId: string, signal: Signal, { versions }: Said): void {
    const saidAt = versions.findLast((version) => says(version, signal))?.at ?? 0;
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
    if (last && !says(last, signal) && yes.every(({ at }) => at - knownSince > options.knownMs))
      fail('traded what was changed', `${tradeId}: ${levelsOf(signal)}`);
  }

  /** What was changed, or deleted, while its entries rest or its question is open, has come to something. */
  function checkChanges(): void {
    if (now() - Math.max(options.calmSince(), startedAt) < options.knownMs) return;
    const standing = checkers.flatMap(({ books }) => [...books.standing().keys()]);
    for (const { message, versions } of said.values()) {
      const last = versions.at(-1);
      const changedAt = message.deletedAt ?? last?.at ?? 0;
      if ((versions.length === 1 && message.deletedAt === null) || now() - changedAt < options.knownMs)
        continue;
      for (const clientId of standing) {
        const tag = tagOf(clientId);
        const signal =
          tag?.role === 'entry' && messageIdOf(tag.tradeId) === message.id ? signals.get(tag.tradeId) : null;
        if (!tag || !signal || isAskedAbout(tag.tradeId) || isTakenKnowing(tag.tradeId)) continue;
        if (message.deletedAt !== null || !last?.sayings.some((one) => isAsStopped(one.signal, signal)))
          fail(
            'a change was forgotten',
            `${clientId} stands, ${message.deletedAt === null ? 'edited' : 'deleted'}`,
          );
      }
      for (const { id, shown, buttons } of guild.messages(options.tradesChannel)) {
        const isAbout = buttons.some(
          (button) => button.startsWith('p:') && messageIdOf(button.split(':')[1] ?? '') === message.id,
        );
        if (
          isAbout &&
          message.deletedAt === null &&
          !last?.sayings.some(({ signal }) => isShown(signal, shown))
        )
          fail('a change was forgotten', `${id} shows another signal`);
      }
    }
  }

  function isAskedAbout(tradeId: string): boolean {
    return guild
      .messages(options.tradesChannel)
      .some(({ hadButtons }) =>
        hadButtons.some((button) => button.startsWith('q:') && button.includes(tradeId)),
      );
  }

  /** Whoever said yes to it had read that it was deleted. */
  function isTakenKnowing(tradeId: string): boolean {
    return presses.some(
      (press) => isYes(press) && press.customId.includes(tradeId) && press.shown.includes(DELETED),
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

  const versionOf = ({ content }: Message, keys: readonly number[]): Version => ({
    at: now(),
    sayings: signalsIn(content).map((signal, index) => ({ key: keys[index] ?? -1, signal })),
  });

  return {
    onSaid(message, asks, keys) {
      const versions = [versionOf(message, keys)];
      said.set(message.id, { message, asks, versions, trades: new Set(), heard: null });
    },
    onChanged(message, keys) {
      said.get(message.id)?.versions.push(versionOf(message, keys));
    },
    onHeard({ id, content, deletedAt }) {
      const from = said.get(id);
      if (from) from.heard = { at: now(), signals: deletedAt === null ? signalsIn(content) : [] };
    },
    onGiven(messageId) {
      const from = said.get(messageId);
      if (from) from.heard = null;
    },
    onPosted(message) {
      const { id, postedAt, buttons } = message;
      lists.onPosted(message);
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
      lists.onRow(table, key, row);
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
      lists.look();
      checkChanges();
    },
    open() {
      return guild
        .messages(options.tradesChannel)
        .flatMap(({ id, buttons }) =>
          buttons.some((button) => button.startsWith('p:')) ? [`${id} is still a question`] : [],
        );
    },
    forgotten: lists.forgotten,
  };
}

/** Other targets are taken over by the trade as it is. */
function isAsStopped(now: Signal, traded: Signal): boolean {
  return isAlike(now, traded) && stopOf(now) === stopOf(traded);
}
