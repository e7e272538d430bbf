import { isSameCoin } from '../risk/listing.ts';
import { Decimal } from '../trading/decimal.ts';
import type { Desk } from '../trading/desk-types.ts';
import { held } from '../trading/lifecycle/facts.ts';
import type { Trade, Update } from '../trading/model.ts';
import { type Aim, aim } from './aim.ts';
import type { Confirmations } from './confirmations.ts';
import type { FollowUps, Tell } from './follow-ups.ts';
import { cut, percent, price } from './format.ts';
import type { Incoming } from './message.ts';
import type { Posts } from './posts.ts';
import type { Questions } from './questions.ts';
import type { Effect, PlannedRequest, Proposal, Receipt } from './records.ts';
import {
  asListedFor,
  type Begun,
  begunLines,
  type Carried,
  carryOut,
  isRepeatable,
  requestText,
} from './requests.ts';
import type { Settings } from './settings.ts';
import { stopQuestion } from './stop-question.ts';
import { nameAmong } from './trade-names.ts';
import { askAboutTrades } from './trade-questions.ts';

export interface UpdateDeps {
  desk: Desk;
  confirmations: Confirmations;
  questions: Questions;
  posts: Posts;
  settings: Settings;
  followUps: Pick<FollowUps, 'follow'>;
}

/** What an earlier run has begun, and may have carried out. */
export interface Interrupted {
  updates: ReadonlySet<Update>;
  /** When they were said, by Discord's clock: what was posted since is not meant. */
  saidAt: number;
  /** They were begun so lately that they still hold. */
  isFresh: boolean;
}

/** What a message is followed under. */
const FOLLOWED = 'update:';
const HALF = new Decimal('0.5');
const QUARTER = new Decimal('0.25');
const WHOLE = new Decimal(1);

/**
 * Management messages. What lowers risk is done at once whatever the mode, what raises it is asked, and what cannot
 * be aimed is asked too. Answers with the trades that were meant, and what was done with each. What was interrupted is
 * done again where that makes no difference, and asked otherwise.
 */
export class Updates {
  readonly #deps: UpdateDeps;

  constructor(deps: UpdateDeps) {
    this.#deps = deps;
  }

  async apply(
    message: Incoming,
    updates: readonly Update[],
    replied: Receipt | undefined,
    interrupted: Interrupted | null = null,
  ): Promise<{ tradeIds: string[]; effects: Effect[] }> {
    const begun: Begun[] = [];
    const effects: Effect[] = [];
    const asked = new Set<string>();
    for (const [number, update] of updates.entries()) {
      const { action } = update;
      const again = interrupted?.updates.has(update) ? interrupted : null;
      // What has just been clicked, or is being adjusted, is neither open nor a trade yet. What is one does not wait.
      if (this.#aim(message, update, replied, again).kind === 'none')
        await this.#deps.confirmations.settled(isAbout(message, update));
      const withdrawn = await this.#withdrawProposals(message, update);
      for (const { id, plan } of withdrawn) effects.push(effectOn({ id, plan }, action, null, 'withdrawn'));
      if (withdrawn.length > 0 && message.replyTo !== null) continue;
      const aimed = this.#aim(message, update, replied, again);
      switch (aimed.kind) {
        case 'trades':
          for (const trade of aimed.trades) {
            const done = await this.#applyTo(message, trade, update, number, again);
            effects.push(done.effect);
            begun.push(...done.begun);
          }
          break;
        case 'ask':
          await this.#askWhich(message, updates, aimed, asked);
          effects.push(effectOn(null, action, null, 'asked'));
          break;
        case 'none':
          if (withdrawn.length === 0)
            effects.push(effectOn(null, action, null, isReport(update) ? 'only_told' : 'no_trade'));
      }
    }
    if (begun.length > 0) await this.#say(message, begun);
    const meant = effects.flatMap(({ tradeId, result }) =>
      tradeId === null || result === 'withdrawn' ? [] : [tradeId],
    );
    return { tradeIds: [...new Set(meant)], effects };
  }

  #aim(message: Incoming, update: Update, replied: Receipt | undefined, again: Interrupted | null): Aim {
    if (isReport(update)) return { kind: 'none' };
    const until = again?.saidAt ?? Number.POSITIVE_INFINITY;
    const trades = this.#deps.desk
      .trades()
      .filter(({ source }) => source.channelId === message.channelId && source.postedAt <= until);
    return aim(update, { trades, authorId: message.authorId, replyTo: message.replyTo, replied });
  }

  /** Closing what nobody has confirmed yet takes the question back. */
  async #withdrawProposals(message: Incoming, update: Update): Promise<Proposal[]> {
    if (update.action !== 'close' && update.action !== 'cancel_entry') return [];
    const { confirmations } = this.#deps;
    const open = confirmations.openOn(message.channelId).filter(isAbout(message, update));
    for (const proposal of open) await confirmations.withdraw(proposal.id);
    return open;
  }

  async #applyTo(
    message: Incoming,
    trade: Trade,
    update: Update,
    number: number,
    again: Interrupted | null,
  ): Promise<{ effect: Effect; begun: Begun[] }> {
    const t = this.#deps.posts.texts();
    const wanted = requestOf(update);
    if (wanted === 'how_much') {
      await this.#askHowMuch(message, trade);
      return { effect: effectOn(trade, update.action, null, 'asked'), begun: [] };
    }
    if (wanted === null) return { effect: effectOn(trade, update.action, null, 'too_little'), begun: [] };
    const request = asListedFor(trade, wanted);
    if (again && !(again.isFresh && mayFollow(request))) {
      await askAboutTrades(this.#deps, {
        id: `r${message.id}-${trade.id}-${number}`,
        text: t.question.again(nameAmong(trade, this.#deps.desk.trades(), t), requestText(request, t)),
        options: [{ label: t.button.confirm, tradeId: trade.id, requests: [request] }],
      });
      return { effect: effectOn(trade, update.action, request, 'asked'), begun: [] };
    }
    const carried = await carryOut(this.#deps.desk, trade, [request], `message:${message.id}`, false);
    const refused = carried.find((one) => one.refused !== null)?.refused ?? null;
    const isAsked = await this.#askAboutPassed(message, trade, request, carried, number);
    if (isAsked && refused !== null)
      return { effect: effectOn(trade, update.action, request, 'asked'), begun: [] };
    if (refused !== 'raises_risk') {
      return {
        effect: effectOn(trade, update.action, request, refused ?? 'done'),
        begun: [{ trade, carried }],
      };
    }
    if (request.type === 'move_stop') {
      await askAboutTrades(this.#deps, {
        id: `s${message.id}-${trade.id}-${number}`,
        text: stopQuestion(trade, request.price, this.#deps.desk.trades(), t),
        options: [{ label: t.button.confirm, tradeId: trade.id, requests: [request] }],
      });
    }
    return { effect: effectOn(trade, update.action, request, 'asked'), begun: [] };
  }

  /** New targets that the price has passed already would close that much at once: a human decides. */
  async #askAboutPassed(
    message: Incoming,
    trade: Trade,
    request: PlannedRequest,
    [carried]: readonly Carried[],
    number: number,
  ): Promise<boolean> {
    if (request.type !== 'set_targets' || held(trade).isZero()) return false;
    const passed = carried?.refused === 'target_passed' ? request.prices : (carried?.leftOut ?? []);
    if (passed.length === 0) return false;
    const t = this.#deps.posts.texts();
    const fraction = new Decimal(passed.length).div(request.prices.length);
    const name = nameAmong(trade, this.#deps.desk.trades(), t);
    const share = percent(fraction.times(100));
    await askAboutTrades(this.#deps, {
      id: `p${message.id}-${trade.id}-${number}`,
      text: t.question.targetsPassed(name, passed.map(price).join(' / '), share),
      options: [
        {
          label: t.button.confirm,
          tradeId: trade.id,
          requests: [{ type: 'close', fraction, reason: 'message' }],
        },
      ],
    });
    return true;
  }

  async #askHowMuch(message: Incoming, trade: Trade): Promise<void> {
    const t = this.#deps.posts.texts();
    await askAboutTrades(this.#deps, {
      id: `h${message.id}-${trade.id}`,
      text: t.question.howMuch(nameAmong(trade, this.#deps.desk.trades(), t)),
      options: [QUARTER, HALF, WHOLE].map((fraction) => ({
        label: `${t.button.confirm} ${fraction.times(100).toFixed()}%`,
        tradeId: trade.id,
        requests: [{ type: 'close', fraction, reason: 'message' }],
      })),
    });
  }

  /** One question for the whole message, however many things it wants done. */
  async #askWhich(
    message: Incoming,
    updates: readonly Update[],
    { candidates, missing }: Extract<Aim, { kind: 'ask' }>,
    asked: Set<string>,
  ): Promise<void> {
    const id = `w${message.id}`;
    if (asked.has(id)) return;
    asked.add(id);
    const t = this.#deps.posts.texts();
    const requests = updates.map(requestOf).filter((request) => request !== null && request !== 'how_much');
    if (requests.length === 0) return;
    const wanted = requests.map((request) => requestText(request, t)).join(t.comma);
    await askAboutTrades(this.#deps, {
      id,
      text: `${this.#channelName(message.channelId)}${t.colon}${wanted}\n${missing === null ? '' : `${t.question.noneOn[missing]}${t.between}`}${t.question.which}`,
      options: candidates.slice(0, 20).map((trade) => ({
        label: `${t.button.confirm} ${nameAmong(trade, candidates, t)}`,
        tradeId: trade.id,
        requests: requests.map((request) => asListedFor(trade, request)),
      })),
    });
  }

  /** What was begun, and in the same message what came of it. */
  #say({ channelId, id }: Incoming, begun: readonly Begun[]): Promise<void> {
    const tell: Tell = (now) => this.#show(channelId, id, now);
    return this.#deps.followUps.follow(`${FOLLOWED}${channelId}:${id}`, begun, async () => {
      await tell(begun);
      return tell;
    });
  }

  /** Null where the key is of something else. */
  follower(key: string): Tell | null {
    const [channelId, messageId] = key.startsWith(FOLLOWED) ? key.slice(FOLLOWED.length).split(':') : [];
    if (channelId === undefined || messageId === undefined) return null;
    return (ended) => this.#show(channelId, messageId, ended);
  }

  async #show(channelId: string, messageId: string, begun: readonly Begun[]): Promise<void> {
    const t = this.#deps.posts.texts();
    const { colon } = t;
    const lines = begunLines(begun, t);
    const [line] = lines;
    const shown = lines.length === 1 ? `${colon}${line}` : [colon.trimEnd(), ...lines].join('\n');
    const content = cut(`${this.#channelName(channelId)}${shown}`, 1_900);
    await this.#deps.posts.trades(`update:${messageId}`, { content });
  }

  #channelName(channelId: string): string {
    return this.#deps.settings.channel(channelId)?.name ?? channelId;
  }
}

function isAbout(
  { channelId, replyTo }: Incoming,
  { symbol, side }: Update,
): (proposal: Proposal) => boolean {
  return ({ source, signal }) =>
    source.channelId === channelId &&
    (replyTo === null
      ? symbol !== null && isSameCoin(signal.symbol, symbol) && (side === undefined || signal.side === side)
      : source.messageId === replyTo);
}

/** Done a second time it changes nothing, as a stop is only moved closer without a human's yes. */
function mayFollow(request: PlannedRequest): boolean {
  return isRepeatable(request) || request.type === 'move_stop';
}

function effectOn(
  trade: Pick<Trade, 'id' | 'plan'> | null,
  action: Effect['action'],
  request: PlannedRequest | null,
  result: Effect['result'],
): Effect {
  const { symbol = null, side = null } = trade?.plan ?? {};
  return { action, tradeId: trade?.id ?? null, symbol, side, request, result };
}

/** The author only tells what happened; the exchange's own orders have done it. */
function isReport(update: Update): boolean {
  return update.action === 'take_profit_hit' || update.action === 'stop_hit';
}

/** Null where the message does not say enough to do anything. */
export function requestOf(update: Update): PlannedRequest | 'how_much' | null {
  switch (update.action) {
    case 'close':
      return { type: 'close', fraction: WHOLE, reason: 'message' };
    case 'close_partial':
      return update.fraction ? { type: 'close', fraction: update.fraction, reason: 'message' } : 'how_much';
    case 'move_stop':
      return update.price ? { type: 'move_stop', price: update.price } : null;
    case 'break_even':
      return { type: 'break_even' };
    case 'cancel_entry':
      return { type: 'cancel_entries' };
    case 'set_targets':
      return update.takeProfits?.length ? { type: 'set_targets', prices: update.takeProfits } : null;
    case 'take_profit_hit':
    case 'stop_hit':
      return null;
  }
}
