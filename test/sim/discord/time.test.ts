import { describe, expect, test } from 'vitest';
import { createClock } from '../../../src/sim/discord/clock.ts';
import {
  compareSnowflakes,
  createSnowflakes,
  isSnowflake,
  snowflakeTime,
} from '../../../src/sim/discord/snowflake.ts';

const NOON = Date.parse('2026-11-22T12:00:00Z');

describe('a frozen clock', () => {
  test('calls what falls due in its order, each at its own time, what it adds included', () => {
    const clock = createClock({ frozen: NOON });
    const calls: [string, number][] = [];
    const call = (name: string) => () => void calls.push([name, clock.now() - NOON]);
    clock.after(300, call('late'));
    clock.after(100, () => {
      call('early')();
      clock.after(50, call('added'));
    });
    clock.after(1_000, call('never'));
    clock.advance(400);
    expect(calls).toEqual([
      ['early', 100],
      ['added', 150],
      ['late', 300],
    ]);
    expect(clock.now()).toBe(NOON + 400);
  });

  test('does not call what was cancelled', () => {
    const clock = createClock({ frozen: NOON });
    let called = false;
    const cancel = clock.after(10, () => {
      called = true;
    });
    cancel();
    clock.advance(20);
    expect(called).toBe(false);
  });
});

test('the running clock calls back on its own', async () => {
  const clock = createClock();
  await new Promise<void>((resolve) => {
    clock.after(5, resolve);
    // Keeps the process alive: the clock itself does not.
    const hold = setInterval(() => {}, 1_000);
    clock.after(5, () => clearInterval(hold));
  });
});

// https://docs.discord.com/developers/reference#snowflakes
describe('ids', () => {
  test('carry their time and only ever increase, though the clock stands still', () => {
    const ids = createSnowflakes(createClock({ frozen: NOON }));
    const made = Array.from({ length: 1_000 }, () => ids.next());
    expect(snowflakeTime(made[0] ?? '')).toBe(NOON);
    expect(new Set(made).size).toBe(1_000);
    expect([...made].sort(compareSnowflakes)).toEqual(made);
  });

  test('go on after the last one of an earlier run', () => {
    const future = '9000000000000000000';
    expect(createSnowflakes(createClock({ frozen: NOON }), future).next()).toBe('9000000000000000001');
  });

  test.each([
    ['1', true],
    ['400000000000000001', true],
    ['', false],
    ['12a', false],
    ['99999999999999999999', false],
  ])('"%s": %s', (text, valid) => {
    expect(isSnowflake(text)).toBe(valid);
  });
});
