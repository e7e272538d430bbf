import type { Desk } from '../trading/desk-types.ts';
import type { Prices } from '../trading/exchange.ts';
import type { Market } from '../trading/model.ts';
import { describe } from './discord-errors.ts';
import { price } from './format.ts';
import type { Catalogue } from './locales/index.ts';
import type { Outbox } from './outbox.ts';
import type { Collection, Log } from './ports.ts';
import type { Posts } from './posts.ts';
import type { PriceWatch } from './records.ts';

export interface PriceWatchDeps {
  desk: Pick<Desk, 'follow'>;
  rows: Collection<PriceWatch>;
  posts: Pick<Posts, 'to' | 'texts'>;
  outbox: Pick<Outbox, 'onceDurable'>;
  log: Log;
}

/** So many of one person: what the list and its suggestions can show. */
export const MAX_WATCHES = 25;

/** Price alerts: each is told once, by direct message to whoever asked for it, and is gone then. Kept over a restart. */
export class PriceWatches {
  readonly #deps: PriceWatchDeps;
  readonly #watches = new Map<string, PriceWatch>();

  constructor(deps: PriceWatchDeps) {
    this.#deps = deps;
  }

  async start(): Promise<void> {
    for (const [id, watch] of await this.#deps.rows.all()) this.#watches.set(id, watch);
    this.#follow();
  }

  /** Oldest first. */
  of(userId: string): PriceWatch[] {
    return [...this.#watches.values()].filter((watch) => watch.userId === userId);
  }

  /** Durable when it resolves. A price that is there already is told at once. */
  async add(watch: PriceWatch): Promise<void> {
    await this.#deps.rows.set(watch.id, watch);
    this.#watches.set(watch.id, watch);
    this.#follow();
  }

  /** Null where this person has no such watch. */
  async remove(id: string, userId: string): Promise<PriceWatch | null> {
    const watch = this.#watches.get(id);
    if (watch?.userId !== userId) return null;
    await this.#deps.rows.delete(id);
    this.#watches.delete(id);
    this.#follow();
    return watch;
  }

  /** Never rejects. */
  async heard(market: Market, symbol: string, { last }: Prices): Promise<void> {
    const reached = [...this.#watches.values()].filter(
      (watch) =>
        watch.market === market &&
        watch.symbol === symbol &&
        (watch.when === 'above' ? last.gte(watch.price) : last.lte(watch.price)),
    );
    for (const watch of reached) this.#watches.delete(watch.id);
    for (const watch of reached) await this.#tell(watch, price(last));
    if (reached.length > 0) this.#follow();
  }

  /** The message is durable before the watch is gone; told again after a crash in between, it is the same message. */
  async #tell(watch: PriceWatch, last: string): Promise<void> {
    const { posts, outbox, rows, log } = this.#deps;
    try {
      await posts.to(watch.userId, `watch:${watch.id}`, reachedText(watch, last, posts.texts()));
      await outbox.onceDurable(() => rows.delete(watch.id));
    } catch (error) {
      this.#watches.set(watch.id, watch);
      log.error({ watch: watch.id, error: describe(error) }, 'a price alert could not be kept');
    }
  }

  #follow(): void {
    for (const market of ['usdm', 'spot'] as const) {
      const symbols = [...this.#watches.values()].filter((watch) => watch.market === market);
      this.#deps.desk.follow(market, [...new Set(symbols.map(({ symbol }) => symbol))]);
    }
  }
}

/** `BTCUSDT above 65000` */
export function watchText({ market, symbol, when, price: level }: PriceWatch, t: Catalogue): string {
  const name = market === 'spot' ? `${symbol} ${t.plan.spot}` : symbol;
  return `${name} ${t.command.watch.when[when]} ${price(level)}`;
}

function reachedText(watch: PriceWatch, last: string, t: Catalogue): string {
  return t.command.watch.reached(watchText(watch, t), last);
}
