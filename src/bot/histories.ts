import type { Trade } from '../trading/model.ts';
import { describe } from './discord-errors.ts';
import { cut } from './format.ts';
import { type Happening, historyOf } from './history-view.ts';
import { type Outbox, thread } from './outbox.ts';
import { tradeName } from './plan-view.ts';
import type { Collection, Log, Now } from './ports.ts';
import type { Posts } from './posts.ts';
import type { ToldHistory } from './records.ts';

export interface HistoryDeps {
  told: Collection<ToldHistory>;
  outbox: Outbox;
  posts: Posts;
  now: Now;
  log: Log;
}

const MESSAGE_LENGTH = 1_900;

/**
 * The thread of each trade's card: everything that happened, each thing once. A message is named by the first thing
 * in it, so that telling the same again after a crash only writes the same message anew.
 */
export class Histories {
  readonly #deps: HistoryDeps;
  readonly #told = new Map<string, Set<string>>();
  /** One after the other per trade: two events at once must not tell the same. */
  readonly #telling = new Map<string, Promise<void>>();

  constructor(deps: HistoryDeps) {
    this.#deps = deps;
  }

  /** Resolves once what is new is durable, or could not be made so: then it does not count as told. Never rejects. */
  async tell(trade: Trade): Promise<void> {
    const before = this.#telling.get(trade.id) ?? Promise.resolve();
    const telling = before
      .then(() => this.#tell(trade))
      .catch((error: unknown) => {
        this.#deps.log.error({ trade: trade.id, error: describe(error) }, 'a history could not be told');
      });
    this.#telling.set(trade.id, telling);
    await telling;
    if (this.#telling.get(trade.id) === telling) this.#telling.delete(trade.id);
  }

  async #tell(trade: Trade): Promise<void> {
    const { outbox, posts, told, now } = this.#deps;
    const t = posts.texts();
    const known = await this.#toldOf(trade.id);
    const fresh = historyOf(trade, t).filter(({ key }) => !known.has(key));
    // Asked for once more after the end, as the archiving of a trade does, it must not stay either.
    if (trade.phase === 'closed') this.#told.delete(trade.id);
    if (fresh.length === 0) return;
    const name = cut(`${tradeName(trade.plan, t)} · ${trade.source.channel}`, 100);
    for (const { key, text } of messagesOf(fresh)) {
      await outbox.post(thread(`card:${trade.id}`, name), `history:${trade.id}:${key}`, { content: text });
    }
    for (const { key } of fresh) known.add(key);
    const keys = [...known];
    await outbox.onceDurable(() => told.set(trade.id, { keys, at: now() }));
  }

  async #toldOf(tradeId: string): Promise<Set<string>> {
    const known = this.#told.get(tradeId) ?? new Set((await this.#deps.told.get(tradeId))?.keys);
    this.#told.set(tradeId, known);
    return known;
  }
}

/** As many lines to a message as it holds. */
function messagesOf(happenings: readonly Happening[]): { key: string; text: string }[] {
  const messages: { key: string; text: string }[] = [];
  for (const { key, text } of happenings) {
    const line = cut(text, MESSAGE_LENGTH);
    const last = messages.at(-1);
    if (last && last.text.length + line.length < MESSAGE_LENGTH) last.text += `\n${line}`;
    else messages.push({ key, text: line });
  }
  return messages;
}
