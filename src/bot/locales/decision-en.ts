import type { DenialCode, UpdateAction } from '../../trading/model.ts';
import { known, type Numbers } from './numbers.ts';

/** How a decision is explained: what a rule that passed has compared, and why a message was no signal. */

function scope(n: Numbers): string {
  switch (n.scope) {
    case 'trade':
      return 'this trade';
    case 'channel':
      return 'channel';
    case 'order':
      return 'one order';
    case 'bracket':
      return 'leverage bracket';
    case 'position':
      return 'coins of the account';
    default:
      return 'account';
  }
}

const passed: Record<DenialCode, (n: Numbers) => string> = {
  paused: () => 'not paused',
  not_ready: () => 'bot ready',
  daily_loss: (n) => {
    const lost = n.lossPct?.startsWith('-')
      ? `Profit today ${n.lossPct.slice(1)}%, loss`
      : `Loss today ${known(n, 'lossPct')}%,`;
    return `${lost} at most ${known(n, 'limitPct')}% (${scope(n)})`;
  },
  loss_streak: (n) =>
    n.limit === '0' ? 'no streak limit' : `Losing streak ${known(n, 'losses')} of ${known(n, 'limit')}`,
  duplicate_signal: () => 'no duplicate',
  symbol_not_listed: () => 'listed',
  symbol_denied: () => 'symbol allowed',
  symbol_halted: () => 'symbol trading',
  short_on_spot: () => 'side possible',
  foreign_position: () => 'nothing of your own on it',
  exchange_unreachable: () => 'exchange answers',
  refused_lately: () => 'exchange takes entries',
  order_limit: (n) =>
    `${n.counted === 'lists' ? 'Order lists' : n.counted === 'orders' ? 'Open orders' : 'Conditional orders'} ${known(n, 'open')} + ${known(n, 'needed')} of ${known(n, 'limit')}`,
  trigger_not_reached: () => 'entry can be ordered',
  no_stop: () => 'has a stop',
  stop_too_far: (n) => `Stop ${known(n, 'distancePct')}% away, at most ${known(n, 'limitPct')}%`,
  entry_too_far: (n) =>
    `Entry ${known(n, 'deviationPct')}% from the ${n.by === 'last' ? 'last price' : 'mark'} ${known(n, 'mark')}, at most ${known(n, 'limitPct')}%`,
  target_passed: (n) => `Neither stop nor target passed at ${known(n, 'mark')}`,
  price_out_of_range: (n) =>
    n.basis
      ? `Prices as the exchange takes them, ${known(n, 'lowest')} to ${known(n, 'highest')}`
      : 'prices as the exchange takes them',
  opposite_position: () => 'no opposite trade',
  cooldown: () => 'no cooldown',
  too_many_on_symbol: (n) => `Trades on ${known(n, 'symbol')}: ${known(n, 'open')} of ${known(n, 'limit')}`,
  too_many_trades: (n) => `Open trades: ${known(n, 'open')} of ${known(n, 'limit')} (${scope(n)})`,
  notional_limit: (n) =>
    `Notional ${known(n, 'used')} + ${known(n, 'wanted')} of ${known(n, 'limit')} (${scope(n)})`,
  risk_limit: (n) =>
    `Risk of all stops ${known(n, 'used')} + ${known(n, 'wanted')} of ${known(n, 'limit')} (${scope(n)})`,
  size_too_small: (n) =>
    `Size ${known(n, 'quantity')} (min ${known(n, 'minQuantity')}), worth ${known(n, 'notional')} (min ${known(n, 'minNotional')})`,
  margin_mode_conflict: (n) => `Margin ${known(n, 'marginMode')}, ${known(n, 'leverage')}x`,
  liquidation_too_near: (n) =>
    n.liquidationPrice
      ? `Liquidation ${n.liquidationPrice} beyond the stop by ${known(n, 'bufferPct')}% of its distance, at least ${known(n, 'limitPct')}%`
      : 'no liquidation price',
  balance_too_small: (n) => `${n.asset ?? 'Margin'} ${known(n, 'required')} of ${known(n, 'available')} free`,
  reward_too_small: (n) => {
    if (!n.rewardRisk) return 'no target to weigh';
    return `Reward/risk ${n.rewardRisk}${n.limit && n.limit !== '0' ? `, at least ${n.limit}` : ' (no minimum)'}`;
  },
  order_rate: (n) =>
    `Entry orders this minute: ${known(n, 'sent')} + ${known(n, 'adding')} of ${known(n, 'limit')}`,
};

/** The parser's codes. */
const reasons: Readonly<Record<string, string>> = {
  no_signal: 'nothing in it gives an order',
  no_symbol: 'it names no symbol',
  no_side: 'it does not say long or short',
  no_entry: 'it names no entry',
  both_sides: 'it names both sides',
  question: 'it is a question',
  condition: 'it says what to do if something happens',
  intent: 'it tells a plan, not a call',
  past: 'it tells what happened',
  speech: 'it is talk about trading',
  template: 'it is a template or an example',
  negated: 'it says not to',
  watching: 'it only watches',
  news: 'it is news',
  result: 'it reports a result',
  quoted: 'the words are quoted',
  not_understood: 'too much of it is not understood',
  too_long: 'it is too long for a signal',
  alert: 'it is a chart alert',
};

const actions: Record<UpdateAction, string> = {
  close: 'close',
  close_partial: 'close a part',
  move_stop: 'move the stop',
  break_even: 'stop to break-even',
  cancel_entry: 'cancel entries',
  set_targets: 'new targets',
  take_profit_hit: 'target reached',
  stop_hit: 'stop hit',
};

export const decisionEn = {
  passed,
  reasons,
  actions,
  text: 'Message',
  readAs: 'Read as',
  rules: (name: string) => `Rules · ${name}`,
  symbol: 'Symbol',
  side: 'Side',
  trigger: 'Trigger',
  triggers: { above: 'once above', below: 'once below' },
  allTrades: { all: 'all', longs: 'all longs', shorts: 'all shorts' },
  except: (symbols: string) => `except ${symbols}`,
  noSignal: (reason: string) => `No signal: ${reason}`,
  failed: 'not passed',
  close: (rules: string) => `Close to its limit: ${rules}`,
  /** Limits that are no setting. */
  limits: {
    balance_too_small: 'available balance',
    order_limit: 'orders that the exchange allows',
  } as Partial<Record<DenialCode, string>>,
  notAsked: (count: number) =>
    `${count} more ${count === 1 ? 'rule was' : 'rules were'} not asked after that.`,
  moreRules: (count: number) => `The rules of ${count} more signals are left out here.`,
  cutText: (shown: number, all: number) => `… first ${shown} of ${all} characters`,
  emptyText: '(no text)',
  noText: 'The text is not kept for messages of that time.',
  effects: {
    asked: 'asked in the trades channel',
    withdrawn: 'the open question was taken back',
    no_trade: 'no open trade is meant',
    only_told: 'only told, nothing to do',
    too_little: 'it does not say enough to act',
  },
  aimedAt: (trades: string) => `Would act on: ${trades}`,
  wouldAsk: (trades: string) => `Would ask which is meant: ${trades}`,
  late: (age: string) => `It was ${age} old when it was read.`,
  lateUpdate: 'It came too late: reported, not carried out.',
  tradeGone: 'Its trade is no longer known.',
};

export type DecisionTexts = typeof decisionEn;
