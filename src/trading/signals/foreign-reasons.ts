import { isPunct, type Token } from './token.ts';

const IF = /^(?:s[ei]|als|wenn|falls|jeśli|jesli|jeżeli|gdy|jika|kalau|hvis|pokud|dacă)$/i;
const YESTERDAY = /^(?:hier|ieri|ayer|ontem|gestern|gisteren|wczoraj|kemarin)$/i;

/** Why a call in a language of which the message shows no other word is none; null if the word at `index` gives no reason. */
export function foreignReason(tokens: readonly Token[], index: number): 'if' | 'past' | null {
  const { text } = tokens[index] as Token;
  if (IF.test(text)) return opensCondition(tokens, index) ? 'if' : null;
  return YESTERDAY.test(text) && tellsOfYesterday(tokens, index) ? 'past' : null;
}

/**
 * "Se ETH rompe 3120 entro long", "si BTC casse 118k": of many languages a short message shows no other word, and none
 * has a meaning for these at the head of a sentence that would leave a call one.
 */
function opensCondition(tokens: readonly Token[], index: number): boolean {
  const [before, after] = [tokens[index - 1], tokens[index + 1]];
  const opens =
    before === undefined || ['newline', 'emoji'].includes(before.kind) || isPunct(before, '.,!;:-');
  return opens && ['word', 'keyword', 'symbol'].includes(after?.kind ?? '');
}

/** "Ieri ho aperto long BTC"; German "hier" is here, French "hier, j'ai" yesterday. */
const tellsOfYesterday = (tokens: readonly Token[], index: number): boolean =>
  !/^hier$/i.test(tokens[index]?.text ?? '') ||
  tokens
    .slice(index + 1, index + 4)
    .some((token) => /^(?:j['’]?(?:ai|avais)?|nous|notre|avons)$/i.test(token.text));
