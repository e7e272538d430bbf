import type { Language } from '../../terminal-language.ts';
import { en } from './en.ts';
import type { Words } from './words.ts';
import { zhCN } from './zh-CN.ts';

/** Before any language is known. */
export const languageQuestion = 'Language / 语言';

export const words: Record<Language, Words> = { en, 'zh-CN': zhCN };
