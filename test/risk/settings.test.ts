import { describe, expect, test } from 'vitest';
import {
  accountSettings,
  resolveChannel,
  riskOrigin,
  type SettingLayers,
  tradingOrigin,
} from '../../src/risk/channel.ts';
import {
  loosens,
  type RiskKey,
  type RiskOverrides,
  riskConflict,
  riskDefaults,
  riskKeys,
  riskOverrides,
  riskSettings,
} from '../../src/risk/settings.ts';
import { formatDuration, parseDuration } from '../../src/trading/duration.ts';
import { tradingDefaults, tradingOverrides } from '../../src/trading/settings.ts';
import { d } from './fixtures.ts';

type Block = Record<string, unknown>;

function layers(given: {
  file?: Block;
  own?: Block;
  set?: Block;
  fileTrading?: Block;
  ownTrading?: Block;
}): SettingLayers {
  return {
    file: {
      risk: riskOverrides.parse(given.file ?? {}),
      trading: tradingOverrides.parse(given.fileTrading ?? {}),
    },
    channel: {
      channel: '500000000000000001',
      name: 'alpha',
      authors: ['600000000000000001'],
      market: 'usdm',
      mode: 'confirm',
      maxAge: 60_000,
      risk: riskOverrides.parse(given.own ?? {}),
      trading: tradingOverrides.parse(given.ownTrading ?? {}),
    },
    set: riskOverrides.parse(given.set ?? {}),
  };
}

describe('the blocks of the config file', () => {
  test('an empty block gives the documented defaults', () => {
    expect(JSON.parse(JSON.stringify(riskSettings.parse({})))).toEqual({
      riskPerTradePct: '1',
      maxLeverage: 10,
      maxOpenTrades: 5,
      maxTradesPerSymbol: 1,
      maxPositionNotionalPct: '200',
      maxTotalNotionalPct: '400',
      maxTotalRiskPct: '5',
      maxDailyLossPct: '5',
      maxConsecutiveLosses: 0,
      cooldown: 0,
      minRewardRisk: '0',
      requireStopLoss: true,
      defaultStopPct: null,
      maxStopDistancePct: '25',
      maxEntryDeviationPct: '3',
      minLiquidationBufferPct: '20',
      maxOrdersPerMinute: 60,
      allowCross: false,
      allowSymbols: [],
      denySymbols: [],
    });
    expect(tradingDefaults).toEqual({
      marginMode: 'isolated',
      leverage: 5,
      zoneOrders: 3,
      entryWeights: 'even',
      entryTimeout: 4 * 3_600_000,
      takeProfitShares: 'even',
      breakEvenAfter: 1,
      trailingStop: null,
      stopTrigger: 'mark',
      closeOnOpposite: false,
    });
  });

  test.each<{ given: string; risk: Block; path: string }>([
    { given: 'an unknown key', risk: { maxLoss: 3 }, path: '' },
    { given: 'a word for a number', risk: { riskPerTradePct: 'much' }, path: 'riskPerTradePct' },
    { given: 'a negative percentage', risk: { maxDailyLossPct: -1 }, path: 'maxDailyLossPct' },
    { given: 'more than everything at risk', risk: { riskPerTradePct: 101 }, path: 'riskPerTradePct' },
    { given: 'half a trade', risk: { maxOpenTrades: 1.5 }, path: 'maxOpenTrades' },
    { given: 'a duration without a unit', risk: { cooldown: 60 }, path: 'cooldown' },
    { given: 'no stop required and no default', risk: { requireStopLoss: false }, path: 'requireStopLoss' },
    { given: 'a symbol that is none', risk: { denySymbols: ['BTC USDT'] }, path: 'denySymbols.0' },
  ])('GIVEN $given THEN the block is refused at $path', ({ risk, path }) => {
    const result = riskSettings.safeParse(risk);
    expect(result.success).toBe(false);
    expect(result.error?.issues[0]?.path.join('.')).toBe(path);
  });

  test.each<{ given: string; trading: Block }>([
    { given: 'an unknown key', trading: { leverages: 3 } },
    { given: 'a time-out below 1 s', trading: { entryTimeout: '0s' } },
    { given: 'an empty list of weights', trading: { entryWeights: [] } },
    {
      given: 'a callback beyond the exchange',
      trading: { trailingStop: { activateAfter: 1, callbackPct: 11 } },
    },
    { given: 'another trigger', trading: { stopTrigger: 'index' } },
  ])('GIVEN $given THEN the trading block is refused', ({ trading }) => {
    expect(tradingOverrides.safeParse(trading).success).toBe(false);
  });

  test.each([
    { text: '90s', ms: 90_000 },
    { text: '5m', ms: 300_000 },
    { text: '4h', ms: 14_400_000 },
    { text: '1d', ms: 86_400_000 },
    { text: '0s', ms: 0 },
    { text: '1.5h', ms: null },
    { text: '-5m', ms: null },
    { text: '5', ms: null },
  ])('GIVEN the duration $text THEN $ms ms', ({ text, ms }) => {
    expect(parseDuration(text)).toBe(ms);
    if (ms !== null) expect(parseDuration(formatDuration(ms))).toBe(ms);
  });
});

describe('layers', () => {
  test.each<{
    given: string;
    file?: Block;
    own?: Block;
    set?: Block;
    key: RiskKey;
    value: unknown;
    origin: string;
  }>([
    { given: 'nothing', key: 'maxLeverage', value: 10, origin: 'default' },
    { given: 'a file', file: { maxLeverage: 7 }, key: 'maxLeverage', value: 7, origin: 'file' },
    {
      given: "a channel's own, looser than the file",
      file: { maxLeverage: 7 },
      own: { maxLeverage: 20 },
      key: 'maxLeverage',
      value: 20,
      origin: 'channel',
    },
    {
      given: 'a set value beside a file',
      file: { maxLeverage: 7 },
      set: { maxLeverage: 9 },
      key: 'maxLeverage',
      value: 9,
      origin: 'set',
    },
    {
      given: "a set value and a channel's stricter one",
      own: { maxLeverage: 3 },
      set: { maxLeverage: 9 },
      key: 'maxLeverage',
      value: 3,
      origin: 'channel',
    },
    {
      given: "a set value and a channel's looser one",
      own: { maxLeverage: 20 },
      set: { maxLeverage: 9 },
      key: 'maxLeverage',
      value: 9,
      origin: 'set',
    },
    {
      given: 'a longer cooldown set than the channel has',
      own: { cooldown: '5m' },
      set: { cooldown: '1h' },
      key: 'cooldown',
      value: 3_600_000,
      origin: 'set',
    },
    {
      given: 'a streak switched off by the set value',
      own: { maxConsecutiveLosses: 4 },
      set: { maxConsecutiveLosses: 0 },
      key: 'maxConsecutiveLosses',
      value: 4,
      origin: 'channel',
    },
  ])('GIVEN $given THEN $key is $value from $origin', ({ key, value, origin, ...given }) => {
    const all = layers(given);
    expect(resolveChannel(all).risk[key]).toEqual(value);
    expect(riskOrigin(key, all)).toBe(origin);
  });

  test("GIVEN a channel's own account-wide limit THEN the account's stands beside it", () => {
    const resolved = resolveChannel(layers({ file: { maxOpenTrades: 4 }, own: { maxOpenTrades: 9 } }));
    expect(resolved.risk.maxOpenTrades).toBe(9);
    expect(resolved.accountRisk.maxOpenTrades).toBe(4);
    expect(resolved.ownRiskKeys).toEqual(['maxOpenTrades']);
  });

  test('GIVEN lists of the channel and set ones THEN a symbol passes only where both let it', () => {
    const { risk } = resolveChannel(
      layers({
        own: { allowSymbols: ['BTCUSDT', 'ETHUSDT'], denySymbols: ['XRPUSDT'] },
        set: { allowSymbols: ['ETHUSDT', 'SOLUSDT'], denySymbols: ['LUNAUSDT'] },
      }),
    );
    const passes = (symbol: string) =>
      risk.allowSymbols.includes(symbol) && !risk.denySymbols.includes(symbol);
    const all = ['BTCUSDT', 'ETHUSDT', 'SOLUSDT', 'XRPUSDT', 'LUNAUSDT'];
    expect(all.filter(passes)).toEqual(['ETHUSDT']);
    expect(risk.denySymbols).toEqual(expect.arrayContaining(['XRPUSDT', 'LUNAUSDT']));
  });

  test.each([
    {
      own: ['BTC', 'ETHUSDT'],
      set: ['BTCUSDT', 'SOL'],
      allowed: ['BTCUSDT', 'ETHUSDT'],
      denied: ['ETHUSDT'],
    },
    { own: ['BTCUSDT'], set: ['BTC'], allowed: ['BTCUSDT'], denied: [] },
    { own: ['BTC'], set: ['ETH'], allowed: ['BTC'], denied: ['BTC'] },
  ])('GIVEN coins in lists: the channel allows $own, /risk set $set THEN $allowed less $denied', (given) => {
    const { risk } = resolveChannel(
      layers({ own: { allowSymbols: given.own }, set: { allowSymbols: given.set } }),
    );
    expect(risk).toMatchObject({ allowSymbols: given.allowed, denySymbols: given.denied });
  });

  test('trading settings come from the channel, the file, the defaults', () => {
    const all = layers({ fileTrading: { leverage: 3, zoneOrders: 5 }, ownTrading: { leverage: 8 } });
    expect(resolveChannel(all).trading).toEqual({ ...tradingDefaults, leverage: 8, zoneOrders: 5 });
    expect(tradingOrigin('leverage', all)).toBe('channel');
    expect(tradingOrigin('zoneOrders', all)).toBe('file');
    expect(tradingOrigin('entryTimeout', all)).toBe('default');
  });

  test('a conflict across keys shows once the layers are merged', () => {
    const set: RiskOverrides = { requireStopLoss: false };
    expect(riskConflict(accountSettings({}, set))).toBe('requireStopLoss');
    expect(riskConflict(accountSettings({ defaultStopPct: d(5) }, set))).toBeNull();
  });
});

describe('loosening a limit', () => {
  const looser: Record<RiskKey, readonly [from: unknown, to: unknown]> = {
    riskPerTradePct: [d(1), d('1.1')],
    maxLeverage: [10, 11],
    maxOpenTrades: [5, 6],
    maxTradesPerSymbol: [1, 2],
    maxPositionNotionalPct: [d(200), d(201)],
    maxTotalNotionalPct: [d(400), d(401)],
    maxTotalRiskPct: [d(5), d(6)],
    maxDailyLossPct: [d(5), d(6)],
    maxConsecutiveLosses: [3, 0],
    cooldown: [60_000, 0],
    minRewardRisk: [d(2), d(1)],
    requireStopLoss: [true, false],
    defaultStopPct: [null, d(5)],
    maxStopDistancePct: [d(25), d(26)],
    maxEntryDeviationPct: [d(3), d(4)],
    minLiquidationBufferPct: [d(20), d(19)],
    maxOrdersPerMinute: [60, 61],
    allowCross: [false, true],
    allowSymbols: [['BTCUSDT'], []],
    denySymbols: [['BTCUSDT'], []],
  };

  test.each(Object.entries(looser))('%s: %s → %s asks, the way back does not', (key, [from, to]) => {
    const name = key as RiskKey;
    expect(loosens(name, from as never, to as never)).toBe(true);
    expect(loosens(name, to as never, from as never)).toBe(false);
    expect(loosens(name, from as never, from as never)).toBe(false);
  });

  test.each([
    { key: 'allowSymbols' as const, from: ['A1'], to: ['A1', 'B1'], asks: true },
    { key: 'allowSymbols' as const, from: [], to: ['A1'], asks: false },
    { key: 'denySymbols' as const, from: ['A1'], to: ['A1', 'B1'], asks: false },
    { key: 'denySymbols' as const, from: ['A1', 'B1'], to: ['B1', 'C1'], asks: true },
  ])('$key: $from → $to asks: $asks', ({ key, from, to, asks }) => {
    expect(loosens(key, from, to)).toBe(asks);
  });

  test('every default lies within its bounds', () => {
    for (const [key, info] of Object.entries(riskKeys)) {
      expect(riskOverrides.safeParse({ [key]: info.default }).success, key).toBe(true);
      if (info.type === 'boolean' || info.type === 'symbols') continue;
      const bound = (text: string) => (info.type === 'count' ? Number(text) : text);
      for (const value of [info.min, info.max]) {
        expect(riskOverrides.safeParse({ [key]: bound(value) }).success, `${key} ${value}`).toBe(true);
      }
    }
    expect(riskDefaults.maxOpenTrades).toBe(5);
  });
});
