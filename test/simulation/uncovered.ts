import { Decimal, ZERO } from '../../src/trading/decimal.ts';
import { type Books, tagOf } from './books.ts';
import { AFTER_CLOSED_MS, symbolOf } from './coverage.ts';
import type { Request } from './network.ts';
import type { NewOrder } from './sent.ts';
import type { Verdict } from './verdict.ts';

/**
 * Spot, where what protects has to go before something else can take its place: what the program takes away is replaced,
 * or sold, within a second. A second one does not go before the first is replaced unless both are needed for what takes
 * their place, and a stop that stands alone does not go as a whole where lists take its place one by one. Coins that are
 * bought meanwhile may be covered ahead of that. None goes while the symbol takes no orders, once the program can have
 * known that; what has gone by then is replaced once it takes some.
 */
const REPLACE_MS = 1_000;
const KNOWN_MS = 2_000;
/** How long news of an execution is on its way when nothing is wrong. */
const NEWS_MS = 100;

export interface Uncovered {
  /** The exchange has carried out what the program asked for. */
  onHandled(request: Request): void;
  onSent(request: Request, orders: readonly NewOrder[]): void;
  /** The program ends: what it had begun, the next one finds as anything else that is not covered. */
  onCrash(): void;
  /** The exchange's books have changed. */
  note(): void;
  /** Once a step is over. */
  look(): void;
}

export interface UncoveredOptions {
  books: Books;
  now(): number;
  fail: Verdict['fail'];
  /** So little that no order can be placed for it, or of whoever knows whom. */
  isExempt(key: string, held: Decimal): boolean;
  /** The symbol takes no orders. */
  isClosed(symbol: string): boolean;
  /** Something else went wrong there, now or a moment ago. */
  isTroubled(symbol: string): boolean;
}

/** What of a trade's coins has lost its cover by the program's own doing. */
interface Gap {
  since: number;
  /** What was covered before: what was bare beside it is none of the gap. */
  before: Decimal;
  /** When the last that has gone was asked to. */
  askedAt: number;
  quantity: Decimal;
  /** What takes its place has to be so much: more than was without a cover when another one went, or all of a lone stop. */
  needs: { moreThan: Decimal } | { all: Decimal } | null;
}

export function createUncovered({
  books,
  now,
  fail,
  isExempt,
  isClosed,
  isTroubled,
}: UncoveredOptions): Uncovered {
  const gaps = new Map<string, Gap>();
  /** By symbol. */
  const closedSince = new Map<string, number>();
  /** By key, as of the last look. */
  const seen = new Map<string, { held: Decimal; covered: Decimal }>();
  /** By key: when something was last sold at market. */
  const soldAt = new Map<string, number>();

  function keyOf(clientId: string): string | undefined {
    // A list goes by its slot as its legs do.
    const tradeId = tagOf(clientId.replace(/-l(\d+-\w+)$/, '-s$1'))?.tradeId;
    return [...books.trades()].find((trade) => trade.tradeId === tradeId)?.key;
  }

  /** By stops, and by targets that are executing: a list's stop goes with the first execution of its target. */
  function coveredOf(key: string): Decimal {
    let covered = books.coverage(key);
    for (const [clientId, { quantity, executed }] of books.standing())
      if (executed.gt(0) && tagOf(clientId)?.role === 'target' && keyOf(clientId) === key)
        covered = covered.plus(quantity).minus(executed);
    return covered;
  }

  /** Of the trade, from then on or just before it: what goes then is asked for without knowing of that. */
  function changesSince(key: string, sentAt: number): readonly Decimal[] {
    const trade = [...books.trades()].find((one) => one.key === key);
    return trade?.changes.filter(({ at }) => at >= sentAt - NEWS_MS).map(({ change }) => change) ?? [];
  }

  /** It may go for another thing by now. */
  function isOvertaken(key: string, sentAt: number): boolean {
    return changesSince(key, sentAt).some((change) => change.isNegative());
  }

  /**
   * How many coins an order covers, where these are no more than were bought meanwhile: what has gone is still to be
   * replaced then. Null where they are more.
   */
  function boughtOf(key: string, gap: Gap, quantity: Decimal, replaced = ''): Decimal | null {
    books.update();
    const changes = changesSince(key, gap.askedAt);
    const bought = changes.reduce((sum, change) => sum.plus(Decimal.max(change, ZERO)), ZERO);
    const bare = books.ours(key).minus(coveredOf(key)).minus(gap.quantity);
    const before = books.standing().get(replaced);
    const more = before === undefined ? quantity : quantity.minus(before.quantity).plus(before.executed);
    return bought.gt(0) && isExempt(key, more.minus(Decimal.min(bought, bare))) ? more : null;
  }

  return {
    onHandled({ path, params, sentAt }) {
      const names = ['origClientOrderId', 'listClientOrderId', 'cancelOrigClientOrderId'];
      const clientId = names.map((name) => params.get(name)).find((name) => name !== undefined);
      const key = clientId === undefined ? undefined : keyOf(clientId);
      const before = key === undefined ? undefined : seen.get(key);
      if (key === undefined || !before) return;
      books.update();
      const covered = coveredOf(key);
      if (covered.gte(before.covered)) return;
      seen.set(key, { ...before, covered });
      const gone = before.covered.minus(covered);
      const isKnown = now() - (closedSince.get(symbolOf(key)) ?? now()) > KNOWN_MS;
      if (isKnown && books.ours(key).gt(covered) && !isTroubled(symbolOf(key)))
        fail('stop taken away', `${key}: ${gone} while no orders are taken`);
      const known = gaps.get(key);
      // It went for a sale that has left meanwhile: nothing else takes its place.
      const isSold = (soldAt.get(key) ?? Number.NEGATIVE_INFINITY) >= sentAt;
      const isFree = isSold || isOvertaken(key, sentAt);
      const isAlone = path.endsWith('/order') && tagOf(clientId ?? '')?.role === 'stop';
      gaps.set(key, {
        since: known?.since ?? now(),
        before: known?.before ?? before.covered,
        askedAt: sentAt,
        quantity: gone.plus(known?.quantity ?? ZERO),
        needs: isFree ? null : known ? { moreThan: known.quantity } : isAlone ? { all: gone } : null,
      });
    },
    onSent({ params }, [first]) {
      const key = first === undefined ? undefined : keyOf(first.clientId);
      const isSale = params.get('type') === 'MARKET' && params.get('side') === 'SELL';
      if (key !== undefined && isSale) soldAt.set(key, now());
      const gap = key === undefined ? undefined : gaps.get(key);
      if (!first || key === undefined || !gap || gap.needs === null) return;
      const { needs, quantity } = gap;
      // A rest that no order takes had to come free with it.
      const isEnough =
        'all' in needs
          ? isExempt(key, Decimal.min(needs.all, quantity).minus(first.quantity))
          : first.quantity.gt(Decimal.min(needs.moreThan, quantity));
      const isRight = isEnough || params.get('type') === 'MARKET' || isTroubled(symbolOf(key));
      const replaced = params.get('cancelOrigClientOrderId');
      const bought = isRight ? null : boughtOf(key, gap, first.quantity, replaced);
      if (bought) return void gaps.set(key, { ...gap, before: gap.before.plus(bought) });
      gaps.set(key, { ...gap, needs: null });
      if (isRight) return;
      fail('stop taken away', `${key}: ${first.quantity} takes the place of ${quantity}`);
    },
    onCrash: () => gaps.clear(),
    note() {
      for (const { key } of books.trades()) {
        const held = books.ours(key);
        const covered = coveredOf(key);
        const before = seen.get(key);
        seen.set(key, { held, covered });
        const gap = gaps.get(key);
        if (!gap) continue;
        const bare = Decimal.min(held, gap.before).minus(covered);
        const quantity = Decimal.min(Decimal.max(bare, ZERO), gap.quantity);
        if (quantity.isZero() || isExempt(key, held)) {
          gaps.delete(key);
          continue;
        }
        // One has taken the place of another, or something was bought: the next one's second begins.
        const isOther = before !== undefined && (covered.gt(before.covered) || held.gt(before.held));
        gaps.set(key, { ...gap, quantity, since: isOther ? now() : gap.since });
      }
    },
    look() {
      for (const symbol of new Set([...seen.keys()].map(symbolOf))) {
        if (!isClosed(symbol)) closedSince.delete(symbol);
        else if (!closedSince.has(symbol)) closedSince.set(symbol, now());
      }
      for (const [key, gap] of gaps) {
        const symbol = symbolOf(key);
        const from = isClosed(symbol) ? now() + AFTER_CLOSED_MS - REPLACE_MS : isTroubled(symbol) ? now() : 0;
        if (from > gap.since) gaps.set(key, { ...gap, since: from });
        else if (now() - gap.since > REPLACE_MS) {
          fail('naked position', `${key}: ${gap.quantity} without a cover for ${now() - gap.since} ms`);
        }
      }
    },
  };
}
