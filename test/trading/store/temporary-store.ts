import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Ledger, openLedger } from '../../../src/trading/ledger.ts';

/** A folder that is gone when the test has finished. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-store-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** A store of its own for one test; `reopen` is what a restart would find. */
export async function temporaryLedger(): Promise<{ ledger: Ledger; url: string; reopen(): Promise<Ledger> }> {
  const url = `sqlite://${join(temporaryFolder(), 'ledger.sqlite')}`;
  let current = await openLedger(url);
  const first = current;
  onTestFinished(() => current.close());
  return {
    ledger: first,
    url,
    reopen: async () => {
      await current.close();
      current = await openLedger(url);
      return current;
    },
  };
}
