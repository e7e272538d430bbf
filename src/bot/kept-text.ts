import { flatten } from '../trading/signals/message-text.ts';
import type { Parsed } from '../trading/signals/parse.ts';
import { cut } from './format.ts';
import type { MessageText } from './ports.ts';
import type { Receipt } from './records.ts';

/** A message's text, files included, and what was made of it. */
export interface MessageRead extends Parsed {
  text: MessageText;
  /** When that was done, on the clock of `Journeys`. */
  readAt: number;
}

const MAX_TEXT = 4_000;
const MAX_EVIDENCE = 60;
const MAX_WORDS = 200;

/** What a receipt keeps of the text and its reading: enough to explain the decision, never more than some kilobytes. */
export function keptText({ text, evidence }: MessageRead): Pick<Receipt, 'text' | 'textLength' | 'evidence'> {
  const whole = flatten(text);
  return {
    text: cut(whole, MAX_TEXT),
    textLength: whole.length,
    evidence: evidence.slice(0, MAX_EVIDENCE).map((one) => ({ ...one, text: cut(one.text, MAX_WORDS) })),
  };
}
