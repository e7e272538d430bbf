import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseConfig } from '../../src/config/parse.ts';
import { type Answers, composeConfig } from '../../src/setup/config-file.ts';
import { words } from '../../src/setup/words/index.ts';
import { languageOf } from '../../src/terminal-language.ts';

const example = (name: string): string => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
const examples = { en: example('config.example.yaml'), 'zh-CN': example('config.example.zh-CN.yaml') };

test('the example says the same in both languages', () => {
  expect(parse(examples['zh-CN'])).toEqual(parse(examples.en));
  expect(parseConfig(examples.en).ok).toBe(true);
});

const id = fc.bigInt({ min: 10n ** 17n, max: 10n ** 19n }).map(String);
const signal = fc.record({
  channel: id,
  name: fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 50 })
    .filter((name) => /^[^\n]{1,50}$/.test(name.trim())),
  authors: fc.uniqueArray(id, { minLength: 1, maxLength: 3 }),
  market: fc.constantFrom('usdm' as const, 'spot' as const),
  mode: fc.constantFrom('confirm' as const, 'auto' as const, 'observe' as const),
});
const answers: fc.Arbitrary<Answers> = fc.record({
  guild: id,
  language: fc.constantFrom('en' as const, 'zh-CN' as const),
  timezone: fc.constantFrom('UTC', 'Asia/Shanghai', 'Europe/Berlin'),
  operators: fc.uniqueArray(id, { minLength: 1, maxLength: 3 }),
  trades: id,
  riskPerTradePct: fc.constantFrom('1', '0.5', '2.25'),
  signals: fc
    .uniqueArray(signal, { maxLength: 4, selector: ({ channel }) => channel })
    .map((found) => found.map((each, index) => ({ ...each, name: `${index}${each.name.slice(0, 40)}` }))),
});

test('whatever was answered is what the config then says, and every other key is the example’s', () => {
  fc.assert(
    fc.property(answers, (given) => {
      const text = composeConfig(examples[given.language], words[given.language].setup.configHeading, given);
      const parsed = parseConfig(text);
      if (!parsed.ok) throw new Error(`${JSON.stringify(parsed.problems)}\n${text}`);
      const { config } = parsed;
      expect({
        guild: config.guild,
        language: config.language,
        timezone: config.timezone,
        operators: config.operators.users,
        trades: config.channels.trades,
        riskPerTradePct: config.risk.riskPerTradePct?.toString(),
        signals: config.signals.map(({ channel, name, authors, market, mode }) => ({
          channel,
          name,
          authors,
          market,
          mode,
        })),
      }).toEqual({ ...given, signals: given.signals.map((each) => ({ ...each, name: each.name.trim() })) });
      expect(config.alerts.dm).toEqual(given.operators);
      const bare = parse(examples[given.language]);
      expect(parse(text)).toEqual({
        ...bare,
        guild: given.guild,
        language: given.language,
        timezone: given.timezone,
        operators: { ...bare.operators, users: given.operators },
        channels: { ...bare.channels, trades: given.trades },
        alerts: { ...bare.alerts, dm: given.operators },
        risk: { ...bare.risk, riskPerTradePct: Number(given.riskPerTradePct) },
        signals: given.signals.map((each) => ({ ...bare.signals[0], ...each })),
      });
    }),
    { numRuns: 60 },
  );
});

test('comments stay where they stood, and only the first signal channel has them', () => {
  const given: Answers = {
    guild: '100000000000000009',
    language: 'en',
    timezone: 'Europe/Berlin',
    operators: ['200000000000000009', '200000000000000008'],
    trades: '400000000000000009',
    riskPerTradePct: '0.5',
    signals: ['alpha', 'beta'].map((name, index) => ({
      channel: `50000000000000000${index}`,
      name,
      authors: ['600000000000000009'],
      market: 'usdm',
      mode: 'confirm',
    })),
  };
  const lines = composeConfig(examples.en, '# written\n', given).split('\n');
  expect(lines[0]).toBe('# written');
  expect(lines).toContain(
    "language: en                  # en | zh-CN; commands answer in the user's own Discord language where it is one of these",
  );
  expect(lines).toContain('  riskPerTradePct: 0.5        # % of equity lost if the stop is hit');
  expect(lines.filter((line) => /^ {4}mode: confirm/.test(line))).toEqual([
    '    mode: confirm                    # confirm | auto | observe',
    '    mode: confirm',
  ]);
});

describe('the language of the terminal', () => {
  test.each([
    [{ LANG: 'zh_CN.UTF-8' }, 'zh-CN'],
    [{ LANG: 'en_GB.UTF-8' }, 'en'],
    [{}, 'en'],
    [{ LANG: 'zh_CN.UTF-8', LC_ALL: 'C' }, 'en'],
    [{ LANG: 'C', LC_MESSAGES: 'zh_TW' }, 'zh-CN'],
  ])('%j → %s', (given, then) => {
    expect(languageOf(given)).toBe(then);
  });
});
