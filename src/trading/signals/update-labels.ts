import type { Decimal } from '../decimal.ts';
import { fold } from './fold.ts';
import type { Refined } from './refine.ts';
import { isPunct } from './token.ts';
import type { Clause } from './update-clauses.ts';
import type { FoundUpdate } from './updates.ts';

/** `平仓价格：36.25`, `Exit price: 0.7611`, `平倉比例: 50%`: what is told of a closing on a line of its own. */
const LABEL =
  /^(?:平仓|出场|离场|减仓)(?:价格?|均价|比例|数量|占比|仓位)$|^(?:exit|close|closed|closing) ?(?:price|size|amount|percent|percentage|portion|part|qty)$/;

/**
 * Gives a closing that is announced in a heading the price and the part that labels below it tell; the labels themselves
 * order nothing then. Where several closings are announced, whose price it is cannot be known.
 */
export function withLabels(
  found: readonly FoundUpdate[],
  clauses: readonly Clause[],
  refined: Refined,
): readonly FoundUpdate[] {
  if (!found.some(isClosing)) return found;
  const labels = new Set(clauses.filter(isLabel));
  const [closing, other] = found.filter((update) => isClosing(update) && !labels.has(update.clause));
  if (labels.size === 0 || closing === undefined || other !== undefined) return found;
  const values = [...labels].flatMap((clause) => clause.tokens.filter((token) => token.number !== null));
  const told = (form: 'price' | 'percent'): Decimal | null => {
    const token = values.find(({ number }) => number?.form === form && number.sign === '');
    const value = token === undefined ? null : refined.valueOf(token);
    return value?.gt(0) === true ? value : null;
  };
  const part = told('percent')?.div(100) ?? null;
  const fraction = closing.fraction ?? (part?.lt(1) === true ? part : null);
  const whole: FoundUpdate = {
    ...closing,
    action: fraction === null ? closing.action : 'close_partial',
    fraction,
    price: closing.price ?? told('price'),
  };
  return found
    .filter((update) => update === closing || !labels.has(update.clause))
    .map((update) => (update === closing ? whole : update));
}

const isClosing = ({ action }: FoundUpdate): boolean => action === 'close' || action === 'close_partial';

function isLabel({ tokens }: Clause): boolean {
  const sign = tokens.findIndex((token) => isPunct(token, ':='));
  if (sign < 1) return false;
  const words = tokens.slice(0, sign).filter(({ kind }) => kind !== 'emoji' && kind !== 'punct');
  const spaced = words
    .map((token, index) => (token.gap && index > 0 ? ` ${token.text}` : token.text))
    .join('');
  return LABEL.test(fold(spaced));
}
