import type { Changes } from '../../commands/what-if.ts';
import type { TroubleClass } from '../../risk/book.ts';
import type { AlertCode, RecoveryLine } from '../../trading/desk-types.ts';
import type { CloseReason, DenialCode, OrderRole, OrderStatus, PlanNote } from '../../trading/model.ts';
import type { PauseReason } from '../pauses.ts';
import { decisionZhCN } from './decision-zh-CN.ts';
import type { Catalogue } from './en.ts';
import { invalidZhCN } from './invalid-zh-CN.ts';
import { known, moment, type Numbers, reasonText } from './numbers.ts';

const pauses: Record<PauseReason, string> = {
  user: '由操作员暂停',
  daily_loss: '达到单日亏损上限',
  loss_streak: '连续亏损',
  fault: '故障',
  account_changed: '账户设置在 App 中被更改',
};

function whose(numbers: Numbers): string {
  switch (numbers.scope) {
    case 'trade':
      return '单笔交易';
    case 'channel':
      return '本频道';
    case 'order':
      return '交易所单笔订单';
    case 'bracket':
      return '交易所该杠杆档位';
    default:
      return '账户';
  }
}

function limitText(n: Numbers): string {
  return `${known(n, 'limit')}（权益的 ${known(n, 'limitPct')}%）`;
}

const troubles: Record<TroubleClass, string> = {
  rate: '请求频率限制',
  load: '过于繁忙',
  server: '没有明确答复',
  margin: '保证金',
  filters: '该币种的价格、数量或状态',
};

function troubleOf(kind: string | undefined): string {
  return reasonText(troubles, kind);
}

const denials: Record<DenialCode, (n: Numbers) => string> = {
  paused: (n) => {
    const reason = reasonText(pauses, n.reason);
    return `开仓已暂停${reason ? `：${reason}` : ''}${n.until ? `，${moment(n.until)}结束` : '，直到 /resume'}。`;
  },
  duplicate_signal: (n) =>
    `${known(n, 'seconds')} 秒前已计划或交易过相同的信号；${known(n, 'windowSeconds')} 秒内视为同一信号。`,
  symbol_not_listed: (n) => `交易所没有上架 ${known(n, 'symbol')}。`,
  symbol_denied: (n) => `设置不允许交易 ${known(n, 'symbol')}。`,
  symbol_halted: (n) =>
    `${known(n, 'symbol')} 不接受新订单：${known(n, 'status')}${n.delistsAt === undefined ? '' : `（${n.delistsAt} 下架）`}。`,
  short_on_spot: (n) => `现货不能做空 ${known(n, 'symbol')}。`,
  no_stop: () => '信号没有止损。',
  stop_too_far: (n) =>
    `止损 ${known(n, 'stop')} 距入场价 ${known(n, 'entry')} 为 ${known(n, 'distancePct')}%，上限 ${known(n, 'limitPct')}%。`,
  entry_too_far: (n) =>
    `最近的入场价 ${known(n, 'entry')} 距标记价格 ${known(n, 'mark')} 为 ${known(n, 'deviationPct')}%，上限 ${known(n, 'limitPct')}%。`,
  reward_too_small: (n) =>
    `止盈收益只有风险的 ${known(n, 'rewardRisk')} 倍，至少需要 ${known(n, 'limit')} 倍。`,
  liquidation_too_near: (n) =>
    `${known(n, 'leverage')}x 杠杆下强平价 ${known(n, 'liquidationPrice')} 仅超出止损 ${known(n, 'stopPrice')} 止损距离的 ${known(n, 'bufferPct')}%，至少需要 ${known(n, 'limitPct')}%。`,
  too_many_trades: (n) => `${whose(n)}已有 ${known(n, 'open')} 笔交易，上限 ${known(n, 'limit')}。`,
  too_many_on_symbol: (n) =>
    `${known(n, 'symbol')} 已有 ${known(n, 'open')} 笔交易，上限 ${known(n, 'limit')}。`,
  notional_limit: (n) =>
    `${whose(n)}的名义价值上限为 ${limitText(n)}；已用 ${known(n, 'used')}，还需要 ${known(n, 'wanted')}。`,
  risk_limit: (n) =>
    `${whose(n)}所有止损合计最多亏损 ${limitText(n)}；已占用 ${known(n, 'used')}，还需要 ${known(n, 'wanted')}。`,
  daily_loss: (n) =>
    `${whose(n)}今日已亏损 ${known(n, 'loss')}（${known(n, 'lossPct')}%），上限 ${known(n, 'limitPct')}%${n.until ? `；次日恢复，${moment(n.until)}` : ''}。`,
  loss_streak: (n) => `连续亏损 ${known(n, 'losses')} 笔，上限 ${known(n, 'limit')}。需要 /resume 才能开仓。`,
  cooldown: (n) =>
    `${known(n, 'symbol')} 在 ${known(n, 'sinceSeconds')} 秒前亏损，冷却中，还有 ${known(n, 'seconds')} 秒。`,
  order_rate: (n) =>
    `一分钟内已发出 ${known(n, 'sent')} 个入场单，还要 ${known(n, 'adding')} 个，上限 ${known(n, 'limit')}。`,
  size_too_small: (n) =>
    `按风险只能买 ${known(n, 'quantity')}（${known(n, 'notional')}），交易所最低 ${known(n, 'minQuantity')} 和 ${known(n, 'minNotional')}。`,
  balance_too_small: (n) => `需要保证金 ${known(n, 'required')}，可用 ${known(n, 'available')}。`,
  opposite_position: (n) => `${known(n, 'symbol')} 已有 ${known(n, 'side')} 仓位，这个信号会将其平掉。`,
  margin_mode_conflict: (n) =>
    `${known(n, 'symbol')} 已有仓位为 ${known(n, 'marginMode')} ${known(n, 'leverage')}x，设置不允许。`,
  foreign_position: (n) => `${known(n, 'symbol')} 有你自己的仓位或订单，机器人不会触碰。`,
  target_passed: (n) =>
    `${n.passed === 'stop' ? '止损' : '第一止盈'} ${known(n, 'price')} 已被触及：标记价格 ${known(n, 'mark')}。`,
  trigger_not_reached: (n) =>
    `信号要等待某个价格${n.trigger ? `（${n.trigger}）` : ''}，但没有订单可以等待它${n.mark ? `；标记价格 ${n.mark}` : ''}。`,
  refused_lately: (n) =>
    `交易所连续拒绝了 ${known(n, 'failures')} 个入场单（${troubleOf(n.trouble)}${n.code ? `，${n.code}` : ''}）；下一次尝试：${moment(n.until)}。`,
  order_limit: (n) =>
    `交易所允许${n.symbol ?? '账户'}有 ${known(n, 'limit')} 个条件单，已有 ${known(n, 'open')} 个，这笔交易需要 ${known(n, 'needed')} 个。`,
  exchange_unreachable: (n) => {
    const away = `${n.seconds && n.seconds !== '0' ? `（已 ${n.seconds} 秒）` : ''}${n.missing ? `；缺少：${n.missing}` : ''}`;
    if (!n.trouble) return `交易所没有响应${away}。`;
    return `交易所连续 ${known(n, 'failures')} 次未能处理（${troubleOf(n.trouble)}）${away}；下一次入场尝试：${moment(n.until)}。`;
  },
  not_ready: (n) => `机器人尚未准备好交易${n.reason ? `：${n.reason}` : ''}。`,
};

const notes: Record<PlanNote['code'], (n: Numbers) => string> = {
  leverage_cut: (n) => `杠杆由 ${known(n, 'from')}x 降为 ${known(n, 'to')}x`,
  leverage_for_liquidation: (n) => `为使强平价远离止损，杠杆已降低${n.to ? `为 ${n.to}x` : ''}`,
  cross_as_isolated: () => '不允许全仓：按逐仓交易',
  quantity_cut: (n) =>
    `数量由 ${known(n, 'from')} 减为 ${known(n, 'to')}（${n.setting || n.code || '限制'}）`,
  targets_merged: (n) => `${known(n, 'from')} 个止盈合并为 ${known(n, 'to')} 个：低于交易所最小值`,
  entries_merged: (n) => `${known(n, 'from')} 个入场合并为 ${known(n, 'to')} 个：低于交易所最小值`,
  symbol_scaled: (n) => `价格已换算为 ${n.symbol ?? n.to ?? '上架的合约'}`,
  default_stop: (n) => `信号没有止损：使用默认止损${n.defaultStopPct ? ` ${n.defaultStopPct}%` : ''}`,
  keeps_margin_mode: (n) => `现有仓位保持其保证金模式（${n.mode ?? '?'}）`,
  keeps_leverage: (n) => `现有仓位保持其杠杆（${n.leverage ?? '?'}x）`,
};

const closeReasons: Record<CloseReason, string> = {
  targets: '全部止盈达成',
  stop: '止损',
  trailing_stop: '移动止损',
  user: '操作员平仓',
  message: '作者要求平仓',
  panic: '/panic 平仓',
  opposite: '反向信号平仓',
  elsewhere: '外部平仓',
  liquidated: '已强平',
  adl: '自动减仓（ADL）',
  settled: '合约下架，由交易所结算',
  stop_unplaceable: '无法设置止损，已平仓',
  stop_crossed: '价格已越过止损，已平仓',
  entry_timeout: '入场单超时未成交',
  target_passed: '入场前第一止盈或止损已被触及（target_passed）',
  entry_cancelled: '入场单已撤销',
  entry_rejected: '入场单被交易所拒绝',
  entry_failed: '入场单没有到达交易所',
  too_small: '剩余数量太小，无法卖出，留在你的钱包里',
};

const alerts: Record<AlertCode, string> = {
  stop_refused: '交易所拒绝了止损单，正在重试。',
  stop_crossed: '价格已越过止损：按市价平仓。',
  stop_unplaceable: '无法设置止损：按市价平仓。',
  stop_move_refused: '止损无法移动，保留原止损。',
  stop_lost: '止损单消失，正在恢复。',
  entry_unknown: '入场单没有明确答复，正在向交易所查询。',
  entry_failed: '入场单没有到达交易所，不会重发。',
  close_refused: '交易所拒绝了平仓单，正在重试。',
  foreign_position: '发现不属于机器人的仓位或订单：不触碰，该币种不交易。',
  position_mismatch: '仓位与记录不符，已向降低风险的方向修正。',
  breaker_open: '交易所连续未能处理订单：暂不发送入场单，之后先试一个。止损、止盈和平仓照常进行。',
  breaker_closed: '交易所又能处理订单：恢复入场。',
  key_refused: '交易所拒绝 API 密钥：修正之前无法交易。',
  key_rights:
    'API 密钥的权限不对：过多或不足，开仓已暂停。请修改（币安 → API 管理 → 编辑权限），然后 /resume。',
  key_unrestricted: 'API 密钥可从任何 IP 使用。请只允许本机的 IP（币安 → API 管理 → 编辑权限）。',
  account_changed: '账户设置在 App 中被更改：开仓已暂停，直到 /resume。',
  daily_loss: '达到单日亏损上限：开仓暂停到 00:00。',
  loss_streak: '连续亏损过多：开仓暂停，直到 /resume。',
  target_passed: '入场成交前第一止盈已被触及：入场单已撤销（target_passed）。',
  holding_too_small: '剩余数量太小，交易所不接受任何订单：既不能保护也不能卖出。',
  targets_merged: '低于交易所最小值的止盈已合并。',
  symbol_halted: '交易所已暂停该合约的交易：入场单已撤销，止损和止盈等待恢复交易或由交易所结算。',
  delisting_announced:
    '交易所将下架该合约，届时会结算持仓：入场单已撤销，止损和止盈保留。如不希望被结算，请提前平仓。',
  trailing_refused: '交易所不接受移动止损单：改由机器人移动止损。',
};

const conditions: Catalogue['conditions'] = {
  request_weight: (value, what) =>
    `本分钟已用交易所请求限额的 ${value}（${what}）。超限后请求会被拒绝，保护性请求优先。是否有其他程序共用同一 IP？`,
  margin_ratio: (value) => `保证金比率为 ${value}：达到 100% 会被强平。请追加保证金或减仓。`,
  prices_stale: (value, what) =>
    `${what} 已 ${value} 没有价格。止损仍在交易所；依赖价格的动作（机器人移动止损、目标已过）暂停。`,
  drift: (value, what) =>
    `十分钟内我们的记录与交易所出现 ${value} 次差异（${what}），均已修复。是否有其他程序或人在同一账户交易？`,
  disk_low: (value) => `存储所在磁盘只剩 ${value}。写满后不再开新仓，请清理空间。`,
  clock_off: (value) => `本机时钟与交易所相差 ${value}：信号的时效以本机时钟判断。请开启时间同步（NTP）。`,
  memory_growth: (value) =>
    `机器人比启动后第一小时多用了 ${value} 内存。方便时请重启（持仓期间仍受保护），并请反馈此问题。`,
  event_loop: (value) => `程序多次被阻塞 ${value}：信号和止损会延迟。机器 CPU 不足，或被其他程序占用。`,
};

const incidents: Catalogue['incidents'] = {
  gateway: {
    failed: () => '与 Discord 的连接已断开：暂时读不到新信号，持仓照常管理。',
    works: '已重新连接 Discord，正在补读错过的消息。',
  },
  stream: {
    failed: (where) => `交易所事件流无消息${where}，正在重连并核对。`,
    works: '已重新连接，并与交易所核对完毕。',
  },
  exchange: {
    failed: (where) => `交易所没有响应${where}。止损仍在交易所；不会开新仓。`,
    works: '交易所已恢复响应。',
  },
  store: {
    failed: () => '存储无法写入：不会开新仓。',
    works: '存储已恢复写入。',
  },
  panel: {
    failed: () => '面板无法访问；交易照常进行。',
    works: '面板已恢复。',
  },
  paper_exchange: {
    failed: () => '内置交易所已退出，正在重新启动。',
    works: '内置交易所已恢复运行，账户保持原样。',
  },
  program: {
    failed: () => '机器人意外退出。',
    works: '已重新启动。',
  },
};

const roles: Record<OrderRole, string> = {
  entry: '入场',
  stop: '止损',
  target: '止盈',
  close: '平仓',
  trail: '移动止损',
};

const orderStatuses: Record<OrderStatus, string> = {
  pending: '待发送',
  unknown: '未知',
  working: '挂单中',
  triggered: '已触发',
  filled: '已成交',
  cancelled: '已撤销',
  expired: '已过期',
  rejected: '被拒绝',
  failed: '失败',
};

function roleOf(role: string | undefined): string {
  return reasonText(roles, role) || '订单';
}

/** What was found → what was done. */
const recoveries: Record<RecoveryLine['code'], (n: Numbers) => string> = {
  entry_adopted: (n) => `没有答复的入场单 ${known(n, 'quantity')} 在交易所挂着 → 已接管`,
  entry_failed: (n) => `入场单 ${known(n, 'quantity')} 没有到达交易所 → 放弃，不再发送`,
  fill_found: (n) => `入场又成交 ${known(n, 'quantity')} → 已入账`,
  exit_found: (n) => `${roleOf(n.role)}成交 ${known(n, 'quantity')} → 已入账`,
  order_gone: (n) => `${roleOf(n.role)}单 ${known(n, 'quantity')} 已不在交易所 → 已记录，保护性订单会补上`,
  stop_restored: (n) => `没有合适的止损 → 已设止损 ${known(n, 'price')}，数量 ${known(n, 'quantity')}`,
  liquidation_fee_found: (n) => `强平费 ${known(n, 'amount')} → 已入账`,
  funding_found: (n) => `资金费 ${known(n, 'amount')} → 已入账`,
  trade_over: (n) => `交易已结束（${reasonText(closeReasons, n.reason) || '已平仓'}） → 清理剩余订单`,
  order_swept: (n) => `遗留订单（${known(n, 'clientId')}） → 已撤销`,
  closed_elsewhere: (n) =>
    `外部平仓，由 ${known(n, 'expected')} 变为 ${known(n, 'actual')} → 止损和止盈随之调整`,
  position_foreign: () => '不属于机器人的仓位或订单 → 不触碰，该币种不交易',
  position_mismatch: (n) =>
    `仓位为 ${known(n, 'actual')}，其中属于机器人的是 ${known(n, 'expected')} → 其余不触碰，该币种不交易`,
};

const whatChanges: Record<Changes, string> = {
  nothing: '',
  size: '仓位大小',
  leverage: '杠杆',
  marginMode: '保证金模式',
  stop: '止损',
};

export const zhCN: Catalogue = {
  language: 'zh-CN',
  denied: '已拒绝',
  invalid: '无效',
  expired: '已过期',
  rejected: '被交易所拒绝',
  failed: '失败',
  observed: '仅观察',
  filled: '已成交',
  closedElsewhere: '外部平仓',
  liquidated: '已强平',
  adl: 'ADL',
  settled: '外部平仓（合约下架结算）',
  closed: '已平仓',
  config: 'Config',
  alert: '提醒',
  critical: '警报',

  long: '做多',
  short: '做空',
  denials,
  invalids: invalidZhCN,
  notes,
  closeReasons,
  alerts,
  incidents,
  conditions,
  recoveries,
  pauses,
  roles,
  orderStatuses,

  decision: decisionZhCN,

  button: {
    confirm: '确认',
    half: '半仓',
    reject: '拒绝',
    adjust: '调整',
    cancel: '取消',
    close: (percent) => `平仓 ${percent}%`,
    breakEven: '保本',
    cancelEntries: '撤销挂单',
    details: '详情',
  },

  report: {
    setting: (key) => `设置：${key}`,
    tooOld: (age, maxAge) => `发布于 ${age} 前，maxAge 为 ${maxAge}`,
    from: (channel, link) => `[来自 ${channel}](${link})`,
    rejected: (code, message) => `交易所：${code} ${message}`,
    failed: (message) => `没有发送任何订单：${message}`,
    missed: (count) => `已过期：机器人离线期间有 ${count} 条消息，未交易`,
    missedMore: (count) => `… 另有 ${count} 条`,
    missedUpdate: '管理消息',
    historyUnread: (channel) => `无法读取 ${channel} 的历史消息：期间的信号缺失。请检查“读取消息历史”权限。`,
  },

  plan: {
    spot: '现货',
    cost: '花费',
    stopLimit: (limit: string) => `触发限价，最高 ${limit}`,
    market: '市价',
    entry: '入场',
    stop: '止损',
    targets: '止盈',
    stopAt: (price) => `止损 ${price}`,
    targetsAt: (prices) => `止盈 ${prices}`,
    noTargets: '无，只靠止损平仓',
    size: '数量',
    notional: '名义价值',
    margin: '保证金',
    leverage: '杠杆',
    risk: '风险',
    lossAtStop: (amount, share) => `止损时亏损 ${amount}（权益的 ${share}）`,
    withFees: (amount) => `，含手续费 ${amount}`,
    liquidationAt: (price, away, ofStop) => `${price}（距离 ${away}，为止损距离的 ${ofStop} 倍）`,
    rewardRisk: '盈亏比',
    liquidation: '强平价',
    isolated: '逐仓',
    cross: '全仓',
    orders: '订单',
    buy: '买入',
    sell: '卖出',
    stopOrder: '触发市价',
    takeProfit: '止盈',
    note: '说明',
  },

  proposal: {
    question: (channel) => `${channel}：是否交易？`,
    expires: (when) => `${when}过期`,
    confirmed: (by, when) => `${by} ${when}确认`,
    rejected: (by, when) => `${by} ${when}拒绝`,
    expired: (when) => `已过期 ${when}`,
    denied: (by, when) => `${by} ${when}点击时`,
    withdrawn: (when) => `作者 ${when}撤回`,
    sourceDeleted: '作者已删除该消息。',
    already: (state) => `已经决定。${state}`,
    gone: '这个问题已经关闭。',
    confirmedHalf: (by, when) => `${by} ${when}以半仓确认`,
    adjusted: (by) => `已由 ${by} 调整`,
    price: (mark, drift) => `现价 ${mark}（信号发出后 ${drift}）`,
    halfTooSmall: (why) => `半仓太小：${why}问题仍然有效。`,
    working: '正在执行…',
  },

  adjust: {
    title: (trade) => `调整 ${trade}`,
    fields: { stop: '止损', targets: '止盈', size: '数量' },
    stopHint: '价格，或与入场价的距离：58000 或 3%',
    targetsHint: '由近到远，每行一个，可在后面写份额：62000 (50%)',
    sizeHint: (asset) => `以 ${asset} 计，或写比例：50%。不改则照常由风险决定`,
    wrong: '没有任何改动：',
    kept: '你填写的内容已保留，可再次修改。',
    done: '已调整。消息中显示新的计划，仍需点击确认。',
    unreadable: (text) => `无法识别“${text}”`,
    empty: '没有填写',
    tooMuch: (loss, limit, most) =>
      `触发止损会亏损权益的 ${loss}；riskPerTradePct 允许 ${limit}，即最多 ${most}`,
  },

  question: {
    open: '待回答',
    answered: (label, by, when) => `${label}：${by} ${when}`,
    expired: '已过期，无人回答；没有任何改变。',
    which: '指的是哪一笔交易？',
    howMuch: (trade) => `${trade} 要平掉多少？`,
    raisesRisk: (trade, price) => `将 ${trade} 的止损移到 ${price} 会增加风险。是否执行？`,
    deletedEntering: (trade) => `作者删除了 ${trade} 的信号。是否撤销入场单？`,
    deletedOpen: (trade) => `作者删除了 ${trade} 的信号。是否市价平仓？`,
    edited: (trade) => `作者在 ${trade} 入场成交后修改了信号。是否应用？`,
    editedOther: (trade) => `作者在 ${trade} 入场成交后修改了币种、方向或入场价，已开的交易无法跟随。`,
    panic: '暂停，撤销所有入场单，并市价平掉机器人的所有仓位。确定吗？',
    resumeEarly: '单日亏损上限持续到 00:00。仍要恢复开仓吗？',
    resumeEarlyAgain: '真的吗？今天的亏损上限将不再阻止新交易。',
    loosen: (key, from, to) => `${key}：${from} → ${to} 会放宽风险。是否修改？`,
  },

  update: {
    close: '平仓',
    closePartial: (share) => `平仓 ${share}`,
    closing: (share) => `正在平仓 ${share}`,
    moveStop: (price) => `止损移到 ${price}`,
    breakEven: '止损移到保本',
    cancelEntries: '撤销入场单',
    setTargets: (prices) => `新的止盈 ${prices}`,
    done: '完成',
    refused: {
      no_such_trade: '该交易已不存在',
      nothing_held: '没有持仓',
      no_entries: '没有等待中的入场单',
      wrong_side: '价格已越过该位置，止损不变',
      raises_risk: '这会增加风险',
    },
    edited: '已修改：撤销旧的入场单，检查新的计划',
  },

  card: {
    dust: '零头（不足以卖出）',
    entering: '等待入场',
    open: '持仓中',
    closing: '平仓中',
    closed: '已结束',
    stopKinds: { initial: '', break_even: '保本', moved: '已移动', trailing: '移动止损' },
    noStopYet: '首次成交时设置',
    trailing: '移动止损',
    trailsAfter: (pct, targets) =>
      targets === 0 ? `回撤 ${pct}` : `止盈 ${targets} 达成后启用，回撤 ${pct}`,
    trailedByExchange: (pct, at) => `回撤 ${pct}，挂在交易所${at === null ? '' : ` · 触发价至少 ${at}`}`,
    trailedByBot: (pct) => `回撤 ${pct}，由机器人移动`,
    unrealised: '浮动盈亏',
    realised: '已实现',
    fees: '手续费',
    funding: '资金费',
    liquidationFee: '强平费',
    net: '净盈亏',
    opened: '开始',
    hit: '达成',
    targetMerged: (number: number) => `交易所不接受该部分单独下单：并入目标 ${number}`,
    targetWithStop: '交易所不接受该部分下单：由止损负责',
    requested: (what, trade) => `${trade}：${what}，处理中。`,
    refused: (what, trade, why) => `${trade}：无法${what}，${why}。`,
    asked: (what, trade) => `${trade}：${what}会增加风险，请在交易频道中确认。`,
    repeated: '已经在处理中。',
    notFound: '找不到这笔交易。',
    signalIn: (channel) => `信号来自 ${channel}`,
    atPrice: (at) => `现价 ${at}`,
    atStop: (result) => `触及止损时 ${result}`,
    history: '历史记录',
  },

  history: {
    opened: (channel, link, what) => `信号来自 [${channel}](${link})：${what}`,
    placed: (order, what) => `已挂单（${order}）：${what}`,
    refused: (order, what, why) => `挂单被拒（${order}）：${what} · ${why}`,
    cancelled: (order, what) => `挂单已撤销（${order}）：${what}`,
  },

  chart: {
    signal: '信号',
    entry: '入场',
    stop: '止损',
    target: (number) => `止盈${number}`,
  },

  fill: {
    partly: (executed, total) => `已成交 ${executed} / ${total}`,
    fee: (amount) => `手续费 ${amount}`,
  },

  presence: {
    paused: (why) => `开仓已暂停${why === '' ? '' : `：${why}`}`,
    pausedIn: (channels) => `${channels} 已暂停开仓`,
    notReady: '尚不能开仓',
    trading: (open) => `未平仓交易 ${open} 笔`,
  },
  alertLines: {
    summary: '过去 24 小时小结',
    summaryNothing: '没有平仓的交易。',
    nearStop: (now, stop, left) => `${now} 接近止损 ${stop}，仅剩止损距离的 ${left}`,
    paused: (why, where, until) => `开仓已暂停（${why}${where}），${until}`,
    pausedBy: (who) => `由 ${who} 操作`,
    untilResume: '直到 /resume',
    until: (when) => `${when}结束`,
    inChannel: (channel) => `，${channel}`,
    resumed: (reasons) => `开仓已恢复（${reasons}）`,
    recovered: {
      start: (took) => `已启动：${took} 后账本与交易所一致。`,
      reconnect: (took) => `已重连：事件流中断 ${took} 后账本与交易所一致。`,
      comparison: () => '与交易所核对。',
    },
    healed: {
      itself: (took) => `历时 ${took}，自行恢复。`,
      restart: (took) => `历时 ${took}，重启该部分后恢复。`,
      new_start: (took) => `历时 ${took}，机器人重新启动后恢复。`,
    },
    configChanged: 'config.yaml 已修改，即刻生效：',
    configAdded: '新增',
    configRemoved: '不再监听',
    configUnset: '未设置',
    configHidden: '已修改（可能含密钥，不显示）',
    configSet: (value) => `（在 /risk reset 之前仍以 ${value} 为准）`,
    wellAgain: (took) => `历时 ${took}，已恢复正常。`,
    crashed: (when) => `上一次运行没有正常结束，最后的活动时间：${when}。`,
    foundNothing: '期间没有任何变化。',
    found: '发现 → 处理：',
    dmClosed: (user) => `${user} 不接收此机器人的私信：提醒只在这里发布。`,
    lacking: {
      files: (channel, why) =>
        `无法在 ${channel} 发送图片（${why}）：交易卡片将没有图表。请允许机器人在那里“附加文件”。`,
      threads: (channel, why) =>
        `无法在 ${channel} 创建子区（${why}）：交易的历史记录只能在卡片的“详情”按钮中查看。请允许机器人在那里“创建公共子区”和“在子区内发送消息”。`,
    },
    left: '机器人已被移出服务器：不再读取信号，也无法在那里发布消息。止损和止盈仍在交易所，未平仓交易照常管理。请重新邀请它；`npm run doctor` 会给出链接。',
    joined: '机器人已回到服务器：正在补读错过的消息。',
    undeliverable: (channel, why) =>
      `无法在 ${channel} 发布消息：${why}。交易继续；请检查机器人在那里的权限。`,
  },

  gate: {
    notOperator: '你不是此机器人的操作员。',
    viewerOnly: '查看者只能使用不改变任何东西的命令。',
    failed: '没有成功；详情见日志。请查看 /status。',
    unknown: '这个命令已不存在。',
  },

  command: {
    noPositions: '没有未平仓交易。',
    noOrders: '没有挂单。',
    positions: (count) => `${count} 笔未平仓交易`,
    orders: (count) => `${count} 个挂单`,
    protections: {
      waiting: '等待入场',
      protected: '止损已在交易所',
      own_stop: '你自己的止损已在交易所',
      closing: '平仓中',
      unprotected: '交易所没有止损',
    },
    pages: {
      title: (page) => `第 ${page} 页`,
      of: (page, pages) => `第 ${page} / ${pages} 页`,
      previous: '上一页',
      refresh: '刷新',
      next: '下一页',
    },
    foreign: (symbols) => `不属于机器人，不触碰：${symbols}`,
    paused: (channel, until) => `开仓已暂停：${channel ?? '全部频道'}，${until}。已有仓位照常受保护。`,
    badDuration: '时长无效。请写 30m、4h 或 1d。',
    noSuchChannel: (name) => `没有名为 ${name} 的信号频道。`,
    notPaused: '开仓没有暂停。',
    resumed: '开仓已恢复。',
    noTrade: (symbol) => `机器人没有 ${symbol} 的未平仓交易。`,
    badPercent: '百分比必须在 1 到 100 之间。',
    closing: (percent, symbol) => `正在平掉 ${symbol} 的 ${percent}。`,
    panicking: (trades) =>
      trades === 0
        ? '已暂停。没有未平仓的交易。'
        : `已暂停。正在撤销入场单并平掉 ${trades} 笔交易，直到空仓。`,
    unknownKey: (key, near) =>
      `没有名为 ${key} 的风控设置。${near === '' ? '/risk show 可以列出全部。' : `你是指 ${near} 吗？`}`,
    badValue: (key, value, takes) => `${key} 不能设为“${value}”。应为${takes}。`,
    noStopLeft:
      '关闭 requireStopLoss 后，信号需要 defaultStopPct 作为后备止损：请先设置 defaultStopPct，或保持 requireStopLoss 开启。',
    takes: {
      percent: (bounds) => `百分比，${bounds}`,
      ratio: (bounds) => `数字，${bounds}`,
      count: (bounds) => `整数，${bounds}`,
      duration: (bounds) => `时长，${bounds}，例如 90s、5m、4h 或 1d`,
      boolean: (bounds) => bounds,
      symbols: () => '币安写法的交易对，用逗号分隔：BTCUSDT, ETHUSDT',
    },
    set: (key, from, to) => `${key}：${from} → ${to}。立即生效，重启后保留。`,
    unchanged: (key, value) => `${key} 已经是 ${value}。`,
    reset: (key, from, to) => `${key}：${from} → ${to}，恢复为文件中的取值。`,
    notSet: (key) => `${key} 没有在这里设置过，由文件决定。`,
    whatIf: ({ asked, denied, allowed, changed, what }) =>
      asked === 0
        ? '过去 30 天的信号无法说明它会带来什么变化。'
        : `过去 30 天的 ${asked} 个信号中，会多拒绝 ${denied} 个，多放行 ${allowed} 个${changed === 0 ? '' : `，另有 ${changed} 个会改变${whatChanges[what]}`}。`,
    off: '关闭',
    none: '无',
    all: '全部',
    between: (min, max) => `${min} 到 ${max}`,
    origins: { default: '默认', file: '文件', channel: '频道', set: '/risk set' },
    riskTitle: (where) => `风控设置（${where}）`,
    account: '账户',
    noPnl: (period) => `这段时间（${period}）没有平仓的交易。`,
    pnlTitle: (period) => `盈亏，${period}`,
    periods: { today: '今天', week: '7 天', month: '30 天', all: '全部' },
    trades: (count, wins, losses) => `平仓 ${count} 笔：盈利 ${wins}，亏损 ${losses}`,
    beforeCosts: '扣费前',
    openNow: (count) => `另有 ${count} 笔未平仓，未计入`,
    exported: (scope, trades, fills) => `已平仓交易 ${trades} 笔，成交 ${fills} 条（${scope}）。时间为 UTC。`,
    exportTooLarge: (trades) => `${trades} 笔交易超出一条消息的容量。请缩短时间范围，或指定频道、币种。`,
    performance: {
      winRate: '胜率',
      expectancy: '期望值',
      profitFactor: '盈利因子',
      drawdown: '最大回撤',
      longest: (wins, losses) => `最长连胜 ${wins} 笔，最长连亏 ${losses} 笔`,
      streak: (kind, length) => `${kind === 'wins' ? '连胜' : '连亏'} ${length} 笔`,
      now: (streak) => `当前${streak}`,
      equity: '累计盈亏',
      daily: '每日',
    },
    best: '最好',
    worst: '最差',
    statusReady: '就绪',
    statusNotReady: (why) => `未就绪：${why}`,
    status: {
      state: '状态',
      entries: '开仓',
      allowed: '允许',
      discord: 'Discord',
      ping: '延迟',
      stream: '交易所事件流',
      markets: { usdm: '合约', spot: '现货' },
      up: '正常',
      down: '中断',
      lastEvent: '最近事件',
      weight: '请求权重',
      ordersBy: { rest: '订单经由 REST', socket: '订单经由 WebSocket API' },
      latency: '延迟（24 小时）',
      answer: '命令到回答',
      decision: '信号到订单',
      protection: '成交到止损',
      stages: '各阶段（24 小时）',
      stage: {
        gateway: 'Discord',
        parsed: '解析',
        risk: '风控',
        journalled: '落盘',
        sent: '发出',
        acknowledged: '交易所应答',
        filled: '市价成交',
        posted: '通知',
      },
      exchange: '交易所',
      queue: '队列',
      toExchange: '待发往交易所',
      toDiscord: '待发往 Discord',
      memory: '内存',
      reconciled: '最近核对',
      never: '从未',
      breakers: '熔断',
      closed: '全部闭合',
      breakerOpen: (trouble, failures, where, next) =>
        `断开：${troubleOf(trouble)}${where}（连续 ${failures} 次），下一次尝试 ${next}`,
      recovered: '恢复',
      after: { start: '启动后用时', reconnect: '最近一次断流后用时' },
      slowest: '30 天内最慢',
      version: '版本',
      uptime: '启动于',
      equity: '权益',
      day: '今日',
    },
    parse: {
      signal: '信号',
      update: '管理消息',
      invalid: (why) => `无效：${why}。不会交易。`,
      none: (why) => `${why}。`,
      preview: (channel) => `作为 ${channel} 中的消息，现在会：`,
      planned: '通过',
      noTrade: '仅解析，没有交易。',
    },
    why: {
      took: '耗时',
      badMessage: '请提供消息链接或 ID。',
      unknown:
        '不认识这条消息：它不在所列频道中，作者不在名单中，或发布于机器人运行之前。用链接代替 ID 可以得到更多说明。',
      tooOld: (days) => `超过 ${days} 天的消息不再保留。`,
      ownOther: '这是机器人自己的消息，与任何一条消息无关。',
      otherChannel: (channel) => `${channel} 不是信号频道，那里的消息不会读取。`,
      otherAuthor: (author, channel) => `没有读取：${author} 不在 ${channel} 的作者名单中。`,
      gone: '没有这条消息（或已被删除）。',
      beforeTime: (channel) => `没有读取：它发布于机器人监听 ${channel} 之前，或作者列入名单之前。`,
      asNow: '现在读取的结果：',
      read: (when, kind) => `${when} 读取为：${kind}`,
      kinds: { signal: '信号', update: '管理消息', invalid: '无效', none: '不是信号' },
      results: {
        opened: '已交易',
        proposed: '等待确认',
        observed: '仅观察',
        denied: '已拒绝',
        rejected: '被交易所拒绝',
        failed: '失败',
        expired: '已过期',
      },
      deleted: '作者之后删除了它。',
      edited: (count) => `计划因修改而改变 ${count} 次。`,
    },
    providers: {
      none: (period) => `这段时间（${period}）没有读到信号。`,
      title: (period) => `信号来源成绩单，${period}`,
      counts: (signals, traded, denied) => `信号 ${signals} 个，成交 ${traded} 个，拒绝或过期 ${denied} 个`,
      slippage: '滑点',
      more: (count) => `… 还有 ${count} 个`,
    },
    alerts: {
      title: '提醒级别：开、静音（不响铃）、关',
      neverOff: '不可关闭',
      cannotBeOff: (kind) => `「${kind}」事关资金安全，不能关闭，可以设为静音。`,
      set: (kind, from, to) => `提醒「${kind}」：${from} → ${to}`,
      levels: { on: '开', silent: '静音', off: '关' },
      kinds: {
        fills: '成交',
        elsewhere: '外部平仓、强平',
        protection: '保护与故障',
        warnings: '其他警告',
        near_stop: '接近止损',
        pauses: '暂停与恢复',
        recoveries: '启动与重连',
        summary: '每日小结',
        problems: '配置与 Discord 问题',
      },
    },
    watch: {
      when: { above: '高于', below: '低于' },
      badPrice: '价格无效。请写成 65000 或 0.00012。',
      notListed: (symbol) => `在用的市场中没有 ${symbol}。`,
      tooMany: (limit) => `你已有 ${limit} 个价格提醒，请先删除一个。`,
      added: (watch, last) => `到价后提醒一次：${watch}${last === null ? '' : `（最新价 ${last}）`}。`,
      removed: (watch) => `已删除：${watch}`,
      unknown: '你没有这个价格提醒。/watch list 可以查看。',
      none: '你还没有价格提醒。用 /watch add 添加。',
      title: (count) => `你的价格提醒：${count} 个`,
      reached: (watch, last) => `到价 · ${watch}：最新价 ${last}`,
    },
    audit: {
      answer: '回答',
      empty: '还没有任何操作记录。',
      title: (page) => `操作记录，第 ${page} 页`,
      newer: '较新',
      older: '较早',
      kinds: { command: '命令', button: '按钮', setting: '设置', refused: '已拒绝' },
    },
    help: {
      intro: '所列频道的信号会变成带保护的交易。没有交易的，会在交易频道说明原因。',
    },
  },
};
