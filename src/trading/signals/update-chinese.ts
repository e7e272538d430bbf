import type { Role } from './keywords/table.ts';
import { hasOneOf, isPunct, type Token } from './token.ts';
import type { ClauseView } from './update-view.ts';

const HAN = /[\u3400-\u9fff]/;

/**
 * Words beside which a verb still gives an order. Beside any other it is part of another word or of a story: 平仓线,
 * 撤单率, 团队减持, 习惯减半.
 */
const MAY_STAND =
  /^(?:已经?|经|只|那|这|笔|刚|发|没|成|交|为|安|通知|提[醒示]|仓|倉|部|位|里|手|拿|[护護]|返|一|下|个|把|将|将要|我们?|咱们?|你们?|各|后面|博|比例|掉|能|该|就|也|还|有|在|请|请把|现|马上?|立刻|赶紧|尽快|赶快|全|里面|[吧啦哈])+$/;

/** 大家都清仓了 tells what others have done; 大家都清仓吧 asks for it. */
const OTHERS_DID = /(?:大家|大伙|你们|人人)(?:都|全|已经?|基本)+/;

/**
 * Whether the Chinese verbs with one of the roles stand among words that make something else of them, or are done by
 * somebody else. False where the clause has none.
 */
export function isChineseTalk(view: ClauseView, ...roles: readonly Role[]): boolean {
  const verbs = view.tokens.flatMap((token, index) =>
    hasOneOf(token, roles) && HAN.test(token.text) ? [index] : [],
  );
  if (verbs.length === 0) return false;
  const text = view.tokens.map((token) => token.text).join('');
  if (OTHERS_DID.test(text) && /了$/.test(text)) return true;
  if (/散户|主力|杠杆|槓桿/.test(text)) return true;
  return verbs.every(
    (at) =>
      speaksOfThose(view.tokens, at) || isCompound(view.tokens, at) || isAmongStrangers(view.tokens, at),
  );
}

/** 撤退信号还没出现, unlike 平仓信号：BTC, which is a heading. */
const isCompound = (tokens: readonly Token[], at: number): boolean =>
  /^(?:信号|策略|思路|计划|交易|建议|数据|消息)$/.test(tokens[at + 1]?.text ?? '') &&
  tokens[at + 2] !== undefined &&
  !isBoundary(tokens[at + 2]) &&
  tokens[at + 2]?.symbol == null;

/** 止损被扫的举个手, 保本离场的都是高手: people to whom it has happened. */
export const speaksOfThose = (tokens: readonly Token[], at: number): boolean =>
  tokens[at + 1]?.text === '的' ||
  tokens.some((token, index) => index < at && token.text === '的' && tokens[index + 1]?.text === '都');

/** Whether a run of unknown characters in the same part of the clause is more than small words. */
function isAmongStrangers(tokens: readonly Token[], at: number): boolean {
  let from = at;
  while (from > 0 && !isBoundary(tokens[from - 1])) from--;
  let to = at + 1;
  while (to < tokens.length && !isBoundary(tokens[to])) to++;
  let run = '';
  for (let i = from; i <= to; i++) {
    const token = i < to ? tokens[i] : undefined;
    if (token?.kind === 'word' && HAN.test(token.text)) run += token.text;
    else {
      if (run !== '' && !MAY_STAND.test(run)) return true;
      run = '';
    }
  }
  return false;
}

const isBoundary = (token: Token | undefined): boolean =>
  token?.kind === 'emoji' || isPunct(token, ':|()[]"-');
