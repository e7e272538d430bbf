import { expect, it } from 'vitest';
import { createLog } from '../../../src/log.ts';
import { createSymbols } from '../../../src/trading/desk/symbols.ts';
import { Unreachable } from '../../../src/trading/exchange.ts';
import { d } from './harness.ts';

/** What a symbol's first order needs is asked for at once; what an outage has not answered one thing at a time. */
function given() {
  const asked: string[] = [];
  let isAway = false;
  const answer = async <T>(what: string, value: T): Promise<T> => {
    asked.push(what);
    await null;
    if (isAway) throw new Unreachable(what);
    return value;
  };
  const symbols = createSymbols(
    'usdm',
    {
      instruments: () => new Map(),
      prices: () => answer('price', { mark: d(60_000), last: d(60_000) }),
      brackets: () => answer('brackets', []),
      commission: () => answer('commission', { maker: d('0.0002'), taker: d('0.0005') }),
      symbolSettings: () => answer('settings', { leverage: 5, marginMode: 'isolated' as const }),
    },
    { now: () => 0, after: () => () => undefined } as never,
    createLog('silent'),
  );
  return {
    goAway: (away: boolean) => {
      isAway = away;
    },
    async ensure(symbol: string): Promise<string[]> {
      const before = asked.length;
      await symbols.ensureSymbol(symbol, false)?.catch((error: unknown) => {
        if (!(error instanceof Unreachable)) throw error;
      });
      return asked.slice(before);
    },
  };
}

const ALL = ['price', 'brackets', 'commission', 'settings'];

it('all of it is asked for at once', async () => {
  const { ensure } = given();
  expect(await ensure('BTCUSDT')).toEqual(ALL);
});

it('while the exchange does not answer the price alone is, for every symbol, until it does', async () => {
  const { ensure, goAway } = given();
  goAway(true);
  expect(await ensure('BTCUSDT')).toEqual(ALL);
  expect(await ensure('BTCUSDT')).toEqual(['price']);
  expect(await ensure('ETHUSDT')).toEqual(['price']);
  goAway(false);
  expect(await ensure('ETHUSDT')).toEqual(ALL);
  expect(await ensure('BTCUSDT')).toEqual(ALL);
});
