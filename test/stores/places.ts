import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type OpenLedger, openLedger } from '../../src/trading/ledger.ts';

/** From now on this program runs in another folder: to a server on another machine. */
export function goElsewhere(): void {
  process.chdir(mkdtempSync(join(tmpdir(), 'signalbox-place-')));
}

/** A name that a schema may have, and a prefix. */
export function freshSpace(): string {
  return `s${randomUUID().replaceAll('-', '')}`;
}

/** Closed when the test has finished. */
export async function openHere(url: string): Promise<OpenLedger> {
  const ledger = await openLedger(url);
  onTestFinished(() => ledger.close());
  return ledger;
}
