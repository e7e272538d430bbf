import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Rig, type RigOptions, startRig } from '../e2e/rig.ts';
import { type LedgerCheck, ledgerEqualsExchange } from './ledger-equals-exchange.ts';
import { RECORDS, type RowRecord } from './records.ts';

/** One row of the fault matrix: the bot as a process, the fault on a socket, and at the end ledger = exchange. */
export interface Row extends Omit<RowRecord, 'recoveryMs' | 'own' | 'market'> {
  /** `usdm` where it says nothing. */
  market?: RowRecord['market'];
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
  /** Runs when the row is over, after everything else. */
  atEnd(cleanUp: () => Promise<void>): void;
}

const ROW_TIMEOUT_MS = 60_000;

/** The user sees of the fault itself: nothing. */
const NOTHING = /^nothing( unusual)?$|as if nothing had happened$/;

/** What the operators were told in person besides fills and closes. */
function remarks(rig: Rig): string[] {
  return rig.dms().filter((line) => !/^(Filled|Closed) /.test(line));
}

export function row(given: Row, body: (scene: Scene) => Promise<void>): void {
  const name = `${given.id}: ${given.fault} → ${given.does}`;
  test(name, { timeout: ROW_TIMEOUT_MS }, async () => {
    const rig = await startRig(given.rig);
    let struckAt: number | null = null;
    let recoveryMs: number | null = null;
    let own: RowRecord['own'] = null;
    const cleanUps: (() => Promise<void>)[] = [];
    try {
      const scene: Scene = {
        ...rig,
        atEnd: (cleanUp) => cleanUps.push(cleanUp),
        strike() {
          struckAt = performance.now();
        },
        recovered() {
          if (struckAt !== null) recoveryMs ??= (performance.now() - struckAt) * (given.rate ?? 1);
        },
      };
      await body(scene);
      await ledgerEqualsExchange(rig, given.check);
      if (NOTHING.test(given.sees)) expect(remarks(rig)).toEqual([]);
      own = ownFigure(rig.output(), given.rate ?? 1);
    } finally {
      await rig.close();
      for (const cleanUp of cleanUps) await cleanUp();
    }
    const { id, fault, does, sees, market = 'usdm' } = given;
    const took = recoveryMs === null ? null : Math.round(recoveryMs);
    await record({ id, fault, does, sees, recoveryMs: took, own, market });
  });
}

/** The bot's first start, on each market, is no recovery. Loading the program takes as long as ever, however fast its clock runs. */
function ownFigure(output: string, rate: number): RowRecord['own'] {
  const told = output
    .split('\n')
    .filter((line) => line.includes('"msg":"ledger and exchange agree"'))
    .map((line): { market: string; cause: 'start' | 'reconnect'; tookMs: number } => JSON.parse(line));
  const started = new Set<string>();
  const last = told.filter(({ market }) => started.size === started.add(market).size).at(-1);
  if (last === undefined) return null;
  const { cause, tookMs } = last;
  return { cause, tookMs: cause === 'start' ? tookMs / rate : tookMs };
}

async function record(made: RowRecord): Promise<void> {
  await mkdir(RECORDS, { recursive: true });
  await writeFile(join(RECORDS, `${made.id}.json`), JSON.stringify(made));
}
