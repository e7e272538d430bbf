import type { Mutation } from './mutations.ts';

/** Broken builds of what keeps the signals of one message apart: only messages that hold several, and change, show them. */
export const LIST_MUTATIONS: readonly Mutation[] = [
  {
    name: "match a message's signals to their trades by their order alone",
    file: 'bot/signal-places.ts',
    find: '!taken.has(one.place) && isIt(one, signal)',
    replace: '!taken.has(one.place)',
    by: 20000022,
    markets: 'talk',
  },
  {
    name: 'judge again what was denied once another signal of its message changes',
    file: 'bot/revising.ts',
    find: 'if (old && !isWithdrawn(old) && said.has(signalMeaning(signal))) continue;',
    replace: '',
    by: 20000022,
    markets: 'talk',
  },
  {
    name: 'ask nothing about a signal that is taken out of its message',
    file: 'bot/edits.ts',
    find: 'if (gone.length > 0) await this.#takeOut(message.id, gone, revision);',
    replace: '',
    by: 20000047,
    markets: 'talk',
  },
  {
    name: 'forget over a crash what an edit has opened',
    file: 'bot/revising.ts',
    find: 'if (begun) outcomes.push(',
    replace: 'if (begun?.at === -1) outcomes.push(',
    by: 20002246,
    markets: 'talk',
  },
  {
    name: 'take what was told of one signal for the answer to its whole message',
    file: 'bot/said-before.ts',
    find: "const own = said.find((content) => content.includes(lines[index] ?? ''));",
    replace: 'const own = lines[index] === undefined ? undefined : said[0];',
    by: 20002285,
    markets: 'talk',
  },
  {
    name: 'judge what an earlier run has told of, and could not note',
    file: 'bot/revising.ts',
    find: 'if (known) return { ...known, index: fresh };',
    replace: '',
    by: 20000903,
    markets: 'talk',
  },
  {
    name: 'take a question that a crash kept from being posted for one that was asked',
    file: 'bot/questions.ts',
    find: 'if (open) return await this.post(open);',
    replace: 'if (open) return;',
    by: 20005537,
    markets: 'talk',
  },
];
