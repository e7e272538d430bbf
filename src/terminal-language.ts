export type Language = 'en' | 'zh-CN';

/** What the terminal is set to: the first of these variables that is set decides, as in gettext. */
export function languageOf({ LC_ALL, LC_MESSAGES, LANG }: NodeJS.ProcessEnv): Language {
  return /^zh/i.test(LC_ALL || LC_MESSAGES || LANG || '') ? 'zh-CN' : 'en';
}
