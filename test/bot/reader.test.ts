import { describe, expect, test } from 'vitest';
import { createRead } from '../../src/bot/reader.ts';
import { coinsOf } from '../../src/risk/listing.ts';
import type { Instrument } from '../../src/trading/exchange.ts';
import { parseMessage } from '../../src/trading/signals/parse.ts';
import { d } from './fakes.ts';

function listed(...bases: string[]): ReadonlyMap<string, Instrument> {
  return new Map(bases.map((base) => [`${base}USDT`, instrument(base)]));
}

function instrument(base: string): Instrument {
  const one = d(1);
  return {
    symbol: `${base}USDT`,
    base,
    quote: 'USDT',
    status: 'trading',
    tickSize: one,
    minPrice: one,
    maxPrice: one,
    stepSize: one,
    minQuantity: one,
    maxQuantity: one,
    marketStepSize: one,
    marketMinQuantity: one,
    marketMaxQuantity: one,
    minNotional: one,
    priceUp: one,
    priceDown: one,
  };
}

const call = (coin: string) => ({ content: `${coin} long 1.5 sl 1.4 tp 1.7`, embeds: [] });

describe('the coins that are known', () => {
  test('come from the exchange, also those it listed while the program runs', () => {
    let instruments = listed('BTC');
    const read = createRead(
      () => instruments,
      () => parseMessage,
    );
    expect(read(call('QZXNEW')).reading.kind).not.toBe('signal');
    instruments = listed('BTC', 'QZXNEW');
    expect(read(call('QZXNEW')).reading).toMatchObject({ signals: [{ symbol: 'QZXNEWUSDT' }] });
  });

  test('come from the bundled list before the exchange has told any', () => {
    const read = createRead(
      () => new Map(),
      () => parseMessage,
    );
    expect(read(call('SOL')).reading).toMatchObject({ signals: [{ symbol: 'SOLUSDT' }] });
  });

  test('are gathered once per list, not per message', () => {
    let gathered = 0;
    const instruments = listed('BTC');
    const values = instruments.values.bind(instruments);
    Object.assign(instruments, {
      values: () => {
        gathered += 1;
        return values();
      },
    });
    const read = createRead(
      () => instruments,
      () => parseMessage,
    );
    for (let message = 0; message < 5; message += 1) read(call('BTC'));
    expect(gathered).toBe(1);
  });

  test.each([
    { base: '1000PEPE', plain: 'PEPE' },
    { base: '1000000MOG', plain: 'MOG' },
    { base: '1MBABYDOGE', plain: 'BABYDOGE' },
  ])('GIVEN $base THEN $plain is known too', ({ base, plain }) => {
    expect(coinsOf(listed(base))).toEqual(new Set([base, plain]));
  });

  test('GIVEN a coin that begins with a digit THEN it keeps it', () => {
    expect(coinsOf(listed('1INCH'))).toEqual(new Set(['1INCH']));
  });
});
