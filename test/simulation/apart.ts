import { ZERO } from '../../src/trading/decimal.ts';
import type { RunningDesk } from '../../src/trading/desk.ts';
import type { DeskEvent, Opened, RecoveryLine } from '../../src/trading/desk-types.ts';
import { resultOf } from '../../src/trading/lifecycle/facts.ts';
import type { Fill, Market, Trade } from '../../src/trading/model.ts';
import type { Checker } from './checker.ts';
import { symbolOf } from './coverage.ts';
import type { Setting, SignalItem } from './script.ts';
import { count, type Tally } from './tally.ts';
import type { Venue } from './venue.ts';
import type { Verdict } from './verdict.ts';

/**
 * The same name on the other market is another symbol: nothing that happens to the one is booked to, told of or held
 * against the other. Read off the exchanges' books and what somebody did there.
 */
export interface Apart {
  /** A signal is put to the desk; call what is returned with its answer. */
  asked(item: SignalItem, desk: RunningDesk): (answer: Opened) => void;
  onDeskEvent(event: DeskEvent, desk: RunningDesk): void;
  /** It takes no orders, or not every kind. */
  onHalted(market: Market, symbol: string): void;
  onCrash(): void;
  /** From now on the program may take for lost what is only on its way. */
  onClockSet(): void;
  /** Where a market's side of the account says what is the other's; empty once all is settled. */
  differences(desk: RunningDesk | null): string[];
}

/** As the report counts it: a trade was opened beside one of the other market on the same name. */
export const BESIDE_OTHER = 'opened beside the other market';

interface Execution {
  id: number;
  symbol: string;
  side: Fill['action'];
  price: Fill['price'];
  quantity: Fill['quantity'];
}

/** A signal that has not been answered. */
interface Asking {
  market: Market;
  name: string;
  /** How many others on the same symbol were on their way with it: each may have come first. */
  others: number;
  /** No trade is open on the market, and no other is on its way there. */
  isFirst: boolean;
}

export function createApart(
  setting: Setting,
  venue: Venue,
  checkers: readonly Checker[],
  tally: Tally,
  fail: Verdict['fail'],
): Apart {
  const prices = new Map<string, Set<string>>();
  const halted = new Set<string>();
  const lost = new Set<string>();
  const asking = new Set<Asking>();
  const plans = new Map<string, Trade['plan']>();
  const books: Record<Market, { executions: readonly Execution[]; byId: Map<string, Execution> }> = {
    usdm: { executions: venue.exchange.trades, byId: new Map() },
    spot: { executions: venue.spot?.trades ?? [], byId: new Map() },
  };
  let isDisturbed = false;

  const nameOf = (market: Market, symbol: string): string => `${market} ${symbol}`;
  const notePrices = (market: Market, symbol: string, seen: readonly { toFixed(): string }[]): void => {
    const name = nameOf(market, symbol);
    const known = prices.get(name) ?? new Set();
    prices.set(name, known);
    for (const price of seen) known.add(price.toFixed());
  };
  const noteMarket = (market: Market, symbol: string): void => {
    const usdm = venue.exchange.market(symbol);
    if (market === 'usdm') return notePrices(market, symbol, [usdm.last, usdm.mark]);
    if (venue.spot) notePrices(market, symbol, [venue.spot.market(symbol).last]);
  };
  for (const { market } of checkers) for (const symbol of setting.symbols) noteMarket(market, symbol);
  const listen = (market: Market) => (event: { kind: string; symbol?: string }) => {
    if (event.kind === 'market' && event.symbol !== undefined && setting.symbols.includes(event.symbol))
      noteMarket(market, event.symbol);
  };
  venue.exchange.subscribe(listen('usdm'));
  venue.spot?.subscribe(listen('spot'));

  /** Somebody acted there, or something went wrong: what is told of it may be true. */
  function mayBeTold(market: Market, symbol: string): boolean {
    const checker = checkers.find((one) => one.market === market);
    return isDisturbed || !checker || checker.isTouched(symbol) || checker.hasHadTrouble();
  }

  /** Orders of our trades closed more than those had opened, and as much as is told. */
  function checkOverrun({ trade, quantity }: Extract<DeskEvent, { type: 'elsewhere' }>): void {
    const { market, symbol } = trade.plan;
    const checker = checkers.find((one) => one.market === market);
    checker?.books.update();
    let most = ZERO;
    for (const { key, entered, exited } of checker?.books.trades() ?? [])
      if (symbolOf(key) === symbol && exited.gt(entered)) most = most.plus(exited.minus(entered));
    if (quantity.gt(most))
      fail(
        'booked to the other market',
        `${trade.id}: ${quantity} closed by other trades, which did ${most}`,
      );
  }

  function executionOf(market: Market, id: string): Execution | undefined {
    const { executions, byId } = books[market];
    for (let read = byId.size; read < executions.length; read += 1) {
      const execution = executions[read];
      if (execution) byId.set(String(execution.id), execution);
    }
    return byId.get(id);
  }

  function checkMoney(trade: Trade): void {
    const { market } = trade.plan;
    for (const fill of trade.fills) {
      // Of one by hand that several trades share each has a part, named after it and the trade.
      const own = executionOf(market, fill.tradeId.split('/')[0] ?? '');
      const isOwn =
        own?.symbol === fill.symbol &&
        own.side === fill.action &&
        own.price.eq(fill.price) &&
        own.quantity.gte(fill.quantity);
      if (!isOwn)
        fail('booked to the other market', `${trade.id}: execution ${fill.tradeId} at ${fill.price}`);
    }
    if (market === 'usdm') return;
    const { funding, liquidation } = resultOf(trade);
    const isPaid = !funding.isZero() || !liquidation.isZero();
    if (isPaid || trade.fills.some(({ realisedPnl }) => !realisedPnl.isZero()))
      fail('booked to the other market', `${trade.id}: funding or profit of futures`);
  }

  function checkPrice(trade: Trade, desk: RunningDesk): void {
    const { market, symbol } = trade.plan;
    const known = prices.get(nameOf(market, symbol));
    const seen = desk.priceOf(trade);
    if (seen && known && !(known.has(seen.last.toFixed()) && known.has(seen.mark.toFixed())))
      fail('booked to the other market', `${trade.id} on ${market}: a price of ${seen.last}`);
  }

  function openOn(desk: RunningDesk, name: string): Trade[] {
    return desk.trades().filter(({ plan }) => nameOf(plan.market, plan.symbol) === name);
  }

  function checkCount({ plan }: Trade, desk: RunningDesk): void {
    const other = plan.market === 'usdm' ? 'spot' : 'usdm';
    if (openOn(desk, nameOf(other, plan.symbol)).length > 0) count(tally, BESIDE_OTHER);
    // Opposite ones are closed for it, and what was given up for lost comes back.
    if (setting.closeOnOpposite || mayBeTold(plan.market, plan.symbol)) return;
    const name = nameOf(plan.market, plan.symbol);
    const open = openOn(desk, name).length;
    if (open > setting.maxTradesPerSymbol) fail('held against the other market', `${open} trades on ${name}`);
  }

  function checkAlert({ code, tradeId, numbers }: Extract<DeskEvent, { type: 'alert' }>): void {
    const { market = 'usdm', symbol = numbers.symbol } = plans.get(tradeId ?? '') ?? {};
    if (symbol === undefined) return;
    const name = nameOf(market, symbol);
    if (code === 'symbol_halted' && !halted.has(name))
      fail('told of the other market', `${name} is said not to trade`);
    const isOfHands = code === 'stop_lost' || code === 'foreign_position' || code === 'position_mismatch';
    if (isOfHands && !mayBeTold(market, symbol))
      fail('told of the other market', `${code} on ${name}, where nobody acted`);
  }

  function isUnused(desk: RunningDesk, market: Market): boolean {
    return desk.trades().every(({ plan }) => plan.market !== market);
  }

  /** Of limits that are shares of a wallet nothing is used where none of its trades is open. */
  function checkUsed(name: string, answer: Opened): void {
    const checks = 'checks' in answer ? answer.checks : [];
    for (const { code, numbers } of checks) {
      const isOfWallet = code === 'risk_limit' || code === 'notional_limit';
      if (isOfWallet && Number(numbers.used ?? 0) > 0)
        fail('held against the other market', `${code} on ${name}: ${numbers.used} are used`);
    }
  }

  function checkFinding({ code, market, symbol }: RecoveryLine): void {
    const isOfHands =
      code === 'closed_elsewhere' || code === 'position_foreign' || code === 'position_mismatch';
    if (isOfHands && market !== undefined && !mayBeTold(market, symbol))
      fail('told of the other market', `${code} on ${market} ${symbol}, where nobody acted`);
  }

  function checkDenial(
    item: SignalItem,
    { name, others }: Asking,
    before: readonly Trade[],
    after: readonly Trade[],
    code: string,
  ): void {
    const market = item.market ?? 'usdm';
    const most = new Set([...before, ...after].map(({ id }) => id)).size + others;
    const against = [...before, ...after].some(({ plan }) => plan.side !== item.side);
    const isWrong =
      (code === 'too_many_on_symbol' && most < setting.maxTradesPerSymbol) ||
      (code === 'opposite_position' && (market === 'spot' || (!against && others === 0))) ||
      (code === 'cooldown' && !lost.has(name)) ||
      (code === 'symbol_halted' && !halted.has(name)) ||
      (code === 'foreign_position' && !mayBeTold(market, item.symbol)) ||
      (code === 'margin_mode_conflict' && market === 'spot');
    if (isWrong) fail('held against the other market', `${code} on ${name}`);
  }

  return {
    asked(item, desk) {
      const market = item.market ?? 'usdm';
      const name = nameOf(market, item.symbol);
      const own: Asking = { market, name, others: 0, isFirst: isUnused(desk, market) };
      for (const other of asking) {
        if (other.market !== market) continue;
        for (const one of [own, other]) one.isFirst = false;
        if (other.name === name) for (const one of [own, other]) one.others += 1;
      }
      asking.add(own);
      const before = openOn(desk, name);
      return (answer) => {
        asking.delete(own);
        if (own.isFirst) checkUsed(name, answer);
        if (answer.kind === 'denied') checkDenial(item, own, before, openOn(desk, name), answer.denial.code);
      };
    },
    onDeskEvent(event, desk) {
      if ('trade' in event) {
        const { id, plan, phase } = event.trade;
        plans.set(id, plan);
        if (phase === 'closed' && resultOf(event.trade).net.lt(0)) lost.add(nameOf(plan.market, plan.symbol));
      }
      switch (event.type) {
        case 'opened':
          return checkCount(event.trade, desk);
        case 'changed':
          return checkPrice(event.trade, desk);
        case 'filled':
        case 'closed':
          return checkMoney(event.trade);
        case 'elsewhere': {
          const { market, symbol } = event.trade.plan;
          if (event.cause === 'other_trade') checkOverrun(event);
          else if (!mayBeTold(market, symbol))
            fail('booked to the other market', `${event.trade.id}: ${event.quantity} left elsewhere`);
          return checkMoney(event.trade);
        }
        case 'alert':
          return checkAlert(event);
        case 'recovered':
          for (const line of event.lines) checkFinding(line);
      }
    },
    onHalted: (market, symbol) => void halted.add(nameOf(market, symbol)),
    onCrash() {
      isDisturbed = true;
      asking.clear();
    },
    onClockSet() {
      isDisturbed = true;
    },
    differences(desk) {
      return (desk?.books() ?? []).flatMap((book) => {
        const strangers = [...book.foreignSymbols].filter((symbol) => !mayBeTold(book.market, symbol));
        const found = strangers.map((symbol) => `${book.market} ${symbol} is said to be the user's`);
        const isPosition = book.market === 'spot' && book.positions.length > 0;
        return isPosition ? [...found, 'a position on spot'] : found;
      });
    },
  };
}
