import { messageIdOf } from '../../src/trading/lifecycle/ids.ts';
import type { Signal } from '../../src/trading/model.ts';
import { heldBy, tagOf } from './books.ts';
import type { Checker } from './checker.ts';
import type { Guild, Message } from './guild.ts';
import { hasStoodSince, isAlike, isEqual, isShown, levelsOf, type Said, type Saying } from './sayings.ts';
import type { Verdict } from './verdict.ts';

/** What becomes of each of a message's signals, whatever its author makes of the others. */
export interface ListLaw {
  onPosted(message: Message): void;
  onRow(table: string, key: string, row: unknown): void;
  look(): void;
  /** Signals of which nothing can be seen. */
  forgotten(): string[];
}

export interface ListLawOptions {
  said: ReadonlyMap<string, Said>;
  guild: Guild;
  checkers: readonly Checker[];
  tradesChannel: string;
  /** Somebody was asked about the trade, or has wanted it as the message stands. */
  isSettledWith(tradeId: string): boolean;
  /** How long nothing has been out of order, in a program that runs. */
  quietForMs(): number;
  /** By then what an author has done is carried out. */
  knownMs: number;
  now(): number;
  fail: Verdict['fail'];
}

/** What is told of a trade, or asked. */
interface Row {
  signal: Signal;
  phase?: string;
  state?: string;
}

interface Denied {
  messageId: string;
  signal: Signal;
  /** Since when the server shows it. */
  at: number;
}

export function createListLaw(options: ListLawOptions): ListLaw {
  const { said, guild, checkers, now, fail } = options;
  const signals = new Map<string, Signal>();
  const open = new Set<string>();
  const judged = new Set<string>();
  const denied: Denied[] = [];
  /** When what was read of a message was first on the disk. */
  const notedAt = new Map<string, number>();

  /** A first row of a trade, or of a question. */
  function checkNew(id: string, signal: Signal): void {
    const messageId = messageIdOf(id) ?? '';
    const from = said.get(messageId);
    if (!from || judged.has(id)) return;
    judged.add(id);
    for (const no of denied) {
      const isOfIt = no.messageId === messageId && isEqual(no.signal, signal);
      if (isOfIt && hasStoodSince(from, no.at, signal))
        fail('judged again', `${id}: ${levelsOf(signal)} was denied ${now() - no.at} ms ago`);
    }
  }

  /** While its trade is open, nothing else is opened for a signal. */
  function checkBeside(id: string, signal: Signal): void {
    for (const other of open) {
      const known = signals.get(other);
      if (other === id || messageIdOf(other) !== messageIdOf(id)) continue;
      if (known && isEqual(known, signal)) fail('traded twice', `${id} beside ${other}: ${levelsOf(signal)}`);
    }
  }

  /** Of those that the author has never had in the message together, or one after the other, one has entered. */
  function checkTwice({ message, versions }: Said): void {
    const entered = checkers.flatMap(({ books }) =>
      [...books.trades()].filter((trade) => messageIdOf(trade.tradeId) === message.id && trade.entered.gt(0)),
    );
    if (entered.length < 2) return;
    const sayings = versions.flatMap((version) => version.sayings);
    for (const { tradeId } of entered) {
      const signal = signals.get(tradeId);
      if (!signal) continue;
      const alike = entered.filter((other) => isAlike(signals.get(other.tradeId) ?? signal, signal));
      const most = new Set(sayings.filter((one) => isAlike(one.signal, signal)).map(({ key }) => key)).size;
      if (alike.length > most)
        fail('traded twice', `${message.id}: ${alike.map((one) => one.tradeId).join(', ')}`);
      const equal = entered.filter((other) => isEqual(signals.get(other.tradeId) ?? signal, signal));
      if (equal.length > 1)
        fail('traded twice', `${message.id}: ${equal.map((one) => one.tradeId).join(', ')}, the same`);
    }
  }

  /** A trade is one of a signal that the message still says, or of one whose place another has taken; or it is asked about. */
  function checkTakenOut({ message, versions }: Said): void {
    const last = versions.at(-1);
    const changedAt = message.deletedAt ?? last?.at ?? 0;
    if (versions.length === 1 && message.deletedAt === null) return;
    if (Math.min(options.quietForMs(), now() - changedAt) < options.knownMs) return;
    const unasked = standing(message.id).filter((tradeId) => !options.isSettledWith(tradeId));
    const left = message.deletedAt === null ? [...(last?.sayings ?? [])] : [];
    const without = unasked.filter((tradeId) => {
      const signal = signals.get(tradeId);
      const own = left.findIndex((one) => signal && isAlike(one.signal, signal));
      if (own !== -1) left.splice(own, 1);
      return own === -1;
    });
    if (without.length > left.length)
      fail('a change was forgotten', `${without.join(', ')} stands for no signal, and is not asked about`);
  }

  /** What holds, or waits to. */
  function standing(messageId: string): string[] {
    const ids = checkers.flatMap(({ books }) => [
      ...[...books.trades()].filter((trade) => heldBy(trade).gt(0)).map(({ tradeId }) => tradeId),
      ...[...books.standing().keys()].flatMap((clientId) => {
        const tag = tagOf(clientId);
        return tag?.role === 'entry' ? [tag.tradeId] : [];
      }),
    ]);
    return [...new Set(ids)].filter((tradeId) => messageIdOf(tradeId) === messageId && open.has(tradeId));
  }

  /** What the message has said from its posting on, in whatever form. */
  function lasting({ versions }: Said): Saying[][] {
    const keys = (versions[0]?.sayings ?? []).map(({ key }) => key);
    return keys
      .map((key) => versions.flatMap(({ sayings }) => sayings.find((one) => one.key === key) ?? []))
      .filter((forms) => forms.length === versions.length);
  }

  return {
    onPosted({ content, shown }) {
      if (!content.startsWith('Denied · ')) return;
      for (const from of said.values()) {
        if (!shown.includes(`/${from.message.id})`)) continue;
        const sayings = from.versions.flatMap((version) => version.sayings);
        const about = sayings.find(
          ({ signal }) =>
            content.startsWith(`Denied · ${signal.symbol} ${signal.side.toUpperCase()}`) &&
            isShown(signal, content.split('\n')[0] ?? ''),
        );
        if (about) denied.push({ messageId: from.message.id, signal: about.signal, at: now() });
      }
    },
    onRow(table, key, row) {
      if (table === 'receipts' && !notedAt.has(key)) notedAt.set(key, now());
      if (table !== 'trades' && table !== 'proposals') return;
      const { signal, phase } = (row ?? {}) as Partial<Row>;
      if (table === 'trades' && (!signal || phase === 'closed')) open.delete(key);
      if (!signal) return;
      checkNew(key, signal);
      if (table === 'proposals') return;
      signals.set(key, signal);
      if (phase === 'closed' || open.has(key)) return;
      open.add(key);
      checkBeside(key, signal);
    },
    look() {
      for (const one of said.values()) {
        checkTwice(one);
        checkTakenOut(one);
      }
    },
    forgotten() {
      const posts = guild.messages(options.tradesChannel);
      return [...said.values()].flatMap((one) => {
        const { message, versions, trades } = one;
        const all = versions.flatMap(({ sayings }) => sayings.map(({ signal }) => signal));
        // Taken back before it was read, it is none. Said again while nobody listened, it is not heard: history shows no edits.
        if (message.deletedAt !== null || versions.some(({ sayings }) => sayings.length === 0)) return [];
        const links = posts.filter(({ shown }) => shown.includes(`/${message.id}`));
        const lists = posts.filter(({ shown }) => shown.includes('Expired: '));
        const isTold = (known: readonly Signal[]): boolean =>
          lists.some(({ shown }) => known.some((signal) => isShown(signal, shown)));
        if (trades.size === 0 && links.length === 0 && !isTold(all))
          return [`${message.id} (${message.content.split('\n').join(', ')})`];
        // What it said first is in no receipt: whether what is left was there beside what is gone, or came for it, is not known.
        if ((versions[1]?.at ?? Number.POSITIVE_INFINITY) < (notedAt.get(message.id) ?? 0)) return [];
        if (new Set(versions.flatMap(({ sayings }) => sayings.map(({ key }) => key))).size === 1) return [];
        return lasting(one)
          .map((forms) => forms.map(({ signal }) => signal))
          .filter((forms) => {
            const isTraded = [...signals].some(
              ([id, signal]) => messageIdOf(id) === message.id && forms.some((form) => isEqual(signal, form)),
            );
            const isAnswered = links.some(({ shown }) => forms.some((form) => isShown(form, shown)));
            return !isTraded && !isAnswered && !isTold(forms);
          })
          .map(([form]) => `${message.id}: ${form?.symbol} ${form ? levelsOf(form) : ''}`);
      });
    },
  };
}
