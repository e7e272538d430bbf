import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { inspect } from 'node:util';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import { openLedger } from '../../src/trading/ledger.ts';
import { StoreInUse, StoreLost, StoreUnreachable } from '../../src/trading/store/errors.ts';
import { examineServer } from '../../src/trading/store/examine.ts';
import { FORMAT } from '../../src/trading/store/migrations.ts';
import { sampleTrade } from '../trading/store/sample-trade.ts';
import type { Admin } from './admin.ts';
import { network } from './network.ts';
import { freshSpace, goElsewhere, openHere } from './places.ts';
import { PASSWORD, type StoreServer } from './servers.ts';

const note = z.object({ text: z.string() });

/** What every store on a server must do beside the contract of all stores. */
export function serverContract(server: () => StoreServer, admin: () => Admin): void {
  const opened = async (way: (url: string) => string = (url) => url) => {
    const space = freshSpace();
    const url = server().urlOf(space);
    const ledger = await openHere(way(url));
    const { hold } = ledger;
    if (hold === null) throw new Error('a store on a server is held');
    const told: boolean[] = [];
    hold.onChange((held) => told.push(held));
    return { space, url, ledger, hold, told, notes: ledger.collection('notes', note) };
  };
  const writer = (url: string) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, '../faults/ledger-writer.ts'), url], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    return child;
  };

  describe('held by one program', () => {
    test('another one elsewhere is refused, and the first goes on', async () => {
      const { url, notes } = await opened();
      goElsewhere();
      await expect(openLedger(url)).rejects.toThrow(StoreInUse);
      await notes.set('a', { text: 'still works' });
    });

    test('killed with -9, it leaves every row that it was said to have written, and the store to the next at once', async () => {
      const url = server().urlOf(freshSpace());
      const child = writer(url);
      const exited = once(child, 'exit');
      const said: string[] = [];
      for await (const line of createInterface(child.stdout)) {
        if (line !== 'open') said.push(line);
        if (said.length === 40) child.kill('SIGKILL');
      }
      await exited;
      const startedAt = performance.now();
      const ledger = await openHere(url);
      expect(performance.now() - startedAt).toBeLessThan(10_000);
      const rows = new Map(await ledger.collection('rows', z.object({ number: z.number() })).all());
      // The last line may have been cut by the kill.
      for (const number of said.slice(0, -1)) expect(rows.get(number)).toEqual({ number: Number(number) });
    });

    test('what another one has taken it neither writes to nor sends orders for', async () => {
      const { space, ledger, hold, notes } = await opened();
      await notes.set('a', { text: 'before' });
      await admin().takeOver(space);
      await expect(notes.set('a', { text: 'after' })).rejects.toThrow(StoreLost);
      await expect(hold.lost).resolves.toMatch(/taken/);
      expect([hold.doubt(true), hold.doubt(false)]).toEqual([
        expect.stringMatching(/taken/),
        expect.stringMatching(/taken/),
      ]);
      expect(await notes.get('a')).toEqual({ text: 'before' });
      await expect(ledger.reopen()).rejects.toThrow();
    });

    test('one that only renews finds out, too', async () => {
      const { space, ledger, hold } = await opened();
      await admin().takeOver(space);
      await expect(ledger.canBeWritten()).rejects.toThrow(StoreLost);
      expect(hold.doubt(true)).toMatch(/taken/);
    });

    test('renewing while much is written loses nothing', async () => {
      const { ledger, hold, told, notes } = await opened();
      let isOver = false;
      const renewing = (async () => {
        while (!isOver) await ledger.canBeWritten();
      })();
      for (let count = 0; count < 300; count += 1) await notes.set(`${count % 7}`, { text: `${count}` });
      isOver = true;
      await renewing;
      expect([hold.doubt(true), hold.doubt(false), told]).toEqual([null, null, []]);
    });

    test('a server that has forgotten a confirmed row is not gone on with', async () => {
      const { space, ledger, hold, notes } = await opened();
      await notes.set('a', { text: '1' });
      await admin().forget(space);
      await expect(ledger.canBeWritten()).rejects.toThrow(/confirmed/);
      await expect(hold.lost).resolves.toMatch(/confirmed/);
    });

    test('a server that has forgotten a confirmed row takes no other either', async () => {
      const { space, hold, notes } = await opened();
      await notes.set('a', { text: '1' });
      await admin().forget(space);
      await expect(notes.set('b', { text: '2' })).rejects.toThrow(StoreLost);
      await expect(hold.lost).resolves.toMatch(/confirmed/);
    });
  });

  describe('a connection that is lost', () => {
    test('gives the lock up, is told, and both come back by themselves', async () => {
      const { hold, told, notes } = await opened();
      await notes.set('a', { text: '1' });
      await admin().cut();
      await vi.waitFor(() => expect(told).toEqual([false, true]), { timeout: 20_000 });
      expect([hold.doubt(true), hold.doubt(false)]).toEqual([null, null]);
      await vi.waitFor(() => notes.set('b', { text: '2' }), { timeout: 20_000 });
      expect(await notes.all()).toHaveLength(2);
    });

    test.each(['gently', 'kill -9'] as const)(
      'with the server (%s) refuses writes until it is there again, which loses none that was confirmed',
      async (how) => {
        const { ledger, hold, told, notes } = await opened();
        for (const key of ['a', 'b']) await notes.set(key, { text: key });
        await server().stop(how);
        try {
          await expect(notes.set('c', { text: 'c' })).rejects.toThrow();
          await vi.waitFor(() => expect(told).toEqual([false]), { timeout: 20_000 });
          expect(hold.doubt(false)).not.toBeNull();
          expect(hold.doubt(true)).toBeNull();
          await expect(ledger.canBeWritten()).rejects.toThrow();
        } finally {
          await server().start();
        }
        await vi.waitFor(() => expect(told).toEqual([false, true]), { timeout: 20_000 });
        await vi.waitFor(() => notes.set('d', { text: 'd' }), { timeout: 20_000 });
        expect((await notes.all()).map(([key]) => key).filter((key) => key !== 'c')).toEqual(['a', 'b', 'd']);
      },
    );

    test('a write without an answer ends soon, and never comes after a later one', async () => {
      const { space, notes } = await opened();
      await notes.set('a', { text: 'first' });
      await admin().whileSilent(space, async () => {
        await expect(notes.set('a', { text: 'late' })).rejects.toThrow(/no answer/);
      });
      await vi.waitFor(() => notes.set('a', { text: 'last' }), { timeout: 20_000 });
      await notes.set('b', { text: 'after' });
      expect((await notes.get('a'))?.text).toBe('last');
    });
  });

  describe('over a network that fails', () => {
    const overNetwork = async () => {
      const between = await network(server().urlOf('any'));
      const held = await opened(between.urlOf);
      const away = async () => {
        between.fail();
        await vi.waitFor(() => expect(held.told).toEqual([false]), { timeout: 20_000 });
      };
      return { ...held, ...between, away };
    };

    test('a holder that is away keeps the store from being looked at, which takes nothing from it', async () => {
      const { url, away, heal, told, notes } = await overNetwork();
      await notes.set('a', { text: '1' });
      await away();
      const askedAt = performance.now();
      await expect(examineServer(url)).rejects.toThrow(StoreInUse);
      expect(performance.now() - askedAt).toBeLessThan(10_000);
      heal();
      await vi.waitFor(() => expect(told).toEqual([false, true]), { timeout: 20_000 });
      await notes.set('b', { text: '2' });
    });

    test('one that comes back within its lease keeps the store, and who was waiting for it is refused', async () => {
      const { url, away, heal, ledger, hold, notes } = await overNetwork();
      await away();
      goElsewhere();
      const second = openLedger(url);
      second.catch(() => undefined);
      const refused = expect(second).rejects.toThrow(StoreInUse);
      await vi.waitFor(async () => expect(await admin().waiting()).toBe(true), { timeout: 20_000 });
      heal();
      await vi.waitFor(() => ledger.canBeWritten(), { timeout: 20_000 });
      await refused;
      expect(hold.doubt(false)).toBeNull();
      await notes.set('a', { text: 'still ours' });
    });

    test('a write that arrives after a later one changes nothing', async () => {
      const { swallow, deliver, notes, hold } = await overNetwork();
      await notes.set('a', { text: 'first' });
      swallow();
      await expect(notes.set('a', { text: 'late' })).rejects.toThrow();
      await vi.waitFor(() => notes.set('a', { text: 'last' }), { timeout: 20_000 });
      await deliver();
      expect(await notes.get('a')).toEqual({ text: 'last' });
      await notes.set('b', { text: 'and on' });
      expect(hold.doubt(false)).toBeNull();
    });

    test('a write that arrives after the store was taken changes nothing', async () => {
      const { space, swallow, deliver, notes, hold } = await overNetwork();
      await notes.set('a', { text: 'first' });
      swallow();
      await expect(notes.set('a', { text: 'late' })).rejects.toThrow();
      await admin().takeOver(space);
      await deliver();
      await hold.lost;
      expect(await notes.get('a')).toEqual({ text: 'first' });
    });

    test('connections that say nothing any more are replaced', async () => {
      const { swallow, hold, notes, told } = await overNetwork();
      await notes.set('a', { text: '1' });
      swallow();
      const since = performance.now();
      await vi.waitFor(() => notes.set('b', { text: '2' }), { timeout: 20_000 });
      await vi.waitFor(() => expect(told).toEqual([false, true]), { timeout: 20_000 });
      expect(hold.doubt(false)).toBeNull();
      expect(await notes.all()).toHaveLength(2);
      // Long before the end of the lease.
      expect(performance.now() - since).toBeLessThan(12_000);
    });
  });

  describe('looked at', () => {
    test('nothing is made for it', async () => {
      const url = server().urlOf(freshSpace());
      expect(await examineServer(url)).toBeNull();
      expect(await examineServer(url)).toBeNull();
    });

    test('it says what it holds, once nobody has it any more', async () => {
      const { url, ledger } = await opened();
      await ledger.collection('trades', z.unknown()).set('abc-0', sampleTrade('abc-0'));
      await expect(examineServer(url)).rejects.toThrow(StoreInUse);
      await ledger.close();
      expect(await examineServer(url)).toMatchObject({ format: FORMAT, openTrades: 1 });
    });

    test('one of a later version is named with where its copy is', async () => {
      const { space, url, ledger } = await opened();
      await ledger.document('format', z.number()).set(FORMAT + 1);
      await ledger.close();
      const copy = new RegExp(`kept one: ${space}.format.${FORMAT}\\)`);
      await expect(examineServer(url)).rejects.toThrow(copy);
      await expect(openLedger(url)).rejects.toThrow(copy);
    });
  });

  describe('opening', () => {
    test('nothing is left lying beside the tables of the store', async () => {
      const { space, ledger, notes } = await opened();
      await notes.set('a', { text: '1' });
      await ledger.close();
      expect(await admin().lying(space)).toEqual(['_hold', 'meta', 'notes']);
    });

    test('a wrong password is one clear error that shows neither it nor the right one', async () => {
      const wrong = server().urlOf(freshSpace()).replace(encodeURIComponent(PASSWORD), 'wrong-password');
      const error: unknown = await openLedger(wrong).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(StoreUnreachable);
      const shown = inspect(error, { depth: 20, showHidden: true });
      for (const secret of [PASSWORD, encodeURIComponent(PASSWORD), 'wrong-password'])
        expect(shown).not.toContain(secret);
    });

    test('a server that is not there is one clear error', async () => {
      const url = server()
        .urlOf(freshSpace())
        .replace(/:\d+(?=[/?])/, ':1');
      await expect(openLedger(url)).rejects.toThrow(/^STORE_URL: \S+ cannot be used: .*ECONNREFUSED/);
    });

    test('rows of an earlier format are brought along, and kept as they were', async () => {
      const url = server().urlOf(freshSpace());
      const space = new URL(url).searchParams.get('schema') ?? new URL(url).searchParams.get('prefix') ?? '';
      const before = await openLedger(url);
      const { closingAnnounced, ...earlier } = sampleTrade('abc-0');
      await before.collection('trades', z.unknown()).set('abc-0', earlier);
      await before.document('format', z.number()).set(1);
      await before.close();
      const after = await openHere(url);
      expect(await after.document('format', z.number()).get()).toBe(FORMAT);
      const row = await after.collection('trades', z.record(z.string(), z.unknown())).get('abc-0');
      expect(row).toHaveProperty('closingAnnounced', closingAnnounced ?? null);
      expect(await admin().copied(space, 1, 'trades')).toBe(1);
    });
  });
}
