import { expect, test } from 'vitest';
import { AlertLevels, kindOfAlert, kindOfRecovery, mayBeOff } from '../../src/bot/alert-levels.ts';
import { alertKinds, alertLevelRow } from '../../src/bot/records.ts';
import { memoryCollection, silentLog } from './fakes.ts';

const given = async (rows = memoryCollection(alertLevelRow)) => {
  const levels = new AlertLevels(rows, () => 1, silentLog);
  await levels.start();
  return { levels, rows };
};

test('everything is on until somebody says otherwise, and that outlives a restart', async () => {
  const { levels, rows } = await given();
  for (const kind of alertKinds) expect(levels.of(kind)).toBe('on');
  expect(await levels.set('fills', 'off', 'u')).toBe('on');
  expect(await levels.set('pauses', 'silent', 'u')).toBe('on');
  const after = await given(rows);
  expect(after.levels.of('fills')).toBe('off');
  expect(after.levels.of('pauses')).toBe('silent');
});

test('what protects money can be silent and never be off', async () => {
  const { levels, rows } = await given();
  for (const kind of ['protection', 'elsewhere', 'problems'] as const) {
    expect(mayBeOff(kind)).toBe(false);
    expect(await levels.set(kind, 'off', 'u')).toBeNull();
    expect(levels.of(kind)).toBe('on');
    expect(await levels.set(kind, 'silent', 'u')).toBe('on');
  }
  await rows.set('protection', { level: 'off', by: 'u', at: 1 });
  expect((await given(rows)).levels.of('protection')).toBe('on');
});

test.each([
  ['critical', 'entry_unknown', 'protection'],
  ['warning', 'stop_move_refused', 'protection'],
  ['warning', 'position_mismatch', 'protection'],
  ['warning', 'targets_merged', 'warnings'],
] as const)('a %s alert %s is of kind %s', (level, code, kind) => {
  expect(kindOfAlert({ level, code })).toBe(kind);
});

test.each([
  [[], 'recoveries'],
  [['fill_found', 'funding_found'], 'recoveries'],
  [['fill_found', 'stop_with_entry'], 'recoveries'],
  [['fill_found', 'stop_restored'], 'protection'],
  [['position_mismatch'], 'protection'],
] as const)('a recovery that found %j is of kind %s', (codes, kind) => {
  expect(kindOfRecovery({ lines: codes.map((code) => ({ code, symbol: 'BTCUSDT', numbers: {} })) })).toBe(
    kind,
  );
});
