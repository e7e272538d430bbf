import { expect, it } from 'vitest';
import { sumUp } from './sum.ts';

const job = (runs: number, minutes: string, crashes: number) =>
  `${String(crashes).padStart(10)} crash
         4 request: answer lost
1 × naked position: 7
${runs} seeds in ${minutes} minutes, 9.1 a second: 100 steps, 20 requests and writes, 3 trades, 4 executions, 1 invariants broken`;

it('adds up what runs have printed: jobs share the time of their run, runs follow one another', () => {
  const first = `seed 7: naked position at 3 ms: X\n${job(20, '1.5', 2)}\n${job(20, '2.5', 3)}\n`;
  const second = `${job(10, '1.0', 1)}\n`;
  expect(sumUp([first, second, '']).split('\n')).toEqual([
    '         6 crash',
    '        12 request: answer lost',
    'seed 7: naked position at 3 ms: X',
    '50 seeds in 3.5 minutes: 300 steps, 60 requests and writes, 9 trades, 12 executions, 1 seeds broke an invariant',
  ]);
});
