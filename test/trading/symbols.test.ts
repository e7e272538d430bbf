import { expect, it } from 'vitest';
import { createLog } from '../../src/log.ts';
import { Decimal } from '../../src/trading/decimal.ts';
import { createSymbols } from '../../src/trading/desk/symbols.ts';
import { type LeverageBracket, type SymbolSettings, Unreachable } from '../../src/trading/exchange.ts';
import { instrument } from '../risk/fixtures.ts';

const SYMBOL = 'BTCUSDT';
const PRICES = { mark: new Decimal(60_000), last: new Decimal(60_001) };

/** An exchange whose answers about settings are given by the test, and timers that run when they are told to. */
function given() {
  const asked: string[] = [];
  const settings: PromiseWithResolvers<SymbolSettings | null>[] = [];
  const timers = new Set<() => void>();
  let now = 1_000_000;
  const note = async <Value>(what: string, value: Value): Promise<Value> => {
    asked.push(what);
    return value;
  };
  const symbols = createSymbols(
    'usdm',
    {
      instruments() {
        asked.push('instruments');
        return new Map();
      },
      prices: () => note('prices', PRICES),
      brackets: () => note('brackets', []),
      commission: () => note('commission', { maker: new Decimal(0), taker: new Decimal(0) }),
      symbolSettings() {
        asked.push('settings');
        const answer = Promise.withResolvers<SymbolSettings | null>();
        settings.push(answer);
        return answer.promise;
      },
    },
    {
      now: () => now,
      after(_ms, run) {
        timers.add(run);
        return () => timers.delete(run);
      },
    },
    createLog('silent'),
  );
  return {
    symbols,
    timers,
    asked: () => asked.splice(0),
    answer: (nth: number, value: SymbolSettings | null) => settings[nth]?.resolve(value),
    timePasses() {
      for (const run of timers) run();
    },
    later(ms: number) {
      now += ms;
    },
  };
}

const CROSS = { leverage: 20, marginMode: 'cross' } as const;

it('asks for settings beside the rest, and without a trade of ours each time', async () => {
  const { symbols, asked, answer, timers } = given();
  const first = symbols.ensureSymbol(SYMBOL, false);
  expect(asked()).toEqual(['prices', 'brackets', 'commission', 'settings']);
  answer(0, CROSS);
  await first;
  expect(timers.size).toBe(0);
  expect(symbols.leverageOf(SYMBOL)).toEqual(CROSS);
  const second = symbols.ensureSymbol(SYMBOL, false);
  expect(asked()).toEqual(['prices', 'settings']);
  answer(1, { leverage: 5, marginMode: 'isolated' });
  await second;
  expect(symbols.leverageOf(SYMBOL)).toEqual({ leverage: 5, marginMode: 'isolated' });
  await symbols.ensureSymbol(SYMBOL, true);
  expect(asked()).toEqual(['prices']);
});

it('asks for settings alone where the stream has just told a price, and with a trade of ours for nothing', async () => {
  const { symbols, asked, answer, later } = given();
  const first = symbols.ensureSymbol(SYMBOL, false);
  answer(0, CROSS);
  await first;
  asked();
  const streamed = { mark: new Decimal(61_000), last: new Decimal(61_001) };
  symbols.setPrices(SYMBOL, streamed, 1_000_000);
  const second = symbols.ensureSymbol(SYMBOL, false);
  expect(asked()).toEqual(['settings']);
  answer(1, CROSS);
  await second;
  expect(symbols.prices.get(SYMBOL)).toEqual(streamed);
  expect(symbols.ensureSymbol(SYMBOL, true)).toBeUndefined();
  later(3_000);
  await symbols.ensureSymbol(SYMBOL, true);
  expect(asked()).toEqual(['prices']);
});

it.each([
  ['the answer does not come in time', 'late'],
  ['the exchange does not tell them', null],
] as const)('takes settings for unknown where %s', async (_, told) => {
  const { symbols, answer, timePasses } = given();
  const first = symbols.ensureSymbol(SYMBOL, false);
  answer(0, CROSS);
  await first;
  const second = symbols.ensureSymbol(SYMBOL, false);
  expect(symbols.leverageOf(SYMBOL)).toEqual({ leverage: null, marginMode: null });
  if (told === null) answer(1, null);
  else timePasses();
  await second;
  expect(symbols.leverageOf(SYMBOL)).toEqual({ leverage: null, marginMode: null });
  answer(1, CROSS);
  await Promise.resolve();
  expect(symbols.leverageOf(SYMBOL)).toEqual({ leverage: null, marginMode: null });
});

it('keeps what has been set or heard of while it asked', async () => {
  const { symbols, answer } = given();
  const asking = symbols.ensureSymbol(SYMBOL, false);
  symbols.setLeverage(SYMBOL, 5, 'isolated');
  answer(0, CROSS);
  await asking;
  expect(symbols.leverageOf(SYMBOL)).toEqual({ leverage: 5, marginMode: 'isolated' });
});

it('asks on spot for what narrow filters go by beside the rest, and not again while that is young', async () => {
  const asked: string[] = [];
  const note = async <Value>(what: string, value: Value): Promise<Value> => {
    asked.push(what);
    return value;
  };
  const symbols = createSymbols(
    'spot',
    {
      instruments: () => new Map([[SYMBOL, instrument(SYMBOL)]]),
      prices: () => note('prices', PRICES),
      brackets: () => note('brackets', []),
      commission: () => note('commission', { maker: new Decimal(0), taker: new Decimal(0) }),
      filterPrice: () => note('filter price', { price: new Decimal(60_010), by: 'average' as const }),
    },
    { now: () => 1_000_000, after: () => () => undefined },
    createLog('silent'),
  );
  const first = symbols.ensureSymbol(SYMBOL, false);
  // All of it in one turn: nothing waits for the other.
  expect(asked.splice(0).toSorted()).toEqual(['brackets', 'commission', 'filter price', 'prices']);
  await first;
  expect(symbols.filterPrice(SYMBOL)?.price.toString()).toBe('60010');
  const second = symbols.ensureSymbol(SYMBOL, false);
  expect(asked.splice(0)).toEqual(['prices']);
  await second;
  expect(symbols.ensureFilterPrice(SYMBOL, [new Decimal(58_000)])).toBeUndefined();
});

it('holds a price of the stream for new for three seconds, also where the clock of the exchange is ahead of ours', async () => {
  const { symbols, asked, later } = given();
  await symbols.ensureSymbol(SYMBOL, true);
  asked();
  symbols.setPrices(SYMBOL, PRICES, 1_000_000 + 3_600_000);
  expect(symbols.ensureSymbol(SYMBOL, true)).toBeUndefined();
  later(3_000);
  await symbols.ensureSymbol(SYMBOL, true);
  expect(asked()).toEqual(['prices']);
});

it('knows no price of filters on futures, and looks at nothing for one', () => {
  const { symbols, asked } = given();
  symbols.setPrices(SYMBOL, PRICES, 1_000_000);
  expect(symbols.ensureFilterPrice(SYMBOL, [PRICES.last])).toBeUndefined();
  expect(symbols.filterPrice(SYMBOL)).toBeNull();
  expect(asked()).toEqual([]);
});

/** An exchange with other rates for each symbol, which may be down. */
function withRates() {
  const rate = { BTCUSDT: new Decimal('0.001'), BTCFDUSD: new Decimal(0) };
  const given = { now: 1_000_000, isDown: false, rate, steps: [] as LeverageBracket[] };
  const answer = async <Value>(value: Value): Promise<Value> => {
    if (given.isDown) throw new Unreachable('down');
    return value;
  };
  const said: string[] = [];
  const note = (level: string) => (): void => void said.push(level);
  const rateOf = (symbol: string) => given.rate[symbol as keyof typeof rate];
  const symbols = createSymbols(
    'spot',
    {
      instruments: () => new Map(),
      prices: () => answer(PRICES),
      brackets: () => answer(given.steps),
      commission: (symbol) => answer({ maker: rateOf(symbol), taker: rateOf(symbol) }),
    },
    { now: () => given.now, after: () => () => undefined },
    { warn: note('warn'), info: note('info') },
  );
  return { symbols, given, said, taker: (symbol: string) => symbols.feesOf(symbol).taker.toString() };
}

it('tells of each symbol its own fees, whichever was asked for last, and the dearest where they are not known', async () => {
  const { symbols, taker } = withRates();
  expect(taker('BTCUSDT')).toBe('0.001');
  await symbols.ensureSymbol('BTCUSDT', false);
  await symbols.ensureSymbol('BTCFDUSD', false);
  expect([taker('BTCUSDT'), taker('BTCFDUSD')]).toEqual(['0.001', '0']);
});

it('reads brackets and fees again after an hour; where they cannot be had, goes on with those it has', async () => {
  const { symbols, given, taker } = withRates();
  await symbols.ensureSymbol('BTCUSDT', false);
  given.rate.BTCUSDT = new Decimal('0.00075');
  given.steps = [
    {
      notionalCap: new Decimal(5_000),
      maxLeverage: 10,
      maintenanceRate: new Decimal('0.05'),
      maintenanceAmount: new Decimal(0),
    },
  ];
  const price = () => symbols.setPrices('BTCUSDT', PRICES, given.now);
  given.now += 3_599_999;
  price();
  expect(symbols.ensureSymbol('BTCUSDT', true)).toBeUndefined();
  given.now += 1;
  price();
  given.isDown = true;
  await symbols.ensureSymbol('BTCUSDT', true);
  expect([taker('BTCUSDT'), symbols.brackets.get('BTCUSDT')]).toEqual(['0.001', []]);
  given.isDown = false;
  await symbols.ensureSymbol('BTCUSDT', true);
  expect([taker('BTCUSDT'), symbols.brackets.get('BTCUSDT')]).toEqual(['0.00075', given.steps]);
});

it('logs once that brackets and fees go on as they were an hour ago, and once that they need not', async () => {
  const { symbols, given, said } = withRates();
  for (const symbol of ['BTCUSDT', 'BTCFDUSD']) await symbols.ensureSymbol(symbol, false);
  const ensure = async (...names: string[]): Promise<void> => {
    for (const symbol of names) {
      symbols.setPrices(symbol, PRICES, given.now);
      await symbols.ensureSymbol(symbol, true);
    }
  };
  given.now += 3_600_000;
  given.isDown = true;
  await ensure('BTCUSDT', 'BTCFDUSD', 'BTCUSDT');
  expect(said).toEqual(['warn']);
  given.isDown = false;
  await ensure('BTCUSDT');
  expect(said).toEqual(['warn']);
  await ensure('BTCFDUSD', 'BTCUSDT');
  expect(said).toEqual(['warn', 'info']);
});

it('says whose price could not be read, until it can, or the stream tells it', async () => {
  const { symbols, given } = withRates();
  await symbols.ensureSymbol('BTCUSDT', false);
  expect([...symbols.unread]).toEqual([]);
  given.isDown = true;
  await expect(symbols.ensureSymbol('BTCUSDT', false)).rejects.toThrow('down');
  expect([...symbols.unread]).toEqual(['BTCUSDT']);
  symbols.setPrices('BTCUSDT', PRICES, given.now);
  expect(symbols.ensureSymbol('BTCUSDT', false)).toBeUndefined();
  expect([...symbols.unread]).toEqual([]);
});

it('a price of long ago does not stand for the last one beside a mark price of now, nor the other way round', () => {
  const { symbols, later } = given();
  symbols.setPrices(SYMBOL, PRICES, 1_000_000);
  later(20_000);
  expect(symbols.setPrices(SYMBOL, { mark: new Decimal(59_000) }, 1_020_000)?.last).toEqual(PRICES.last);
  later(3_600_000);
  const [mark, last] = [new Decimal(50_000), new Decimal(70_000)];
  expect(symbols.setPrices(SYMBOL, { mark }, 4_620_000)).toEqual({ mark, last: mark });
  later(3_600_000);
  expect(symbols.setPrices(SYMBOL, { last }, 8_220_000)).toEqual({ mark: last, last });
});
