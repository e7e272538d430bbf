import type { AlertCode, RecoveryLine } from '../../trading/desk-types.ts';
import type { CloseReason, OrderRole, OrderStatus, PlanNote } from '../../trading/model.ts';
import { troubleOf } from './denials-zh-CN.ts';
import type { Catalogue } from './en.ts';
import { known, type Numbers, reasonText } from './numbers.ts';

/** What happens to trades, orders and the program, in Chinese. */

/** What cuts a size where it is no setting. */
const limits: Readonly<Record<string, string>> = {
  balance_too_small: '可用余额',
  notional_limit: '交易所上限',
};

export const notesZhCN: Record<PlanNote['code'], (n: Numbers) => string> = {
  leverage_cut: (n) => `杠杆由 ${known(n, 'from')}x 降为 ${known(n, 'to')}x`,
  leverage_for_liquidation: (n) => `为使强平价远离止损，杠杆已降低${n.to ? `为 ${n.to}x` : ''}`,
  cross_as_isolated: () => '不允许全仓：按逐仓交易',
  quantity_cut: (n) =>
    `数量由 ${known(n, 'from')} 减为 ${known(n, 'to')}（${n.setting || reasonText(limits, n.code) || '限制'}）`,
  targets_merged: (n) => `${known(n, 'from')} 个止盈合并为 ${known(n, 'to')} 个：低于交易所最小值`,
  entries_merged: (n) => `${known(n, 'from')} 个入场合并为 ${known(n, 'to')} 个：低于交易所最小值`,
  symbol_scaled: (n) => `价格已换算为 ${n.symbol ?? n.to ?? '上架的合约'}`,
  default_stop: (n) => `信号没有止损：使用默认止损${n.defaultStopPct ? ` ${n.defaultStopPct}%` : ''}`,
  keeps_margin_mode: (n) => `现有仓位保持其保证金模式（${n.mode ?? '?'}）`,
  keeps_leverage: (n) => `现有仓位保持其杠杆（${n.leverage ?? '?'}x）`,
};

export const closeReasonsZhCN: Record<CloseReason, string> = {
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

export const alertNumbersZhCN: Catalogue['alertNumbers'] = {
  trouble: (value) => troubleOf(value),
  failures: (value) => `连续 ${value} 次`,
  seconds: (value) => (value === '0' ? '' : `${value} 秒后再试`),
  detail: (value) => value,
  stop: (value) => `止损 ${value}`,
  liquidation: (value) => `强平价 ${value}`,
  code: (value) => `代码 ${value}`,
  message: (value) => value,
  price: (value) => `价格 ${value}`,
  quantity: (value) => `数量 ${value}`,
  status: (value) => `状态 ${value}`,
  symbol: (value) => value,
  lists: (value) => `${value} 个订单列表`,
  at: (value) => value,
};

export const alertsZhCN: Record<AlertCode, string> = {
  stop_refused: '交易所拒绝了止损单，正在重试。',
  stop_crossed: '价格已越过止损：按市价平仓。',
  stop_unplaceable: '无法设置止损：按市价平仓。',
  stop_move_refused: '止损无法移动，保留原止损。',
  stop_lost: '止损单消失，正在恢复。',
  stop_unreachable: '仓位会在触及止损之前被强平，此时止损不起作用。请追加保证金、将止损移近或部分平仓。',
  entry_unknown: '入场单没有明确答复，正在向交易所查询。',
  entry_failed: '入场单没有到达交易所，不会重发。',
  entry_expired: '交易所已让入场单过期，不会重发。',
  close_refused: '交易所拒绝了平仓单，正在重试。',
  orders_late:
    '保护性订单到达交易所太晚，或没有到达。正在重试，太晚时会留出更多时间。请检查网络，必要时在 App 中手动平仓。',
  foreign_position: '发现不属于机器人的仓位或订单：不触碰，该币种不交易。',
  position_mismatch: '仓位与记录不符，已向降低风险的方向修正。',
  breaker_open: '交易所连续未能处理订单：暂不发送入场单，之后先试一个。止损、止盈和平仓照常进行。',
  breaker_closed: '交易所又能处理订单：恢复入场。',
  key_refused: '交易所拒绝 API 密钥：修正之前无法交易。',
  key_rights:
    'API 密钥的权限不对：过多或不足，开仓已暂停。请修改（币安 → API 管理 → 编辑权限），然后 /resume。',
  key_unrestricted: 'API 密钥可从任何 IP 使用。请只允许本机的 IP（币安 → API 管理 → 编辑权限）。',
  account_changed: '账户设置在 App 中被更改：开仓已暂停，直到 /resume。',
  credits_mode:
    '此账户处于币安的积分交易模式（BNFCR），暂不支持：信号只按 USDT 或 USDC 余额计算仓位，没有余额则拒绝；以积分收付的金额不计入任何盈亏。',
  daily_loss: '达到单日亏损上限：开仓暂停到 00:00。',
  loss_streak: '连续亏损过多：开仓暂停，直到 /resume。',
  target_passed: '入场成交前第一止盈已被触及：入场单已撤销（target_passed）。',
  holding_too_small: '剩余数量太小，交易所不接受任何订单：既不能保护也不能卖出。',
  targets_merged: '低于交易所最小值的止盈已合并。',
  symbol_halted: '交易所已暂停该合约的交易：入场单已撤销，止损和止盈等待恢复交易或由交易所结算。',
  entries_withdrawn:
    '存储过久没有响应：入场单已撤销，因为再过片刻，成交的仓位将无法得到保护。已有持仓的止损保持不变。',
  delisting_announced:
    '交易所将下架该合约，届时会结算持仓：入场单已撤销，止损和止盈保留。如不希望被结算，请提前平仓。',
  trailing_refused: '交易所不接受移动止损单：改由机器人移动止损。',
};

export const conditionsZhCN: Catalogue['conditions'] = {
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

export const incidentsZhCN: Catalogue['incidents'] = {
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

export const rolesZhCN: Record<OrderRole, string> = {
  entry: '入场',
  stop: '止损',
  target: '止盈',
  close: '平仓',
  trail: '移动止损',
};

export const orderStatusesZhCN: Record<OrderStatus, string> = {
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
  return reasonText(rolesZhCN, role) || '订单';
}

/** What was found → what was done. */
export const recoveriesZhCN: Record<RecoveryLine['code'], (n: Numbers) => string> = {
  entry_adopted: (n) => `没有答复的入场单 ${known(n, 'quantity')} 在交易所挂着 → 已接管`,
  entry_failed: (n) => `入场单 ${known(n, 'quantity')} 没有到达交易所 → 放弃，不再发送`,
  fill_found: (n) => `入场成交 ${known(n, 'quantity')} → 已入账`,
  exit_found: (n) => `${roleOf(n.role)}成交 ${known(n, 'quantity')} → 已入账`,
  order_gone: (n) => `${roleOf(n.role)}单 ${known(n, 'quantity')} 已不在交易所 → 已记录，保护性订单会补上`,
  stop_restored: (n) => `没有止损覆盖整个仓位 → 已设止损 ${known(n, 'price')}，数量 ${known(n, 'quantity')}`,
  stop_with_entry: (n) =>
    `交易所已设置入场单附带的止损 ${known(n, 'price')}，数量 ${known(n, 'quantity')} → 已接管`,
  exits_with_entry: (n) =>
    `交易所已设置入场单附带的止损 ${known(n, 'price')} 和止盈 ${known(n, 'target')}，数量 ${known(n, 'quantity')} → 已接管`,
  liquidation_fee_found: (n) => `强平费 ${known(n, 'amount')} → 已入账`,
  funding_found: (n) => `资金费 ${known(n, 'amount')} → 已入账`,
  trade_over: (n) => `交易已结束（${reasonText(closeReasonsZhCN, n.reason) || '已平仓'}） → 清理剩余订单`,
  order_swept: (n) => `遗留订单（${known(n, 'clientId')}） → 已撤销`,
  closed_elsewhere: (n) =>
    `外部平仓，由 ${known(n, 'expected')} 变为 ${known(n, 'actual')} → 止损和止盈随之调整`,
  closed_by_other_trade: (n) => `同一仓位另一笔交易的订单平掉了 ${known(n, 'quantity')} → 止损和止盈随之调整`,
  position_foreign: () => '不属于机器人的仓位或订单 → 不触碰，该币种不交易',
  position_mismatch: (n) =>
    `仓位为 ${known(n, 'actual')}，其中属于机器人的是 ${known(n, 'expected')} → 其余不触碰，该币种不交易`,
};
