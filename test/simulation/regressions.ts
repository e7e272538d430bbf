/**
 * Seeds that once found a bug, by what the bug did. They stay: the run that found it has to go through now.
 * A seed means what `generate` makes of it; where that changes, the mutation of the same bug tells whether it still does.
 */
export const REGRESSIONS: readonly { seed: number; bug: string }[] = [
  { seed: 23, bug: 'funding charged just before a trade closed was lost' },
  { seed: 39, bug: 'funding charged while the program was away was lost' },
  {
    seed: 52,
    bug: 'an entry that never left was unknown for ever, because a closed trade had executions in its direction',
  },
  { seed: 2156, bug: 'the same, where that trade had closed just ahead of the entry' },
  { seed: 253, bug: 'the stop went while an entry under cancellation was filling' },
  { seed: 2002, bug: 'a message read twice in one turn was traded twice' },
  { seed: 2204, bug: 'a close by hand that was told twice left the rest of the position without a stop' },
  { seed: 2660, bug: 'executions were looked for by a clock that was an hour ahead, and never found' },
  { seed: 11124, bug: 'a stop sent while nothing could be journalled was cancelled after a crash' },
  {
    seed: 11357,
    bug: 'the id of a stop sent while nothing could be journalled was used again after a crash',
  },
  {
    seed: 12515,
    bug: "the stop's own execution, found first by comparing, never found its order, and the trade never closed",
  },
  {
    seed: 21067,
    bug: 'a close by hand that was larger than what the trade knew it held lost its profit and loss',
  },
  {
    seed: 22851,
    bug: 'with the clock set back an hour before a restart, lost executions were not asked for for an hour',
  },
  { seed: 22870, bug: 'a close whose answer was lost was waited for for twenty seconds without a stop' },
  {
    seed: 280,
    bug: 'a clock that jumped ahead proved an entry absent that filled seconds later, without a stop',
  },
  { seed: 698, bug: 'a failing store hid why a trade was not opened' },
  { seed: 1044, bug: 'an entry was sent although entries had been paused while its symbol was prepared' },
  {
    seed: 881544,
    bug: 'after a crash without a journal, a stop that the journal did not know was cancelled for one that was gone',
  },
  {
    seed: 990928,
    bug: 'a funding fee was split before all who held the position were known, and never anew',
  },
  { seed: 1199, bug: 'ids were used again after two restarts while nothing could be journalled' },
];
