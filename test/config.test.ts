import { mkdtempSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { parse } from 'yaml';
import { diffConfig } from '../src/config/diff.ts';
import { parseConfig } from '../src/config/parse.ts';
import { problemLines } from '../src/config/problem.ts';
import { type Config, type LiveConfig, loadConfig, watchConfig } from '../src/config.ts';
import { mergeRisk, riskDefaults, riskKeys } from '../src/risk/settings.ts';
import { mergeTrading, tradingDefaults } from '../src/trading/settings.ts';

const example = readFileSync(new URL('../config.example.yaml', import.meta.url), 'utf8');
const smallest = `
guild: "100000000000000001"
channels: { trades: "400000000000000001" }
signals:
  - channel: "500000000000000001"
    name: alpha
    authors: ["600000000000000001"]
`;

function good(text: string): Config {
  const parsed = parseConfig(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.config;
}

function problems(text: string, language: Config['language'] = 'en'): string[] {
  const parsed = parseConfig(text);
  return parsed.ok ? [] : problemLines(parsed.problems, language);
}

/** Of the file on the disk. */
function linesOf(path: string, language: Config['language'] = 'en'): string[] {
  const loaded = loadConfig(path);
  return loaded.ok ? [] : problemLines(loaded.problems, language);
}

const edited = (from: string | RegExp, to: string) => {
  const text = example.replace(from, to);
  expect(text).not.toBe(example);
  return text;
};

describe('the example', () => {
  test('is valid and says the defaults', () => {
    const config = good(example);
    expect(mergeRisk(config.risk)).toEqual(riskDefaults);
    expect(mergeTrading(config.trading)).toEqual(tradingDefaults);
    const defaults = good(smallest);
    expect({
      ...config,
      risk: {},
      trading: {},
      operators: null,
      alerts: { ...config.alerts, dm: [] },
    }).toEqual({
      ...defaults,
      operators: null,
    });
  });

  test('holds every key there is', () => {
    const config = good(example);
    const raw = parse(example);
    const keys = (value: object) => Object.keys(value).sort();
    expect(keys(raw)).toEqual(keys(config));
    for (const name of ['operators', 'channels', 'alerts', 'confirm', 'paper'] as const) {
      expect(keys(raw[name])).toEqual(keys(config[name]));
    }
    expect(keys(raw.operators.viewers)).toEqual(keys(config.operators.viewers));
    expect(keys(raw.signals[0])).toEqual(keys(config.signals[0] ?? {}));
    expect(keys(raw.risk)).toEqual(keys(riskKeys));
    expect(keys(raw.trading)).toEqual(keys(tradingDefaults));
  });
});

describe('what a config means', () => {
  test('durations are milliseconds, amounts are Decimals, ids are text', () => {
    const config = good(edited('maxAge: 60s', 'maxAge: 5m'));
    expect(config.signals[0]).toMatchObject({
      channel: '500000000000000001',
      maxAge: 300_000,
      mode: 'confirm',
    });
    expect(config.confirm.timeout).toBe(120_000);
    expect(config.paper.balance.toString()).toBe('10000');
  });

  test("a channel's block holds only what it says", () => {
    const config = good(edited('    risk: {} ', '    risk: { maxLeverage: 3 } '));
    expect(config.signals[0]?.risk).toEqual({ maxLeverage: 3 });
    expect(config.signals[0]?.trading).toEqual({});
  });

  test('a block without content is an empty block', () => {
    expect(good(`${smallest}\nrisk:\n  # maxLeverage: 5\nalerts:\n`).alerts.dm).toEqual([]);
  });
});

describe('what is wrong is told with its line and key', () => {
  const cases: [given: string, text: () => string, then: RegExp][] = [
    [
      'an unknown key',
      () => edited('  maxLeverage: 10', '  maxLevrage: 10'),
      /^line \d+: risk\.maxLevrage: unknown key$/,
    ],
    ['an unknown key at the top', () => `${smallest}\nrisks: {}`, /^line 9: risks: unknown key$/],
    [
      'a key that is missing',
      () => smallest.replace('    name: alpha\n', ''),
      /^line 5: signals\[0\]\.name: is missing$/,
    ],
    ['no guild', () => smallest.replace(/guild.*/, ''), /^line \d: guild: is missing$/],
    [
      'an id without quotes',
      () => edited('guild: "100000000000000001"', 'guild: 100000000000000001'),
      /^line 3: guild: an id must stand in quotes/,
    ],
    [
      'an author without quotes',
      () => edited('["600000000000000001"]', '[600000000000000001]'),
      /^line \d+: signals\[0\]\.authors\[0\]: an id must stand in quotes/,
    ],
    [
      'an id that is none',
      () => edited('"400000000000000001"', '"trades"'),
      /channels\.trades: must be a Discord id/,
    ],
    [
      'no authors',
      () => edited('["600000000000000001"]', '[]'),
      /signals\[0\]\.authors: must name at least one author/,
    ],
    [
      'a wrong type',
      () => edited('maxOpenTrades: 5 ', 'maxOpenTrades: many '),
      /risk\.maxOpenTrades: expected number, received string$/,
    ],
    [
      'a wrong type where a number may stand in quotes',
      () => edited('riskPerTradePct: 1 ', 'riskPerTradePct: true '),
      /risk\.riskPerTradePct: expected a number$/,
    ],
    [
      'a value out of bounds',
      () => edited('riskPerTradePct: 1 ', 'riskPerTradePct: 101 '),
      /risk\.riskPerTradePct: must be between/,
    ],
    [
      'a count too small',
      () => edited('maxOpenTrades: 5 ', 'maxOpenTrades: 0 '),
      /risk\.maxOpenTrades: must be 1 or more$/,
    ],
    [
      'a count too big',
      () => edited('maxLeverage: 10', 'maxLeverage: 500'),
      /risk\.maxLeverage: must be \d+ or less$/,
    ],
    [
      'a fraction of a count',
      () => edited('maxOpenTrades: 5 ', 'maxOpenTrades: 1.5 '),
      /risk\.maxOpenTrades: expected int, received number$/,
    ],
    [
      'another word',
      () => edited('mode: confirm ', 'mode: manual '),
      /signals\[0\]\.mode: expected one of "confirm"/,
    ],
    [
      'a duration without unit',
      () => edited('maxAge: 60s', 'maxAge: 60'),
      /signals\[0\]\.maxAge: expected a duration such as 90s/,
    ],
    [
      'a duration too short',
      () => edited('timeout: 120s', 'timeout: 9s'),
      /confirm\.timeout: must be 10s or more/,
    ],
    [
      'a duration too long',
      () => edited('timeout: 120s', 'timeout: 25h'),
      /confirm\.timeout: must be 1d or less/,
    ],
    [
      'a time zone that is none',
      () => edited('timezone: UTC', 'timezone: Berlin'),
      /^line 5: timezone: must be a time zone/,
    ],
    [
      'a language that is none',
      () => edited('language: en ', 'language: de '),
      /^line 4: language: expected one of "en"/,
    ],
    [
      'a time of day that is none',
      () => edited('summaryAt: null', 'summaryAt: "24:00"'),
      /alerts\.summaryAt: must be a time of day/,
    ],
    [
      'an address that is none',
      () => edited('heartbeatUrl: null', 'heartbeatUrl: ftp://x'),
      /alerts\.heartbeatUrl: must be an http/,
    ],
    [
      'no stop required and none to fall back to',
      () => edited('requireStopLoss: true ', 'requireStopLoss: false '),
      /risk\.requireStopLoss: requireStopLoss: false needs defaultStopPct/,
    ],
    [
      'the same in a channel',
      () => edited('    risk: {} ', '    risk: { requireStopLoss: false } '),
      /signals\[0\]\.risk\.requireStopLoss/,
    ],
    [
      'a key twice',
      () => `${smallest}\nguild: "100000000000000002"`,
      /^line 9: not valid YAML: Map keys must be unique/,
    ],
    ['YAML that is none', () => edited('language: en ', 'language: [en '), /^line \d+: not valid YAML/],
    [
      'the same channel twice',
      () => `${smallest}${smallest.split('signals:\n')[1]?.replace('alpha', 'beta')}`,
      /signals\[1\]\.channel: is the same as that of signals\[0\]/,
    ],
    [
      'the same name twice',
      () => `${smallest}${smallest.split('signals:\n')[1]?.replace('"5', '"6')}`,
      /signals\[1\]\.name: is the same/,
    ],
    ['an empty file', () => '', /^line 1: guild: is missing$/],
    ['a list', () => '- a', /^line 1: the file: expected object, received array$/],
  ];
  test.each(cases)('GIVEN %s', (_, text, then) => {
    expect(problems(text())).toContainEqual(expect.stringMatching(then));
    for (const line of problems(text())) expect(line).not.toContain('\n');
  });

  test.each(cases)('GIVEN %s THEN it is told in Chinese, too', (_, text) => {
    for (const line of problems(text(), 'zh-CN')) {
      expect(line).toMatch(/^第 \d+ 行：/);
      // What is left is names, examples and the words of the YAML parser.
      if (!line.includes('YAML')) expect(line).not.toMatch(/\b(must|expected|unknown|missing|same|needs)\b/);
    }
  });

  test('the line is the one of the key', () => {
    const text = edited('  cooldown: 0s', '  cooldown: soon');
    const line = text.split('\n').findIndex((each) => each.includes('cooldown: soon')) + 1;
    expect(problems(text)).toEqual([
      `line ${line}: risk.cooldown: expected a duration such as 90s, 5m, 4h or 1d`,
    ]);
  });

  test('every problem is told at once', () => {
    expect(problems('guild: 1\nchannels: {}\nsignals: {}\nodd: 1')).toHaveLength(4);
  });

  test('aliases that multiply without end are refused', () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefgh'.split('').map((name, at) => `${name}: &${name} [${Array(9).fill(`*${'abcdefg'[at]}`)}]`),
    ];
    expect(problems(bomb.join('\n'))).toHaveLength(1);
  });
});

describe('diffConfig', () => {
  test.each([
    ['nothing', example, []],
    ['a value', edited('maxLeverage: 10', 'maxLeverage: 9'), ['risk.maxLeverage']],
    ['a list', edited('dm: ["200000000000000001"]', 'dm: []'), ['alerts.dm']],
    ["a channel's value", edited('mode: confirm', 'mode: auto'), ['signals[alpha].mode']],
    [
      "a channel's override",
      edited('    risk: {} ', '    risk: { maxLeverage: 3 } '),
      ['signals[alpha].risk.maxLeverage'],
    ],
    [
      'a channel out of the list',
      edited(/signals:[\s\S]*?risk:\n {2}riskPer/, 'signals: []\nrisk:\n  riskPer'),
      ['signals[alpha]'],
    ],
    ['the writing of a number', edited('balance: 10000', 'balance: "10000.00"'), []],
  ])('GIVEN %s is changed', (_, text, then) => {
    expect(diffConfig(good(example), good(text)).map(({ path }) => path)).toEqual(then);
  });
});

describe('a file on the disk', () => {
  const live: LiveConfig[] = [];
  afterEach(() => {
    for (const each of live.splice(0)) each.close();
  });

  /** Nobody listens yet. */
  function unheard(pollMs: number) {
    const own = mkdtempSync(join(tmpdir(), 'signalbox-config-'));
    onTestFinished(() => rmSync(own, { recursive: true, force: true }));
    const path = join(own, 'config.yaml');
    writeFileSync(path, example);
    const loaded = loadConfig(path);
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    const config = watchConfig(path, loaded, { settleMs: 20, pollMs });
    live.push(config);
    return { path, config };
  }

  function watched(pollMs = 20) {
    const { path, config } = unheard(pollMs);
    const changes: string[][] = [];
    const errors: string[][] = [];
    config.onChange((_, changed) => void changes.push(changed.map(({ path }) => path)));
    config.onError((problems) => void errors.push(problemLines(problems, 'en')));
    return { path, config, changes, errors };
  }

  test('a file that is not there is one line that says what to do', () => {
    const path = join(tmpdir(), 'signalbox-nowhere', 'none.yaml');
    expect(loadConfig(path)).toMatchObject({ ok: false, missing: true });
    expect(linesOf(path)).toEqual([
      expect.stringMatching(
        /^CONFIG: .*none\.yaml does not exist: npm run setup writes one, or copy config\.example\.yaml/,
      ),
    ]);
    expect(linesOf(path, 'zh-CN')).toEqual([
      expect.stringMatching(
        /^CONFIG：.*none\.yaml 不存在。可运行 npm run setup 生成，或复制 config\.example/,
      ),
    ]);
  });

  test('a file with a problem says which file', () => {
    const { path } = watched();
    writeFileSync(path, 'guild: 1');
    expect(loadConfig(path)).toMatchObject({ ok: false, missing: false });
    expect(linesOf(path)).toContain(
      'config.yaml line 1: guild: an id must stand in quotes, such as "100000000000000001"',
    );
    expect(linesOf(path, 'zh-CN')).toContain(
      'config.yaml 第 1 行：guild：ID 必须加引号，例如 "100000000000000001"',
    );
  });

  test.each([
    ['is told of by the system', 3_600_000],
    ['is found by looking', 20],
  ])('a change %s', async (_, pollMs) => {
    const { path, config, changes } = watched(pollMs);
    writeFileSync(path, edited('maxLeverage: 10', 'maxLeverage: 9'));
    await vi.waitFor(() => expect(changes).toEqual([['risk.maxLeverage']]), 3_000);
    expect(config.current().risk.maxLeverage).toBe(9);
  });

  test('an editor that saves by renaming, several times', async () => {
    const { path, config } = watched(3_600_000);
    for (const leverage of [9, 8, 7]) {
      writeFileSync(`${path}~`, edited('maxLeverage: 10', `maxLeverage: ${leverage}`));
      renameSync(`${path}~`, path);
      await vi.waitFor(() => expect(config.current().risk.maxLeverage).toBe(leverage), 3_000);
    }
  });

  test('an invalid file changes nothing, is told once, and a good one works again', async () => {
    const { path, config, changes, errors } = watched();
    writeFileSync(path, edited('maxLeverage: 10', 'maxLeverage: ten'));
    await vi.waitFor(() => expect(errors).toHaveLength(1), 3_000);
    expect(config.current().risk.maxLeverage).toBe(10);
    expect(changes).toEqual([]);
    writeFileSync(path, edited('maxLeverage: 10', 'maxLeverage: 4'));
    await vi.waitFor(() => expect(config.current().risk.maxLeverage).toBe(4), 3_000);
    expect(errors).toHaveLength(1);
    expect(errors[0]?.[0]).toMatch(/^config\.yaml line \d+: risk\.maxLeverage/);
  });

  test('a file that is deleted is told of, and the old config holds', async () => {
    const { path, config, errors } = watched();
    rmSync(path);
    await vi.waitFor(() => expect(errors).toEqual([['config.yaml is not there any more']]), 3_000);
    expect(config.current().risk.maxLeverage).toBe(10);
  });

  test('a reload looks at once, and tells of what cannot be used each time', async () => {
    const { path, config, changes, errors } = watched(3_600_000);
    writeFileSync(path, edited('maxLeverage: 10', 'maxLeverage: 9'));
    expect(await config.reload()).toBe(true);
    expect(config.current().risk.maxLeverage).toBe(9);
    expect(changes).toEqual([['risk.maxLeverage']]);
    expect(await config.reload()).toBe(true);
    writeFileSync(path, edited('maxLeverage: 10', 'maxLeverage: ten'));
    expect(await config.reload()).toBe(false);
    expect(await config.reload()).toBe(false);
    expect(errors.length).toBeGreaterThanOrEqual(2);
    expect(config.current().risk.maxLeverage).toBe(9);
    expect(changes).toHaveLength(1);
  });

  test('what was saved while nobody listened is told to the first who does', async () => {
    const { path, config } = unheard(3_600_000);
    for (const leverage of [9, 8]) {
      writeFileSync(path, edited('maxLeverage: 10', `maxLeverage: ${leverage}`));
      expect(await config.reload()).toBe(true);
    }
    writeFileSync(path, edited('maxLeverage: 10', 'maxLeverage: ten'));
    expect(await config.reload()).toBe(false);
    const changes: unknown[] = [];
    const errors: string[] = [];
    config.onChange((_, changed) => void changes.push(...changed));
    config.onError((problems) => void errors.push(...problemLines(problems, 'en')));
    await Promise.resolve();
    expect(changes).toMatchObject([{ path: 'risk.maxLeverage', before: 10, after: 8 }]);
    expect(errors).toEqual([expect.stringMatching(/^config\.yaml line \d+: risk\.maxLeverage/)]);
  });

  test.each([
    ['a change taken back', 'maxLeverage: 9'],
    ['a mistake mended', 'maxLeverage: ten'],
  ])('%s before anybody listens is not told', async (_, first) => {
    const { path, config } = unheard(3_600_000);
    for (const text of [edited('maxLeverage: 10', first), example]) {
      writeFileSync(path, text);
      await config.reload();
    }
    const heard = vi.fn();
    config.onChange(heard);
    config.onError(heard);
    await Promise.resolve();
    expect(heard).not.toHaveBeenCalled();
  });

  test('a file written long ago that is put in place counts as saved just now', async () => {
    const { path, config } = watched(3_600_000);
    const saved: number[] = [];
    config.onChange((_, __, savedAt) => void saved.push(savedAt));
    const before = Date.now();
    writeFileSync(path, edited('maxLeverage: 10', 'maxLeverage: 9'));
    utimesSync(path, new Date(0), new Date(0));
    expect(await config.reload()).toBe(true);
    expect(saved).toHaveLength(1);
    expect(saved[0]).toBeGreaterThanOrEqual(before - 3_000);
  });

  test('a change of comments alone tells nobody', async () => {
    const { path, config, changes } = watched();
    writeFileSync(path, `# new\n${example}`);
    writeFileSync(path, edited('maxLeverage: 10', 'maxLeverage: 2'));
    await vi.waitFor(() => expect(config.current().risk.maxLeverage).toBe(2), 3_000);
    expect(changes).toHaveLength(1);
  });
});
