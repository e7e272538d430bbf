import { readFileSync, writeFileSync } from 'node:fs';

/** The language of the config file; the bot takes a change within seconds. */
export function configLanguage(path: string): { get(): 'en' | 'zh-CN'; set(language: 'en' | 'zh-CN'): void } {
  const line = /^language:.*$/m;
  return {
    get: () => (/^language:\s*["']?zh-CN/m.test(readFileSync(path, 'utf8')) ? 'zh-CN' : 'en'),
    set(language) {
      const text = readFileSync(path, 'utf8');
      const wanted = `language: ${language}`;
      const next = line.test(text) ? text.replace(line, wanted) : `${wanted}\n${text}`;
      if (next !== text) writeFileSync(path, next);
    },
  };
}
