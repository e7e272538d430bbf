import { expect, test } from 'vitest';
import { lastWords } from '../../src/sandbox/bot-process.ts';

const LOG = '{"level":"info","msg":"ready"}\n';

test.each([
  { given: 'two mistakes in the config', log: 'line 3: a\nline 4: b\n', says: 'line 3: a\nline 4: b' },
  {
    given: 'what an earlier start has logged',
    log: `${LOG}line 3: a\nline 4: b\n`,
    says: 'line 3: a\nline 4: b',
  },
  { given: 'a log alone', log: `${LOG}{"level":"fatal"}\n`, says: '{"level":"fatal"}' },
  { given: 'nothing', log: '', says: '' },
])('GIVEN $given THEN the bot’s last words are all that was said', ({ log, says }) => {
  expect(lastWords(log)).toBe(says);
});
