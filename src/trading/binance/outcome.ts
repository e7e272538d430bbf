import type { Outcome, RefusalCause, Refused } from '../exchange.ts';
import type { Answer } from './calls.ts';

/** What never left this machine may be tried again soon. */
const UNSENT_RETRY_MS = 1_000;

/** What a definite no means where its code does not say it; undefined where that is not known. */
export type CauseOf = (refusal: { code: number; message: string }) => RefusalCause | undefined;

/** An answer that `read` can make nothing of is no answer: the write may have been carried out. */
export function outcomeOf<Value>(
  answer: Answer,
  read: (body: object) => Value,
  causeOf: CauseOf = () => undefined,
): Outcome<Value> {
  switch (answer.kind) {
    case 'answered':
      if (typeof answer.body !== 'object' || answer.body === null) {
        return { kind: 'unknown', message: 'an answer that is not JSON' };
      }
      try {
        const { sentAt } = answer;
        return { kind: 'confirmed', value: read(answer.body), ...(sentAt === undefined ? {} : { sentAt }) };
      } catch {
        return { kind: 'unknown', message: 'an answer that lacks what it should hold' };
      }
    case 'withheld':
      return { kind: 'rejected', code: 0, message: answer.message };
    case 'refused':
      return rejected(answer, causeOf);
    case 'throttled':
      return {
        kind: 'throttled',
        code: answer.code,
        message: answer.message,
        retryAfterMs: Math.ceil(answer.retryAfterMs),
      };
    case 'unsent':
      return { kind: 'throttled', code: 0, message: answer.message, retryAfterMs: UNSENT_RETRY_MS };
    case 'unknown':
      return { kind: 'unknown', message: answer.message };
  }
}

export function rejected(refusal: { code: number; message: string }, causeOf: CauseOf): Refused {
  const { code, message } = refusal;
  const cause = causeOf(refusal);
  return { kind: 'rejected', code, message, ...(cause === undefined ? {} : { cause }) };
}
