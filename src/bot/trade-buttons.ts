import { Decimal } from '../trading/decimal.ts';
import type { Desk } from '../trading/desk-types.ts';
import { breakEvenPrice } from '../trading/lifecycle/facts.ts';
import type { Trade } from '../trading/model.ts';
import type { PrivateAnswer } from './answering.ts';
import type { AskedCloses } from './asked-closes.ts';
import type { TradeButton } from './buttons.ts';
import { detailsBody } from './details-view.ts';
import type { Catalogue } from './locales/index.ts';
import { tradeName } from './plan-view.ts';
import type { Now } from './ports.ts';
import type { Questions } from './questions.ts';
import type { PlannedRequest } from './records.ts';
import { begunLines, carriedThrough, carryOut, requestText } from './requests.ts';
import type { Settings } from './settings.ts';
import { stopQuestion } from './stop-question.ts';
import type { TradeWatch } from './trade-watch.ts';

/** A second press within this time is a double click. */
const DOUBLE_CLICK_MS = 3_000;

export interface TradeButtonDeps {
  desk: Desk;
  closes: AskedCloses;
  questions: Pick<Questions, 'ask'>;
  settings: Settings;
  watch: Pick<TradeWatch, 'first'>;
  now: Now;
}

/** The buttons of a trade's card. */
export class TradeButtons {
  readonly #deps: TradeButtonDeps;
  readonly #pressedAt = new Map<string, number>();

  constructor(deps: TradeButtonDeps) {
    this.#deps = deps;
  }

  /** Does it, or asks where it would raise the risk, and answers with what to tell the one who pressed. */
  async press(tradeId: string, what: TradeButton, by: string, t: Catalogue): Promise<PrivateAnswer> {
    const { desk, closes, watch } = this.#deps;
    const trade = await desk.find(tradeId);
    if (!trade) return said(t.card.notFound);
    if (what === 'details') return { body: detailsBody(trade, t) };
    const request = requestOf(what);
    if (request.type !== 'close' && this.#isDouble(`${tradeId} ${what}`)) return said(t.card.repeated);
    const carried =
      request.type === 'close'
        ? [await closes.close(trade, request.fraction, by)]
        : await carryOut(desk, trade, [request], by, false);
    const [name, wanted] = [tradeName(trade.plan, t), requestText(request, t)];
    const refused = carried.find((one) => one.refused !== null)?.refused ?? null;
    if (refused === 'raises_risk') {
      await this.#ask(trade, t);
      return said(t.card.asked(wanted, name));
    }
    if (refused !== null) return said(t.card.refused(wanted, name, t.update.refused[refused]));
    const begun = [{ trade, carried }];
    const through = carriedThrough(watch, begun);
    return {
      ...said(begunLines(begun, t).join('\n')),
      ...(through ? { later: async () => said(begunLines(await through(), t).join('\n')).body } : {}),
    };
  }

  /** The stop has been moved past break-even already: back there it would protect less. */
  async #ask(trade: Trade, t: Catalogue): Promise<void> {
    const { questions, settings, now } = this.#deps;
    const { channels, confirm } = settings.config();
    const stop = breakEvenPrice(trade);
    await questions.ask({
      id: `b${trade.id}-${now()}`,
      channelId: channels.trades,
      text: stopQuestion(trade, stop, this.#deps.desk.trades(), t),
      options: [
        {
          label: t.button.confirm,
          action: { type: 'trade', tradeId: trade.id, requests: [{ type: 'move_stop', price: stop }] },
        },
      ],
      timeoutMs: confirm.timeout,
    });
  }

  #isDouble(key: string): boolean {
    const now = this.#deps.now();
    for (const [other, at] of this.#pressedAt) if (at <= now - DOUBLE_CLICK_MS) this.#pressedAt.delete(other);
    if (this.#pressedAt.has(key)) return true;
    this.#pressedAt.set(key, now);
    return false;
  }
}

function said(content: string): PrivateAnswer {
  return { body: { content } };
}

function requestOf(what: Exclude<TradeButton, 'details'>): PlannedRequest {
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
  }
}
