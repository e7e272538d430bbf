import { type Decimal, ZERO } from '../decimal.ts';
import type { ExchangeEvent, OrderReport, Position } from '../exchange.ts';
import type { Fill, PositionSide } from '../model.ts';
import type { OrderMemory } from './order-memory.ts';
import { algoStatus, CONDITIONAL_TYPES, childId, plainStatus, positive, TRAILING } from './usdm-orders.ts';
import type { WireAccountUpdate, WireAlgoUpdate, WireOrderUpdate } from './usdm-wire.ts';
import { decimalOf, instantOf } from './wire.ts';

/** What a message of the private stream means: events for the desk, or something the stream itself has to act on. */
export type PrivateMessage =
  | { kind: 'order'; event: Extract<ExchangeEvent, { type: 'order' }> }
  /** A conditional order ended and its event does not say how much of its child was filled. */
  | { kind: 'finished'; event: ExchangeEvent; symbol: string; clientId: string }
  | { kind: 'account'; events: ExchangeEvent[] }
  /** Something was charged for a position; what it was has to be asked for. */
  | { kind: 'fee'; events: ExchangeEvent[]; at: number }
  | { kind: 'listen_key_expired' }
  | { kind: 'shutdown' }
  | { kind: 'ignored'; name: string };

interface Envelope {
  e?: unknown;
  T?: number;
  E?: number;
  [field: string]: unknown;
}

/** @throws Error where a known event lacks a field that it must have. */
export function readPrivateMessage(message: unknown, memory: OrderMemory): PrivateMessage {
  const envelope = unwrap(message);
  const at = instantOf(envelope.T ?? envelope.E ?? 0);
  switch (envelope.e) {
    case 'ORDER_TRADE_UPDATE':
      return { kind: 'order', event: orderEvent(envelope.o as WireOrderUpdate, memory) };
    case 'ALGO_UPDATE':
      return algoEvent(envelope.o as WireAlgoUpdate, at, memory);
    case 'ACCOUNT_UPDATE': {
      const update = envelope.a as WireAccountUpdate;
      const events = [positionsEvent(update, at)];
      return FEES.has(update.m) ? { kind: 'fee', events, at } : { kind: 'account', events };
    }
    case 'ACCOUNT_CONFIG_UPDATE':
      return { kind: 'account', events: configEvents(envelope) };
    case 'listenKeyExpired':
      return { kind: 'listen_key_expired' };
    case 'serverShutdown':
      return { kind: 'shutdown' };
    default:
      return { kind: 'ignored', name: String(envelope.e) };
  }
}

/**
 * Reasons of the event; when INSURANCE_CLEAR comes, or that it comes with the income of that name, is not said there.
 * https://developers.binance.com/docs/derivatives/usds-margined-futures/user-data-streams/Event-Balance-and-Position-Update
 */
const FEES: ReadonlySet<string> = new Set(['FUNDING_FEE', 'INSURANCE_CLEAR']);

/** Combined streams wrap events in `{ stream, data }`, the WebSocket API in `{ event }`. */
function unwrap(message: unknown): Envelope {
  if (typeof message !== 'object' || message === null) return {};
  const { data, event } = message as Envelope;
  if (typeof data === 'object' && data !== null) return data as Envelope;
  if (typeof event === 'object' && event !== null) return event as Envelope;
  return message as Envelope;
}

function orderEvent(wire: WireOrderUpdate, memory: OrderMemory): Extract<ExchangeEvent, { type: 'order' }> {
  const orderId = String(wire.i);
  const clientId = memory.clientOf(orderId) ?? wire.c;
  const conditional = memory.isConditional(clientId) || CONDITIONAL_TYPES.has(wire.ot ?? '');
  memory.note(clientId, orderId, conditional);
  const status = plainStatus(wire.X);
  const report: OrderReport = {
    clientId,
    symbol: wire.s,
    conditional,
    orderId,
    status: conditional && status === 'working' ? 'triggered' : status,
    action: wire.S,
    positionSide: wire.ps ?? 'BOTH',
    reduceOnly: wire.R ?? false,
    quantity: decimalOf(wire.q),
    executed: decimalOf(wire.z),
    avgPrice: positive(wire.ap),
    price: positive(wire.p),
    triggerPrice: positive(wire.sp),
    reason: wire.er === undefined || wire.er === '0' || wire.er === '' ? null : `expiry reason ${wire.er}`,
    at: instantOf(wire.T),
  };
  // TRADE is an execution of ours; CALCULATED one of a liquidation or ADL.
  const executed = (wire.x === 'TRADE' || wire.x === 'CALCULATED') && decimalOf(wire.l).gt(0);
  return { type: 'order', report, fill: executed ? executionOf(wire, report) : null };
}

function executionOf(wire: WireOrderUpdate, report: OrderReport): Fill {
  return {
    tradeId: String(wire.t),
    orderId: String(wire.i),
    clientId: report.clientId,
    symbol: wire.s,
    action: wire.S,
    positionSide: report.positionSide,
    price: decimalOf(wire.L),
    quantity: decimalOf(wire.l),
    commission: wire.n === undefined ? ZERO : decimalOf(wire.n),
    commissionAsset: wire.N ?? '',
    realisedPnl: wire.rp === undefined ? ZERO : decimalOf(wire.rp),
    maker: wire.m ?? false,
    at: instantOf(wire.T),
  };
}

function algoEvent(wire: WireAlgoUpdate, at: number, memory: OrderMemory): PrivateMessage {
  const orderId = childId(wire.ai);
  memory.note(wire.caid, orderId, true);
  const quantity = decimalOf(wire.q);
  const executed = wire.aq === undefined || wire.aq === '' ? ZERO : decimalOf(wire.aq);
  const finished = wire.X === 'FINISHED';
  const filled = finished && executed.gt(0) && executed.gte(quantity);
  const event: Extract<ExchangeEvent, { type: 'order' }> = {
    type: 'order',
    report: {
      clientId: wire.caid,
      symbol: wire.s,
      conditional: true,
      orderId,
      status: filled ? 'filled' : algoStatus(wire.X),
      action: wire.S,
      positionSide: wire.ps ?? 'BOTH',
      reduceOnly: wire.R ?? false,
      quantity,
      executed,
      avgPrice: positive(wire.ap),
      price: positive(wire.p),
      triggerPrice: wire.o === TRAILING ? null : positive(wire.tp),
      reason: wire.rm === undefined || wire.rm === '' ? null : wire.rm,
      at,
    },
    fill: null,
  };
  if (finished && !filled) return { kind: 'finished', event, symbol: wire.s, clientId: wire.caid };
  return { kind: 'order', event };
}

function positionsEvent(update: WireAccountUpdate, at: number): ExchangeEvent {
  const walletBalances: Record<string, Decimal> = {};
  for (const balance of update.B ?? []) walletBalances[balance.a] = decimalOf(balance.wb);
  const positions = (update.P ?? []).map((position): Position => {
    const positionSide = position.ps ?? 'BOTH';
    return {
      symbol: position.s,
      positionSide,
      quantity: signedQuantity(position.pa, positionSide),
      entryPrice: decimalOf(position.ep),
      unrealised: decimalOf(position.up),
      liquidationPrice: null,
      leverage: null,
      marginMode: position.mt === undefined ? null : position.mt === 'isolated' ? 'isolated' : 'cross',
    };
  });
  return { type: 'positions', positions, walletBalances, reason: update.m, at };
}

export function signedQuantity(amount: string, positionSide: PositionSide): Decimal {
  const quantity = decimalOf(amount);
  switch (positionSide) {
    case 'BOTH':
      return quantity;
    case 'LONG':
      return quantity.abs();
    case 'SHORT':
      return quantity.abs().negated();
  }
}

/** https://developers.binance.com/docs/derivatives/usds-margined-futures/user-data-streams/Event-Account-Configuration-Update-previous-Leverage-Update */
function configEvents(envelope: Envelope): ExchangeEvent[] {
  const events: ExchangeEvent[] = [];
  const leverage = envelope.ac as { s: string; l: number } | undefined;
  if (leverage !== undefined) {
    events.push({ type: 'config', change: 'leverage', symbol: leverage.s, value: String(leverage.l) });
  }
  const mode = envelope.ai as { j: boolean } | undefined;
  if (mode !== undefined) {
    events.push({ type: 'config', change: 'multi_assets', symbol: null, value: String(mode.j) });
  }
  return events;
}
