import type { NumberShape } from './lex-number.ts';

/** A number that a sign before it or a word behind it makes one. */
export interface MarkedNumber {
  readonly number: NumberShape;
  readonly end: number;
}

const PERCENT_AHEAD = /%(\d{1,3}(?:[.,]\d{1,2})?)(?![\d%])/y;

/** `%30`, as Turkish writes it. `at` is the index of the sign, `before` the sign in front of it. */
export function percentAhead(text: string, at: number, before: '+' | '-' | ''): MarkedNumber | null {
  PERCENT_AHEAD.lastIndex = at;
  const raw = PERCENT_AHEAD.exec(text)?.[1];
  return raw === undefined
    ? null
    : {
        number: { raw, form: 'percent', scale: 0, sign: before, currency: false },
        end: PERCENT_AHEAD.lastIndex,
      };
}

const HAN_TIMES = /([一二三四五六七八九]?十)?([一二两三四五六七八九])?(?<=[十一二两三四五六七八九])倍/y;
/** What stands before a leverage that is a part of its own. */
const PARTS = /[\s，,。|:（()）]/;

/** 五倍杠杆, 二十倍做多, "… 止盈0.25 十倍": a leverage beside a word of the trade or apart from others, unlike 翻了五倍. */
export function hanTimes(text: string, at: number): MarkedNumber | null {
  HAN_TIMES.lastIndex = at;
  const found = HAN_TIMES.exec(text);
  if (found === null) return null;
  const [, tens = '', units = ''] = found;
  const behind = text.charAt(HAN_TIMES.lastIndex);
  const stands = PARTS.test(text.charAt(at - 1)) && (behind === '' || PARTS.test(behind));
  if (!stands && !/[杠槓做开開逐全]/.test(behind)) return null;
  const raw = String((tens === '' ? 0 : 10 * digitOf(tens.charAt(0))) + (units === '' ? 0 : digitOf(units)));
  return {
    number: { raw, form: 'leverage', scale: 0, sign: '', currency: false },
    end: HAN_TIMES.lastIndex,
  };
}

/** 十 alone is one ten. */
const digitOf = (char: string): number =>
  char === '两' ? 2 : Math.max(1, '零一二三四五六七八九'.indexOf(char));
