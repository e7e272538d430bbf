import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { assess, fingerprint } from '../../src/risk/assess.ts';
import type { Book, Pause, Trouble } from '../../src/risk/book.ts';
import { denials } from '../../src/risk/denials.ts';
import type { ChannelSettings } from '../../src/risk/settings.ts';
import type { DenialCode, Signal } from '../../src/trading/model.ts';
import { denialCode } from '../../src/trading/model.ts';
import { book, channel, d, filled, instrument, NOW, signal, source, tradeOf } from './fixtures.ts';

interface Case {
  signal?: Signal;
  channel?: ChannelSettings;
  book?: Partial<Book>;
}

interface Row extends Case {
  given: string;
  code: DenialCode;
  setting: string | null;
  numbers: Record<string, string>;
}

function judge({ signal: wanted = signal(), channel: settings = channel(), book: changes = {} }: Case) {
  return assess(wanted, source(), settings, book(changes), NOW);
}

/** A trade of ours whose entries have not been sent yet. */
function reserved(wanted: Signal = signal(), settings: ChannelSettings = channel()) {
  const assessment = assess(wanted, source({ messageId: '1' }), settings, book(), NOW);
  if (assessment.kind !== 'planned') throw new Error(`not planned: ${assessment.denial.code}`);
  return tradeOf(assessment.plan, wanted);
}

function open(wanted?: Signal, settings?: ChannelSettings) {
  return filled(reserved(wanted, settings));
}

function pause(changes: Partial<Pause>): Pause {
  return { reason: 'user', channelId: null, since: NOW - 1, until: null, by: null, detail: '', ...changes };
}

function trouble(kind: Trouble['class'], symbol: string | null): Trouble {
  return { class: kind, symbol, code: '-4164', failures: 3, until: NOW + 15_000 };
}

const eth = signal({
  symbol: 'ETHUSDT',
  entry: { type: 'limit', prices: [d(3_000)] },
  stopLoss: { price: d(2_900) },
  takeProfits: [],
});
const short = signal({ side: 'short', stopLoss: { price: d(66_000) }, takeProfits: [{ price: d(63_000) }] });
const market = (more: Partial<Signal> = {}) => signal({ entry: { type: 'market' }, ...more });

const GIVEN: Row[] = [
  {
    given: 'a pause of the user',
    book: { pauses: [pause({ detail: 'holiday', until: NOW + 3_600_000 })] },
    code: 'paused',
    setting: null,
    numbers: { reason: 'user', until: '2026-11-22T13:00:00.000Z', detail: 'holiday' },
  },
  {
    given: 'a pause of this channel',
    book: { pauses: [pause({ channelId: '500000000000000001' })] },
    code: 'paused',
    setting: null,
    numbers: { reason: 'user' },
  },
  {
    given: 'a book that is not reconciled',
    book: { notReady: 'starting' },
    code: 'not_ready',
    setting: null,
    numbers: { reason: 'starting' },
  },
  {
    given: 'an exchange that has been silent for 42 s',
    book: { unreachableSince: NOW - 42_000 },
    code: 'exchange_unreachable',
    setting: null,
    numbers: { seconds: '42' },
  },
  {
    given: 'no price of the symbol',
    book: { prices: new Map() },
    code: 'exchange_unreachable',
    setting: null,
    numbers: { seconds: '0', missing: 'price' },
  },
  {
    given: 'no leverage brackets of the symbol',
    book: { brackets: new Map([['BTCUSDT', []]]) },
    code: 'exchange_unreachable',
    setting: null,
    numbers: { seconds: '0', missing: 'brackets' },
  },
  {
    given: 'an exchange that has not answered the last three orders',
    book: { troubles: [trouble('server', null)] },
    code: 'exchange_unreachable',
    setting: null,
    numbers: { seconds: '0', trouble: 'server', failures: '3', until: '2026-11-22T12:00:15.000Z' },
  },
  {
    given: 'an exchange that has refused the last three entries on this symbol',
    book: { troubles: [trouble('filters', 'ETHUSDT'), trouble('filters', 'BTCUSDT')] },
    code: 'refused_lately',
    setting: null,
    numbers: { trouble: 'filters', code: '-4164', failures: '3', until: '2026-11-22T12:00:15.000Z' },
  },
  {
    given: 'an account with room for one more conditional order',
    book: { conditionalOrders: { open: 199, limit: 200 } },
    code: 'order_limit',
    setting: null,
    numbers: { open: '199', needed: '2', limit: '200' },
  },
  {
    given: 'a trade whose stop will be three orders, and room for five',
    book: {
      conditionalOrders: { open: 195, limit: 200 },
      instruments: new Map([['BTCUSDT', instrument('BTCUSDT', { marketMaxQuantity: d('0.04') })]]),
    },
    code: 'order_limit',
    setting: null,
    numbers: { open: '195', needed: '6', limit: '200' },
  },
  {
    given: 'a day that lost exactly its limit',
    book: { dayPnl: d(-500) },
    code: 'daily_loss',
    setting: 'maxDailyLossPct',
    numbers: { scope: 'account', lossPct: '5', limitPct: '5', loss: '500' },
  },
  {
    given: 'a pause for the daily loss, after the loss was won back',
    book: { dayPnl: d(10), pauses: [pause({ reason: 'daily_loss', until: NOW + 1_000 })] },
    code: 'daily_loss',
    setting: 'maxDailyLossPct',
    numbers: {
      scope: 'account',
      limitPct: '5',
      lossPct: '-0.1',
      loss: '-10',
      until: '2026-11-22T12:00:01.000Z',
    },
  },
  {
    given: 'a channel that lost its own daily limit while the account did not',
    channel: channel({}, {}, { own: { maxDailyLossPct: 2 } }),
    book: {
      channels: new Map([
        [
          '500000000000000001',
          { dayPnl: d(-210), dailyLossLiftedUntil: null, lossStreak: 0, entryOrderTimes: [] },
        ],
      ]),
    },
    code: 'daily_loss',
    setting: 'maxDailyLossPct',
    numbers: { scope: 'channel', lossPct: '2.1', limitPct: '2', loss: '210' },
  },
  {
    given: 'as many losses in a row as allowed',
    channel: channel({ maxConsecutiveLosses: 3 }),
    book: { lossStreak: 3 },
    code: 'loss_streak',
    setting: 'maxConsecutiveLosses',
    numbers: { scope: 'account', losses: '3', limit: '3' },
  },
  {
    given: 'the same signal in another message 95 s ago',
    book: {
      recentSignals: new Map([
        [fingerprint(signal(), '600000000000000001'), { at: NOW - 95_000, messageId: '1', index: 0 }],
      ]),
    },
    code: 'duplicate_signal',
    setting: null,
    numbers: { seconds: '95', windowSeconds: '600' },
  },
  {
    given: 'a symbol that nobody lists',
    signal: signal({ symbol: 'FOOUSDT' }),
    code: 'symbol_not_listed',
    setting: null,
    numbers: { symbol: 'FOOUSDT' },
  },
  {
    given: 'a denied symbol',
    channel: channel({ denySymbols: ['BTC/USDT'] }),
    code: 'symbol_denied',
    setting: 'denySymbols',
    numbers: { symbol: 'BTCUSDT' },
  },
  {
    given: 'a denied coin',
    channel: channel({ denySymbols: ['btc'] }),
    code: 'symbol_denied',
    setting: 'denySymbols',
    numbers: { symbol: 'BTCUSDT' },
  },
  {
    given: 'a symbol that is not among the allowed ones',
    channel: channel({ allowSymbols: ['ETHUSDT'] }),
    code: 'symbol_denied',
    setting: 'allowSymbols',
    numbers: { symbol: 'BTCUSDT' },
  },
  {
    given: 'a halted symbol',
    book: { instruments: new Map([['BTCUSDT', instrument('BTCUSDT', { status: 'cancel_only' })]]) },
    code: 'symbol_halted',
    setting: null,
    numbers: { symbol: 'BTCUSDT', status: 'cancel_only' },
  },
  {
    given: 'a symbol whose delisting is announced',
    book: {
      instruments: new Map([['BTCUSDT', instrument('BTCUSDT', { delistsAt: Date.UTC(2027, 0, 5, 9) })]]),
    },
    code: 'symbol_halted',
    setting: null,
    numbers: { symbol: 'BTCUSDT', status: 'delisting', delistsAt: '2027-01-05 09:00 UTC' },
  },
  {
    given: 'a short on spot',
    signal: short,
    channel: channel({}, {}, { market: 'spot' }),
    book: { market: 'spot' },
    code: 'short_on_spot',
    setting: 'market',
    numbers: { symbol: 'BTCUSDT' },
  },
  {
    given: "a position of the user's own",
    book: { foreignSymbols: new Set(['BTCUSDT']) },
    code: 'foreign_position',
    setting: null,
    numbers: { symbol: 'BTCUSDT' },
  },
  {
    given: 'a market entry above a price that the signal does not name',
    signal: market({ trigger: 'above' }),
    code: 'trigger_not_reached',
    setting: null,
    numbers: { trigger: 'above', mark: '65000' },
  },
  {
    given: 'no stop where one is required',
    signal: signal({ stopLoss: null }),
    channel: channel({ defaultStopPct: 5 }),
    code: 'no_stop',
    setting: 'requireStopLoss',
    numbers: { defaultStopPct: '5' },
  },
  {
    given: 'words where the stop should be',
    signal: signal({ stopLoss: null, stopWords: 'SL: soon' }),
    channel: channel({ defaultStopPct: 5 }),
    code: 'no_stop',
    setting: 'requireStopLoss',
    numbers: { defaultStopPct: '5', words: 'SL: soon' },
  },
  {
    given: 'a stop 30 % away',
    signal: signal({ stopLoss: { percent: d(30) } }),
    code: 'stop_too_far',
    setting: 'maxStopDistancePct',
    numbers: { distancePct: '30', limitPct: '25', entry: '65000', stop: '45500' },
  },
  {
    given: 'an entry far below the market',
    signal: signal({ entry: { type: 'limit', prices: [d(60_000)] }, stopLoss: { price: d(59_000) } }),
    code: 'entry_too_far',
    setting: 'maxEntryDeviationPct',
    numbers: { deviationPct: '7.692', limitPct: '3', entry: '60000', mark: '65000' },
  },
  {
    given: 'a market entry whose author saw another market',
    signal: market({ entry: { type: 'market', reference: d(62_000) }, stopLoss: { price: d(60_000) } }),
    code: 'entry_too_far',
    setting: 'maxEntryDeviationPct',
    numbers: { deviationPct: '4.615', limitPct: '3', entry: '62000', mark: '65000' },
  },
  {
    given: 'a market entry where the contract trades far above its mark price',
    signal: market({ entry: { type: 'market', reference: d(65_100) }, takeProfits: [{ price: d(75_000) }] }),
    book: { prices: new Map([['BTCUSDT', { mark: d(65_000), last: d(68_000) }]]) },
    code: 'entry_too_far',
    setting: 'maxEntryDeviationPct',
    numbers: { deviationPct: '4.615', limitPct: '3', entry: '68000', mark: '65000' },
  },
  {
    given: 'an entry on spot that the exchange takes no order for',
    signal: signal(),
    channel: channel({}, {}, { market: 'spot' }),
    book: {
      market: 'spot',
      filterPrice: () => ({ price: d(60_000), by: 'reference' }),
      instruments: new Map([['BTCUSDT', instrument()]]),
    },
    code: 'price_out_of_range',
    setting: null,
    numbers: {
      symbol: 'BTCUSDT',
      of: 'entry',
      price: '65000',
      lowest: '57000',
      highest: '63000',
      by: 'reference',
      basis: '60000',
    },
  },
  {
    given: 'a first target that has traded',
    signal: market({ takeProfits: [{ price: d(67_000) }, { price: d(64_900) }] }),
    code: 'target_passed',
    setting: null,
    numbers: { passed: 'target', price: '64900', mark: '65000' },
  },
  {
    given: 'a stop that has traded',
    signal: signal({ entry: { type: 'limit', prices: [d(66_000)] }, stopLoss: { price: d(65_100) } }),
    code: 'target_passed',
    setting: null,
    numbers: { passed: 'stop', price: '65100', mark: '65000' },
  },
  {
    given: 'a short at market whose stop is below the price',
    signal: market({ side: 'short', stopLoss: { price: d(64_000) }, takeProfits: [] }),
    code: 'target_passed',
    setting: null,
    numbers: { passed: 'stop', side: 'short', price: '64000', mark: '65000' },
  },
  {
    given: 'a stop that has traded since its author saw the market',
    signal: signal({ entry: { type: 'market', reference: d(65_600) }, stopLoss: { price: d(65_100) } }),
    code: 'target_passed',
    setting: null,
    numbers: { passed: 'stop', price: '65100', mark: '65000' },
  },
  {
    given: 'an entry on spot far below the market, which has no mark price',
    signal: signal({ entry: { type: 'limit', prices: [d(60_000)] }, stopLoss: { price: d(59_000) } }),
    channel: channel({}, {}, { market: 'spot' }),
    book: { market: 'spot', instruments: new Map([['BTCUSDT', instrument()]]) },
    code: 'entry_too_far',
    setting: 'maxEntryDeviationPct',
    numbers: { deviationPct: '7.692', limitPct: '3', entry: '60000', mark: '65000', by: 'last' },
  },
  {
    given: 'an open trade on the other side',
    signal: short,
    channel: channel({ maxTradesPerSymbol: 9 }),
    book: { trades: [open()] },
    code: 'opposite_position',
    setting: 'closeOnOpposite',
    numbers: { symbol: 'BTCUSDT', side: 'long' },
  },
  {
    given: 'a losing trade on the symbol a minute ago',
    channel: channel({ cooldown: '15m' }),
    book: { lastLossAt: new Map([['BTCUSDT', NOW - 60_000]]) },
    code: 'cooldown',
    setting: 'cooldown',
    numbers: { symbol: 'BTCUSDT', sinceSeconds: '60', seconds: '840' },
  },
  {
    given: 'a trade on the symbol',
    book: { trades: [open()] },
    code: 'too_many_on_symbol',
    setting: 'maxTradesPerSymbol',
    numbers: { symbol: 'BTCUSDT', open: '1', limit: '1' },
  },
  {
    given: 'as many trades as allowed, one still working',
    channel: channel({ maxOpenTrades: 1 }),
    book: { trades: [reserved(eth)] },
    code: 'too_many_trades',
    setting: 'maxOpenTrades',
    numbers: { scope: 'account', open: '1', limit: '1' },
  },
  {
    given: "as many trades as the channel's own limit allows",
    channel: channel({}, {}, { own: { maxOpenTrades: 1 } }),
    book: { trades: [open(eth)] },
    code: 'too_many_trades',
    setting: 'maxOpenTrades',
    numbers: { scope: 'channel', open: '1', limit: '1' },
  },
  {
    given: 'a position limit below the smallest order',
    channel: channel({ maxPositionNotionalPct: 0.5 }),
    code: 'notional_limit',
    setting: 'maxPositionNotionalPct',
    numbers: { scope: 'trade', limitPct: '0.5', limit: '50', used: '0', wanted: '6500' },
  },
  {
    given: 'a total notional that is used up',
    channel: channel({ maxTotalNotionalPct: 30.1 }),
    book: { trades: [open(eth)] },
    code: 'notional_limit',
    setting: 'maxTotalNotionalPct',
    numbers: { scope: 'account', limitPct: '30.1', limit: '3010', used: '3000', wanted: '6500' },
  },
  {
    given: 'a total risk that is used up',
    channel: channel({ maxTotalRiskPct: 1.005 }),
    book: { trades: [open(eth)] },
    code: 'risk_limit',
    setting: 'maxTotalRiskPct',
    numbers: { scope: 'account', limitPct: '1.005', limit: '100.5', used: '100', wanted: '100' },
  },
  {
    given: 'hardly anything available',
    book: { available: d('2.5') },
    code: 'balance_too_small',
    setting: null,
    numbers: { available: '2.5', required: '1303.25' },
  },
  {
    given: 'hardly anything available on spot, which has no margin',
    channel: channel({}, {}, { market: 'spot' }),
    book: { market: 'spot', available: d('2.5'), instruments: new Map([['BTCUSDT', instrument()]]) },
    code: 'balance_too_small',
    setting: null,
    numbers: { available: '2.5', required: '6503.25', asset: 'USDT' },
  },
  {
    given: 'no equity at all',
    book: { equity: d(0), available: d(0), dayStartEquity: d(0) },
    code: 'balance_too_small',
    setting: null,
    numbers: { available: '0' },
  },
  {
    given: 'a risk that buys less than the exchange takes',
    channel: channel({ riskPerTradePct: 0.005 }),
    code: 'size_too_small',
    setting: 'riskPerTradePct',
    numbers: { quantity: '0.0005', minQuantity: '0.001', notional: '32.5', minNotional: '50' },
  },
  {
    given: 'a cross position of ours that the settings do not allow any more',
    channel: channel({ maxTradesPerSymbol: 9 }),
    book: {
      trades: [open(signal({ marginMode: 'cross' }), channel({ allowCross: true, maxTradesPerSymbol: 9 }))],
    },
    code: 'margin_mode_conflict',
    setting: 'allowCross',
    numbers: { symbol: 'BTCUSDT', marginMode: 'cross', leverage: '5' },
  },
  {
    given: 'a position of ours with more leverage than the settings allow now',
    channel: channel({ maxTradesPerSymbol: 9, maxLeverage: 3 }),
    book: { trades: [open()] },
    code: 'margin_mode_conflict',
    setting: 'maxLeverage',
    numbers: { symbol: 'BTCUSDT', marginMode: 'isolated', leverage: '5' },
  },
  {
    given: 'a short whose stop lies beyond liquidation at any leverage',
    signal: signal({ ...short, stopLoss: { percent: d(90) }, takeProfits: [] }),
    channel: channel({ maxStopDistancePct: 100 }),
    code: 'liquidation_too_near',
    setting: 'minLiquidationBufferPct',
    numbers: {
      liquidationPrice: '129482.07',
      stopPrice: '123500',
      bufferPct: '10.22',
      limitPct: '20',
      leverage: '1',
    },
  },
  {
    given: 'targets that pay too little',
    channel: channel({ minRewardRisk: 2.5 }),
    code: 'reward_too_small',
    setting: 'minRewardRisk',
    numbers: { rewardRisk: '2', limit: '2.5' },
  },
  {
    given: 'entry orders at the limit of a minute',
    signal: signal({ entry: { type: 'zone', low: d(64_500), high: d(65_500) } }),
    channel: channel({ maxOrdersPerMinute: 5 }),
    book: { entryOrderTimes: [NOW - 60_000, NOW - 59_999, NOW - 10, NOW - 5] },
    code: 'order_rate',
    setting: 'maxOrdersPerMinute',
    numbers: { scope: 'account', sent: '3', adding: '3', limit: '5' },
  },
];

describe('denials', () => {
  test.each(GIVEN)('GIVEN $given THEN $code', ({ code, setting, numbers, ...given }) => {
    const assessment = judge(given);
    expect(assessment.kind === 'denied' ? assessment.denial : assessment.plan).toEqual({
      code,
      setting,
      numbers,
    });
    const check = assessment.checks.find((one) => one.code === code);
    expect(check).toMatchObject({ passed: false, setting, numbers });
  });

  test('GIVEN nothing against it THEN the signal is planned and every rule was asked in the order of the table', () => {
    const assessment = judge({});
    expect(assessment.kind).toBe('planned');
    expect(assessment.checks.every((check) => check.passed)).toBe(true);
    expect(assessment.checks.map((check) => check.code)).toEqual(Object.keys(denials));
  });

  describe('of a coin that is listed by the thousand', () => {
    const pepe: Partial<Book> = {
      instruments: new Map([
        ['1000PEPEUSDT', instrument('1000PEPEUSDT', { tickSize: d('0.0000001'), stepSize: d(1) })],
      ]),
      prices: new Map([['1000PEPEUSDT', { mark: d('0.0123'), last: d('0.0123') }]]),
      brackets: new Map([['1000PEPEUSDT', book().brackets.get('BTCUSDT') ?? []]]),
    };
    const far = (factor: number) =>
      signal({
        symbol: 'PEPEUSDT',
        entry: { type: 'limit', prices: [d('0.0123').div(factor)] },
        stopLoss: { price: d('0.0061').div(factor) },
        takeProfits: [],
      });
    const denialOf = (given: Case) => {
      const assessment = judge({ ...given, book: { ...pepe, ...given.book } });
      return assessment.kind === 'denied' ? assessment.denial : assessment;
    };

    test.each([1, 1_000])('the numbers are those of the contract, and it says so: prices × %i', (factor) => {
      expect(denialOf({ signal: far(factor) })).toMatchObject({
        code: 'stop_too_far',
        numbers: { entry: '0.0123', stop: '0.0061' },
        scaled: { from: 'PEPEUSDT', to: '1000PEPEUSDT', factor },
      });
    });

    test('where no price and no symbol is named there is nothing to say of it', () => {
      expect(denialOf({ signal: far(1_000), book: { pauses: [pause({})] } })).not.toHaveProperty('scaled');
    });
  });

  test('every code of the vocabulary is in the table and provoked here', () => {
    expect(new Set(Object.keys(denials))).toEqual(new Set(denialCode.options));
    expect(new Set(GIVEN.map((row) => row.code))).toEqual(new Set(denialCode.options));
  });

  test('a denial names only the settings and the numbers of the table', () => {
    for (const { code, setting, numbers } of GIVEN) {
      const info = denials[code];
      if (setting !== null) expect(info.settings, code).toContain(setting);
      for (const name of Object.keys(numbers)) expect(info.numbers, code).toContain(name);
    }
  });

  test('docs/denials.md holds the table', () => {
    const page = readFileSync(new URL('../../docs/denials.md', import.meta.url), 'utf8');
    const lines = page.split('\n').map((line) => line.replace(/ +/g, ' '));
    const rows = lines.filter((line) => line.startsWith('| `'));
    expect(rows).toEqual(Object.entries(denials).map(([code, info]) => tableRow(code, info)));
  });
});

function tableRow(code: string, info: (typeof denials)[DenialCode]): string {
  const words = (list: readonly string[]) =>
    list.length === 0 ? '–' : list.map((one) => `\`${one}\``).join(', ');
  return `| \`${code}\` | ${words(info.settings)} | ${words(info.numbers)} | ${info.example} |`;
}
