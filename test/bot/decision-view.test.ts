import type { APIEmbed } from 'discord.js';
import { describe, expect, test } from 'vitest';
import { closeLine, readingEmbed, ruleEmbeds, ruleLines } from '../../src/bot/decision-view.ts';
import { catalogues } from '../../src/bot/locales/index.ts';
import { readingLines } from '../../src/bot/reading-view.ts';
import type { RuleCheck } from '../../src/risk/assess.ts';
import { denials } from '../../src/risk/denials.ts';
import type { DenialCode, Reading } from '../../src/trading/model.ts';
import { parseMessage } from '../../src/trading/signals/parse.ts';
import { aSignal } from './fakes.ts';

const t = catalogues.en;
const codes = Object.keys(denials) as DenialCode[];

function aCheck(code: DenialCode, over: Partial<RuleCheck> = {}): RuleCheck {
  const numbers = Object.fromEntries(
    denials[code].numbers.map((name) => [name, name === 'until' ? '2026-11-22T18:00:00.000Z' : '123456.789']),
  );
  return {
    code,
    setting: denials[code].settings[0] ?? null,
    numbers,
    passed: true,
    closeness: null,
    ...over,
  };
}

const length = (embeds: readonly APIEmbed[]): number =>
  embeds
    .flatMap(({ title, description, footer, fields }) => [
      title,
      description,
      footer?.text,
      ...(fields ?? []).flatMap(({ name, value }) => [name, value]),
    ])
    .reduce((sum, text) => sum + (text?.length ?? 0), 0);

describe('the rules', () => {
  test.each(['en', 'zh-CN'] as const)(
    'say something of every code in %s, with and without numbers',
    (language) => {
      const own = catalogues[language];
      for (const code of codes) {
        const lines = [aCheck(code), aCheck(code, { numbers: {} }), aCheck(code, { passed: false })];
        for (const check of lines) expect(ruleLines([check], own).join()).not.toMatch(/undefined|NaN/);
      }
    },
  );

  test('show what failed first, with its setting, and how many were not asked after it', () => {
    const checks = [aCheck('paused'), aCheck('stop_too_far', { passed: false })];
    const [first, second, third] = ruleLines(checks, t);
    expect(first).toMatch(/^✗ stop_too_far: .*maxStopDistancePct$/);
    expect(second).toBe('✓ not paused');
    expect(third).toBe(`${codes.length - 2} more rules were not asked after that.`);
  });

  test.each([
    ['en', '-0.68', 'Profit today 0.68%, loss at most 5%'],
    ['en', '1.2', 'Loss today 1.2%, at most 5%'],
    ['zh-CN', '-0.68', '今日盈利 0.68%，亏损上限 5%'],
    ['zh-CN', '1.2', '今日亏损 1.2%，上限 5%'],
  ] as const)('call a profit one, and no negative loss (%s, %s)', (language, lossPct, told) => {
    const check = aCheck('daily_loss', {
      numbers: { lossPct, limitPct: '5', scope: 'account' },
      closeness: 0,
    });
    expect(ruleLines([check], catalogues[language]).join()).toContain(told);
  });

  test('point out what passed only just', () => {
    const checks = [
      aCheck('risk_limit', { closeness: 0.92 }),
      aCheck('order_rate', { closeness: 0.3 }),
      aCheck('notional_limit', { closeness: 1.2, passed: false }),
    ];
    expect(closeLine(checks, t)).toBe('Close to its limit: maxTotalRiskPct 92%');
    expect(ruleLines(checks, t).filter((line) => line.includes('⚠️'))).toEqual([
      expect.stringContaining('92%'),
    ]);
    const unset = ['balance_too_small', 'order_limit'] as const;
    const ofNoSetting = unset.map((code) => aCheck(code, { closeness: 0.83, setting: null }));
    expect(closeLine(ofNoSetting, t)).toBe(
      'Close to its limit: available balance 83%, orders that the exchange allows 83%',
    );
    expect(closeLine(ofNoSetting, catalogues['zh-CN'])).toBe('接近上限：可用余额 83%, 交易所的挂单数量 83%');
    expect(closeLine([aCheck('order_rate', { closeness: 0.3 })], t)).toBeNull();
  });
});

describe('the fields', () => {
  const words = (content: string): string[] => {
    const { reading, evidence } = parseMessage({ content });
    return readingLines(reading, evidence, t);
  };

  test('stand beside the words that gave them', () => {
    expect(words('Short #SOL/USDT\nSell at 150\nSL: 155\nTargets 145 / 140\nLev 10x cross')).toEqual([
      '**Symbol** SOLUSDT ← “\\#SOL/USDT”',
      '**Side** SHORT ← “Short”, “Sell”',
      expect.stringMatching(/^\*\*Entry\*\* 150 ← “.*150”$/),
      '**Stop** 155 ← “SL: 155”',
      '**Targets** 145 / 140 ← “Targets 145 / 140”',
      expect.stringMatching(/^\*\*Leverage\*\* 10x ← “.*10x”$/),
      '**Margin** cross ← “cross”',
    ]);
  });

  test.each([
    { content: 'gm', expected: 'No signal: nothing in it gives an order' },
    {
      content: 'BTC long 65000 sl 66000 tp 67000',
      expected: 'Invalid: the stop 66000 is on the wrong side of the entry 65000',
    },
    {
      content: 'BTC long 65000 sl 64000 tp 67000 66000',
      expected: 'Invalid: the targets 67000 / 66000 are not in order',
    },
    {
      content: 'BTC long 65000 sl 64000 tp 67000 lev 500x',
      expected: 'the leverage 500x is out of range: 1x to 125x ← “500x”',
    },
    { content: 'close half of btc', expected: 'BTCUSDT: close 50% ← “close half of btc”' },
  ])('GIVEN $content THEN it says $expected', ({ content, expected }) => {
    expect(words(content).join('\n')).toContain(expected);
  });
});

describe('Discord’s limits', () => {
  const hostile = '`'.repeat(3_000) + '😀'.repeat(3_000);
  const evidence = Array.from({ length: 60 }, () => ({
    field: 'target',
    code: '',
    text: hostile,
    offset: 0,
  }));
  const many: Reading = { kind: 'signal', signals: Array.from({ length: 12 }, () => aSignal()) };

  test.each([
    { given: 'a long and hostile text', reading: { kind: 'none' } as Reading },
    { given: 'one signal', reading: { kind: 'signal', signals: [aSignal()] } as Reading },
    { given: 'twelve signals', reading: many },
  ])('hold for $given with every rule', ({ reading }) => {
    const checks = codes.map((code) => aCheck(code, { passed: false }));
    const count = reading.kind === 'signal' ? reading.signals.length : 1;
    const lists = Array.from({ length: count }, () => ({ name: 'BTCUSDT LONG', checks }));
    const embeds = [
      readingEmbed(
        { text: { shown: hostile.slice(0, 4_000), length: hostile.length }, reading, evidence },
        t,
      ),
      ...ruleEmbeds(lists, t),
    ];
    expect(length(embeds)).toBeLessThanOrEqual(6_000);
    for (const field of embeds[0]?.fields ?? []) expect(field.value.length).toBeLessThanOrEqual(1_024);
    expect(embeds.length).toBeLessThanOrEqual(10);
  });

  test('GIVEN a cut text THEN it says how much is missing', () => {
    const embed = readingEmbed(
      { text: { shown: 'x'.repeat(4_000), length: 9_000 }, reading: { kind: 'none' }, evidence: [] },
      t,
    );
    expect(embed.fields?.[0]?.value).toMatch(/first \d+ of 9000 characters$/);
  });

  test('GIVEN a code block in the text THEN it cannot leave ours', () => {
    const text = 'a ``` @everyone';
    const embed = readingEmbed(
      { text: { shown: text, length: text.length }, reading: { kind: 'none' }, evidence: [] },
      t,
    );
    expect(embed.fields?.[0]?.value.match(/```/g)).toHaveLength(2);
  });
});
