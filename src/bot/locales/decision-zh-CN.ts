import type { DenialCode, UpdateAction } from '../../trading/model.ts';
import type { DecisionTexts } from './decision-en.ts';
import { known, type Numbers } from './numbers.ts';

function scope(n: Numbers): string {
  switch (n.scope) {
    case 'trade':
      return '本笔';
    case 'channel':
      return '频道';
    case 'order':
      return '单笔订单';
    case 'bracket':
      return '杠杆档位';
    case 'position':
      return '账户持币量';
    default:
      return '账户';
  }
}

const passed: Record<DenialCode, (n: Numbers) => string> = {
  paused: () => '未暂停',
  not_ready: () => '机器人就绪',
  daily_loss: (n) =>
    n.lossPct?.startsWith('-')
      ? `今日盈利 ${n.lossPct.slice(1)}%，亏损上限 ${known(n, 'limitPct')}%（${scope(n)}）`
      : `今日亏损 ${known(n, 'lossPct')}%，上限 ${known(n, 'limitPct')}%（${scope(n)}）`,
  loss_streak: (n) =>
    n.limit === '0' ? '不限连亏' : `连续亏损 ${known(n, 'losses')}，上限 ${known(n, 'limit')}`,
  duplicate_signal: () => '不重复',
  symbol_not_listed: () => '已上架',
  symbol_denied: () => '币种允许',
  symbol_halted: () => '交易中',
  short_on_spot: () => '方向可行',
  foreign_position: () => '没有你自己的仓位',
  exchange_unreachable: () => '交易所有响应',
  refused_lately: () => '交易所接受入场单',
  order_limit: (n) =>
    `${n.counted === 'lists' ? '订单组' : n.counted === 'orders' ? '挂单' : '条件单'} ${known(n, 'open')} + ${known(n, 'needed')}，上限 ${known(n, 'limit')}`,
  trigger_not_reached: () => '入场可下单',
  no_stop: () => '有止损',
  stop_too_far: (n) => `止损距离 ${known(n, 'distancePct')}%，上限 ${known(n, 'limitPct')}%`,
  entry_too_far: (n) =>
    `入场距${n.by === 'last' ? '最新价格' : '标记价格'} ${known(n, 'mark')} 为 ${known(n, 'deviationPct')}%，上限 ${known(n, 'limitPct')}%`,
  target_passed: (n) =>
    `${n.by === 'last' ? '最新价格' : '标记价格'} ${known(n, 'mark')}，止损和止盈均未触及`,
  price_out_of_range: (n) =>
    n.basis
      ? `价格在交易所接受的 ${known(n, 'lowest')} 至 ${known(n, 'highest')} 之间`
      : '价格在交易所接受的范围内',
  opposite_position: () => '没有反向交易',
  cooldown: () => '不在冷却中',
  too_many_on_symbol: (n) => `${known(n, 'symbol')} 交易 ${known(n, 'open')} 笔，上限 ${known(n, 'limit')}`,
  too_many_trades: (n) => `未平仓交易 ${known(n, 'open')} 笔，上限 ${known(n, 'limit')}（${scope(n)}）`,
  notional_limit: (n) =>
    `名义价值 ${known(n, 'used')} + ${known(n, 'wanted')}，上限 ${known(n, 'limit')}（${scope(n)}）`,
  risk_limit: (n) =>
    `全部止损的风险 ${known(n, 'used')} + ${known(n, 'wanted')}，上限 ${known(n, 'limit')}（${scope(n)}）`,
  size_too_small: (n) =>
    `数量 ${known(n, 'quantity')}（最低 ${known(n, 'minQuantity')}），价值 ${known(n, 'notional')}（最低 ${known(n, 'minNotional')}）`,
  margin_mode_conflict: (n) =>
    `保证金 ${n.marginMode === 'cross' ? '全仓' : '逐仓'}，${known(n, 'leverage')}x`,
  liquidation_too_near: (n) =>
    n.liquidationPrice
      ? `强平价 ${n.liquidationPrice}：超出止损距离的 ${known(n, 'bufferPct')}%，至少 ${known(n, 'limitPct')}%`
      : '没有强平价',
  balance_too_small: (n) => `${n.asset ?? '保证金'} ${known(n, 'required')}，可用 ${known(n, 'available')}`,
  reward_too_small: (n) => {
    if (!n.rewardRisk) return '没有止盈可比';
    return `盈亏比 ${n.rewardRisk}${n.limit && n.limit !== '0' ? `，至少 ${n.limit}` : '（无下限）'}`;
  },
  order_rate: (n) => `一分钟内入场单 ${known(n, 'sent')} + ${known(n, 'adding')}，上限 ${known(n, 'limit')}`,
};

const reasons: Readonly<Record<string, string>> = {
  no_signal: '没有可执行的内容',
  no_symbol: '没有写币种',
  no_side: '没有写做多还是做空',
  no_entry: '没有写入场价',
  both_sides: '同时写了两个方向',
  question: '是提问',
  condition: '说的是假设情况',
  intent: '是打算，不是喊单',
  past: '说的是过去的事',
  speech: '是关于交易的闲谈',
  template: '是模板或示例',
  negated: '说的是不要做',
  watching: '只是观察',
  news: '是新闻',
  result: '是战绩',
  quoted: '是引用的话',
  not_understood: '有太多内容无法理解',
  too_long: '太长，不像信号',
  alert: '是图表警报',
};

const actions: Record<UpdateAction, string> = {
  close: '平仓',
  close_partial: '部分平仓',
  move_stop: '移动止损',
  break_even: '止损移至保本',
  cancel_entry: '撤销挂单',
  set_targets: '新的止盈',
  take_profit_hit: '止盈达成',
  stop_hit: '触及止损',
};

export const decisionZhCN: DecisionTexts = {
  passed,
  reasons,
  actions,
  text: '原文',
  readAs: '解析为',
  rules: (name) => `规则 · ${name}`,
  symbol: '币种',
  side: '方向',
  trigger: '触发',
  triggers: { above: '突破后', below: '跌破后' },
  allTrades: { all: '全部', longs: '全部多单', shorts: '全部空单' },
  except: (symbols) => `除 ${symbols}`,
  noSignal: (reason) => `不是信号：${reason}`,
  failed: '未通过',
  close: (rules) => `接近上限：${rules}`,
  limits: { balance_too_small: '可用余额', order_limit: '交易所的挂单数量' },
  notAsked: (count) => `之后还有 ${count} 条规则没有检查。`,
  moreRules: (count) => `另外 ${count} 个信号的规则从略。`,
  cutText: (shown, all) => `… 共 ${all} 字，仅显示前 ${shown} 字`,
  emptyText: '（没有文字）',
  noText: '当时的消息没有保留原文。',
  effects: {
    asked: '已在交易频道询问',
    withdrawn: '未决的询问已撤回',
    no_trade: '没有对应的交易',
    only_told: '只是通知，无需操作',
    too_little: '内容不足，无法执行',
  },
  aimedAt: (trades) => `将作用于：${trades}`,
  wouldAsk: (trades) => `会询问是哪一笔：${trades}`,
  late: (age) => `读取时已发布 ${age}。`,
  lateUpdate: '来得太晚：已报告，没有执行。',
  tradeGone: '对应的交易已无记录。',
};
