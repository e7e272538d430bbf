import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalise } from '../../../src/trading/signals/normalise.ts';
import { refine } from '../../../src/trading/signals/refine.ts';
import { BUNDLED_SYMBOLS } from '../../../src/trading/signals/symbols.ts';
import { tokenise } from '../../../src/trading/signals/tokens.ts';
import { actionsOf, everyActionOf } from '../../../src/trading/signals/update-actions.ts';
import { clausesOf } from '../../../src/trading/signals/update-clauses.ts';
import { ClauseView } from '../../../src/trading/signals/update-view.ts';
import { CORPUS_FILES, readCorpus } from './compare.ts';

const texts = CORPUS_FILES.flatMap((file) => readCorpus(file)).map(({ content }) => content);

function expectSame(text: string): void {
  const { list, decimalComma } = tokenise(normalise(text).text, BUNDLED_SYMBOLS);
  const refined = refine(list, decimalComma, BUNDLED_SYMBOLS);
  for (const clause of clausesOf(refined.tokens)) {
    expect(actionsOf(clause, refined)).toEqual(everyActionOf(new ClauseView(clause, refined)));
  }
}

describe('a clause that is passed over as talk', () => {
  it('holds no order, in any message of the corpus', () => {
    for (const text of texts) expectSame(text);
  });

  it('holds no order, however words of the corpus follow one another', () => {
    const words = [...new Set(texts.flatMap((text) => text.split(/\s+/)))];
    // Those that orders are made of beside the roles of keywords.
    const ofOrders = [
      'pull',
      'bids',
      'limits',
      'flat',
      'half',
      'off',
      '50%',
      '1/2',
      'not',
      'BTC',
      'entry',
      'all',
    ];
    const word = fc.oneof(fc.constantFrom(...words), fc.constantFrom(...ofOrders));
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 8 }), (chosen) => expectSame(chosen.join(' '))),
      { numRuns: 2_000 },
    );
  });
});
