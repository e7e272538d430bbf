import { Decimal, ZERO } from '../../../trading/decimal.ts';
import type { Instrument } from '../instruments.ts';
import { liquidationPrice, maintenance, notional, unrealized } from './margin.ts';
import type { Market } from './markets.ts';
import type { Income, MarginType, Order, Position, PositionSide, SymbolSettings } from './model.ts';
import { remaining } from './model.ts';

/** The futures wallet with its positions and settings; no orders, no sockets. */

const DEFAULT_LEVERAGE = 20;

export interface Margins {
  wallet: Decimal;
  crossWallet: Decimal;
  unrealized: Decimal;
  crossUnrealized: Decimal;
  marginBalance: Decimal;
  maintenance: Decimal;
  positionInitial: Decimal;
  openOrderInitial: Decimal;
  available: Decimal;
}

export interface Rates {
  maker: Decimal;
  taker: Decimal;
}

export class Account {
  uid: number;
  wallet: Decimal;
  hedgeMode = false;
  multiAssets = false;
  /** Set by a script; false makes the exchange refuse every order with -2010. */
  canTrade = true;
  /** BNB in the futures wallet: commissions are paid with them, at a discount, while there are enough. */
  bnb: Decimal = ZERO;
  feeBurn = true;
  /** What else is in it, set by a script: shown, and nothing is paid with it. */
  readonly others = new Map<string, Decimal>();
  rates: Rates = { maker: new Decimal('0.0002'), taker: new Decimal('0.0005') };
  readonly positions = new Map<string, Position>();
  readonly settings = new Map<string, SymbolSettings>();
  readonly incomes: Income[] = [];
  updateTime = 0;

  constructor(uid: number, wallet: Decimal) {
    this.uid = uid;
    this.wallet = wallet;
  }

  settingsOf(symbol: string): SymbolSettings {
    const known = this.settings.get(symbol);
    if (known !== undefined) return known;
    const fresh: SymbolSettings = { leverage: DEFAULT_LEVERAGE, marginType: 'CROSSED' };
    this.settings.set(symbol, fresh);
    return fresh;
  }

  marginTypeOf(symbol: string): MarginType {
    return this.settingsOf(symbol).marginType;
  }

  /** The position of that side, a flat one if there never was any. */
  position(symbol: string, positionSide: PositionSide): Position {
    const key = `${symbol}:${positionSide}`;
    const known = this.positions.get(key);
    if (known !== undefined) return known;
    const fresh: Position = {
      symbol,
      positionSide,
      amount: ZERO,
      entryPrice: ZERO,
      isolatedWallet: ZERO,
      realized: ZERO,
      fees: ZERO,
      accumulated: ZERO,
      updateTime: 0,
    };
    this.positions.set(key, fresh);
    return fresh;
  }

  openPositions(symbol?: string): Position[] {
    return [...this.positions.values()].filter(
      (position) => !position.amount.isZero() && (symbol === undefined || position.symbol === symbol),
    );
  }

  /** The sides that the position mode has. */
  sides(): readonly PositionSide[] {
    return this.hedgeMode ? ['LONG', 'SHORT'] : ['BOTH'];
  }
}

/** The margin that resting orders of one contract keep: what opens, not what reduces. */
export function openOrderMargin(account: Account, symbol: string, orders: readonly Order[]): Decimal {
  const leverage = account.settingsOf(symbol).leverage;
  const opening = orders.filter((order) => order.symbol === symbol && !order.reduceOnly);
  const cost = (list: readonly Order[], free: Decimal): Decimal => {
    let left = free;
    let total = ZERO;
    for (const order of list) {
      const covered = Decimal.min(left, remaining(order));
      left = left.minus(covered);
      total = total.plus(remaining(order).minus(covered).times(order.price));
    }
    return total;
  };
  if (account.hedgeMode) {
    const opens = opening.filter((order) => (order.side === 'BUY') === (order.positionSide === 'LONG'));
    return cost(opens, ZERO).div(leverage);
  }
  const held = account.position(symbol, 'BOTH').amount;
  const buys = cost(
    opening.filter((order) => order.side === 'BUY'),
    held.isNegative() ? held.abs() : ZERO,
  );
  const sells = cost(
    opening.filter((order) => order.side === 'SELL'),
    held.isPositive() ? held : ZERO,
  );
  return Decimal.max(buys, sells).div(leverage);
}

export function initialMargin(account: Account, position: Position, mark: Decimal): Decimal {
  return notional(position, mark).abs().div(account.settingsOf(position.symbol).leverage);
}

/** The account's totals at the current mark prices. `orders` are the resting ones. */
export function margins(
  account: Account,
  markets: ReadonlyMap<string, Market>,
  orders: readonly Order[],
): Margins {
  let isolated = ZERO;
  let unreal = ZERO;
  let crossUnreal = ZERO;
  let maint = ZERO;
  let positionInitial = ZERO;
  let crossInitial = ZERO;
  for (const position of account.openPositions()) {
    const market = markets.get(position.symbol);
    if (market === undefined) continue;
    const gain = unrealized(position, market.mark);
    const initial = initialMargin(account, position, market.mark);
    unreal = unreal.plus(gain);
    maint = maint.plus(maintenance(market.instrument, position, market.mark));
    positionInitial = positionInitial.plus(initial);
    if (account.marginTypeOf(position.symbol) === 'ISOLATED')
      isolated = isolated.plus(position.isolatedWallet);
    else {
      crossUnreal = crossUnreal.plus(gain);
      crossInitial = crossInitial.plus(initial);
    }
  }
  const symbols = new Set(orders.map((order) => order.symbol));
  const openOrderInitial = [...symbols].reduce(
    (total, symbol) => total.plus(openOrderMargin(account, symbol, orders)),
    ZERO,
  );
  const crossWallet = account.wallet.minus(isolated);
  const available = crossWallet.plus(crossUnreal).minus(crossInitial).minus(openOrderInitial);
  return {
    wallet: account.wallet,
    crossWallet,
    unrealized: unreal,
    crossUnrealized: crossUnreal,
    marginBalance: account.wallet.plus(unreal),
    maintenance: maint,
    positionInitial,
    openOrderInitial,
    available: Decimal.max(available, ZERO),
  };
}

/** Where the position would be liquidated at the other positions' current mark prices; 0 if nowhere. */
export function liquidationOf(
  account: Account,
  markets: ReadonlyMap<string, Market>,
  position: Position,
): Decimal {
  const market = markets.get(position.symbol);
  if (market === undefined) return ZERO;
  const contract: Instrument = market.instrument;
  if (account.marginTypeOf(position.symbol) === 'ISOLATED') {
    return liquidationPrice(contract, position, market.mark, position.isolatedWallet);
  }
  let wallet = margins(account, markets, []).crossWallet;
  for (const other of account.openPositions()) {
    const itsMarket = markets.get(other.symbol);
    if (other === position || itsMarket === undefined) continue;
    if (account.marginTypeOf(other.symbol) === 'ISOLATED') continue;
    wallet = wallet
      .plus(unrealized(other, itsMarket.mark))
      .minus(maintenance(itsMarket.instrument, other, itsMarket.mark));
  }
  return liquidationPrice(contract, position, market.mark, wallet);
}
