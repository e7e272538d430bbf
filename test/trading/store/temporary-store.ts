import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type OpenLedger, openLedger } from '../../../src/trading/ledger.ts';

/** A folder that is gone when the test has finished. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-store-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** A store of its own for one test; `reopen` is what a restart would find. */
export interface TemporaryLedger {
  ledger: OpenLedger;
  url: string;
  reopen(): Promise<OpenLedger>;
}

export async function temporaryLedger(
  url = `sqlite://${join(temporaryFolder(), 'ledger.sqlite')}`,
): Promise<TemporaryLedger> {
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

const LOCKS = `
  const { DatabaseSync } = require('node:sqlite');
  const store = new DatabaseSync(process.argv[1]);
  // The store's log may just be made long, which takes the lock too.
  store.exec('PRAGMA busy_timeout = 15000');
  store.exec('BEGIN IMMEDIATE');
  console.log('locked');
  setInterval(() => undefined, 60_000);
`;

/** Another program holds the store's write lock; another process it must be, whose locks are its own. */
export async function lockStore(path: string): Promise<{ release(): Promise<void> }> {
  const other = spawn(process.execPath, ['-e', LOCKS, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void other.kill('SIGKILL'));
  await once(other.stdout, 'data');
  return {
    async release() {
      const exited = once(other, 'exit');
      other.kill('SIGKILL');
      await exited;
    },
  };
}
