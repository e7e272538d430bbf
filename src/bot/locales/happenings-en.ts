import type { Part } from '../../incidents.ts';
import type { ConditionName } from '../../telemetry/conditions.ts';
import type { AlertCode, RecoveryLine } from '../../trading/desk-types.ts';
import type { CloseReason, OrderRole, OrderStatus, PlanNote } from '../../trading/model.ts';
import { troubleOf } from './denials-en.ts';
import { known, type Numbers, reasonText } from './numbers.ts';

/** What happens to trades, orders and the program, in English. */

/** What cuts a size where it is no setting. */
const limits: Readonly<Record<string, string>> = {
  balance_too_small: 'what the account has available',
  notional_limit: 'a limit of the exchange',
};

export const notesEn: Record<PlanNote['code'], (n: Numbers) => string> = {
  leverage_cut: (n) => `leverage ${known(n, 'from')}x cut to ${known(n, 'to')}x`,
  leverage_for_liquidation: (n) =>
    `leverage lowered${n.to ? ` to ${n.to}x` : ''} to keep the liquidation away from the stop`,
  cross_as_isolated: () => 'cross is not allowed: traded isolated',
  quantity_cut: (n) =>
    `size cut from ${known(n, 'from')} to ${known(n, 'to')} by ${n.setting || reasonText(limits, n.code) || 'a limit'}`,
  targets_merged: (n) =>
    `${known(n, 'from')} targets merged into ${known(n, 'to')}: too small for the exchange`,
  entries_merged: (n) =>
    `${known(n, 'from')} entries merged into ${known(n, 'to')}: too small for the exchange`,
  symbol_scaled: (n) => `prices scaled to ${n.symbol ?? n.to ?? 'the listed symbol'}`,
  default_stop: (n) =>
    `no stop in the signal: default stop${n.defaultStopPct ? ` at ${n.defaultStopPct}%` : ''}`,
  keeps_margin_mode: (n) => `the open position keeps its margin mode (${n.mode ?? '?'})`,
  keeps_leverage: (n) => `the open position keeps its leverage (${n.leverage ?? '?'}x)`,
};

export const closeReasonsEn: Record<CloseReason, string> = {
  targets: 'all targets reached',
  stop: 'stopped out',
  trailing_stop: 'trailing stop',
  user: 'closed by an operator',
  message: 'closed by the author',
  panic: 'closed by /panic',
  opposite: 'closed by an opposite signal',
  elsewhere: 'closed elsewhere',
  liquidated: 'liquidated',
  adl: 'auto-deleveraged (ADL)',
  settled: 'settled by the exchange, which delisted the contract',
  stop_unplaceable: 'closed because no stop could be placed',
  stop_crossed: 'closed because the price had passed the stop',
  entry_timeout: 'entries not filled in time',
  target_passed: 'the first target or the stop traded before the entry (target_passed)',
  entry_cancelled: 'entries cancelled',
  entry_rejected: 'entry rejected by the exchange',
  entry_failed: 'the entry never reached the exchange',
  too_small: 'what is left is too small to sell; it stays in your wallet',
};

/** What stands in brackets behind an alert, by name; what is not here is told as it is, by its name. */
export const alertNumbersEn: Readonly<Record<string, (value: string) => string>> = {
  trouble: (value) => troubleOf(value),
  failures: (value) => `${value} in a row`,
  seconds: (value) => (value === '0' ? '' : `tried again in ${value} s`),
  detail: (value) => value,
  stop: (value) => `stop at ${value}`,
  liquidation: (value) => `liquidated at ${value}`,
};

export const alertsEn: Record<AlertCode, string> = {
  stop_refused: 'The exchange refused the stop; trying again.',
  stop_crossed: 'The price had already passed the stop: the position is closed at market.',
  stop_unplaceable: 'No stop could be placed: the position is closed at market.',
  stop_move_refused: 'The stop could not be moved; the old one stays.',
  stop_lost: 'The stop had disappeared and is being put back.',
  stop_unreachable:
    'The position would be liquidated ahead of its stop, which protects nothing then. Add margin, move the stop closer, or close a part.',
  entry_unknown: 'No clear answer about an entry order; asking the exchange.',
  entry_failed: 'An entry order never reached the exchange; it is not sent again.',
  entry_expired: 'The exchange let an entry order expire; it is not sent again.',
  close_refused: 'The exchange refused a closing order; trying again.',
  orders_late:
    'Orders that protect reach the exchange too late, or not at all. They are tried again, with more time where they come too late. Look at the line, and if need be close the position in the app.',
  foreign_position: 'A position or orders that are not ours: left alone, the symbol is not traded.',
  position_mismatch: 'The position differs from our records; repaired towards less risk.',
  breaker_open:
    'The exchange fails at orders again and again: no entry is sent for now, then one is tried. Stops, targets and closes go on.',
  breaker_closed: 'The exchange takes orders again: entries go on.',
  key_refused: 'The exchange refuses the API key: nothing can be traded until it is right.',
  key_rights:
    'The API key may do what it must not, or may not do what it must: entries are paused. Change it (Binance → API Management → Edit restrictions), then /resume.',
  key_unrestricted:
    'The API key works from any IP address. Restrict it to this machine’s (Binance → API Management → Edit restrictions).',
  account_changed: 'The account’s settings were changed in the app: entries are paused until /resume.',
  credits_mode:
    'This account is in Binance’s Credits Trading Mode (BNFCR), which is not supported: signals are sized by the balance in USDT or USDC alone and denied where there is none, and what is charged or paid in credits is in no result.',
  daily_loss: 'The daily loss limit is reached: entries are paused until 00:00.',
  loss_streak: 'Too many losses in a row: entries are paused until /resume.',
  target_passed: 'The first target traded before the entry filled: entries cancelled (target_passed).',
  holding_too_small:
    'What is left is too small for an order: it cannot be protected or sold on the exchange.',
  targets_merged: 'Targets too small for the exchange were merged.',
  symbol_halted:
    'The exchange has stopped trading this symbol: entries are cancelled, stop and targets wait until it goes on or settles the position.',
  entries_withdrawn:
    'The store has not answered for too long: entries are cancelled, because soon nothing could protect what they fill. What is held keeps its stop.',
  delisting_announced:
    'The exchange delists this contract and then settles what is held: entries are cancelled, stop and targets stay. Close it before if that does not suit you.',
  trailing_refused: 'The exchange does not take the trailing stop: the bot moves the stop itself.',
};

/** What is not well, with the value, which market or symbols, and what to do. */
export const conditionsEn: Record<ConditionName, (value: string, what: string) => string> = {
  request_weight: (value, what) =>
    `${value} of the exchange’s request limit of the minute is used (${what}). Above it requests are refused, those that protect go first. Does something else use the same address?`,
  margin_ratio: (value) =>
    `The margin ratio is ${value}: at 100% the exchange liquidates. Add margin or close a part.`,
  prices_stale: (value, what) =>
    `No price of ${what} for ${value}. Stops stand on the exchange; what the bot does by price (trailing by itself, targets passed) waits.`,
  drift: (value, what) =>
    `Our records and the exchange have differed ${value} times within ten minutes (${what}), and were repaired. Does another program or person trade there?`,
  disk_low: (value) =>
    `Only ${value} are free on the disk that holds the store. When it is full nothing new is opened. Make room.`,
  clock_off: (value) =>
    `This machine’s clock is ${value} off from the exchange’s: the age of signals is judged by it. Switch on time synchronisation (NTP).`,
  memory_growth: (value) =>
    `The bot uses ${value} more memory than in its first hour. Restart it when it suits you: positions stay protected meanwhile. Please report it.`,
  event_loop: (value) =>
    `The program is held up for ${value} again and again: signals and stops are late. The machine has too little CPU, or something else uses it.`,
};

/** What has failed and what that means, and that it is over. `where` names the market. */
export const incidentsEn: Record<Part, { failed: (where: string) => string; works: string }> = {
  gateway: {
    failed: () => 'The connection to Discord is lost: no new signal is read, open trades are managed on.',
    works: 'Connected to Discord again; missed messages are read.',
  },
  stream: {
    failed: (where) => `The exchange’s event stream was silent${where}; reconnecting and comparing.`,
    works: 'Connected again and compared with the exchange.',
  },
  exchange: {
    failed: (where) => `The exchange does not answer${where}. Stops stay in place there; nothing is opened.`,
    works: 'The exchange answers again.',
  },
  store: {
    failed: () => 'The store cannot be written: nothing is opened.',
    works: 'The store is written again.',
  },
  panel: {
    failed: () => 'The panel is not to be reached; trading goes on.',
    works: 'The panel is open again.',
  },
  paper_exchange: {
    failed: () => 'The built-in exchange has ended; it is started again.',
    works: 'The built-in exchange runs again, with its account as it was.',
  },
  program: {
    failed: () => 'The bot ended unexpectedly.',
    works: 'Started again.',
  },
};

export const rolesEn: Record<OrderRole, string> = {
  entry: 'entry',
  stop: 'stop',
  target: 'target',
  close: 'close',
  trail: 'trailing stop',
};

export const orderStatusesEn: Record<OrderStatus, string> = {
  pending: 'pending',
  unknown: 'unknown',
  working: 'working',
  triggered: 'triggered',
  filled: 'filled',
  cancelled: 'cancelled',
  expired: 'expired',
  rejected: 'rejected',
  failed: 'failed',
};

function roleOf(role: string | undefined): string {
  return reasonText(rolesEn, role) || 'order';
}

/** What was found → what was done. */
export const recoveriesEn: Record<RecoveryLine['code'], (n: Numbers) => string> = {
  entry_adopted: (n) =>
    `an entry of ${known(n, 'quantity')} that had no answer stands on the exchange → taken over`,
  entry_failed: (n) =>
    `an entry of ${known(n, 'quantity')} never reached the exchange → given up, not sent again`,
  fill_found: (n) => `${known(n, 'quantity')} of the entry had filled → recorded`,
  exit_found: (n) => `${known(n, 'quantity')} of the ${roleOf(n.role)} had filled → recorded`,
  order_gone: (n) =>
    `the ${roleOf(n.role)} of ${known(n, 'quantity')} is no longer on the exchange → noted; what protects is placed anew`,
  stop_restored: (n) =>
    `no stop covered the whole position → one placed at ${known(n, 'price')} for ${known(n, 'quantity')}`,
  stop_with_entry: (n) =>
    `the exchange has set the stop that went with the entry, ${known(n, 'quantity')} at ${known(n, 'price')} → taken over`,
  exits_with_entry: (n) =>
    `the exchange has set the stop and the target that went with the entry, ${known(n, 'quantity')} at ${known(n, 'price')} and ${known(n, 'target')} → taken over`,
  liquidation_fee_found: (n) => `a liquidation fee of ${known(n, 'amount')} was charged → recorded`,
  funding_found: (n) => `funding of ${known(n, 'amount')} was charged → recorded`,
  trade_over: (n) =>
    `the trade is over (${reasonText(closeReasonsEn, n.reason) || 'closed'}) → what was left of it is removed`,
  order_swept: (n) => `a left-over order (${known(n, 'clientId')}) → cancelled`,
  closed_elsewhere: (n) =>
    `closed elsewhere, ${known(n, 'expected')} became ${known(n, 'actual')} → stop and targets follow`,
  closed_by_other_trade: (n) =>
    `an order of another trade of this position closed ${known(n, 'quantity')} of it → stop and targets follow`,
  position_foreign: () => 'a position or orders that are not ours → left alone, not traded here',
  position_mismatch: (n) =>
    `the position is ${known(n, 'actual')}, ours of it ${known(n, 'expected')} → the rest is left alone, not traded here`,
};
