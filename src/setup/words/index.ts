import { en } from './en.ts';
import type { Words } from './words.ts';
import { zhCN } from './zh-CN.ts';

export type Language = 'en' | 'zh-CN';

/** Before any language is known. */
export const languageQuestion = 'Language / 语言';

export const words: Record<Language, Words> = { en, 'zh-CN': zhCN };

/** What the terminal is set to: the first of these variables that is set decides, as in gettext. */
export function languageOf({ LC_ALL, LC_MESSAGES, LANG }: NodeJS.ProcessEnv): Language {
  return /^zh/i.test(LC_ALL || LC_MESSAGES || LANG || '') ? 'zh-CN' : 'en';
}
