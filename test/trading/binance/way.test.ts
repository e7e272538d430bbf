import { describe, expect, test } from 'vitest';
import { createWayChoice, type Way } from '../../../src/trading/binance/way.ts';

type Step = [way: Way, ms: number] | 'lost';

function wayAfter(samples: number, steps: readonly Step[]): Way {
  const choice = createWayChoice(samples);
  for (const step of steps) {
    if (step === 'lost') choice.lost();
    else choice.took(...step);
  }
  return choice.way();
}

const times = (way: Way, ...ms: number[]): Step[] => ms.map((one): Step => [way, one]);
const REST = times('rest', 10, 10, 10);
const QUICKER = times('socket', 5, 5, 5);

describe('orders go', () => {
  test.each<{ name: string; steps: Step[]; way: Way }>([
    { name: 'by REST before anything is known', steps: [], way: 'rest' },
    {
      name: 'by REST while there are too few requests to compare',
      steps: [...REST, ...times('socket', 1, 1)],
      way: 'rest',
    },
    { name: 'over a socket that is quicker', steps: [...REST, ...QUICKER], way: 'socket' },
    { name: 'by REST where both are alike', steps: [...REST, ...times('socket', 10, 10, 10)], way: 'rest' },
    {
      name: 'by REST where the socket gains too little',
      steps: [...REST, ...times('socket', 9.5, 9.5, 9.5)],
      way: 'rest',
    },
    {
      name: 'over the socket still where it loses what it gained',
      steps: [...REST, ...QUICKER, ...times('socket', 10, 10, 10)],
      way: 'socket',
    },
    {
      name: 'by REST again once that is quicker',
      steps: [...REST, ...QUICKER, ...times('socket', 11, 11)],
      way: 'rest',
    },
    {
      name: 'over the socket though one request was slow',
      steps: [...REST, ...QUICKER, ['socket', 900]],
      way: 'socket',
    },
    { name: 'by REST once the socket is lost', steps: [...REST, ...QUICKER, 'lost'], way: 'rest' },
    {
      name: 'by REST until a new socket has been measured like the first',
      steps: [...REST, ...QUICKER, 'lost', ...times('socket', 5, 5)],
      way: 'rest',
    },
    { name: 'over a new socket that has', steps: [...REST, ...QUICKER, 'lost', ...QUICKER], way: 'socket' },
  ])('$name', ({ steps, way }) => {
    expect(wayAfter(3, steps)).toBe(way);
  });

  test('over the socket whatever it takes where nothing is compared', () => {
    expect(wayAfter(0, [...REST, ...times('socket', 900, 900), 'lost'])).toBe('socket');
  });
});
