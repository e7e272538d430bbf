/** What a run may break, and what it broke first. */

export type Invariant =
  | 'client id sent twice'
  | 'journal first'
  | 'order beyond plan'
  | 'risk above the setting'
  | 'exposure above plan'
  | 'closed more than held'
  | 'balance below nothing'
  | 'naked position'
  | 'stop taken away'
  | 'stop loosened'
  | 'a moved stop was forgotten'
  | 'placed while paused'
  | 'not closed in a panic'
  | 'asks while banned'
  | 'asks without end'
  | 'waits for too long'
  | 'traded twice'
  | 'traded without a yes'
  | 'traded what was not shown'
  | 'traded what was not said'
  | 'traded what was changed'
  | 'traded too late'
  | 'traded what was taken back'
  | 'judged again'
  | 'a change was forgotten'
  | 'asked twice'
  | 'forgotten'
  | 'booked to the other market'
  | 'told of the other market'
  | 'held against the other market'
  | 'ledger and exchange differ'
  | 'not flat'
  | 'profit and loss differ'
  | 'funding is not split by quantity'
  | 'does not start'
  | 'program error';

export interface Violation {
  invariant: Invariant;
  message: string;
  atMs: number;
}

/** What was broken first. */
export interface Verdict {
  violation(): Violation | null;
  fail(invariant: Invariant, message: string): void;
}

export function createVerdict(now: () => number, startMs: number): Verdict {
  let violation: Violation | null = null;
  return {
    violation: () => violation,
    fail(invariant, message) {
      violation ??= { invariant, message, atMs: now() - startMs };
    },
  };
}
