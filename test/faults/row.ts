import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'vitest';
import { type Rig, type RigOptions, startRig } from '../e2e/rig.ts';
import { type LedgerCheck, ledgerEqualsExchange } from './ledger-equals-exchange.ts';
import { RECORDS, type RowRecord } from './records.ts';

/** One row of the fault matrix: the bot as a process, the fault on a socket, and at the end ledger = exchange. */
export interface Row extends Omit<RowRecord, 'recoveryMs'> {
  rig?: RigOptions;
  /** How much faster than real time the rig runs; recovery is measured in the bot's time. */
  rate?: number;
  /** What the comparison at the end has to know. */
  check?: LedgerCheck;
}

export interface Scene extends Rig {
  /** The fault strikes now. */
  strike(): void;
  /** The bot has put things right; the first call after `strike` counts. */
  recovered(): void;
}

const ROW_TIMEOUT_MS = 60_000;

export function row(given: Row, body: (scene: Scene) => Promise<void>): void {
  const name = `${given.id}: ${given.fault} → ${given.does}`;
  test(name, { timeout: ROW_TIMEOUT_MS }, async () => {
    const rig = await startRig(given.rig);
    let struckAt: number | null = null;
    let recoveryMs: number | null = null;
    try {
      const scene: Scene = {
        ...rig,
        strike() {
          struckAt = performance.now();
        },
        recovered() {
          if (struckAt !== null) recoveryMs ??= (performance.now() - struckAt) * (given.rate ?? 1);
        },
      };
      await body(scene);
      await ledgerEqualsExchange(rig, given.check);
    } finally {
      await rig.close();
    }
    const { id, fault, does, sees } = given;
    await record({ id, fault, does, sees, recoveryMs: recoveryMs === null ? null : Math.round(recoveryMs) });
  });
}

async function record(made: RowRecord): Promise<void> {
  await mkdir(RECORDS, { recursive: true });
  await writeFile(join(RECORDS, `${made.id}.json`), JSON.stringify(made));
}
