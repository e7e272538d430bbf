import { describe, expect, test } from 'vitest';
import { catalogues } from '../../src/bot/locales/index.ts';
import { proposalBody } from '../../src/bot/proposal-view.ts';
import type { Proposal } from '../../src/bot/records.ts';
import { aPlan, aSignal, aSource, d } from './fakes.ts';
import { asDiscordReads } from './limits.ts';

/** Names and lists as long and as nasty as they can become. */
const plan = aPlan({
  symbol: `${'@everyone**[x](http://evil)`'.repeat(5)}币安人生USDT`,
  targets: Array.from({ length: 60 }, (_, index) => ({
    price: d(`0.0000000${index + 1}`),
    sharePct: d('1.6'),
  })),
  entries: Array.from({ length: 40 }, () => ({ type: 'limit', price: d('0.00000001'), quantity: d('1e20') })),
  quantity: d('1e30'),
  notes: Array.from({ length: 20 }, () => ({ code: 'quantity_cut', numbers: { from: '9'.repeat(300) } })),
});

const hostile: Proposal = {
  id: `${'z'.repeat(12)}-100`,
  source: aSource({ channel: '||@here|| [a](b) `'.repeat(30) }),
  signal: aSignal({ symbol: plan.symbol, takeProfits: plan.targets.map(({ price }) => ({ price })) }),
  plan,
  state: 'open',
  createdAt: 0,
  expiresAt: 1,
  decidedAt: null,
  by: '200000000000000001',
  denial: { code: 'size_too_small', setting: 'riskPerTradePct', numbers: { quantity: '9'.repeat(2_000) } },
  detail: 'x'.repeat(5_000),
  sourceDeleted: true,
  checks: Array.from({ length: 28 }, () => ({
    code: 'risk_limit',
    setting: 'maxTotalRiskPct',
    numbers: {},
    passed: true,
    closeness: 0.9,
  })),
  signalPrice: d(1),
  adjustedBy: '200000000000000001',
};

const states = [
  'open',
  'confirmed',
  'rejected',
  'expired',
  'denied',
  'refused',
  'failed',
  'withdrawn',
] as const;

describe.each(Object.values(catalogues))('in $language', (t) => {
  test.each(states)('a hostile proposal that is %s keeps within Discord’s limits', async (state) => {
    const sight = { mark: d('1e-8'), fees: { maker: d('0.0002'), taker: d('0.0005') }, stepSize: d(1) };
    await asDiscordReads(proposalBody({ ...hostile, state }, t, sight));
  });
});

/** What was asked need not be what was traded: half of it, or what the rules made of it at the click. */
test('a question that was confirmed shows no orders, one that was not shows those that it asked about', () => {
  const sight = { mark: null, fees: { maker: d('0.0002'), taker: d('0.0005') }, stepSize: d('0.001') };
  const shown = (state: Proposal['state']) =>
    proposalBody({ ...hostile, plan: aPlan(), state, halved: true }, catalogues.en, sight).embeds?.[0]
      ?.fields;
  expect(shown('confirmed')).toEqual([]);
  expect(shown('rejected')).toMatchObject([{ name: 'Orders' }]);
});
