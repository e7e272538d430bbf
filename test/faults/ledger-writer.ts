import { z } from 'zod';
import { openLedger } from '../../src/trading/ledger.ts';

// Writes until it is killed; says each number once its write has resolved.
const ledger = await openLedger(process.argv[2] ?? '');
const rows = ledger.collection('rows', z.object({ number: z.number(), padding: z.string() }));
process.stdout.write('open\n');
const write = async (lane: number) => {
  for (let count = 0; ; count += 1) {
    const number = lane + count * 4;
    await rows.set(`${number}`, { number, padding: 'x'.repeat(3_000) });
    process.stdout.write(`${number}\n`);
  }
};
await Promise.all([0, 1, 2, 3].map(write));
