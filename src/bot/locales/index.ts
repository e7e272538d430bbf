import type { Language } from '../ports.ts';
import { type Catalogue, en } from './en.ts';
import { zhCN } from './zh-CN.ts';

export type { Catalogue };

export const catalogues: Record<Language, Catalogue> = { en, 'zh-CN': zhCN };

/** The reader's own Discord language where it is known and one of ours, else the configured one. */
export function catalogueFor(locale: string | undefined, configured: Language): Catalogue {
  if (locale === 'zh-CN') return catalogues['zh-CN'];
  return catalogues[locale?.startsWith('en') ? 'en' : configured];
}
