import { expect, test } from 'vitest';
import { parseMessage } from '../../../src/trading/signals/parse.ts';
import { chats } from './chats.ts';

const MESSAGES = 10_000;

test('ten thousand chats about trading hold no signal', { timeout: 60_000 }, () => {
  const taken: string[] = [];
  const generator = chats(20_250_101);
  for (let i = 0; i < MESSAGES; i++) {
    const content = generator.next().value;
    if (parseMessage({ content }).reading.kind === 'signal') taken.push(content);
  }
  expect(taken).toEqual([]);
});
