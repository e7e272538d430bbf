import { Decimal } from '../trading/decimal.ts';
import type { Desk } from '../trading/desk-types.ts';
import { byRole, entered, held, isLive } from '../trading/lifecycle/facts.ts';
import type { Reading, Signal, Source, Trade } from '../trading/model.ts';
import { price } from './format.ts';
import type { Catalogue } from './locales/index.ts';
import type { Posts } from './posts.ts';
import type { Questions } from './questions.ts';
import type { PlannedRequest, Question } from './records.ts';
import { asListedFor, carriedLine, carryOut, requestText } from './requests.ts';
import type { Settings } from './settings.ts';
import { nameAmong } from './trade-names.ts';
import { askAboutTrades } from './trade-questions.ts';

export interface EditQuestionDeps {
  desk: Desk;
  questions: Questions;
  posts: Posts;
  settings: Settings;
}

/** What a human decides once there is a trade of a signal that its author has changed. */
export interface EditQuestions {
  /** The entry has filled: a human decides about stop and targets; the rest cannot follow. */
  propose(trade: Trade, signal: Signal, revision: number): Promise<void>;
  /**
   * It was deleted, or says nothing any more. `reason`: one such event of the message's. `reading`: what the message
   * says now; null where it is gone. `isMeant`: which of its trades, all where absent.
   */
  aboutTrades(
    messageId: string,
    reason: string,
    reading: NoSignal | null,
    isMeant?: (source: Source) => boolean,
  ): Promise<void>;
}

/** What a message says whose signal is none any more, or is not among its `others`. */
type NoSignal = Extract<Reading, { kind: 'none' | 'invalid' }> | { kind: 'others' };

export function createEditQuestions(deps: EditQuestionDeps): EditQuestions {
  const { desk, posts } = deps;

  /** The exchange has taken none of its orders, and they wait to be sent again: nothing has been opened yet. */
  async function takeBack(trade: Trade, messageId: string, reason: string): Promise<void> {
    const t = posts.texts();
    const [carried] = await carryOut(
      desk,
      trade,
      [{ type: 'cancel_entries' }],
      `message:${messageId}`,
      false,
    );
    if (!carried) return;
    const content = `${carriedLine(trade, carried, t)}${t.between}${t.question.deletedUnsent}`;
    await posts.trades(`edit:${messageId}:${trade.id}:${reason}`, { content });
  }

  /** What has filled stays as it is; of entries that still rest a human decides. */
  async function cannotFollow(trade: Trade, revision: number): Promise<void> {
    const t = posts.texts();
    const text = t.question.editedOther(nameAmong(trade, desk.trades(), t));
    if (!byRole(trade, 'entry').some(isLive)) {
      await posts.trades(`edit:${trade.id}:${revision}`, { content: text });
      return;
    }
    await askAboutTrades(deps, {
      id: `e${trade.id}-${revision}`,
      text: `${text}${t.between}${t.question.cancelEntries}`,
      options: [
        {
          label: t.button.confirmCancelEntries,
          tradeId: trade.id,
          requests: [{ type: 'cancel_entries' }],
        },
      ],
      decline: t.button.keepEntries,
      insteadOf: (open) => isAboutEditOf(trade.id, open),
    });
  }

  return {
    async propose(trade, signal, revision) {
      const t = posts.texts();
      const name = nameAmong(trade, desk.trades(), t);
      const requests = changedLevels(trade, signal).map((request) => asListedFor(trade, request));
      if (requests.length === 0) {
        await cannotFollow(trade, revision);
        return;
      }
      const wanted = requests.map((request) => requestText(request, t)).join(t.comma);
      await askAboutTrades(deps, {
        id: `e${trade.id}-${revision}`,
        text: `${t.question.edited(name)} ${wanted}`,
        options: [{ label: t.button.confirm, tradeId: trade.id, requests }],
        insteadOf: (open) => isAboutEditOf(trade.id, open),
      });
    },
    async aboutTrades(messageId, reason, reading, isMeant = () => true) {
      const t = posts.texts();
      for (const trade of desk.trades()) {
        if (trade.source.messageId !== messageId || !isMeant(trade.source)) continue;
        if (isUnsent(trade)) {
          await takeBack(trade, messageId, reason);
          continue;
        }
        const name = nameAmong(trade, desk.trades(), t);
        const nothingHeld = held(trade).isZero();
        const request: PlannedRequest = nothingHeld
          ? { type: 'cancel_entries' }
          : { type: 'close', fraction: new Decimal(1), reason: 'message' };
        const label = nothingHeld ? t.button.confirmCancelEntries : t.button.confirmClose;
        const said = reading ? t.question.editedAway(name, whyNone(reading, t)) : t.question.deleted(name);
        await askAboutTrades(deps, {
          id: `${reason}${trade.id}`,
          text: said + (nothingHeld ? t.question.cancelEntries : t.question.closeTrade),
          options: [{ label, tradeId: trade.id, requests: [request] }],
          ...(nothingHeld ? { decline: t.button.keepEntries } : {}),
          insteadOf: (open) => isAboutEditOf(trade.id, open),
        });
      }
    },
  };
}

/** The latest edit is the one that counts. */
function isAboutEditOf(tradeId: string, { id }: Question): boolean {
  if (id.startsWith(`e${tradeId}-`)) return true;
  return id.endsWith(tradeId) && /^(?:d|x\d+)$/.test(id.slice(0, -tradeId.length));
}

function whyNone(reading: NoSignal, t: Catalogue): string {
  switch (reading.kind) {
    case 'none':
      return t.question.isNoSignal;
    case 'others':
      return t.question.isTakenOut;
    case 'invalid':
      return t.question.isInvalid(t.invalids[reading.reason](reading.numbers ?? {}));
  }
}

/** What the exchange has refused for now waits to be sent again; where that is all of it, none of it stands there. */
function isUnsent(trade: Trade): boolean {
  const live = byRole(trade, 'entry').filter(isLive);
  return live.length > 0 && live.every(({ sendAt }) => sendAt !== null) && entered(trade).isZero();
}

/** Null when a target is given in percent: only prices can be set on an open trade. */
export function pricesOf(signal: Signal) {
  const prices = signal.takeProfits.flatMap((target) => ('price' in target ? [target.price] : []));
  return prices.length > 0 && prices.length === signal.takeProfits.length ? prices : null;
}

function changedLevels(trade: Trade, signal: Signal): PlannedRequest[] {
  const requests: PlannedRequest[] = [];
  const stop = signal.stopLoss && 'price' in signal.stopLoss ? signal.stopLoss.price : null;
  const oldStop =
    trade.signal.stopLoss && 'price' in trade.signal.stopLoss ? trade.signal.stopLoss.price : null;
  if (signal.symbol !== trade.signal.symbol || signal.side !== trade.signal.side) return requests;
  if (stop && !(oldStop && stop.eq(oldStop))) requests.push({ type: 'move_stop', price: stop });
  const targets = pricesOf(signal);
  const oldTargets = pricesOf(trade.signal);
  const text = (prices: typeof targets) => prices?.map(price).join(' ') ?? '';
  if (targets && text(targets) !== text(oldTargets)) requests.push({ type: 'set_targets', prices: targets });
  return requests;
}
