import type { Config } from './schema.ts';

/** What is wrong with a file, for whoever wrote it; `problems` as `loadConfig` gives them. */
export async function problemsIn(
  language: Config['language'] | null,
  problems: readonly string[],
): Promise<string[]> {
  if (language !== 'zh-CN') return [...problems];
  const { problemInChinese } = await import('./problems-zh.ts');
  return problems.map(problemInChinese);
}
