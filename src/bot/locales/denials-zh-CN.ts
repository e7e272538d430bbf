import type { TroubleClass } from '../../risk/book.ts';
import type { FilterPrice } from '../../trading/exchange.ts';
import type { DenialCode } from '../../trading/model.ts';
import type { PauseReason } from '../pauses.ts';
import { known, moment, type Numbers, reasonText } from './numbers.ts';

/** Why nothing is opened, in Chinese. */

export const pausesZhCN: Record<PauseReason, string> = {
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
    case 'position':
      return '交易所允许账户持有的该币';
    default:
      return '账户';
  }
}

/** What an entry, a stop and a target are compared with. Spot has no mark price. */
function priceName(n: Numbers): string {
  return reasonText({ last: '最新价格', mark: '标记价格' }, n.by ?? 'mark');
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

const bases: Record<FilterPrice['by'], string> = {
  reference: '参考价',
  average: '均价',
  last: '最新价',
};

const counted: Readonly<Record<string, string>> = { lists: '订单组', orders: '挂单' };

export function troubleOf(kind: string | undefined): string {
  return reasonText(troubles, kind);
}

export const denialsZhCN: Record<DenialCode, (n: Numbers) => string> = {
  paused: (n) => {
    const reason = reasonText(pausesZhCN, n.reason);
    return `开仓已暂停${reason ? `：${reason}` : ''}${n.until ? `，${moment(n.until)}结束` : '，直到 /resume'}。`;
  },
  duplicate_signal: (n) =>
    `${known(n, 'seconds')} 秒前已计划或交易过相同的信号；${known(n, 'windowSeconds')} 秒内视为同一信号。`,
  symbol_not_listed: (n) => `交易所没有上架 ${known(n, 'symbol')}。`,
  symbol_denied: (n) => `设置不允许交易 ${known(n, 'symbol')}。`,
  symbol_halted: (n) =>
    `${known(n, 'symbol')} 不接受新订单：${known(n, 'status')}${n.delistsAt === undefined ? '' : `（${n.delistsAt} 下架）`}。`,
  short_on_spot: (n) => `现货不能做空 ${known(n, 'symbol')}。`,
  no_stop: (n) => (n.words === undefined ? '信号没有止损。' : `信号没有止损：“${n.words}”里没有价格。`),
  stop_too_far: (n) =>
    `止损 ${known(n, 'stop')} 距入场价 ${known(n, 'entry')} 为 ${known(n, 'distancePct')}%，上限 ${known(n, 'limitPct')}%。`,
  entry_too_far: (n) =>
    `最近的入场价 ${known(n, 'entry')} 距${priceName(n)} ${known(n, 'mark')} 为 ${known(n, 'deviationPct')}%，上限 ${known(n, 'limitPct')}%。`,
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
  balance_too_small: (n) =>
    n.required
      ? `${n.asset ? '订单需占用' : '需要保证金'} ${n.required}${n.asset ? ` ${n.asset}` : ''}，可用 ${known(n, 'available')}。`
      : `账户${n.asset ? ` ${n.asset} ` : '保证金'}余额为 ${known(n, 'available')}，无法交易。`,
  opposite_position: (n) => `${known(n, 'symbol')} 已有 ${known(n, 'side')} 仓位，这个信号会将其平掉。`,
  margin_mode_conflict: (n) =>
    `${known(n, 'symbol')} 已有仓位为 ${known(n, 'marginMode')} ${known(n, 'leverage')}x，设置不允许。`,
  foreign_position: (n) => `${known(n, 'symbol')} 有你自己的仓位或订单，机器人不会触碰。`,
  target_passed: (n) => {
    const now = `${priceName(n)} ${known(n, 'mark')}`;
    if (n.side) {
      const [side, must] = n.side === 'short' ? ['做空', '高于'] : ['做多', '低于'];
      return `止损 ${known(n, 'price')} 在价格的错误一侧：${now}，市价${side}的止损必须${must}现价（已被触及，或写错了）。`;
    }
    return `${n.passed === 'stop' ? '止损' : '第一止盈'} ${known(n, 'price')} 已被触及：${now}。`;
  },
  price_out_of_range: (n) => {
    const basis = n.basis ? `（其${reasonText(bases, n.by)}为 ${n.basis}）` : '';
    return n.of === 'stop'
      ? `${known(n, 'symbol')} 的止损单，交易所目前只接受 ${known(n, 'lowest')} 以上的价格${basis}；这个止损是 ${known(n, 'price')}。`
      : `${known(n, 'symbol')} 的入场价，交易所目前只接受 ${known(n, 'lowest')} 至 ${known(n, 'highest')}${basis}；这个入场价是 ${known(n, 'price')}。`;
  },
  trigger_not_reached: (n) =>
    `信号要等待某个价格${n.trigger ? `（${n.trigger}）` : ''}，但没有订单可以等待它${n.mark ? `；${priceName(n)} ${n.mark}` : ''}。`,
  refused_lately: (n) =>
    `交易所连续拒绝了 ${known(n, 'failures')} 个入场单（${troubleOf(n.trouble)}${n.code ? `，${n.code}` : ''}）；下一次尝试：${moment(n.until)}。`,
  order_limit: (n) =>
    `交易所允许${n.symbol ?? '账户'}有 ${known(n, 'limit')} 个${counted[n.counted ?? ''] ?? '条件单'}，已有 ${known(n, 'open')} 个，这笔交易需要 ${known(n, 'needed')} 个。`,
  exchange_unreachable: (n) => {
    const away = `${n.seconds && n.seconds !== '0' ? `（已 ${n.seconds} 秒）` : ''}${n.missing ? `；缺少：${n.missing}` : ''}`;
    if (!n.trouble) return `交易所没有响应${away}。`;
    return `交易所连续 ${known(n, 'failures')} 次未能处理（${troubleOf(n.trouble)}）${away}；下一次入场尝试：${moment(n.until)}。`;
  },
  not_ready: (n) => `机器人尚未准备好交易${n.reason ? `：${n.reason}` : ''}。`,
};
