import { Decimal } from '../trading/decimal.ts';
import type { Desk } from '../trading/desk-types.ts';
import type { TradeButton } from './buttons.ts';
import { detailsBody } from './details-view.ts';
import type { Catalogue } from './locales/index.ts';
import { tradeName } from './plan-view.ts';
import type { MessageBody, Now } from './ports.ts';
import type { PlannedRequest } from './records.ts';
import { carryOut, requestText } from './requests.ts';

/** A second press within this time is a double click. */
const DOUBLE_CLICK_MS = 3_000;

/** The buttons of a trade's card. */
export class TradeButtons {
  readonly #desk: Desk;
  readonly #now: Now;
  readonly #pressedAt = new Map<string, number>();

  constructor(desk: Desk, now: Now) {
    this.#desk = desk;
    this.#now = now;
  }

  /** Does it and answers with what to tell the one who pressed. */
  async press(tradeId: string, what: TradeButton, by: string, t: Catalogue): Promise<MessageBody> {
    if (what !== 'details' && this.#isDouble(`${tradeId} ${what}`)) return { content: t.card.repeated };
    const trade = await this.#desk.find(tradeId);
    if (!trade) return { content: t.card.notFound };
    const request = requestOf(what);
    if (!request) return detailsBody(trade, t);
    const [carried] = await carryOut(this.#desk, trade, [request], by, true);
    const [name, wanted] = [tradeName(trade.plan, t), requestText(request, t)];
    const refused = carried?.refused ?? null;
    return {
      content:
        refused === null
          ? t.card.requested(wanted, name)
          : t.card.refused(wanted, name, t.update.refused[refused]),
    };
  }

  #isDouble(key: string): boolean {
    const now = this.#now();
    for (const [other, at] of this.#pressedAt) if (at <= now - DOUBLE_CLICK_MS) this.#pressedAt.delete(other);
    if (this.#pressedAt.has(key)) return true;
    this.#pressedAt.set(key, now);
    return false;
  }
}

function requestOf(what: TradeButton): PlannedRequest | null {
  const close = (fraction: string): PlannedRequest => ({
    type: 'close',
    fraction: new Decimal(fraction),
    reason: 'user',
  });
  switch (what) {
    case 'close25':
      return close('0.25');
    case 'close50':
      return close('0.5');
    case 'close100':
      return close('1');
    case 'breakEven':
      return { type: 'break_even' };
    case 'cancelEntries':
      return { type: 'cancel_entries' };
    case 'details':
      return null;
  }
}
