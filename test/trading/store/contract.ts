import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Decimal } from '../../../src/trading/decimal.ts';
import { openLedger } from '../../../src/trading/ledger.ts';
import { amount, trade } from '../../../src/trading/model.ts';
import {
  StoreInUse,
  StoreMismatch,
  StoreTooNew,
  UnreadableRecord,
} from '../../../src/trading/store/errors.ts';
import { sampleTrade } from './sample-trade.ts';
import type { TemporaryLedger } from './temporary-store.ts';

const note = z.object({ text: z.string(), at: z.number() });

/** What every store must do, whatever it stands on. `open` makes a new one for the test that asks. */
export function ledgerContract(open: () => Promise<TemporaryLedger>): void {
  describe('a collection', () => {
    test('gives back what was set, also after a restart', async () => {
      const { ledger, reopen } = await open();
      await ledger.collection('notes', note).set('a', { text: 'hello', at: 1 });
      expect(await ledger.collection('notes', note).get('a')).toEqual({ text: 'hello', at: 1 });
      expect(await (await reopen()).collection('notes', note).get('a')).toEqual({ text: 'hello', at: 1 });
    });

    test('knows nothing of keys that were never set, or deleted', async () => {
      const { ledger } = await open();
      const notes = ledger.collection('notes', note);
      await notes.set('a', { text: 'x', at: 1 });
      await notes.delete('a');
      await notes.delete('never');
      expect(await notes.get('a')).toBeUndefined();
      expect(await notes.get('never')).toBeUndefined();
      expect(await notes.all()).toEqual([]);
    });

    test('keeps the last of several values and the place of the first', async () => {
      const { ledger } = await open();
      const notes = ledger.collection('notes', note);
      for (const [key, at] of [
        ['c', 1],
        ['a', 2],
        ['b', 3],
        ['c', 4],
      ] as const)
        await notes.set(key, { text: key, at });
      expect((await notes.all()).map(([key, value]) => [key, value.at])).toEqual([
        ['c', 4],
        ['a', 2],
        ['b', 3],
      ]);
    });

    test('the order of writes to one key holds when they are not awaited one by one', async () => {
      const { ledger } = await open();
      const notes = ledger.collection('notes', note);
      await Promise.all([
        notes.set('a', { text: '1', at: 1 }),
        notes.set('a', { text: '2', at: 2 }),
        notes.delete('a'),
        notes.set('b', { text: '3', at: 3 }),
        notes.set('b', { text: '4', at: 4 }),
        notes.delete('b'),
        notes.set('b', { text: '5', at: 5 }),
      ]);
      expect(await notes.all()).toEqual([['b', { text: '5', at: 5 }]]);
    });

    test('Decimals come back as Decimals, to the last digit', async () => {
      const { ledger } = await open();
      const amounts = ledger.collection('amounts', z.object({ value: amount }));
      const values = [
        '0.000000000000000001',
        '123456789012345678901234567890.123456789',
        '-0.1',
        '1e-8',
        '0',
      ];
      for (const value of values) await amounts.set(value, { value: new Decimal(value) });
      for (const [key, { value }] of await amounts.all()) {
        expect(value).toBeInstanceOf(Decimal);
        expect(value.eq(new Decimal(key))).toBe(true);
      }
    });

    test('a whole trade comes back equal', async () => {
      const { ledger, reopen } = await open();
      const before = sampleTrade('abc-0');
      await ledger.collection('trades', trade).set('abc-0', before);
      expect(await (await reopen()).collection('trades', trade).get('abc-0')).toEqual(before);
    });

    test('keys and values may hold anything: quotes, line ends, emoji, a megabyte', async () => {
      const { ledger } = await open();
      const notes = ledger.collection('notes', note);
      const large = '🚦"\'\n\u0000\u2028'.repeat(130_000);
      for (const key of ['', "a'b", 'ключ', '鍵🔑', 'a:b', '%_', 'x'.repeat(300)]) {
        await notes.set(key, { text: key, at: 1 });
        expect(await notes.get(key)).toEqual({ text: key, at: 1 });
      }
      await notes.set('large', { text: large, at: 2 });
      expect((await notes.get('large'))?.text).toBe(large);
    });

    test('ranges are by key, from included, to excluded', async () => {
      const { ledger } = await open();
      const notes = ledger.collection('notes', note);
      for (const key of ['4', '1', '3', '2']) await notes.set(key, { text: key, at: Number(key) });
      const keys = (entries: [string, unknown][]) => entries.map(([key]) => key);
      expect(await notes.taken('2', '4', (key, { at }) => `${key} ${at}`)).toEqual(['2 2', '3 3']);
      expect(keys(await notes.last(2))).toEqual(['3', '4']);
      expect(keys(await notes.last(9))).toEqual(['1', '2', '3', '4']);
    });

    test('of many rows each is taken once, in order, without what is null', async () => {
      const { ledger } = await open();
      const notes = ledger.collection('notes', note);
      const keys = Array.from({ length: 120 }, (_, index) => `${1_000 + index}${index % 2 === 0 ? '' : '-'}`);
      await Promise.all(keys.toReversed().map((key) => notes.set(key, { text: key, at: 1 })));
      expect(await notes.taken('', '2', (key) => key)).toEqual(keys);
      expect(await notes.taken('1010', '1050', (key) => (key.endsWith('-') ? key : null))).toEqual(
        keys.slice(10, 50).filter((key) => key.endsWith('-')),
      );
    });

    test('pruning deletes what is older and says how many', async () => {
      const { ledger } = await open();
      const notes = ledger.collection('notes', note);
      for (const at of [10, 20, 30]) await notes.set(String(at), { text: '', at });
      expect(await notes.prune('at', 20)).toBe(1);
      expect((await notes.all()).map(([key]) => key)).toEqual(['20', '30']);
    });

    test('a row that does not fit its schema is an error that names it', async () => {
      const { ledger } = await open();
      await ledger.collection('notes', z.object({ text: z.number() })).set('odd', { text: 1 });
      const reading = ledger.collection('notes', note).get('odd');
      await expect(reading).rejects.toThrow(UnreadableRecord);
      await expect(reading).rejects.toThrow(/notes\/odd/);
      await expect(ledger.collection('notes', note).all()).rejects.toThrow(UnreadableRecord);
    });

    test('a row that is not wanted may be anything', async () => {
      const { ledger } = await open();
      const notes = ledger.collection('notes', note);
      await ledger.collection('notes', z.object({ text: z.number() })).set('2', { text: 1 });
      for (const key of ['1', '3']) await notes.set(key, { text: key, at: 1 });
      const hasTime = (stored: unknown) => typeof stored === 'object' && stored !== null && 'at' in stored;
      expect(await notes.taken('1', '4', (key) => key, hasTime)).toEqual(['1', '3']);
      await expect(notes.taken('1', '4', (key) => key)).rejects.toThrow(/notes\/2/);
    });

    test.each(['abc', '', 'NaN', 'Infinity', '__proto__'])(
      'an amount that is %j is an error that names the row',
      async (text) => {
        const { ledger } = await open();
        await ledger.collection('paid', z.object({ fee: z.string() })).set('odd', { fee: text });
        const paid = ledger.collection('paid', z.object({ fee: amount }));
        await expect(paid.get('odd')).rejects.toThrow(UnreadableRecord);
        await expect(paid.all()).rejects.toThrow(/paid\/odd is not readable: .*not an amount/);
      },
    );

    test('a write after close is refused, not lost in silence', async () => {
      const { ledger, reopen } = await open();
      const notes = ledger.collection('notes', note);
      await notes.set('a', { text: '', at: 1 });
      await reopen();
      await expect(notes.set('b', { text: '', at: 1 })).rejects.toThrow();
    });

    test('a name that is no table name is refused', async () => {
      const { ledger } = await open();
      expect(() => ledger.collection('notes; DROP TABLE meta', note)).toThrow(/table name/);
    });
  });

  describe('changes made together', () => {
    test('are all made, over several tables, in order with what was written before and after', async () => {
      const { ledger, reopen } = await open();
      const notes = ledger.collection('notes', note);
      const others = ledger.collection('others', note);
      await others.set('gone', { text: '', at: 0 });
      await Promise.all([
        notes.set('a', { text: '1', at: 1 }),
        ledger.together([
          notes.change('a', { text: '2', at: 2 }),
          others.change('b', { text: '3', at: 3 }),
          others.change('gone'),
        ]),
        others.set('b', { text: '4', at: 4 }),
      ]);
      const again = await reopen();
      expect(await again.collection('notes', note).all()).toEqual([['a', { text: '2', at: 2 }]]);
      expect(await again.collection('others', note).all()).toEqual([['b', { text: '4', at: 4 }]]);
    });
  });

  describe('a document', () => {
    test('is one value, kept over a restart', async () => {
      const { ledger, reopen } = await open();
      expect(await ledger.document('mark', note).get()).toBeUndefined();
      await ledger.document('mark', note).set({ text: 'now', at: 5 });
      expect(await (await reopen()).document('mark', note).get()).toEqual({ text: 'now', at: 5 });
    });
  });

  describe('the binding', () => {
    test('a new store takes the first environment and account, and knows them again', async () => {
      const { ledger, reopen } = await open();
      expect(await ledger.bind('testnet', '1001')).toBe('new');
      expect(await (await reopen()).bind('testnet', '1001')).toBe('known');
    });

    test.each([
      ['another environment', 'live', '1001', /BINANCE_ENV=testnet, not live/],
      ['another account', 'testnet', '2002', /account 1001, the API key to 2002/],
    ])('%s is refused with what to do', async (_, environment, uid, then) => {
      const { ledger } = await open();
      await ledger.bind('testnet', '1001');
      const bound = ledger.bind(environment, uid);
      await expect(bound).rejects.toThrow(StoreMismatch);
      await expect(bound).rejects.toThrow(then);
      await expect(bound).rejects.toMatchObject({ exitCode: 2 });
    });
  });

  describe('opening', () => {
    test('a second opener is refused at once, and let in after the first has closed', async () => {
      const { ledger, url, reopen } = await open();
      const startedAt = performance.now();
      await expect(openLedger(url)).rejects.toThrow(StoreInUse);
      expect(performance.now() - startedAt).toBeLessThan(500);
      await expect(openLedger(url)).rejects.toThrow(StoreInUse);
      await ledger.collection('notes', note).set('a', { text: 'still works', at: 1 });
      await reopen();
    });

    test('a store of a later version is refused', async () => {
      const { ledger, reopen } = await open();
      await ledger.document('format', z.number()).set(99);
      await expect(reopen()).rejects.toThrow(StoreTooNew);
    });
  });
}
