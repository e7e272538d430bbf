import { type Cancel, type Clock, systemClock } from '../clock.ts';
import type { PositionFee } from '../exchange.ts';

/** The account event names neither symbol nor id of a fee: they are asked for once it has been booked. */
export interface FeeWatch {
  feeBooked(at: number): void;
  close(): void;
}

/** The income history follows the event with some delay. */
const PAUSES_MS = [1_000, 5_000, 30_000];
const LOOK_BACK_MS = 10 * 60_000;

export function createFeeWatch(
  fetch: (sinceMs: number) => Promise<PositionFee[]>,
  emit: (fee: PositionFee) => void,
  clock: Clock = systemClock,
  pausesMs: readonly number[] = PAUSES_MS,
): FeeWatch {
  const told = new Set<string>();
  let timer: Cancel | undefined;
  let sinceMs: number | null = null;

  async function look(attempt: number): Promise<void> {
    if (sinceMs === null) return;
    const fees = await fetch(sinceMs - LOOK_BACK_MS).catch(() => []);
    for (const fee of fees) {
      if (told.has(fee.id)) continue;
      told.add(fee.id);
      emit(fee);
    }
    schedule(attempt + 1);
  }

  function schedule(attempt: number): void {
    const pauseMs = pausesMs[attempt];
    if (pauseMs === undefined) {
      sinceMs = null;
      timer = undefined;
    } else timer = clock.after(pauseMs, () => void look(attempt));
  }

  return {
    feeBooked(at) {
      sinceMs = Math.min(sinceMs ?? at, at);
      timer?.();
      schedule(0);
    },
    close: () => timer?.(),
  };
}
