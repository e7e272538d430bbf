import type { DeskEvent } from '../../src/trading/desk-types.ts';
import type { Disk } from './disk.ts';

/**
 * What the program has said of pauses, to hold it to. One that was acknowledged outlives a crash; one that was only
 * announced does where the disk has it.
 */
export interface Pauses {
  isPaused(): boolean;
  onDeskEvent(event: DeskEvent): void;
  acknowledge(reason: string): void;
  /** A program starts. A clock that has been set back since makes none longer. */
  onStart(): void;
  /** Somebody lifts them: until the program says that it has, a crash leaves open whether it did. */
  onLifting(): void;
  onCrash(): void;
}

interface Standing {
  isAcknowledged: boolean;
  /** By the program's clock; null: until it is lifted. */
  until: number | null;
  lastsMs: number;
}

interface Row {
  reason: string;
  since: number;
  until: number | null;
}

/** @param programNow by the clock of the program that runs */
export function createPauses(disk: Disk, programNow: () => number): Pauses {
  const standing = new Map<string, Standing>();

  /** Pauses on the disk, by their reason. */
  function stored(): Map<string, Row> {
    const rows: unknown = disk.tables.get('meta')?.get('pauses');
    return new Map(Array.isArray(rows) ? rows.map((row: Row) => [row.reason, row]) : []);
  }

  function stand({ reason, since, until }: Row, isAcknowledged: boolean): void {
    standing.set(reason, { isAcknowledged, until, lastsMs: (until ?? since) - since });
  }

  return {
    isPaused: () => [...standing.values()].some(({ until }) => until === null || until > programNow()),
    onDeskEvent(event) {
      if (event.type === 'paused')
        stand(event.pause, standing.get(event.pause.reason)?.isAcknowledged ?? false);
      if (event.type === 'resumed') for (const reason of event.reasons) standing.delete(reason);
    },
    acknowledge(reason) {
      const known = standing.get(reason) ?? { until: null, lastsMs: 0 };
      standing.set(reason, { ...known, isAcknowledged: true });
    },
    onStart() {
      for (const [reason, one] of standing) {
        if (one.until !== null)
          standing.set(reason, { ...one, until: Math.min(one.until, programNow() + one.lastsMs) });
      }
    },
    onLifting() {
      for (const [reason, one] of standing) standing.set(reason, { ...one, isAcknowledged: false });
    },
    onCrash() {
      const onDisk = stored();
      for (const [reason, { isAcknowledged }] of standing) {
        if (!isAcknowledged && !onDisk.has(reason)) standing.delete(reason);
      }
      for (const [reason, row] of onDisk) if (!standing.has(reason)) stand(row, false);
    },
  };
}
