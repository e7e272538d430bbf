import { fold } from './fold.ts';
import { writesDecimalComma } from './lexicon.ts';

/** Whether the message is in a language that writes 59,50 for 59.5. */
export const commaLanguage = (text: string): boolean => writesDecimalComma(fold(text));
