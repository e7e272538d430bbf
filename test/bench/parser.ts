import { parseMessage } from '../../src/trading/signals/parse.ts';
import { CORPUS_FILES, differences, read, readCorpus } from '../trading/signals/compare.ts';
import { HOSTILE, hostileText } from '../trading/signals/hostile.ts';

/** Prints what the parser makes of the corpus by language and kind, its speed, and its worst case on hostile text. */
const KINDS = ['signal', 'update', 'invalid', 'none'] as const;
const LANGUAGES = ['en', 'zh', 'other'] as const;
const ROUNDS = 30;
const HOSTILE_LENGTH = 100_000;

const cases = CORPUS_FILES.flatMap((file) => readCorpus(file));

console.log('language  kind     exact      read as signal/update/invalid/none');
for (const language of LANGUAGES) {
  for (const kind of KINDS) {
    const group = cases.filter((each) => each.lang === language && each.kind === kind);
    if (group.length === 0) continue;
    const readings = group.map((each) => ({ each, got: read(each) }));
    const exact = readings.filter(({ each, got }) => differences(got, each).length === 0).length;
    const spread = KINDS.map((as) => readings.filter(({ got }) => got.kind === as).length).join('/');
    console.log(`${language.padEnd(9)} ${kind.padEnd(8)} ${`${exact}/${group.length}`.padEnd(10)} ${spread}`);
  }
}

/** Time of the processor, which a busy machine stretches little. */
const cpuMs = (): number => process.threadCpuUsage().user / 1_000;

for (const each of cases) parseMessage(each);
const startedMs = cpuMs();
for (let round = 0; round < ROUNDS; round++) for (const each of cases) parseMessage(each);
const elapsedMs = cpuMs() - startedMs;
const messages = ROUNDS * cases.length;
console.log(
  `\n${Math.round(messages / (elapsedMs / 1000))} messages/s, ${(elapsedMs / messages).toFixed(3)} ms a message`,
);

const times = Object.entries(HOSTILE).map(([name, piece]) => {
  const content = hostileText(piece, HOSTILE_LENGTH);
  parseMessage({ content });
  const start = cpuMs();
  parseMessage({ content });
  return { name, ms: cpuMs() - start };
});
times.sort((a, b) => b.ms - a.ms);
console.log(`\n100 kB of hostile text, slowest first`);
for (const { name, ms } of times.slice(0, 8)) console.log(`${ms.toFixed(1).padStart(7)} ms  ${name}`);
