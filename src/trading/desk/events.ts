import type { Log } from '../../log.ts';
import type { Clock } from '../clock.ts';
import { type Decimal, ZERO } from '../decimal.ts';
import type { DeskEvent } from '../desk-types.ts';
import type { Exchange, ExchangeEvent, OrderReport, PositionFee, Prices, Refused } from '../exchange.ts';
import { exitAction, held, isLive } from '../lifecycle/facts.ts';
import { parseClientId } from '../lifecycle/ids.ts';
import type { Fill, Market, Trade } from '../model.ts';
import { lackingCoins } from './coins.ts';
import { type Comparer, SETTLE_MS } from './comparer.ts';
import { causeOf, takeElsewhere } from './elsewhere.ts';
import { expectedPositions } from './expected-positions.ts';
import type { Keeper } from './keeper.ts';
import { tellListed } from './listed.ts';
import type { Runner } from './runner.ts';
import { unknownTo } from './unjournalled.ts';
import { coversAll, protects } from './user-stops.ts';
import type { Warden } from './warden.ts';

export interface ListenDeps {
  market: Market;
  exchange: Pick<Exchange, 'instruments'>;
  runner: Runner;
  keeper: Keeper;
  log: Log;
  clock: Clock;
  emit(event: DeskEvent): void;
  warden: Warden;
  charge(fee: PositionFee): void;
  comparer: Comparer;
  onPrices(symbol: string, prices: Prices): void;
  /** See `ReconcileDeps`. */
  attributed: Set<string>;
}

/**
 * The end of a list and the ends of its orders are told at the same time, in no order that is documented; and so are a
 * refusal's event and the answer to the order. What has not come by then is late, or lost.
 */
const OWN_WORD_MS = 500;

/** Translates what the exchange reports into events of trades and changes of the book. */
export function listenToExchange(deps: ListenDeps): (event: ExchangeEvent) => void {
  const { runner, keeper } = deps;
  let toldAt = Number.NEGATIVE_INFINITY;

  return (event) => {
    switch (event.type) {
      case 'order':
        return orderEvent(deps, event.report, event.fill);
      case 'list_over':
        deps.clock.after(OWN_WORD_MS, () => askForLegs(deps, event.clientIds));
        return;
      case 'prices': {
        const known = keeper.setPrices(event.symbol, event.prices, event.at);
        for (const trade of runner.all()) {
          if (trade.plan.symbol === event.symbol)
            void runner.feed(trade.id, { type: 'prices', prices: event.prices });
        }
        if (known) deps.onPrices(event.symbol, known);
        return;
      }
      case 'positions': {
        if (event.at < toldAt) return;
        toldAt = event.at;
        keeper.setWallets(new Map(Object.entries(event.walletBalances)));
        keeper.setPositions(event.positions);
        if (!explained(deps)) deps.clock.after(SETTLE_MS, () => explained(deps) || deps.comparer.schedule(0));
        return;
      }
      case 'balances':
        keeper.setBalances(event.balances, event.at, event.isRead);
        // Its fills may still be on their way.
        if (lackingCoins(runner.all(), keeper.balances()).size > 0) deps.comparer.schedule(SETTLE_MS);
        return;
      case 'funding':
        return deps.charge(event.fee);
      case 'instruments':
        return tellListed(deps);
      case 'config':
        return configEvent(deps, event);
      case 'stream':
        if (event.state === 'reconnected') return void deps.comparer.run('reconnect');
        deps.comparer.beginGap('reconnect', deps.clock.now());
        deps.emit({
          type: 'part',
          part: 'stream',
          market: deps.market,
          works: false,
          reason: event.reason,
        });
        return;
      case 'key_refused':
        deps.warden.fault(`the API key was refused: ${event.code}`);
        deps.emit({
          type: 'alert',
          level: 'critical',
          code: 'key_refused',
          tradeId: null,
          numbers: { code: String(event.code), message: event.message },
        });
        return;
    }
  };
}

/** Do our trades hold what the exchange last said of their positions? Its events come before our fills do. */
function explained({ runner, keeper }: ListenDeps): boolean {
  const actual = new Map<string, Decimal>();
  for (const position of keeper.book.positions) {
    actual.set(`${position.symbol}:${position.positionSide}`, position.quantity);
  }
  for (const [key, quantity] of expectedPositions(runner.all())) {
    if (!quantity.eq(actual.get(key) ?? ZERO)) return false;
  }
  return true;
}

function orderEvent(deps: ListenDeps, report: OrderReport, fill: Fill | null): void {
  const { runner, keeper } = deps;
  const owner = parseClientId(report.clientId);
  if (owner) {
    const trade = runner.get(owner.tradeId);
    if (trade) {
      const name = unknownTo(trade, report.clientId);
      if (name && report.status !== 'waiting')
        void runner.feed(trade.id, { type: 'adopt', found: [{ report, ...name }] });
      void runner.feed(trade.id, { type: 'report', report, fill });
      const { refused } = report;
      if (refused) deps.clock.after(OWN_WORD_MS, () => takeRefusal(deps, trade.id, report.clientId, refused));
    }
    // An entry that was given up for lost has filled: its trade has to come back at once.
    else if (report.executed.gt(0)) deps.comparer.schedule(0);
    else if (report.status === 'working') deps.comparer.schedule(SETTLE_MS);
    return;
  }
  // It may have been all that made the symbol the user's.
  if (isOver(report) && keeper.book.foreignSymbols.has(report.symbol)) deps.comparer.soon();
  // What others do on spot changes no position; whether coins of ours are gone, the balances tell.
  if (deps.market === 'spot') {
    if (fill !== null || report.conditional) deps.comparer.schedule(SETTLE_MS);
    return;
  }
  if (report.conditional) keeper.noteForeignConditional(report.clientId, report.status === 'working');
  const trades = runner
    .all()
    .filter(
      (trade) => trade.plan.symbol === report.symbol && trade.plan.positionSide === report.positionSide,
    );
  for (const trade of trades) {
    const covers = coversAll(trade, report);
    if (covers !== trade.userStop && report.conditional)
      void runner.feed(trade.id, { type: 'user_stop', covers });
  }
  if (fill !== null) return void foreignFill(deps, trades, report, fill);
  const cause = causeOf(report.clientId);
  // What Binance closes by itself is told by its fill; a contract that it settles takes no more orders, either.
  if (report.status !== 'working' || cause === 'liquidated' || cause === 'adl') return;
  const isUsers = cause === 'user';
  if (isUsers && protects(runner.all(), report)) return;
  if (!keeper.addForeign(report.symbol) || !isUsers) return;
  deps.emit({
    type: 'alert',
    level: 'warning',
    code: 'foreign_position',
    tradeId: null,
    numbers: { symbol: report.symbol },
  });
}

function isOver({ status }: OrderReport): boolean {
  return status === 'filled' || status === 'cancelled' || status === 'expired' || status === 'rejected';
}

/** Of a list that is over: those of which no event has told what became of them. */
function askForLegs({ runner }: ListenDeps, clientIds: readonly string[]): void {
  for (const clientId of clientIds) {
    const trade = runner.get(parseClientId(clientId)?.tradeId ?? '');
    const isUntold = trade?.orders.some((order) => order.clientId === clientId && isLive(order));
    if (trade && isUntold) void runner.feed(trade.id, { type: 'list_over', clientId });
  }
}

/** The answer to an order has not come, and an event has told what it says. */
function takeRefusal({ runner }: ListenDeps, tradeId: string, clientId: string, outcome: Refused): void {
  const order = runner.get(tradeId)?.orders.find((one) => one.clientId === clientId);
  if (order?.status !== 'pending') return;
  const { listId } = order;
  if (listId === undefined) void runner.feed(tradeId, { type: 'placed', clientId, outcome });
  else void runner.feed(tradeId, { type: 'list_placed', listId, outcome });
}

async function foreignFill(
  deps: ListenDeps,
  trades: readonly Trade[],
  report: OrderReport,
  fill: Fill,
): Promise<void> {
  const holding = trades.filter((trade) => held(trade).gt(0) && exitAction(trade) === fill.action);
  if (deps.attributed.has(fill.tradeId)) return;
  if (holding.length > 0) {
    deps.attributed.add(fill.tradeId);
    await takeElsewhere(deps.runner, holding, fill.quantity, [fill], causeOf(report.clientId));
    return;
  }
  deps.comparer.schedule(SETTLE_MS);
}

function configEvent(deps: ListenDeps, event: Extract<ExchangeEvent, { type: 'config' }>): void {
  if (event.change === 'leverage' && event.symbol !== null) {
    // Our own setting comes back as an event, too.
    if (String(deps.keeper.leverageOf(event.symbol).leverage) === event.value) return;
    // Whoever it was: the next trade there sets its own again.
    deps.keeper.setLeverage(event.symbol, null, null);
    // Without a trade of ours the change is nobody's business.
    if (!deps.runner.all().some(({ plan, phase }) => plan.symbol === event.symbol && phase !== 'closed'))
      return;
  }
  accountChanged(deps, `${event.change}${event.symbol ? ` ${event.symbol}` : ''}: ${event.value}`);
}

/** Somebody changed how the account works: nothing is opened until a human has looked. */
export function accountChanged(
  { warden, emit, clock }: Pick<ListenDeps, 'warden' | 'emit' | 'clock'>,
  detail: string,
): void {
  const since = clock.now();
  void warden.pause({ reason: 'account_changed', channelId: null, since, until: null, by: null, detail });
  emit({ type: 'alert', level: 'critical', code: 'account_changed', tradeId: null, numbers: { detail } });
}
