import { parseArgs } from 'node:util';
import { Random } from '../../src/sim/binance/random.ts';
import { Broken } from './target.ts';
import { targets } from './targets.ts';

/**
 * `npm run fuzz [-- --minutes 5] [--seed N] [--only words]`: every way in, in turn, each batch with a seed of its own.
 * Prints what broke with its seed, then the counts; ends with 1 when anything broke.
 */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    seed: { type: 'string' },
    only: { type: 'string', default: '' },
  },
});
const chosen = targets.filter(({ name }) => name.includes(values.only));
const counts = new Map(chosen.map(({ name }) => [name, 0]));
const broken = new Map<string, string>();
const until = performance.now() + Number(values.minutes) * 60_000;
let seed = Number(values.seed ?? Date.now() % 2 ** 31);

process.on('uncaughtException', (error) => note('the process', error, seed));
process.on('unhandledRejection', (error) => note('the process', error, seed));

function note(name: string, error: unknown, of: number): void {
  const text = error instanceof Broken ? error.message : String((error as Error)?.stack ?? error);
  // One of a kind is enough: the first line without what differs.
  const kind = `${name}: ${text.split('\n')[0]?.replaceAll(/\d+/g, 'N')}`;
  if (broken.has(kind)) return;
  broken.set(kind, text);
  console.log(`BROKEN ${name}, --seed ${of}\n${text}\n`);
}

const opened = await Promise.all(chosen.map(async (target) => ({ target, open: await target.open() })));
while (performance.now() < until) {
  for (const { target, open } of opened) {
    seed = (seed + 1) % 2 ** 31;
    const random = new Random(seed);
    for (let left = target.batch; left > 0; left -= 1) {
      try {
        await open.once(random);
      } catch (error) {
        note(target.name, error, seed);
      }
      counts.set(target.name, (counts.get(target.name) ?? 0) + (target.inputs ?? 1));
    }
  }
}
for (const { open } of opened) await open.close();
for (const [name, count] of counts) console.log(`${name}: ${count.toLocaleString('en')}`);
console.log(`${broken.size} kinds of trouble`);
process.exit(broken.size === 0 ? 0 : 1);
