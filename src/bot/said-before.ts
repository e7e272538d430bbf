import type { Signal, Source } from '../trading/model.ts';
import type { History } from './backfill.ts';
import { UNDECIDED } from './deciding.ts';
import { describe } from './discord-errors.ts';
import { cut } from './format.ts';
import type { Catalogue } from './locales/index.ts';
import { signalLine } from './plan-view.ts';
import type { Collection, Log, MessageBody } from './ports.ts';
import { messageLink, type Posts } from './posts.ts';
import type { OutboxEntry, Outcome } from './records.ts';
import { waitingSlot } from './reports.ts';

/**
 * What became of each of a message's signals in an earlier run that could not write that down before it ended; null for
 * one of which it said nothing in the trades channel, nor was about to. Discord has kept that where the store could not
 * keep the receipt, and who has read "denied", or is to read it in a moment, counts on it. `isEdited`: what was said of a
 * symbol may be about what the message was before.
 */
export type SaidBefore = (
  message: Source,
  signals: readonly Signal[],
  isEdited: boolean,
) => Promise<(Outcome | null)[]>;

const KEPT = 300;

export function createSaidBefore(deps: {
  history: Pick<History, 'own'>;
  /** What has yet to be posted. */
  entries: Pick<Collection<OutboxEntry>, 'all'>;
  tradesChannel(): string;
  say: Posts['trades'];
  texts(): Catalogue;
  log: Log;
}): SaidBefore {
  /** Until each of the signals is found: what is posted in between stands there by the time that Discord is asked. */
  async function wordsOn(message: Source, signals: readonly Signal[], isEdited: boolean) {
    const all: string[] = [];
    let found = signals.map((): string | null => null);
    for (const place of [waiting, posted]) {
      try {
        const said = await place(message);
        // The history in a trade's thread has the link, too, within a line.
        all.push(...said.filter((content) => content.endsWith(`(${messageLink(message)})`)));
        found = wordsOnEach(all, signals, isEdited, deps.texts());
        if (!found.includes(null)) return found;
      } catch (error) {
        const { messageId } = message;
        deps.log.warn({ messageId, error: describe(error) }, 'what was said of a signal could not be read');
      }
    }
    return found;
  }

  async function waiting(): Promise<string[]> {
    const bodies = (await deps.entries.all()).map(([, { body }]) => JSON.parse(body) as MessageBody);
    // Cards and questions are known by their own rows.
    return bodies.flatMap(({ content, layout }) => (layout ? [] : [content]));
  }

  function posted({ messageId }: Source): Promise<string[]> {
    return deps.history.own(deps.tradesChannel(), messageId);
  }

  /**
   * That the signal waits may be yet to be sent, from before that was said, and would take its place. Where that cannot be
   * read nothing is said: it could be a second time.
   */
  async function sayAgain({ messageId }: Source, index: number, said: string): Promise<void> {
    const slot = waitingSlot({ messageId, index });
    const entries = await deps.entries.all().catch(() => []);
    if (entries.some(([, entry]) => entry.slot === slot)) await deps.say(slot, { content: said });
  }

  return async (message, signals, isEdited) => {
    const words = await wordsOn(message, signals, isEdited);
    for (const [offset, said] of words.entries())
      if (said !== null) await sayAgain(message, message.index + offset, said);
    return signals.map(({ symbol, side }, index) => {
      const said = words[index];
      if (said === undefined || said === null) return null;
      return { ...UNDECIDED, result: 'denied', detail: cut(said, KEPT), index, symbol, side };
    });
  };
}

/** By the line that it is told in; in another language, or in the scale of what is listed by the thousand, by its symbol. */
function wordsOnEach(
  said: readonly string[],
  signals: readonly Signal[],
  isEdited: boolean,
  t: Catalogue,
): (string | null)[] {
  const lines = signals.map((signal) => ` ${signalLine(signal, t)}\n`);
  const others = isEdited ? [] : said.filter((content) => !lines.some((line) => content.includes(line)));
  return signals.map(({ symbol }, index) => {
    const own = said.find((content) => content.includes(lines[index] ?? ''));
    return own ?? others.find((content) => content.includes(symbol)) ?? null;
  });
}
