import { registerHooks } from 'node:module';
import type { Mutation } from './mutations.ts';

/** From now on, modules are loaded with the mutation in them. Call it before the program is imported. */
export function applyMutation({ name, file, find, replace }: Mutation): void {
  const path = /^(bot|risk)\//.test(file) ? file : `trading/${file}`;
  const target = new URL(`../../src/${path}`, import.meta.url).href;
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      if (url !== target) return loaded;
      const source = String(loaded.source);
      if (source.split(find).length !== 2) throw new Error(`"${name}" does not fit ${file} any more`);
      return { ...loaded, source: source.replace(find, () => replace) };
    },
  });
}
