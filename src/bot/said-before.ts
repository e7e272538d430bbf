import type { Signal, Source } from '../trading/model.ts';
import type { History } from './backfill.ts';
import { UNDECIDED } from './deciding.ts';
import { describe } from './discord-errors.ts';
import { cut } from './format.ts';
import type { Collection, Log, MessageBody } from './ports.ts';
import { messageLink } from './posts.ts';
import type { OutboxEntry, Outcome } from './records.ts';

/**
 * What became of the signals of a message in an earlier run that could not write that down before it ended; null where it
 * said nothing in the trades channel, nor was about to. Discord has kept that where the store could not keep the receipt,
 * and who has read "denied", or is to read it in a moment, counts on it.
 */
export type SaidBefore = (message: Source, signals: readonly Signal[]) => Promise<Outcome[] | null>;

const KEPT = 300;

export function createSaidBefore(deps: {
  history: Pick<History, 'own'>;
  /** What has yet to be posted. */
  entries: Pick<Collection<OutboxEntry>, 'all'>;
  tradesChannel(): string;
  log: Log;
}): SaidBefore {
  async function wordsOn(message: Source): Promise<string | null> {
    // What is posted in between stands there by the time that Discord is asked.
    for (const place of [waiting, posted]) {
      try {
        const said = (await place(message)).find((content) => content.includes(`(${messageLink(message)})`));
        if (said !== undefined) return said;
      } catch (error) {
        const { messageId } = message;
        deps.log.warn({ messageId, error: describe(error) }, 'what was said of a signal could not be read');
      }
    }
    return null;
  }

  async function waiting(): Promise<string[]> {
    const bodies = (await deps.entries.all()).map(([, { body }]) => JSON.parse(body) as MessageBody);
    // Cards and questions are known by their own rows.
    return bodies.flatMap(({ content, layout }) => (layout ? [] : [content]));
  }

  function posted({ messageId }: Source): Promise<string[]> {
    return deps.history.own(deps.tradesChannel(), messageId);
  }

  return async (message, signals) => {
    const said = await wordsOn(message);
    if (said === null) return null;
    const rest = { ...UNDECIDED, result: 'denied', detail: cut(said, KEPT) } as const;
    return signals.map(({ symbol, side }, index) => ({ ...rest, index, symbol, side }));
  };
}
