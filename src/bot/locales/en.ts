import type { Changes, WhatIf } from '../../commands/what-if.ts';
import type { Incident, Part } from '../../incidents.ts';
import type { TroubleClass } from '../../risk/book.ts';
import type { RiskKeyType } from '../../risk/settings.ts';
import type { ConditionName } from '../../telemetry/conditions.ts';
import type { AlertCode, RecoveryLine } from '../../trading/desk-types.ts';
import type { CloseReason, DenialCode, OrderRole, OrderStatus, PlanNote } from '../../trading/model.ts';
import type { PauseReason } from '../pauses.ts';
import type { Language } from '../ports.ts';
import { decisionEn } from './decision-en.ts';
import { invalidEn } from './invalid-en.ts';
import { known, moment, type Numbers, reasonText } from './numbers.ts';

/** Every text in English; the other languages are held to its shape by the compiler. */

const pauses: Record<PauseReason, string> = {
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
    default:
      return 'the account';
  }
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

function troubleOf(kind: string | undefined): string {
  return reasonText(troubles, kind);
}

const denials: Record<DenialCode, (n: Numbers) => string> = {
  paused: (n) => {
    const reason = reasonText(pauses, n.reason);
    return `Entries are paused${reason ? `: ${reason}` : ''}${n.until ? `, ending ${moment(n.until)}` : ', until /resume'}.`;
  },
  duplicate_signal: (n) =>
    `The same signal was planned or traded ${known(n, 'seconds')} s ago; within ${known(n, 'windowSeconds')} s it counts as the same.`,
  symbol_not_listed: (n) => `The exchange does not list ${known(n, 'symbol')}.`,
  symbol_denied: (n) => `The settings do not allow ${known(n, 'symbol')}.`,
  symbol_halted: (n) =>
    `${known(n, 'symbol')} takes no new orders: ${known(n, 'status')}${n.delistsAt === undefined ? '' : `, on ${n.delistsAt}`}.`,
  short_on_spot: (n) => `${known(n, 'symbol')} cannot be sold short on spot.`,
  no_stop: () => 'The signal has no stop loss.',
  stop_too_far: (n) =>
    `The stop ${known(n, 'stop')} is ${known(n, 'distancePct')}% from the entry ${known(n, 'entry')}; the limit is ${known(n, 'limitPct')}%.`,
  entry_too_far: (n) =>
    `The nearest entry ${known(n, 'entry')} is ${known(n, 'deviationPct')}% from the mark price ${known(n, 'mark')}; the limit is ${known(n, 'limitPct')}%.`,
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
    `The orders bind ${known(n, 'required')} of margin; ${known(n, 'available')} are available.`,
  opposite_position: (n) =>
    `A ${known(n, 'side')} on ${known(n, 'symbol')} is open; this signal would close it.`,
  margin_mode_conflict: (n) =>
    `${known(n, 'symbol')} has an open position with ${known(n, 'marginMode')} margin at ${known(n, 'leverage')}x, which the settings do not allow.`,
  foreign_position: (n) => `${known(n, 'symbol')} has a position or orders of your own; they are left alone.`,
  target_passed: (n) =>
    `${n.passed === 'stop' ? 'The stop' : 'The first target'} ${known(n, 'price')} has traded already: the mark price is ${known(n, 'mark')}.`,
  trigger_not_reached: (n) =>
    `The signal waits for a price${n.trigger ? ` (${n.trigger})` : ''} that no order can wait for${n.mark ? `; the mark price is ${n.mark}` : ''}.`,
  refused_lately: (n) =>
    `The exchange has refused the last ${known(n, 'failures')} entries (${troubleOf(n.trouble)}${n.code ? `, ${n.code}` : ''}); the next one is tried ${moment(n.until)}.`,
  order_limit: (n) =>
    `The exchange allows ${known(n, 'limit')} conditional orders on ${n.symbol ?? 'the account'}; ${known(n, 'open')} stand, this trade needs ${known(n, 'needed')}.`,
  exchange_unreachable: (n) => {
    const away = `${n.seconds && n.seconds !== '0' ? ` (for ${n.seconds} s)` : ''}${n.missing ? `; missing: ${n.missing}` : ''}`;
    if (!n.trouble) return `The exchange does not answer${away}.`;
    return `The exchange has failed the last ${known(n, 'failures')} times (${troubleOf(n.trouble)})${away}; the next entry is tried ${moment(n.until)}.`;
  },
  not_ready: (n) => `The bot is not ready to trade yet${n.reason ? `: ${n.reason}` : ''}.`,
};

const notes: Record<PlanNote['code'], (n: Numbers) => string> = {
  leverage_cut: (n) => `leverage ${known(n, 'from')}x cut to ${known(n, 'to')}x`,
  leverage_for_liquidation: (n) =>
    `leverage lowered${n.to ? ` to ${n.to}x` : ''} to keep the liquidation away from the stop`,
  cross_as_isolated: () => 'cross is not allowed: traded isolated',
  quantity_cut: (n) =>
    `size cut from ${known(n, 'from')} to ${known(n, 'to')} by ${n.setting || n.code || 'a limit'}`,
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

const closeReasons: Record<CloseReason, string> = {
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

const alerts: Record<AlertCode, string> = {
  stop_refused: 'The exchange refused the stop; trying again.',
  stop_crossed: 'The price had already passed the stop: the position is closed at market.',
  stop_unplaceable: 'No stop could be placed: the position is closed at market.',
  stop_move_refused: 'The stop could not be moved; the old one stays.',
  stop_lost: 'The stop had disappeared and is being put back.',
  entry_unknown: 'No clear answer about an entry order; asking the exchange.',
  entry_failed: 'An entry order never reached the exchange; it is not sent again.',
  close_refused: 'The exchange refused a closing order; trying again.',
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
  daily_loss: 'The daily loss limit is reached: entries are paused until 00:00.',
  loss_streak: 'Too many losses in a row: entries are paused until /resume.',
  target_passed: 'The first target traded before the entry filled: entries cancelled (target_passed).',
  holding_too_small:
    'What is left is too small for an order: it cannot be protected or sold on the exchange.',
  targets_merged: 'Targets too small for the exchange were merged.',
  symbol_halted:
    'The exchange has stopped trading this symbol: entries are cancelled, stop and targets wait until it goes on or settles the position.',
  delisting_announced:
    'The exchange delists this contract and then settles what is held: entries are cancelled, stop and targets stay. Close it before if that does not suit you.',
  trailing_refused: 'The exchange does not take the trailing stop: the bot moves the stop itself.',
};

/** What is not well, with the value, which market or symbols, and what to do. */
const conditions: Record<ConditionName, (value: string, what: string) => string> = {
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
const incidents: Record<Part, { failed: (where: string) => string; works: string }> = {
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

const roles: Record<OrderRole, string> = {
  entry: 'entry',
  stop: 'stop',
  target: 'target',
  close: 'close',
  trail: 'trailing stop',
};

const orderStatuses: Record<OrderStatus, string> = {
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
  return reasonText(roles, role) || 'order';
}

/** What was found → what was done. */
const recoveries: Record<RecoveryLine['code'], (n: Numbers) => string> = {
  entry_adopted: (n) =>
    `an entry of ${known(n, 'quantity')} that had no answer stands on the exchange → taken over`,
  entry_failed: (n) =>
    `an entry of ${known(n, 'quantity')} never reached the exchange → given up, not sent again`,
  fill_found: (n) => `the entry has filled by ${known(n, 'quantity')} → booked`,
  exit_found: (n) => `the ${roleOf(n.role)} has filled by ${known(n, 'quantity')} → booked`,
  order_gone: (n) =>
    `the ${roleOf(n.role)} of ${known(n, 'quantity')} is no longer on the exchange → noted; what protects is placed anew`,
  stop_restored: (n) =>
    `no stop fitted the position → one at ${known(n, 'price')} for ${known(n, 'quantity')}`,
  liquidation_fee_found: (n) => `a liquidation fee of ${known(n, 'amount')} was charged → booked`,
  funding_found: (n) => `funding of ${known(n, 'amount')} was charged → booked`,
  trade_over: (n) =>
    `the trade is over (${reasonText(closeReasons, n.reason) || 'closed'}) → what was left of it is removed`,
  order_swept: (n) => `a left-over order (${known(n, 'clientId')}) → cancelled`,
  closed_elsewhere: (n) =>
    `closed elsewhere, ${known(n, 'expected')} became ${known(n, 'actual')} → stop and targets follow`,
  position_foreign: () => 'a position or orders that are not ours → left alone, not traded here',
  position_mismatch: (n) =>
    `the position is ${known(n, 'actual')}, ours of it ${known(n, 'expected')} → the rest is left alone, not traded here`,
};

const whatChanges: Record<Changes, string> = {
  nothing: '',
  size: 'size',
  leverage: 'leverage',
  marginMode: 'margin mode',
  stop: 'stop',
};

export const en = {
  language: 'en' as Language,
  denied: 'Denied',
  invalid: 'Invalid',
  expired: 'Expired',
  rejected: 'Rejected',
  failed: 'Failed',
  observed: 'Observed',
  filled: 'Filled',
  closedElsewhere: 'Closed elsewhere',
  liquidated: 'Liquidated',
  adl: 'ADL',
  settled: 'Closed elsewhere (settled, the contract was delisted)',
  closed: 'Closed',
  config: 'Config',
  alert: 'Alert',
  critical: 'ALERT',

  long: 'LONG',
  short: 'SHORT',
  denials,
  invalids: invalidEn,
  notes,
  closeReasons,
  alerts,
  incidents,
  conditions,
  recoveries,
  pauses,
  roles,
  orderStatuses,

  decision: decisionEn,

  button: {
    confirm: 'Confirm',
    half: 'Half size',
    reject: 'Reject',
    adjust: 'Adjust',
    cancel: 'Cancel',
    close: (percent: number) => `Close ${percent}%`,
    breakEven: 'Break-even',
    cancelEntries: 'Cancel entries',
    details: 'Details',
  },

  report: {
    setting: (key: string) => `Setting: ${key}`,
    tooOld: (age: string, maxAge: string) => `posted ${age} ago, maxAge is ${maxAge}`,
    from: (channel: string, link: string) => `[from ${channel}](${link})`,
    rejected: (code: number, message: string) => `by the exchange: ${code} ${message}`,
    failed: (message: string) => `nothing was sent: ${message}`,
    missed: (count: number) =>
      `Expired: ${count} ${count === 1 ? 'message' : 'messages'} came while the bot was away and ${count === 1 ? 'was' : 'were'} not traded`,
    missedMore: (count: number) => `… and ${count} more`,
    missedUpdate: 'update',
    historyUnread: (channel: string) =>
      `The history of ${channel} cannot be read: signals posted meanwhile are missing. Check “Read Message History”.`,
  },

  plan: {
    spot: 'spot',
    cost: 'Cost',
    /** Of a breakout: its trigger, then the most it may cost. */
    stopLimit: (limit: string) => `stop-limit, at most ${limit}`,
    market: 'market',
    entry: 'Entry',
    stop: 'Stop',
    targets: 'Targets',
    /** Within a sentence. */
    stopAt: (price: string) => `stop ${price}`,
    targetsAt: (prices: string) => `targets ${prices}`,
    noTargets: 'none, the stop alone closes it',
    size: 'Size',
    notional: 'Notional',
    margin: 'Margin',
    leverage: 'Leverage',
    risk: 'Risk',
    lossAtStop: (amount: string, share: string) => `${amount} if the stop is hit (${share} of equity)`,
    withFees: (amount: string) => `, ${amount} with fees`,
    liquidationAt: (price: string, away: string, ofStop: string) =>
      `${price} (${away} away, ${ofStop} times the stop’s distance)`,
    rewardRisk: 'Reward/risk',
    liquidation: 'Liquidation',
    isolated: 'isolated',
    cross: 'cross',
    orders: 'Orders',
    buy: 'Buy',
    sell: 'Sell',
    stopOrder: 'stop-market',
    takeProfit: 'take profit',
    note: 'Note',
  },

  proposal: {
    question: (channel: string) => `${channel}: trade this?`,
    expires: (when: string) => `Expires ${when}`,
    confirmed: (by: string, when: string) => `Confirmed by ${by} ${when}`,
    rejected: (by: string, when: string) => `Rejected by ${by} ${when}`,
    expired: (when: string) => `Expired ${when}`,
    denied: (by: string, when: string) => `at the click of ${by} ${when}`,
    withdrawn: (when: string) => `Withdrawn by its author ${when}`,
    sourceDeleted: 'The author has deleted the message.',
    already: (state: string) => `Already decided. ${state}`,
    gone: 'This question is no longer open.',
    confirmedHalf: (by: string, when: string) => `Confirmed at half size by ${by} ${when}`,
    adjusted: (by: string) => `Adjusted by ${by}`,
    price: (mark: string, drift: string) => `Price ${mark} (${drift} since the signal)`,
    halfTooSmall: (why: string) => `Half of it is too small: ${why} The question stays open.`,
    working: 'Being carried out…',
  },

  adjust: {
    title: (trade: string) => `Adjust ${trade}`,
    fields: { stop: 'Stop', targets: 'Targets', size: 'Size' },
    stopHint: 'A price, or a distance from the entry: 58000 or 3%',
    targetsHint: 'The nearest first, a line each, a share behind if you like: 62000 (50%)',
    sizeHint: (asset: string) => `In ${asset}, or a part: 50%. Left as it is, the risk decides as always`,
    wrong: 'Nothing was changed:',
    kept: 'What you wrote is kept for the next try.',
    done: 'Adjusted. The message shows the new plan; it still waits for Confirm.',
    unreadable: (text: string) => `“${text}” cannot be read`,
    empty: 'is missing',
    tooMuch: (loss: string, limit: string, most: string) =>
      `would lose ${loss} of equity at the stop; riskPerTradePct allows ${limit}, which is ${most}`,
  },

  question: {
    open: 'open',
    answered: (label: string, by: string, when: string) => `${label}: ${by} ${when}`,
    expired: 'Expired without an answer; nothing was changed.',
    which: 'Which trade is meant?',
    howMuch: (trade: string) => `How much of ${trade} should be closed?`,
    raisesRisk: (trade: string, price: string) =>
      `Moving the stop of ${trade} to ${price} raises the risk. Do it?`,
    deletedEntering: (trade: string) => `The author deleted the signal of ${trade}. Cancel its entries?`,
    deletedOpen: (trade: string) => `The author deleted the signal of ${trade}. Close the trade at market?`,
    edited: (trade: string) => `The author edited the signal of ${trade} after its entry had filled. Apply?`,
    editedOther: (trade: string) =>
      `The author edited the signal of ${trade} after its entry had filled. It now differs in symbol, side or entry, which an open trade cannot follow.`,
    panic: 'Pause, cancel every entry and close every position of the bot at market. Sure?',
    resumeEarly: 'The daily loss limit holds until 00:00. Resume entries anyway?',
    resumeEarlyAgain: 'Really? The day’s loss limit will no longer stop new trades today.',
    loosen: (key: string, from: string, to: string) =>
      `${key}: ${from} → ${to} lets more risk through. Change it?`,
  },

  update: {
    close: 'close',
    closePartial: (share: string) => `close ${share}`,
    closing: (share: string) => `closing ${share}`,
    moveStop: (price: string) => `move the stop to ${price}`,
    breakEven: 'stop to break-even',
    cancelEntries: 'cancel entries',
    setTargets: (prices: string) => `new targets ${prices}`,
    done: 'done',
    refused: {
      no_such_trade: 'there is no such trade any more',
      nothing_held: 'nothing is held',
      no_entries: 'no entry is waiting',
      wrong_side: 'the price is already past that level; the stop stays',
      raises_risk: 'that raises the risk',
    },
    edited: 'edited: the old entries are cancelled, the new plan is checked',
  },

  card: {
    dust: 'Too little to sell',
    entering: 'waiting for entry',
    open: 'open',
    closing: 'closing',
    closed: 'closed',
    stopKinds: { initial: '', break_even: 'break-even', moved: 'moved', trailing: 'trailing' },
    noStopYet: 'placed with the first fill',
    trailing: 'Trailing stop',
    trailsAfter: (pct: string, targets: number) =>
      targets === 0 ? `${pct} behind the price` : `${pct} behind the price after target ${targets}`,
    trailedByExchange: (pct: string, at: string | null) =>
      `${pct} behind the price, on the exchange${at === null ? '' : ` · ${at} or better`}`,
    trailedByBot: (pct: string) => `${pct} behind the price, moved by the bot`,
    unrealised: 'Unrealised',
    realised: 'Realised',
    fees: 'Fees',
    funding: 'Funding',
    liquidationFee: 'Liquidation fee',
    net: 'Net',
    opened: 'Opened',
    hit: 'hit',
    targetMerged: (number: number) =>
      `the exchange takes no order for this part alone: goes with target ${number}`,
    targetWithStop: 'the exchange takes no order for this part: left to the stop',
    requested: (what: string, trade: string) => `${trade}: ${what}, on its way.`,
    refused: (what: string, trade: string, why: string) => `${trade}: ${what} is not possible, ${why}.`,
    asked: (what: string, trade: string) =>
      `${trade}: ${what} would raise the risk; confirm it in the trades channel.`,
    repeated: 'That is already under way.',
    notFound: 'This trade is no longer known.',
    signalIn: (channel: string) => `Signal in ${channel}`,
    atPrice: (at: string) => `at ${at}`,
    atStop: (result: string) => `at the stop ${result}`,
    history: 'History',
  },

  history: {
    opened: (channel: string, link: string, what: string) => `Signal in [${channel}](${link}): ${what}`,
    placed: (order: string, what: string) => `Order placed (${order}): ${what}`,
    refused: (order: string, what: string, why: string) => `Order refused (${order}): ${what} · ${why}`,
    cancelled: (order: string, what: string) => `Order cancelled (${order}): ${what}`,
  },

  chart: {
    signal: 'signal',
    entry: 'Entry',
    stop: 'Stop',
    target: (number: number) => `TP${number}`,
  },

  fill: {
    partly: (executed: string, total: string) => `${executed} of ${total} so far`,
    fee: (amount: string) => `fee ${amount}`,
  },

  presence: {
    paused: (why: string) => `Entries paused${why === '' ? '' : `: ${why}`}`,
    pausedIn: (channels: string) => `Entries paused in ${channels}`,
    notReady: 'Not ready for entries',
    trading: (open: number) => `${open} open ${open === 1 ? 'trade' : 'trades'}`,
  },
  alertLines: {
    summary: 'Summary of the last 24 hours',
    summaryNothing: 'No trade was closed.',
    nearStop: (now: string, stop: string, left: string) =>
      `${now} is close to the stop ${stop}: ${left} of its distance left`,
    paused: (why: string, where: string, until: string) => `Entries paused (${why}${where}) ${until}`,
    pausedBy: (who: string) => `by ${who}`,
    untilResume: 'until /resume',
    until: (when: string) => `until ${when}`,
    inChannel: (channel: string) => `, ${channel}`,
    resumed: (reasons: string) => `Entries resumed (${reasons})`,
    recovered: {
      start: (took: string) => `Started: ledger and exchange agree after ${took}.`,
      reconnect: (took: string) =>
        `Reconnected: ledger and exchange agree ${took} after the stream was lost.`,
      comparison: () => 'Comparison with the exchange.',
    },
    healed: {
      itself: (took: string) => `Over after ${took}, by itself.`,
      restart: (took: string) => `Over after ${took}, by a restart of this part.`,
      new_start: (took: string) => `Over after ${took}, by a new start of the bot.`,
    } satisfies Record<NonNullable<Incident['healedBy']>, unknown>,
    configChanged: 'config.yaml has changed, from now on:',
    configAdded: 'new,',
    configRemoved: 'no longer listened to',
    configUnset: 'not set',
    configHidden: 'changed (not shown: it may hold a key)',
    configSet: (value: string) => `(until /risk reset, ${value} holds)`,
    wellAgain: (took: string) => `All is well again, after ${took}.`,
    crashed: (when: string) => `The bot ended unexpectedly; it was last alive ${when}.`,
    foundNothing: 'Nothing had changed meanwhile.',
    found: 'Found → done:',
    dmClosed: (user: string) =>
      `${user} does not accept direct messages from this bot: alerts are posted here only.`,
    lacking: {
      files: (channel: string, why: string) =>
        `Pictures cannot be posted in ${channel} (${why}): cards go without their charts. Allow the bot “Attach Files” there.`,
      threads: (channel: string, why: string) =>
        `No threads can be opened in ${channel} (${why}): the history of a trade is under its card’s button “Details” only. Allow the bot “Create Public Threads” and “Send Messages in Threads” there.`,
    },
    left: 'The bot has been taken out of the server: no signal is read and nothing can be posted there. Stops and targets stay on the exchange, open trades are managed. Invite it again; `npm run doctor` gives the link.',
    joined: 'The bot is in the server again: what was missed is read.',
    undeliverable: (channel: string, why: string) =>
      `Messages cannot be posted in ${channel}: ${why}. Trading goes on; check the bot’s permissions there.`,
  },

  gate: {
    notOperator: 'You are not an operator of this bot.',
    viewerOnly: 'Viewers may only use commands that change nothing.',
    failed: 'That did not work; the log says more. Check /status.',
    unknown: 'This command is not known any more.',
  },

  command: {
    noPositions: 'No open trades.',
    noOrders: 'No working orders.',
    positions: (count: number) => `${count} open ${count === 1 ? 'trade' : 'trades'}`,
    orders: (count: number) => `${count} working ${count === 1 ? 'order' : 'orders'}`,
    protections: {
      waiting: 'waits for its entry',
      protected: 'stop on the exchange',
      own_stop: 'your own stop on the exchange',
      closing: 'closing',
      unprotected: 'NO STOP on the exchange',
    },
    pages: {
      title: (page: number) => `page ${page}`,
      of: (page: number, pages: number) => `page ${page} of ${pages}`,
      previous: 'Previous',
      refresh: 'Refresh',
      next: 'Next',
    },
    foreign: (symbols: string) => `Not ours, left alone: ${symbols}`,
    paused: (channel: string | null, until: string) =>
      `Entries paused ${channel === null ? 'everywhere' : `in ${channel}`}, ${until}. Open trades stay protected.`,
    badDuration: 'That is no duration. Write 30m, 4h or 1d.',
    noSuchChannel: (name: string) => `No signal channel is called ${name}.`,
    notPaused: 'Entries are not paused.',
    resumed: 'Entries resumed.',
    noTrade: (symbol: string) => `No open trade of ours in ${symbol}.`,
    badPercent: 'The percentage must be between 1 and 100.',
    closing: (percent: string, symbol: string) => `Closing ${percent} of ${symbol}.`,
    panicking: (trades: number) =>
      trades === 0
        ? 'Paused. No trade is open.'
        : `Paused. Cancelling entries and closing ${trades} ${trades === 1 ? 'trade' : 'trades'} until flat.`,
    unknownKey: (key: string, near: string) =>
      `There is no risk setting ${key}.${near === '' ? ' /risk show lists them.' : ` Did you mean ${near}?`}`,
    badValue: (key: string, value: string, takes: string) =>
      `${key} cannot be “${value}”. It takes ${takes}.`,
    noStopLeft:
      'Without requireStopLoss a signal needs defaultStopPct to fall back to: set defaultStopPct first, or leave requireStopLoss on.',
    takes: {
      percent: (bounds: string) => `a percentage, ${bounds}`,
      ratio: (bounds: string) => `a number, ${bounds}`,
      count: (bounds: string) => `a whole number, ${bounds}`,
      duration: (bounds: string) => `a time, ${bounds}, as 90s, 5m, 4h or 1d`,
      boolean: (bounds: string) => bounds,
      symbols: () => 'symbols as Binance writes them, with commas between: BTCUSDT, ETHUSDT',
    } satisfies Record<RiskKeyType, (bounds: string) => string>,
    set: (key: string, from: string, to: string) =>
      `${key}: ${from} → ${to}. In effect now, kept over restarts.`,
    unchanged: (key: string, value: string) => `${key} is ${value} already.`,
    reset: (key: string, from: string, to: string) => `${key}: ${from} → ${to}, as the file says.`,
    notSet: (key: string) => `${key} was not set here; the file decides.`,
    whatIf: ({ asked, denied, allowed, changed, what }: WhatIf) =>
      asked === 0
        ? 'No signal of the last 30 days tells what it would have changed.'
        : `Of ${asked} ${asked === 1 ? 'signal' : 'signals'} in the last 30 days it would have denied ${denied} more and allowed ${allowed} more${changed === 0 ? '' : `, and traded ${changed} with another ${whatChanges[what]}`}.`,
    off: 'off',
    none: 'none',
    all: 'all',
    between: (min: string, max: string) => `${min} to ${max}`,
    origins: { default: 'default', file: 'file', channel: 'channel', set: '/risk set' },
    riskTitle: (where: string) => `Risk settings (${where})`,
    account: 'account',
    noPnl: (period: string) => `No trade was closed in this period (${period}). Nothing lost.`,
    pnlTitle: (period: string) => `Profit and loss, ${period}`,
    periods: { today: 'today', week: '7 days', month: '30 days', all: 'all' },
    trades: (count: number, wins: number, losses: number) => `${count} closed: ${wins} won, ${losses} lost`,
    beforeCosts: 'Before costs',
    openNow: (count: number) => `${count} still open, not counted`,
    exported: (scope: string, trades: number, fills: number) =>
      `${trades} closed ${trades === 1 ? 'trade' : 'trades'} with ${fills} ${fills === 1 ? 'fill' : 'fills'} (${scope}). Times are UTC.`,
    exportTooLarge: (trades: number) =>
      `${trades} trades are more than fit into one message. Choose a shorter period, a channel or a symbol.`,
    performance: {
      winRate: 'Win rate',
      expectancy: 'Expectancy',
      profitFactor: 'Profit factor',
      drawdown: 'Max drawdown',
      longest: (wins: number, losses: number) => `Longest streaks: ${wins} won, ${losses} lost in a row`,
      streak: (kind: 'wins' | 'losses', length: number) => `${length} ${kind === 'wins' ? 'won' : 'lost'}`,
      now: (streak: string) => `now ${streak}`,
      equity: 'Sum of results',
      daily: 'By day',
    },
    best: 'Best',
    worst: 'Worst',
    statusReady: 'ready',
    statusNotReady: (why: string) => `not ready: ${why}`,
    status: {
      state: 'State',
      entries: 'Entries',
      allowed: 'allowed',
      discord: 'Discord',
      ping: 'ping',
      stream: 'Exchange stream',
      markets: { usdm: 'futures', spot: 'spot' },
      up: 'up',
      down: 'DOWN',
      lastEvent: 'last event',
      weight: 'Request weight',
      ordersBy: { rest: 'orders go by REST', socket: 'orders go over the WebSocket API' },
      latency: 'Latency of 24 h',
      decision: 'signal to order',
      protection: 'fill to stop',
      stages: 'Stages of 24 h',
      stage: {
        gateway: 'Discord',
        parsed: 'read',
        risk: 'judged',
        journalled: 'written',
        sent: 'sent',
        acknowledged: 'acknowledged',
        filled: 'filled at market',
        posted: 'posted',
      },
      answer: 'command to answer',
      exchange: 'exchange',
      queue: 'Queues',
      toExchange: 'to the exchange',
      toDiscord: 'to Discord',
      memory: 'Memory',
      reconciled: 'Last comparison',
      never: 'never',
      breakers: 'Circuit breakers',
      closed: 'closed',
      breakerOpen: (trouble: string, failures: number, where: string, next: string) =>
        `OPEN: ${troubleOf(trouble)}${where} (${failures} in a row), next try ${next}`,
      recovered: 'Recovered',
      after: { start: 'after the start in', reconnect: 'after the last lost stream in' },
      slowest: 'slowest of 30 days',
      version: 'Version',
      uptime: 'started',
      equity: 'Equity',
      day: 'today',
    },
    parse: {
      signal: 'Signal',
      update: 'Update',
      invalid: (why: string) => `Invalid: ${why}. It would never be traded.`,
      none: (why: string) => `${why}.`,
      preview: (channel: string) => `As a message in ${channel} now:`,
      planned: 'Passes',
      noTrade: 'Only read; nothing is traded.',
    },
    why: {
      took: 'Took',
      badMessage: 'Give the message’s link or id.',
      unknown:
        'This message is not known: it was posted in no listed channel, by an author who is not listed, or before the bot ran. With its link instead of its id more can be said.',
      tooOld: (days: number) => `Messages older than ${days} days are forgotten.`,
      ownOther: 'That is a message of the bot itself which is about no single message.',
      otherChannel: (channel: string) => `${channel} is no signal channel: nothing there is read.`,
      otherAuthor: (author: string, channel: string) =>
        `Not heard: ${author} is not among the authors of ${channel}.`,
      gone: 'There is no such message (any more).',
      beforeTime: (channel: string) =>
        `Not read: it was posted before the bot listened to ${channel}, or before its author was listed.`,
      asNow: 'Read now it would be:',
      read: (when: string, kind: string) => `Read ${when} as: ${kind}`,
      kinds: { signal: 'signal', update: 'update', invalid: 'invalid', none: 'no signal' },
      results: {
        opened: 'traded',
        proposed: 'proposed for confirmation',
        observed: 'observed only',
        denied: 'Denied',
        rejected: 'Rejected by the exchange',
        failed: 'Failed',
        expired: 'Expired',
      },
      deleted: 'The author has deleted it since.',
      edited: (count: number) => `Its plan was changed by edits: ${count}.`,
    },
    providers: {
      none: (period: string) => `No signal was read in this period (${period}).`,
      title: (period: string) => `Signal providers, ${period}`,
      counts: (signals: number, traded: number, denied: number) =>
        `${signals} ${signals === 1 ? 'signal' : 'signals'}, ${traded} traded, ${denied} denied or expired`,
      slippage: 'slippage',
      more: (count: number) => `… and ${count} more`,
    },
    alerts: {
      title: 'Alerts: on, silent (without a sound) or off',
      neverOff: 'never off',
      cannotBeOff: (kind: string) =>
        `${kind} cannot be switched off: it is about your money. It can be silent.`,
      set: (kind: string, from: string, to: string) => `Alerts about ${kind}: ${from} → ${to}`,
      levels: { on: 'on', silent: 'silent', off: 'off' },
      kinds: {
        fills: 'Fills',
        elsewhere: 'Closed elsewhere, liquidated',
        protection: 'Protection and faults',
        warnings: 'Other warnings',
        near_stop: 'Close to the stop',
        pauses: 'Pauses',
        recoveries: 'Starts and reconnects',
        summary: 'Daily summary',
        problems: 'Config and Discord problems',
      },
    },
    watch: {
      when: { above: 'above', below: 'below' },
      badPrice: 'That is no price. Write 65000 or 0.00012.',
      notListed: (symbol: string) => `${symbol} is not listed on a market that is in use.`,
      tooMany: (limit: number) => `You have ${limit} price alerts; remove one first.`,
      added: (watch: string, last: string | null) =>
        `You will be told once: ${watch}${last === null ? '' : ` (last ${last})`}.`,
      removed: (watch: string) => `Removed: ${watch}`,
      unknown: 'You have no such price alert. /watch list shows yours.',
      none: 'You have no price alerts. /watch add makes one.',
      title: (count: number) => `Your price alerts: ${count}`,
      reached: (watch: string, last: string) => `PRICE · ${watch}: last ${last}`,
    },
    audit: {
      answer: 'answer',
      empty: 'Nothing has been done yet.',
      title: (page: number) => `Who did what, page ${page}`,
      newer: 'Newer',
      older: 'Older',
      kinds: { command: 'command', button: 'button', setting: 'setting', refused: 'refused' },
    },
    help: {
      intro:
        'Signals from the listed channels become protected trades. Everything that is not traded says why in the trades channel.',
    },
  },
};

export type Catalogue = typeof en;
