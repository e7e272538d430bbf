import type { ExchangeEvent } from '../exchange.ts';

const PAUSE_MS = 60_000;

/** Says once a minute, however often it happens, that the exchange refuses the key. */
export function createKeyRefusals(
  emit: (event: ExchangeEvent) => void,
): (code: number, message: string) => void {
  let saidAt = Number.NEGATIVE_INFINITY;
  return (code, message) => {
    if (performance.now() - saidAt < PAUSE_MS) return;
    saidAt = performance.now();
    emit({ type: 'key_refused', code, message });
  };
}
