import type { TroubleClass } from '../../risk/book.ts';
import type { FilterPrice } from '../../trading/exchange.ts';
import type { DenialCode } from '../../trading/model.ts';
import type { PauseReason } from '../pauses.ts';
import { known, moment, type Numbers, reasonText } from './numbers.ts';

/** Why nothing is opened, in English. */

export const pausesEn: Record<PauseReason, string> = {
  user: 'paused by an operator',
  daily_loss: 'daily loss limit',
  loss_streak: 'losing streak',
  fault: 'fault',
  account_changed: 'account settings changed in the app',
};

/** Whose limit. */
function whose(numbers: Numbers): string {
  switch (numbers.scope) {
    case 'trade':
      return 'one trade';
    case 'channel':
      return 'this channel';
    case 'order':
      return 'one order on the exchange';
    case 'bracket':
      return 'this leverage on the exchange';
    case 'position':
      return 'what an account may have of this coin on the exchange';
    default:
      return 'the account';
  }
}

/** What an entry, a stop and a target are compared with. Spot has no mark price. */
function priceName(n: Numbers): string {
  return reasonText({ last: 'last price', mark: 'mark price' }, n.by ?? 'mark');
}

function limitText(n: Numbers): string {
  return `${known(n, 'limit')} (${known(n, 'limitPct')}% of equity)`;
}

const troubles: Record<TroubleClass, string> = {
  rate: 'its request limits',
  load: 'too busy',
  server: 'no clear answers',
  margin: 'margin',
  filters: 'price, size or status of the symbol',
};

/** What the exchange's price filters go by. */
const bases: Record<FilterPrice['by'], string> = {
  reference: 'reference price',
  average: 'average price',
  last: 'last price',
};

const counted: Readonly<Record<string, string>> = { lists: 'order lists', orders: 'open orders' };

export function troubleOf(kind: string | undefined): string {
  return reasonText(troubles, kind);
}

export const denialsEn: Record<DenialCode, (n: Numbers) => string> = {
  paused: (n) => {
    const reason = reasonText(pausesEn, n.reason);
    return `Entries are paused${reason ? `: ${reason}` : ''}${n.until ? `, ending ${moment(n.until)}` : ', until /resume'}.`;
  },
  duplicate_signal: (n) =>
    `The same signal was planned or traded ${known(n, 'seconds')} s ago; within ${known(n, 'windowSeconds')} s it counts as the same.`,
  symbol_not_listed: (n) => `The exchange does not list ${known(n, 'symbol')}.`,
  symbol_denied: (n) => `The settings do not allow ${known(n, 'symbol')}.`,
  symbol_halted: (n) =>
    `${known(n, 'symbol')} takes no new orders: ${known(n, 'status')}${n.delistsAt === undefined ? '' : `, on ${n.delistsAt}`}.`,
  short_on_spot: (n) => `${known(n, 'symbol')} cannot be sold short on spot.`,
  no_stop: (n) =>
    n.words === undefined
      ? 'The signal has no stop loss.'
      : `The signal has no stop loss: “${n.words}” gives no price.`,
  stop_too_far: (n) =>
    `The stop ${known(n, 'stop')} is ${known(n, 'distancePct')}% from the entry ${known(n, 'entry')}; the limit is ${known(n, 'limitPct')}%.`,
  entry_too_far: (n) =>
    `The nearest entry ${known(n, 'entry')} is ${known(n, 'deviationPct')}% from the ${priceName(n)} ${known(n, 'mark')}; the limit is ${known(n, 'limitPct')}%.`,
  reward_too_small: (n) =>
    `The targets pay ${known(n, 'rewardRisk')} times the risk; at least ${known(n, 'limit')} is wanted.`,
  liquidation_too_near: (n) =>
    `At ${known(n, 'leverage')}x the liquidation price ${known(n, 'liquidationPrice')} is only ${known(n, 'bufferPct')}% of the stop distance beyond the stop ${known(n, 'stopPrice')}; ${known(n, 'limitPct')}% are needed.`,
  too_many_trades: (n) =>
    `${known(n, 'open')} trades of ${whose(n)} are open; the limit is ${known(n, 'limit')}.`,
  too_many_on_symbol: (n) =>
    `${known(n, 'open')} on ${known(n, 'symbol')} already; the limit is ${known(n, 'limit')}.`,
  notional_limit: (n) =>
    `The limit of ${whose(n)} is ${limitText(n)}; ${known(n, 'used')} are in use and ${known(n, 'wanted')} more are wanted.`,
  risk_limit: (n) =>
    `All stops of ${whose(n)} together may lose ${limitText(n)}; ${known(n, 'used')} are at risk and ${known(n, 'wanted')} more are wanted.`,
  daily_loss: (n) =>
    `Today ${whose(n)} has lost ${known(n, 'loss')} (${known(n, 'lossPct')}%); the limit is ${known(n, 'limitPct')}%${n.until ? `. Entries wait for the new day, ${moment(n.until)}` : ''}.`,
  loss_streak: (n) =>
    `${known(n, 'losses')} losing trades in a row; the limit is ${known(n, 'limit')}. Entries wait for /resume.`,
  cooldown: (n) =>
    `${known(n, 'symbol')} has lost ${known(n, 'sinceSeconds')} s ago and cools down for another ${known(n, 'seconds')} s.`,
  order_rate: (n) =>
    `${known(n, 'sent')} entry orders went out within a minute, ${known(n, 'adding')} more are wanted; the limit is ${known(n, 'limit')}.`,
  size_too_small: (n) =>
    `The risk buys ${known(n, 'quantity')} (${known(n, 'notional')}); the exchange takes ${known(n, 'minQuantity')} and ${known(n, 'minNotional')} or more.`,
  balance_too_small: (n) =>
    n.required
      ? `The orders need ${n.required} ${n.asset ?? 'of margin'}; ${known(n, 'available')} are available.`
      : `The account has ${known(n, 'available')} ${n.asset ?? 'of margin balance'}: nothing to trade with.`,
  opposite_position: (n) =>
    `A ${known(n, 'side')} on ${known(n, 'symbol')} is open; this signal would close it.`,
  margin_mode_conflict: (n) =>
    `${known(n, 'symbol')} has an open position with ${known(n, 'marginMode')} margin at ${known(n, 'leverage')}x, which the settings do not allow.`,
  foreign_position: (n) => `${known(n, 'symbol')} has a position or orders of your own; they are left alone.`,
  target_passed: (n) => {
    const now = `the ${priceName(n)} is ${known(n, 'mark')}`;
    if (n.side) {
      const [must, is] = n.side === 'short' ? ['above', 'below'] : ['below', 'above'];
      return `The stop ${known(n, 'price')} is on the wrong side of the price: ${now}, and the stop of a ${n.side} at market must be ${must} it, not ${is} (it has been reached, or is mistyped).`;
    }
    return `${n.passed === 'stop' ? 'The stop' : 'The first target'} ${known(n, 'price')} has traded already: ${now}.`;
  },
  price_out_of_range: (n) => {
    const basis = n.basis ? ` (its ${reasonText(bases, n.by)} is ${n.basis})` : '';
    return n.of === 'stop'
      ? `On ${known(n, 'symbol')} the exchange takes the order that a stop needs from ${known(n, 'lowest')} up now${basis}; the stop is ${known(n, 'price')}.`
      : `On ${known(n, 'symbol')} the exchange takes entries from ${known(n, 'lowest')} to ${known(n, 'highest')} now${basis}; this one is at ${known(n, 'price')}.`;
  },
  trigger_not_reached: (n) =>
    `The signal waits for a price${n.trigger ? ` (${n.trigger})` : ''} that no order can wait for${n.mark ? `; the ${priceName(n)} is ${n.mark}` : ''}.`,
  refused_lately: (n) =>
    `The exchange has refused the last ${known(n, 'failures')} entries (${troubleOf(n.trouble)}${n.code ? `, ${n.code}` : ''}); the next one is tried ${moment(n.until)}.`,
  order_limit: (n) =>
    `The exchange allows ${known(n, 'limit')} ${counted[n.counted ?? ''] ?? 'conditional orders'} on ${n.symbol ?? 'the account'}; ${known(n, 'open')} stand, this trade needs ${known(n, 'needed')}.`,
  exchange_unreachable: (n) => {
    const away = `${n.seconds && n.seconds !== '0' ? ` (for ${n.seconds} s)` : ''}${n.missing ? `; missing: ${n.missing}` : ''}`;
    if (!n.trouble) return `The exchange does not answer${away}.`;
    return `The exchange has failed the last ${known(n, 'failures')} times (${troubleOf(n.trouble)})${away}; the next entry is tried ${moment(n.until)}.`;
  },
  not_ready: (n) => `The bot is not ready to trade yet${n.reason ? `: ${n.reason}` : ''}.`,
};
