import { edited, isReadAs } from './said.ts';
import type { RewriteStep, SignalItem } from './script.ts';

/** One of a message's signals, as its author writes it. It keeps its key through everything that is done to it. */
export interface Block {
  key: number;
  text: string;
}

/** What an author has to write with. */
export interface Drafts {
  /** The message as it is, or was before it said something else. */
  own: readonly Block[];
  first: readonly Block[];
  /** Of the message before it; none where there is none. */
  older: readonly Block[];
  write(item: SignalItem): Block;
}

export interface Rewritten {
  own: readonly Block[];
  /** What is to be a message of its own. */
  parted: readonly Block[];
  /** It has taken in the message before it. */
  isMerged: boolean;
}

export function contentOf(blocks: readonly Block[]): string {
  return blocks.map(({ text }) => text).join('\n\n');
}

/** A step after which the program would not read each signal as its author means it is left out. */
export function rewritten(steps: readonly RewriteStep[], drafts: Drafts): Rewritten {
  return steps.reduce<Rewritten>(
    (before, step) => {
      const after = afterStep(before, step, drafts);
      return [after.own, after.parted].every((part) => isReadAs(part.map(({ text }) => text)))
        ? after
        : before;
    },
    { own: drafts.own, parted: [], isMerged: false },
  );
}

function afterStep(before: Rewritten, { how, at, bps, added }: RewriteStep, drafts: Drafts): Rewritten {
  const { own } = before;
  const nth = at % own.length;
  const making = (after: readonly Block[]): Rewritten => ({ ...before, own: after });
  switch (how) {
    case 'add':
      return making(own.toSpliced(at % (own.length + 1), 0, drafts.write(added)));
    case 'take out':
      return own.length > 1 ? making(own.toSpliced(nth, 1)) : before;
    case 'reorder':
      return making([...own.slice(nth), ...own.slice(0, nth)]);
    case 'stop':
    case 'targets':
      return making(own.map((one, i) => (i === nth ? { ...one, text: edited(one.text, how, bps) } : one)));
    case 'replace':
      return making(own.with(nth, drafts.write(added)));
    case 'merge':
      return before.isMerged || drafts.older.length === 0
        ? before
        : { ...before, own: [...own, ...drafts.older], isMerged: true };
    case 'split':
      if (own.length < 2 || before.parted.length > 0) return before;
      return { ...before, own: own.slice(0, Math.max(nth, 1)), parted: own.slice(Math.max(nth, 1)) };
    case 'as first':
      return making(drafts.first);
  }
}
