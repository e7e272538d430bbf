import { createStore } from '../web/store.js';

/**
 * What the server tells beside Discord: the market, the bot, the faults.
 *
 * @typedef {{ last: string, mark: string }} Price
 * @typedef {object} Market
 * @property {number} time Milliseconds since the epoch.
 * @property {number} speed
 * @property {Readonly<Record<string, Price>>} prices
 *
 * @typedef {object} Account
 * @property {{ wallet: string, unrealized: string, marginBalance: string, available: string }} account
 * @property {Record<string, string>[]} positions
 * @property {Record<string, string>[]} openOrders
 * @property {Record<string, string>[]} openAlgoOrders
 * @property {Record<string, string>[]} trades
 * @property {{ balances: { asset: string, free: string, locked: string }[], openOrders: Record<string, string>[], trades: Record<string, string | boolean>[] }} spot
 *
 * @typedef {object} BotStatus
 * @property {'starting' | 'ready' | 'ended'} state
 * @property {number | null} pid
 * @property {{ code: number | null, signal: string | null, words: string } | null} exit
 */

export const market = createStore(/** @type {Market} */ ({ time: 0, speed: 1, prices: {} }));
export const account = createStore(
  /** @type {Account} */ ({
    account: { wallet: '0', unrealized: '0', marginBalance: '0', available: '0' },
    positions: [],
    openOrders: [],
    openAlgoOrders: [],
    trades: [],
    spot: { balances: [], openOrders: [], trades: [] },
  }),
);
export const bot = createStore(/** @type {BotStatus} */ ({ state: 'starting', pid: null, exit: null }));
export const demo = createStore({ playing: false });
export const faults = createStore({ on: /** @type {string[]} */ ([]) });
/** The address of the bot's own panel, with what opens it. */
export const panelUrl = createStore(/** @type {string | null} */ (null));
export const symbol = createStore('BTCUSDT');

/** What the conditional orders and positions of one contract are about: lines in the chart. */
export function linesOf(/** @type {Account} */ now, /** @type {string} */ contract) {
  const ours = (/** @type {Record<string, string>} */ row) => row.symbol === contract;
  const lines = [
    ...now.positions.filter(ours).map((row) => line('position', row.entryPrice)),
    ...now.openOrders.filter(ours).map((row) => line(isReducing(row, now) ? 'target' : 'entry', row.price)),
    ...now.openAlgoOrders.filter(ours).map((row) => line('stop', row.triggerPrice)),
    ...now.spot.openOrders.filter(ours).map(spotLine),
  ];
  // Several orders at one price are one line.
  return [...new Map(lines.map((each) => [`${each.kind} ${each.text}`, each])).values()].sort(
    (a, b) => b.price - a.price,
  );
}

/** What sells on spot is a way out: above by its price, below by its stop price. @param {Record<string, string>} row */
function spotLine(row) {
  const stop = Number(row.stopPrice ?? 0);
  if (row.side === 'BUY') return line('entry', stop > 0 ? row.stopPrice : row.price);
  return stop > 0 ? line('stop', row.stopPrice) : line('target', row.price);
}

/**
 * @param {'position' | 'entry' | 'target' | 'stop'} kind
 * @param {string} [price]
 */
function line(kind, price = '0') {
  return { kind, price: Number(price), text: String(Number(price)) };
}

/**
 * @param {Record<string, string | boolean>} order
 * @param {Account} now
 */
function isReducing(order, now) {
  if (String(order.reduceOnly) === 'true') return true;
  const held = now.positions.find(
    (row) => row.symbol === order.symbol && row.positionSide === order.positionSide,
  );
  const sells = order.side === 'SELL';
  return (
    order.positionSide !== 'BOTH' &&
    held !== undefined &&
    sells === order.positionSide?.toString().startsWith('LONG')
  );
}
