import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { openLedger } from '../../src/trading/ledger.ts';
import { StoreInUse } from '../../src/trading/store/errors.ts';
import { temporaryFolder } from '../trading/store/temporary-store.ts';

function writerOn(url: string): ChildProcess & { stdout: NonNullable<ChildProcess['stdout']> } {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'ledger-writer.ts'), url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

test.each([1, 40, 333])(
  'after kill -9 every write that was said to be durable is there (%i said)',
  async (enough) => {
    const url = `sqlite://${join(temporaryFolder(), 'ledger.sqlite')}`;
    const child = writerOn(url);
    const exited = once(child, 'exit');
    const said: string[] = [];
    for await (const line of createInterface(child.stdout)) {
      if (line !== 'open') said.push(line);
      if (said.length === enough) child.kill('SIGKILL');
    }
    await exited;
    // The last line may have been cut by the kill.
    const acknowledged = said.slice(0, Math.max(enough, said.length - 1));

    const ledger = await openLedger(url);
    onTestFinished(() => ledger.close());
    const rows = new Map(await ledger.collection('rows', z.object({ number: z.number() })).all());
    for (const number of acknowledged) expect(rows.get(number)).toEqual({ number: Number(number) });
    expect(acknowledged.length).toBeGreaterThanOrEqual(enough);
  },
);

test('a store is held against other processes, and free as soon as its holder is killed', async () => {
  const url = `sqlite://${join(temporaryFolder(), 'ledger.sqlite')}`;
  const child = writerOn(url);
  const exited = once(child, 'exit');
  await once(child.stdout, 'data');
  await expect(openLedger(url)).rejects.toThrow(StoreInUse);
  child.kill('SIGKILL');
  await exited;
  await (await openLedger(url)).close();
});
