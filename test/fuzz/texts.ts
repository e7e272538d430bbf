import { globSync, readFileSync } from 'node:fs';
import { parseConfig } from '../../src/config/parse.ts';
import { problemLines } from '../../src/config/problem.ts';
import { parseMessage } from '../../src/trading/signals/parse.ts';
import { mutateText, pick } from './mutate.ts';
import { Broken, requireFinite, type Target } from './target.ts';

export const corpus = globSync('../corpus/{signals,updates,none,invalid}.jsonl', {
  cwd: import.meta.dirname,
}).flatMap((name) =>
  readFileSync(new URL(name, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => String((JSON.parse(line) as { content: string }).content)),
);

/** Far more than a message of Discord's longest takes; the machine may be busy. */
const LONGEST_MS = 5_000;

export const messages: Target = {
  name: 'message texts',
  batch: 50,
  async open() {
    return {
      once(random) {
        const content = mutateText(random, pick(random, corpus), corpus).slice(0, 4_000);
        const began = performance.now();
        const { reading } = parseMessage({ content, embeds: [] });
        if (performance.now() - began > LONGEST_MS) throw new Broken('it took too long', content);
        if (!['signal', 'update', 'none', 'invalid'].includes(reading.kind))
          throw new Broken('no reading', content);
        requireFinite(reading, content);
      },
      async close() {},
    };
  },
};

const configs = ['config.example.yaml', 'config.example.zh-CN.yaml'].map((name) =>
  readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8'),
);

export const config: Target = {
  name: 'config files',
  batch: 10,
  async open() {
    return {
      once(random) {
        const text = mutateText(random, pick(random, configs), configs);
        const parsed = parseConfig(text);
        if (parsed.ok) requireFinite(parsed.config, text);
        else if (
          parsed.problems.length === 0 ||
          problemLines(parsed.problems, 'en').some((line) => /^$|\n/.test(line))
        )
          throw new Broken(`no problem in one line: ${JSON.stringify(parsed.problems)}`, text);
      },
      async close() {},
    };
  },
};
