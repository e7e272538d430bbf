import { ZERO } from '../decimal.ts';
import type { ExchangeEvent, OrderReport } from '../exchange.ts';
import type { Fill } from '../model.ts';
import type { OrderMemory } from './order-memory.ts';
import { average, isConditionalType, isListed } from './spot-orders.ts';
import { balanceOf } from './spot-reads.ts';
import { refusalOf } from './spot-refusals.ts';
import type { WireAccountPosition, WireExecutionReport, WireListStatus } from './spot-wire.ts';
import { plainStatus, positive } from './usdm-orders.ts';
import { decimalOf, instantOf } from './wire.ts';

/** What an event of the spot account means: events for the desk, or something the stream has to act on. */
export type SpotMessage =
  | { kind: 'order'; event: ExchangeEvent }
  | { kind: 'balances'; event: ExchangeEvent; at: number }
  /** Money came, went, or was locked by another system: how much is there now has to be asked. */
  | { kind: 'moved'; reason: string }
  /** The subscription has ended; the connection has not. */
  | { kind: 'terminated' }
  | { kind: 'shutdown' }
  | { kind: 'list'; event: ExchangeEvent }
  | { kind: 'ignored'; name: string };

/** @throws Error where a known event lacks a field that it must have. */
export function readSpotEvent(event: Readonly<Record<string, unknown>>, memory: OrderMemory): SpotMessage {
  switch (event.e) {
    case 'executionReport':
      return orderEvent(event as unknown as WireExecutionReport, memory);
    case 'outboundAccountPosition':
      return balancesMessage(event as unknown as WireAccountPosition);
    case 'balanceUpdate':
    case 'externalLockUpdate':
      return { kind: 'moved', reason: String(event.e) };
    case 'eventStreamTerminated':
      return { kind: 'terminated' };
    case 'serverShutdown':
      return { kind: 'shutdown' };
    case 'listStatus':
      return listMessage(event as unknown as WireListStatus, memory);
    default:
      return { kind: 'ignored', name: String(event.e) };
  }
}

function orderEvent(wire: WireExecutionReport, memory: OrderMemory): SpotMessage {
  const orderId = String(wire.i);
  // A cancellation has a client id of its own.
  const clientId = wire.C === undefined || wire.C === '' ? wire.c : wire.C;
  const holder = memory.orderOf(clientId);
  // An order that was refused because its client id is taken must not end the one that holds it.
  if (wire.x === 'REJECTED' && holder !== undefined && holder !== orderId) {
    return { kind: 'ignored', name: 'executionReport of a refused duplicate' };
  }
  const conditional = isConditionalType(wire.o);
  const executed = decimalOf(wire.z);
  const status = plainStatus(wire.X);
  const triggered =
    conditional && status === 'working' && ((wire.w === true && (wire.W ?? -1) > 0) || executed.gt(0));
  if (wire.x !== 'REJECTED') memory.note(clientId, orderId, conditional);
  const refused = wire.x === 'REJECTED' ? refusalOf(wire.r) : undefined;
  const report: OrderReport = {
    clientId,
    symbol: wire.s,
    conditional,
    orderId,
    status: triggered ? 'triggered' : status,
    action: wire.S,
    positionSide: 'BOTH',
    reduceOnly: false,
    quantity: decimalOf(wire.q),
    executed,
    avgPrice: average(wire.Z, executed),
    price: positive(wire.p),
    triggerPrice: positive(wire.P),
    reason: reasonOf(wire),
    at: instantOf(wire.T),
    listed: isListed(wire.g),
    ...(refused ? { refused } : {}),
  };
  const trades = wire.x === 'TRADE' && decimalOf(wire.l).gt(0);
  return {
    kind: 'order',
    event: { type: 'order', report, fill: trades ? executionOf(wire, report) : null },
  };
}

function reasonOf(wire: WireExecutionReport): string | null {
  if (wire.eR !== undefined && wire.eR !== 'NONE') return wire.eR;
  return wire.r === undefined || wire.r === 'NONE' ? null : wire.r;
}

function executionOf(wire: WireExecutionReport, report: OrderReport): Fill {
  return {
    tradeId: String(wire.t),
    orderId: String(wire.i),
    clientId: report.clientId,
    symbol: wire.s,
    action: wire.S,
    positionSide: 'BOTH',
    price: decimalOf(wire.L),
    quantity: decimalOf(wire.l),
    commission: decimalOf(wire.n ?? 0),
    commissionAsset: wire.N ?? '',
    realisedPnl: ZERO,
    maker: wire.m ?? false,
    at: instantOf(wire.T),
  };
}

/** What its orders do while it is active their own events tell, and what became of them at its end. */
function listMessage({ l, O }: WireListStatus, memory: OrderMemory): SpotMessage {
  if (l !== 'ALL_DONE') return { kind: 'ignored', name: `listStatus ${l}` };
  const clientIds = O.map(({ i, c }) => memory.clientOf(String(i)) ?? c);
  return { kind: 'list', event: { type: 'list_over', clientIds } };
}

function balancesMessage(wire: WireAccountPosition): SpotMessage {
  const balances = new Map(wire.B.map(({ a, f, l }) => [a, balanceOf(f, l)]));
  const told = instantOf(wire.E ?? 0);
  return {
    kind: 'balances',
    event: { type: 'balances', balances, at: instantOf(wire.u ?? told), isRead: false, reason: 'event' },
    at: told,
  };
}
