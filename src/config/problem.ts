import type { Refusals } from '../trading/refusal.ts';
import { problemWords } from './problem-words.ts';
import type { Config } from './schema.ts';

/** What can be wrong with a config file, by code, with what the words about it name. */
export interface Faults extends Refusals {
  unknown_key: object;
  missing: object;
  type: { expected: string; received: string };
  one_of: { values: string };
  key_twice: object;
  yaml: { message: string };
  absent: { path: string };
  unreadable: { path: string; reason: string };
  gone: object;
  /** In the words of whoever found it. */
  other: { message: string };
}

export type Fault<Code extends keyof Faults = keyof Faults> = {
  [One in Code]: { code: One } & Faults[One];
}[Code];

/** `line` counts from 1; null where the problem is the whole file's. `key`: its path, empty for the file's own value. */
export interface Problem {
  file: string | null;
  line: number | null;
  key: string | null;
  fault: Fault;
}

/** One line each: `config.yaml line 12: risk.maxLeverage: must be 150 or less`. */
export function problemLines(problems: readonly Problem[], language: Config['language']): string[] {
  return problems.map((problem) => lineOf(problem, language));
}

function lineOf({ file, line, key, fault }: Problem, language: Config['language']): string {
  const words = problemWords[language];
  const parts = [
    file === null ? '' : `${file} `,
    line === null ? '' : `${words.line(line)}${words.colon}`,
    key === null ? '' : `${key || words.wholeFile}${words.colon}`,
    faultText(fault, language),
  ];
  return parts.join('').replaceAll(/\s*\n\s*/g, ' ');
}

/** `must be 150 or less` */
export function faultText<Code extends keyof Faults>(
  fault: Fault<Code>,
  language: Config['language'],
): string {
  const words: FaultWords = problemWords[language].faults;
  return words[fault.code](fault);
}

/** Whether it is the code of one. */
export function isFault(text: string): text is keyof Faults {
  return Object.hasOwn(problemWords.en.faults, text);
}

export type FaultWords = { [Code in keyof Faults]: (fault: Faults[Code]) => string };
