import type { Signal, Source } from '../trading/model.ts';
import type { History } from './backfill.ts';
import { UNDECIDED } from './deciding.ts';
import { describe } from './discord-errors.ts';
import { cut } from './format.ts';
import type { Log } from './ports.ts';
import { messageLink } from './posts.ts';
import type { Outcome } from './records.ts';

/**
 * What became of the signals of a message in an earlier run that could not write that down before it ended; null where it
 * said nothing in the trades channel. Discord has kept that where the store could not keep the receipt, and who has read
 * "denied" counts on it.
 */
export type SaidBefore = (message: Source, signals: readonly Signal[]) => Promise<Outcome[] | null>;

const KEPT = 300;

export function createSaidBefore(deps: {
  history: Pick<History, 'own'>;
  tradesChannel(): string;
  log: Log;
}): SaidBefore {
  async function wordsOn(message: Source): Promise<string | null> {
    const { messageId } = message;
    try {
      const said = await deps.history.own(deps.tradesChannel(), messageId);
      return said.find((content) => content.includes(`(${messageLink(message)})`)) ?? null;
    } catch (error) {
      deps.log.warn({ messageId, error: describe(error) }, 'what was said of a signal could not be read');
      return null;
    }
  }

  return async (message, signals) => {
    const said = await wordsOn(message);
    if (said === null) return null;
    const rest = { ...UNDECIDED, result: 'denied', detail: cut(said, KEPT) } as const;
    return signals.map(({ symbol, side }, index) => ({ ...rest, index, symbol, side }));
  };
}
