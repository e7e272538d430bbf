/**
 * Why a value of the config file is refused, by code, with what its words name (`config/problem-words.ts`). Zod carries
 * the code as the message of its issue, and what is named as the params of a custom one.
 */
export interface Refusals {
  number: None;
  between: { min: string; max: string };
  at_least: { min: string };
  at_most: { max: string };
  duration: None;
  shares: None;
  symbol: None;
  stop_needed: None;
  id: None;
  /** YAML reads a bare id as a number and rounds it. */
  id_unquoted: None;
  name: None;
  authors: None;
  time_zone: None;
  time_of_day: None;
  address: None;
  same_as: { other: string };
}

type None = Record<never, string>;
type Named<Code extends keyof Refusals> = keyof Refusals[Code] extends never ? [] : [Refusals[Code]];

/** As Zod's checks take it. */
export interface Refusal {
  message: keyof Refusals;
  params?: Record<string, string>;
}

export function refusal<Code extends keyof Refusals>(message: Code, ...[params]: Named<Code>): Refusal {
  return { message, ...(params ? { params } : {}) };
}
