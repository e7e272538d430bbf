import type { invalidEn } from './invalid-en.ts';

const named = (what: string, value: string | undefined): string => (value ? `${what} ${value} ` : what);

const must = (side: string | undefined, ofLong: string, ofShort: string): string => {
  if (side !== 'long' && side !== 'short') return '';
  return side === 'long' ? `：做多时应${ofLong}` : `：做空时应${ofShort}`;
};

export const invalidZhCN: typeof invalidEn = {
  sl_wrong_side: (n) =>
    `${named('止损', n.stop)}在${named('入场价', n.entry)}的错误一侧${must(n.side, '低于入场价', '高于入场价')}`,
  tp_wrong_side: (n) =>
    `${n.target ? named('止盈', n.target) : '有止盈'}在${named('入场价', n.entry)}的错误一侧${must(n.side, '高于入场价', '低于入场价')}`,
  tp_not_in_order: (n) => `${named('止盈', n.targets)}没有按由近到远的顺序排列：最近的应排在最前`,
  sl_equals_entry: (n) => `${named('止损', n.stop)}等于入场价${must(n.side, '低于入场价', '高于入场价')}`,
  side_conflict: () => '同时写了做多和做空：只能写其中一个',
  side_missing: () => '没有写做多还是做空，从价格也看不出来',
  symbol_missing: () => '没有写出可识别的币种：请写成 #BTC 或 BTC/USDT',
  entry_missing: () => '没有写入场价：请写价格或“市价”',
  price_magnitude: (n) =>
    n.price
      ? `价格 ${n.price} 与 ${n.other ?? '其他价格'} 相差悬殊：请检查是否多写或少写了一位数字或小数点`
      : '有一个价格与其他价格相差悬殊：请检查是否多写或少写了一位数字或小数点',
  number_unreadable: (n) =>
    n.text ? `无法从“${n.text}”确定价格：请写成 1234.5 这样` : '有一个数字无法确定：请写成 1234.5 这样',
  leverage_out_of_range: (n) =>
    `${named('杠杆', n.leverage && `${n.leverage}x`)}超出范围${n.max ? `：1x 至 ${n.max}x` : ''}`,
  tp_shares_exceed_100: (n) =>
    n.total ? `止盈比例合计 ${n.total}%：最多 100%` : '止盈比例合计超过 100%：最多 100%',
  part_out_of_range: (n) =>
    n.part ? `不能平掉仓位的 ${n.part}%：须大于 0%，最多 100%` : '平仓比例超出范围：须大于 0%，最多 100%',
};
