import type { Incident } from '../../incidents.ts';
import type { Scaled } from '../../trading/model.ts';
import type { Language } from '../ports.ts';
import { commandsEn } from './commands-en.ts';
import { decisionEn } from './decision-en.ts';
import { denialsEn, pausesEn } from './denials-en.ts';
import {
  alertNumbersEn,
  alertsEn,
  closeReasonsEn,
  conditionsEn,
  incidentsEn,
  notesEn,
  orderStatusesEn,
  recoveriesEn,
  rolesEn,
} from './happenings-en.ts';
import { invalidEn } from './invalid-en.ts';

/** Every text in English; the other languages are held to its shape by the compiler. */

export const en = {
  /** Between a name and what is said of it. */
  colon: ': ',
  comma: ', ',
  semicolon: '; ',
  /** Behind what it explains. */
  inBrackets: (text: string) => ` (${text})`,
  /** Between two sentences. */
  between: ' ',
  language: 'en' as Language,
  denied: 'Denied',
  invalid: 'Invalid',
  expired: 'Expired',
  withdrawn: 'Withdrawn',
  rejected: 'Rejected',
  failed: 'Failed',
  observed: 'Observed',
  filled: 'Filled',
  closedElsewhere: 'Closed elsewhere',
  closedByOtherTrade: 'Closed by an order of another trade of this position',
  resultStandsThere: 'its result is booked with that trade',
  liquidated: 'Liquidated',
  adl: 'ADL',
  settled: 'Closed elsewhere (settled, the contract was delisted)',
  closed: 'Closed',
  /** Of a trade that never held anything. */
  ended: 'Ended',
  config: 'Config',
  alert: 'Alert',
  critical: 'ALERT',

  long: 'LONG',
  short: 'SHORT',
  denials: denialsEn,
  invalids: invalidEn,
  notes: notesEn,
  closeReasons: closeReasonsEn,
  alerts: alertsEn,
  alertNumbers: alertNumbersEn,
  incidents: incidentsEn,
  conditions: conditionsEn,
  recoveries: recoveriesEn,
  pauses: pausesEn,
  roles: rolesEn,
  orderStatuses: orderStatusesEn,

  decision: decisionEn,

  button: {
    confirm: 'Confirm',
    half: 'Half size',
    reject: 'Reject',
    adjust: 'Adjust',
    cancel: 'Cancel',
    confirmCancelEntries: 'Confirm cancelling entries',
    keepEntries: 'Cancel, keep entries',
    confirmClose: 'Confirm closing at market',
    close: (percent: number) => `Close ${percent}%`,
    breakEven: 'Break-even',
    cancelEntries: 'Cancel entries',
    details: 'Details',
  },

  report: {
    setting: (key: string) => `Setting: ${key}`,
    scaled: ({ from, to, factor }: Scaled) =>
      factor === 1
        ? `${from} is listed as ${to}.`
        : `${from} is listed as ${to}: prices are ${factor} times those of ${from}.`,
    tooOld: {
      posted: (age: string, maxAge: string) => `posted ${age} ago, maxAge is ${maxAge}`,
      edited: (age: string, maxAge: string) => `edited ${age} ago, maxAge is ${maxAge}`,
    },
    withdrawn: {
      deleted: 'Its author deleted the message before anything was sent: nothing was opened.',
      edited: 'Its author changed the message before anything was sent: nothing was opened for what it said.',
    },
    from: (channel: string, link: string) => `[from ${channel}](${link})`,
    fromChannel: (channel: string) => `from ${channel}`,
    waiting: 'Waiting',
    unanswered: (until: string) =>
      `The exchange has not answered yet. The bot goes on trying; the signal is denied if there is no answer ${until}.`,
    unconfirmed: 'It is being traded; the exchange has not confirmed its orders yet.',
    waited: {
      opened: (took: string) => `Traded after a wait of ${took}`,
      proposed: (took: string) => `Asked after a wait of ${took}`,
    },
    rejected: (code: number, message: string) => `by the exchange: ${code} ${message}`,
    failed: (message: string) => `nothing was sent: ${message}`,
    missed: (count: number) =>
      `Expired: ${count} ${count === 1 ? 'message' : 'messages'} came while the bot was away and ${count === 1 ? 'was' : 'were'} not traded`,
    missedMore: (count: number) => `… and ${count} more`,
    missedUpdate: 'update',
    historyUnhandled: (channel: string) =>
      `Some messages in ${channel} could not be handled (the log says why). They are read again every minute, at once where the store works again, and with the next connection.`,
    historyUnanswered: (channel: string) =>
      `The history of ${channel} could not be read: Discord does not answer. It is read again every minute, and what was posted meanwhile is handled then.`,
    historyUnread: (channel: string) =>
      `The history of ${channel} cannot be read: signals posted meanwhile are missing. Check “Read Message History”.`,
  },

  plan: {
    spot: 'spot',
    cost: 'Cost',
    /** What an entry at a trigger waits for. */
    breakout: {
      above: (trigger: string) => `once above ${trigger}`,
      below: (trigger: string) => `once below ${trigger}`,
    },
    /** What a breakout may cost. */
    atMost: (limit: string) => `at most ${limit}`,
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
    stopLimit: 'stop-limit',
    /** Of an entry. */
    withStop: 'the exchange sets its stop once filled',
    withExits: 'the exchange sets its stop and target once filled',
    takeProfit: 'take profit',
    note: 'Note',
  },

  proposal: {
    unanswered: (by: string) => `⏳ Confirmed by ${by}; the exchange has not answered yet.`,
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
    changed: 'It has been changed since you saw it: look at it once more.',
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
    unreadable: (text: string, hint: string) => `“${text}” cannot be read. ${hint}`,
    empty: (hint: string) => `is missing. ${hint}`,
    tooMuch: (loss: string, limit: string, most: string) =>
      `would lose ${loss} of equity at the stop; riskPerTradePct allows ${limit}, which is ${most}`,
  },

  question: {
    open: 'open',
    answered: (label: string, by: string, when: string) => `${label}: ${by} ${when}`,
    expired: 'Expired without an answer; nothing was changed.',
    takenUp: 'The bot ended while this was being carried out, and took it up at its next start.',
    interrupted:
      'The bot ended while this was being carried out. Whether it was done is not known, and it is not done again: look at /positions, /status and /risk.',
    again: (trade: string, wanted: string) =>
      `The bot ended while it carried out a message about ${trade}: ${wanted}. Whether that was done is not known; the trade’s card shows how it stands. Do it now?`,
    which: 'Which trade is meant?',
    noneOn: {
      long: 'The message speaks of a long, and none is open here.',
      short: 'The message speaks of a short, and none is open here.',
    },
    howMuch: (trade: string) => `How much of ${trade} should be closed?`,
    targetsPassed: (trade: string, prices: string, share: string) =>
      `New targets of ${trade}: the price has passed ${prices} already, and an order there would fill at once. Close ${share} at market now?`,
    raisesRisk: ({
      trade,
      from,
      to,
      before,
      after,
    }: Record<'trade' | 'from' | 'to' | 'before' | 'after', string>) =>
      `Moving the stop of ${trade} from ${from} to ${to} raises the risk: at the stop it makes ${after} instead of ${before}. Do it?`,
    ofEquity: (amount: string, share: string) => `${amount} (${share} of equity)`,
    deleted: (trade: string) => `The author deleted the signal of ${trade}. `,
    editedAway: (trade: string, why: string) => `The author edited the signal of ${trade}: ${why}. `,
    isNoSignal: 'it is no signal any more',
    isTakenOut: 'this one is no longer in the message',
    isInvalid: (why: string) => `it is invalid now (${why})`,
    cancelEntries: 'Cancel its entries?',
    closeTrade: 'Close the trade at market?',
    tradeEnded: 'The trade has ended.',
    askedAnew: 'The signal has been changed again, and this is asked anew below.',
    deletedUnsent:
      'The author took the signal back, and the exchange had taken none of its orders yet: none is sent again.',
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
    /** Of a part that was closed. */
    partDone: (left: string) => `done, ${left} still held`,
    underWay: 'on its way, not confirmed by the exchange yet',
    /** In the books: what was begun with a trade. */
    begun: 'accepted',
    stopKept: (price: string) => `the exchange refused it, the stop stays at ${price}`,
    givenUp: 'the exchange refused it, nothing more is tried',
    overtaken: 'overtaken by a later change',
    ended: 'the trade had ended before that',
    /** Of new targets. */
    leftOut: (prices: string) => `${prices} left out, as the price has passed it already`,
    repeated: (by: string | null, when: string | null) =>
      ['asked for already', ...(by === null ? [] : [`by ${by}`]), ...(when === null ? [] : [when])].join(' '),
    /** After that, of a part. */
    again:
      'nothing more is closed. To close as much of what is left, give it again some seconds after that is through.',
    refused: {
      no_such_trade: 'there is no such trade any more',
      nothing_held: 'nothing is held',
      no_entries: 'no entry is waiting',
      wrong_side: 'the price is already past that level; the stop stays',
      target_passed: 'the price has passed them already; the targets stay',
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
    unfilled: 'ended, nothing had filled',
    /** Beside the size that was planned. */
    heldNow: (quantity: string) => `${quantity} held now`,
    stopKinds: { initial: '', break_even: 'break-even', moved: 'moved', trailing: 'trailing' },
    noStopYet: 'placed with the first fill',
    setOnceFilled: 'set by the exchange once filled',
    movedAfter: (price: string) => `the exchange sets it at ${price} once filled, the bot then moves it`,
    /** Of a target that has become one of several. */
    dividedAfter: (price: string) =>
      `the exchange sets one for everything at ${price} once filled, the bot then divides it`,
    removedAfter: (price: string) => `the exchange sets one at ${price} once filled, the bot then removes it`,
    trailing: 'Trailing stop',
    trailsAfter: (pct: string, targets: number) =>
      targets === 0 ? `${pct} behind the price` : `${pct} behind the price after target ${targets}`,
    trailedByExchange: (pct: string, at: string | null) =>
      `${pct} behind the price, on the exchange${at === null ? '' : ` · ${at} or better`}`,
    trailedByBot: (pct: string) => `${pct} behind the price, moved by the bot`,
    fillsAskedFor: 'the exchange is being asked for prices and fees of what has filled',
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
    stopAt: (level: string) => `Stop placed at ${level}`,
    refused: (order: string, what: string, why: string) => `Order refused (${order}): ${what} · ${why}`,
    notPlaced: (order: string, what: string, why: string) => `Order not placed (${order}): ${what} · ${why}`,
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
    onSpot: ' (spot)',
    summary: (until: string) => `Summary of the 24 hours until ${until}`,
    summaryNothing: 'No trade was closed.',
    nearStop: (now: string, stop: string, left: string) =>
      `${now} is close to the stop ${stop}: ${left} of its distance left`,
    paused: (why: string, where: string, until: string) => `Entries paused (${why}${where}) ${until}`,
    pausedBy: (who: string) => `by ${who}`,
    untilResume: 'until /resume',
    until: (when: string) => `until ${when}`,
    inChannel: (channel: string) => `, ${channel}`,
    resumed: (reasons: string) => `Entries resumed (until now: ${reasons})`,
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
    again: (times: number, last: string) =>
      `Since then ${times} more, each over within half a minute; the last ${last}.`,
    configChanged: 'config.yaml has changed, from now on:',
    configRefused: 'None of it takes effect: the settings from before still hold.',
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

  command: commandsEn,
};

export type Catalogue = typeof en;
