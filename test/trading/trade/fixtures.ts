import { Decimal, ZERO } from '../../../src/trading/decimal.ts';
import type { OrderReport } from '../../../src/trading/exchange.ts';
import type { Fill, Order, Plan, PlannedEntry, Side, Trade, TradeTerms } from '../../../src/trading/model.ts';
import { newTrade } from '../../../src/trading/trade.ts';

export const START_MS = 1_790_000_000_000;
export const MAKER_FEE = '0.0002';
export const TAKER_FEE = '0.0005';

export interface Shape {
  side?: Side;
  /** `[type, price or null, quantity, quantity of the stop that is attached to it, whether the target is, too]`. */
  entries?: [PlannedEntry['type'], string | null, string, string?, 'with target'?][];
  stop?: string;
  /** `[price, share in percent]`. */
  targets?: [string, string][];
  terms?: Partial<TradeTerms>;
  sendForMs?: number;
  messageId?: string;
}

/** A long of 1 at 100, stop 90, targets 110 and 120, unless the shape says otherwise. */
export function tradeOf(shape: Shape = {}): Trade {
  const side = shape.side ?? 'long';
  const entries = (shape.entries ?? [['market', null, '1']]).map(
    ([type, price, quantity, attached, target]) => ({
      type,
      price: price === null ? null : new Decimal(price),
      quantity: new Decimal(quantity),
      ...(attached === undefined ? {} : { attached: new Decimal(attached) }),
      ...(target === undefined ? {} : { attachedTarget: true as const }),
    }),
  );
  const quantity = entries.reduce((sum, entry) => sum.plus(entry.quantity), ZERO);
  const stopPrice = new Decimal(shape.stop ?? (side === 'long' ? '90' : '110'));
  const targets = (
    shape.targets ??
    (side === 'long'
      ? [
          ['110', '50'],
          ['120', '50'],
        ]
      : [
          ['90', '50'],
          ['80', '50'],
        ])
  ).map(([price = '0', sharePct = '0']) => ({ price: new Decimal(price), sharePct: new Decimal(sharePct) }));
  const plan: Plan = {
    market: 'usdm',
    symbol: 'BTCUSDT',
    quote: 'USDT',
    side,
    positionSide: 'BOTH',
    entries,
    entryPrice: new Decimal(100),
    stopPrice,
    targets,
    quantity,
    leverage: 5,
    marginMode: 'isolated',
    notional: quantity.times(100),
    margin: quantity.times(20),
    riskAmount: quantity.times(10),
    riskPct: new Decimal(1),
    rewardRisk: null,
    liquidationPrice: null,
    markPrice: new Decimal(100),
    equity: new Decimal(10_000),
    notes: [],
  };
  return newTrade({
    plan,
    signal: {
      symbol: 'BTCUSDT',
      side,
      entry: { type: 'market' },
      trigger: null,
      stopLoss: { price: stopPrice },
      takeProfits: [],
      leverage: null,
      marginMode: null,
    },
    source: {
      guildId: '100000000000000001',
      channelId: '500000000000000001',
      channel: 'alpha',
      messageId: shape.messageId ?? '700000000000000001',
      authorId: '600000000000000001',
      index: 0,
      postedAt: START_MS,
    },
    terms: { ...standardTerms(), ...shape.terms },
    now: START_MS,
    sendUntil: START_MS + (shape.sendForMs ?? 60_000),
  });
}

export function standardTerms(): TradeTerms {
  return {
    entryTimeoutMs: 4 * 3_600_000,
    breakEvenAfter: 1,
    stopTrigger: 'mark',
    trailingStop: null,
    makerFee: new Decimal(MAKER_FEE),
    takerFee: new Decimal(TAKER_FEE),
    tickSize: new Decimal('0.1'),
    stepSize: new Decimal('0.001'),
    minQuantity: new Decimal('0.001'),
    minNotional: new Decimal(5),
    marketStepSize: new Decimal('0.001'),
    marketMaxQuantity: new Decimal(1_000),
  };
}

/** What the exchange would say of this order. */
export function reportOf(order: Order, over: Partial<OrderReport> = {}): OrderReport {
  return {
    clientId: order.clientId,
    symbol: order.symbol,
    conditional: order.type !== 'market' && order.type !== 'limit',
    orderId: order.orderId ?? `x-${order.clientId}`,
    status: 'working',
    action: order.action,
    positionSide: order.positionSide,
    reduceOnly: order.reduceOnly,
    quantity: order.quantity,
    executed: order.executed,
    avgPrice: null,
    price: order.price,
    triggerPrice: order.triggerPrice,
    reason: null,
    at: 0,
    ...over,
  };
}

let fillCount = 0;

export function fillOf(
  order: Order,
  quantity: string | Decimal,
  price: string,
  over: Partial<Fill> = {},
): Fill {
  fillCount += 1;
  return {
    tradeId: `f${fillCount}`,
    orderId: order.orderId ?? `x-${order.clientId}`,
    clientId: order.clientId,
    symbol: order.symbol,
    action: order.action,
    positionSide: order.positionSide,
    price: new Decimal(price),
    quantity: new Decimal(quantity),
    commission: ZERO,
    commissionAsset: 'USDT',
    realisedPnl: ZERO,
    maker: order.type === 'limit',
    at: 0,
    ...over,
  };
}
