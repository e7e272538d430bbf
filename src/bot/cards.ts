import type { Picture } from '../charts/picture.ts';
import { tradeChart } from '../charts/trade-chart.ts';
import type { Decimal } from '../trading/decimal.ts';
import type { Desk } from '../trading/desk-types.ts';
import type { Candle } from '../trading/exchange.ts';
import { held } from '../trading/lifecycle/facts.ts';
import type { Market, Trade } from '../trading/model.ts';
import { cardBody, totalAt } from './card-view.ts';
import { describe } from './discord-errors.ts';
import type { Histories } from './histories.ts';
import type { Outbox } from './outbox.ts';
import type { Pictures } from './pictures.ts';
import type { Log, Now } from './ports.ts';
import type { Posts } from './posts.ts';
import type { Settings } from './settings.ts';
import { chartOf, pictureName, spanOf } from './trade-picture.ts';

/** What pictures are made of and by. */
export interface Studio {
  candles(
    market: Market,
    symbol: string,
    interval: string,
    sinceMs: number,
    untilMs: number,
  ): Promise<Candle[]>;
  /** Null where no picture could be made. */
  draw(picture: Picture): Promise<Buffer | null>;
  /** False while the exchange's request limit is needed for other things. */
  mayAsk(): boolean;
}

export interface CardDeps {
  desk: Desk;
  posts: Posts;
  outbox: Outbox;
  pictures: Pictures;
  histories: Histories;
  studio: Studio;
  settings: Settings;
  now: Now;
  log: Log;
  /** What happens to an open trade within this time is shown at once. */
  gatherMs?: number;
}

/** What is known of a card while its trade is open. */
interface Card {
  /** As it was last told: whatever is still being done about an older one ends with this. */
  trade: Trade;
  /** The picture that the message showed before a restart is known. */
  ready: Promise<void>;
  /** The newest picture, and what it shows. */
  picture: string | null;
  drawn: string | null;
  drawing: boolean;
  /** It is shown then, and drawn then. */
  soon: NodeJS.Timeout | null;
  drawSoon: NodeJS.Timeout | null;
  /** The result that it told last, and when. */
  told: Decimal | null;
  toldAt: number;
}

/**
 * One card's figures are renewed at a time: Discord allows few edits of a channel's older messages, and what happens
 * to a trade must not wait behind what its price does.
 */
export const LIVE_EVERY_MS = 10_000;
/** The part of a trade's risk by which its result must have changed, or the time after which any change counts. */
const LIVE_STEP = 0.02;
const LIVE_AT_LEAST_MS = 5 * 60_000;
/**
 * An order is sent, acknowledged and reported within milliseconds: one message for that, one picture, and the next signal
 * does not wait behind three.
 */
const GATHER_MS = 100;
/** A picture is worth its candles and its drawing once the trade has come to rest. */
const DRAW_AFTER = 10;
/** So many messages waiting for Discord are enough. */
const BUSY = 20;

/** The cards of the trades: what they show, when they are shown anew, their pictures and their history. */
export class Cards {
  readonly #deps: CardDeps;
  readonly #cards = new Map<string, Card>();

  constructor(deps: CardDeps) {
    this.#deps = deps;
  }

  /** Soon, for a trade that is open: a start after a crash shows what this one forgot. Of one that is closed as `showNow`. */
  async show(trade: Trade): Promise<void> {
    const { log } = this.#deps;
    if (trade.phase === 'closed' || this.#gatherMs === 0) return this.showNow(trade);
    const card = this.#cardOf(trade);
    card.soon ??= setTimeout(() => {
      this.showNow(card.trade).catch((error: unknown) => {
        log.error({ trade: trade.id, error: describe(error) }, 'a card could not be shown');
      });
    }, this.#gatherMs);
  }

  /** Resolves once the card is durable; its picture follows when it is drawn. */
  async showNow(trade: Trade): Promise<void> {
    const card = this.#cardOf(trade);
    if (card.soon) clearTimeout(card.soon);
    card.soon = null;
    await Promise.all([card.ready.then(() => this.#post(card)), this.#deps.histories.tell(trade)]);
    if (this.#gatherMs === 0) return void this.#draw(card);
    card.drawSoon ??= setTimeout(() => {
      card.drawSoon = null;
      void this.#draw(card);
    }, this.#gatherMs * DRAW_AFTER);
  }

  get #gatherMs(): number {
    return this.#deps.gatherMs ?? GATHER_MS;
  }

  /** The open trade whose figures have been standing longest, if they have changed by more than a hair. */
  async refreshOne(): Promise<void> {
    const { desk, outbox, now, log } = this.#deps;
    if (outbox.queued > BUSY) return;
    const stale = desk
      .trades()
      .filter((trade) => trade.phase !== 'closed' && held(trade).gt(0))
      .map((trade) => ({ trade, card: this.#cards.get(trade.id) }))
      .filter(({ trade, card }) => card !== undefined && this.#hasMoved(trade, card, now()))
      .sort((a, b) => (a.card?.toldAt ?? 0) - (b.card?.toldAt ?? 0))[0];
    if (!stale?.card) return;
    try {
      await this.#post(stale.card);
    } catch (error) {
      log.error({ trade: stale.trade.id, error: describe(error) }, 'a card could not be renewed');
    }
  }

  #hasMoved(trade: Trade, card: Card, nowMs: number): boolean {
    const total = totalAt(trade, this.#mark(trade));
    if (total === null || card.told === null) return total !== card.told;
    const change = total.minus(card.told).abs();
    if (change.gte(trade.plan.riskAmount.times(LIVE_STEP))) return true;
    return change.gte('0.01') && nowMs - card.toldAt >= LIVE_AT_LEAST_MS;
  }

  #cardOf(trade: Trade): Card {
    const known = this.#cards.get(trade.id);
    if (known) {
      known.trade = trade;
      return known;
    }
    const ready = Promise.resolve();
    const card: Card = {
      trade,
      ready,
      picture: null,
      drawn: null,
      drawing: false,
      soon: null,
      drawSoon: null,
      told: null,
      toldAt: 0,
    };
    card.ready = this.#recall(card);
    this.#cards.set(trade.id, card);
    return card;
  }

  /** After a restart the message still shows what was drawn before. */
  async #recall(card: Card): Promise<void> {
    const place = await this.#deps.outbox.whereIs(slotOf(card.trade));
    card.picture = place?.picture ?? null;
    if (card.picture?.startsWith(`${pictureName(card.trade)}-`)) card.drawn = pictureName(card.trade);
  }

  /** What was to be shown soon is shown by the next start. */
  close(): void {
    for (const { soon, drawSoon } of this.#cards.values()) {
      if (soon) clearTimeout(soon);
      if (drawSoon) clearTimeout(drawSoon);
    }
  }

  async #post(card: Card): Promise<void> {
    const { posts, now } = this.#deps;
    const { trade, picture } = card;
    const mark = this.#mark(trade);
    card.told = totalAt(trade, mark);
    card.toldAt = now();
    await posts.trades(slotOf(trade), cardBody(trade, posts.texts(), { mark, picture }));
  }

  #mark(trade: Trade): Decimal | null {
    return this.#deps.desk.priceOf(trade)?.mark ?? null;
  }

  /** Draws until the picture shows the trade as it is. Never rejects. */
  async #draw(card: Card): Promise<void> {
    if (card.drawing) return;
    card.drawing = true;
    try {
      for (let name = pictureName(card.trade); name !== card.drawn; name = pictureName(card.trade)) {
        const png = await this.#picture(card.trade);
        // Nothing to be had now: the next event asks again.
        if (png === null) break;
        card.drawn = name;
        card.picture = this.#deps.pictures.put(png, name);
        await this.#post(card);
      }
    } catch (error) {
      this.#deps.log.warn({ trade: card.trade.id, error: describe(error) }, 'a card goes without its chart');
    }
    card.drawing = false;
    if (card.trade.phase === 'closed') this.#cards.delete(card.trade.id);
  }

  async #picture(trade: Trade): Promise<Buffer | null> {
    const { studio, posts, settings, now } = this.#deps;
    if (!studio.mayAsk()) return null;
    const span = spanOf(trade, now());
    const { market, symbol } = trade.plan;
    const candles = await studio.candles(market, symbol, span.interval, span.sinceMs, span.untilMs);
    const timeZone = settings.config().timezone;
    const around = { candles, span, mark: this.#mark(trade), timeZone };
    return studio.draw(tradeChart(chartOf(trade, around, posts.texts())));
  }
}

function slotOf({ id }: Trade): string {
  return `card:${id}`;
}
