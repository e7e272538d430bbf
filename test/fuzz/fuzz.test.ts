import { expect, test } from 'vitest';
import { Random } from '../../src/sim/binance/random.ts';
import { targets } from './targets.ts';

/** A little of each, always the same; `npm run fuzz -- --minutes 10` goes on. */
test.each(targets.map((target) => [target.name, target] as const))('%s', async (_, target) => {
  const opened = await target.open();
  try {
    const random = new Random(8);
    for (let left = target.batch * 4; left > 0; left -= 1) await opened.once(random);
  } finally {
    await opened.close();
  }
  expect.assertions(0);
});
