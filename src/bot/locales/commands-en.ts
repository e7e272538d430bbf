import type { Changes, Heard, WhatIf } from '../../commands/what-if.ts';
import type { RiskKeyType } from '../../risk/settings.ts';
import { day } from '../format.ts';
import { troubleOf } from './denials-en.ts';

/** What commands answer, in English. */

const whatChanges: Record<Changes, string> = {
  nothing: '',
  size: 'size',
  leverage: 'leverage',
  marginMode: 'margin mode',
  stop: 'stop',
};

export const commandsEn = {
  noPositions: 'No open trades.',
  noOrders: 'No working orders.',
  positions: (count: number) => `${count} open ${count === 1 ? 'trade' : 'trades'}`,
  orders: (count: number) => `${count} working ${count === 1 ? 'order' : 'orders'}`,
  protections: {
    waiting: 'waits for its entry',
    with_entry: 'waits for its entry, then the exchange sets the stop',
    exits_with_entry: 'waits for its entry, then the exchange sets stop and target',
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
  pauseNotStored:
    'This is not saved yet: the store cannot be written. It is tried again until it can; a crash before that would forget the pause, so look at /status after one.',
  pauseStored: 'It could not be saved at first; now it is.',
  resumed: 'Entries resumed.',
  notResumed: 'Entries stay paused: the store cannot be written. /resume again once it can.',
  noTrade: (symbol: string) => `No open trade of ours in ${symbol}.`,
  badPercent: 'The percentage must be between 1 and 100.',
  /** Of what waits for its entry a part was to be closed. */
  closesNothing: (symbol: string) =>
    `Nothing of ${symbol} is held yet, so nothing is closed. /close without a percentage cancels what waits.`,
  panicking: (trades: number) =>
    trades === 0
      ? 'Paused. No trade is open.'
      : `Paused. Cancelling entries and closing ${trades} ${trades === 1 ? 'trade' : 'trades'} until flat.`,
  panicOver: (trades: number) =>
    `All flat: ${trades === 1 ? 'the trade is' : `all ${trades} trades are`} over. Entries stay paused until /resume.`,
  unknownKey: (key: string, near: string) =>
    `There is no risk setting ${key}.${near === '' ? ' /risk show lists them.' : ` Did you mean ${near}?`}`,
  badValue: (key: string, value: string, takes: string) => `${key} cannot be “${value}”. It takes ${takes}.`,
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
  whatIf({ asked, denied, allowed, changed, what }: WhatIf, { signals, sinceMs }: Heard) {
    if (signals === 0)
      return 'There was no signal in the last 30 days that tells what it would have changed.';
    const since = `${signals === 1 ? 'The 1 signal' : `Of the ${signals} signals`} since ${day(sinceMs)} (of at most 30 days)`;
    if (asked === 0) return `${since}: none came as far as this setting, which tells nothing of the change.`;
    const came = signals === 1 ? 'came' : `${asked} came`;
    const anew = [
      ...(denied === 0 ? [] : [`${denied} that passed would have been denied`]),
      ...(allowed === 0 ? [] : [`${allowed} that it denied would have passed`]),
      ...(changed === 0 ? [] : [`${changed} would have been traded with another ${whatChanges[what]}`]),
    ];
    const changes = anew.length === 0 ? 'each would have been decided as it was' : anew.join(', ');
    return `${since} ${came} as far as this setting; with the new value ${changes}.`;
  },
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
    sizing: 'Sizing',
    sizedByQuote: 'each signal by the balance of what its contract is quoted in',
    unsized: (amounts: string) => `nothing by ${amounts}`,
    credits: 'Credits Trading Mode (BNFCR) is not supported',
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
      withdrawn: 'Withdrawn by its author before anything was sent',
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
    none: 'You have no price alerts. /watch above and /watch below make one.',
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
};
