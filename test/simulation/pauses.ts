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
  /** Somebody lifts them: until the program says that it has, a crash leaves open whether it did. */
  onLifting(): void;
  onCrash(): void;
}

export function createPauses(disk: Disk): Pauses {
  const standing = new Map<string, { isAcknowledged: boolean }>();

  /** Reasons of the pauses on the disk. */
  function stored(): string[] {
    const rows = disk.tables.get('meta')?.get('pauses');
    return Array.isArray(rows) ? rows.map((row: { reason: string }) => row.reason) : [];
  }

  return {
    isPaused: () => standing.size > 0,
    onDeskEvent(event) {
      if (event.type === 'paused') {
        const isAcknowledged = standing.get(event.pause.reason)?.isAcknowledged ?? false;
        standing.set(event.pause.reason, { isAcknowledged });
      }
      if (event.type === 'resumed') for (const reason of event.reasons) standing.delete(reason);
    },
    acknowledge(reason) {
      standing.set(reason, { isAcknowledged: true });
    },
    onLifting() {
      for (const reason of standing.keys()) standing.set(reason, { isAcknowledged: false });
    },
    onCrash() {
      const onDisk = new Set(stored());
      for (const [reason, { isAcknowledged }] of standing) {
        if (!isAcknowledged && !onDisk.has(reason)) standing.delete(reason);
      }
      for (const reason of onDisk) if (!standing.has(reason)) standing.set(reason, { isAcknowledged: false });
    },
  };
}
