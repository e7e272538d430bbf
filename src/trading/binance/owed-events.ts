/** A pong proves a connection, only an event proves a subscription: so every confirmed order of ours is a probe. */
export interface OwedEvents {
  /** A write, sent at this `performance.now()`, was confirmed: it must show up as an event, or already has. */
  expect(sentAt: number): void;
  /** An order event came. */
  came(): void;
  /** Nothing is owed any more: a new connection owes nothing yet. */
  forget(): void;
  watch(): void;
  stop(): void;
}

/** @param onSilent called once when an event has been owed for `afterMs` */
export function createOwedEvents(afterMs: number, onSilent: () => void): OwedEvents {
  let owedSince: number | null = null;
  let eventAt = Number.NEGATIVE_INFINITY;
  let watchdog: NodeJS.Timeout | undefined;

  function check(): void {
    if (owedSince === null || performance.now() - owedSince < afterMs) return;
    owedSince = null;
    onSilent();
  }

  return {
    expect(sentAt) {
      // The event often overtakes the answer.
      if (eventAt < sentAt) owedSince ??= performance.now();
    },
    came() {
      eventAt = performance.now();
      owedSince = null;
    },
    forget() {
      owedSince = null;
    },
    watch() {
      clearInterval(watchdog);
      watchdog = setInterval(check, Math.max(50, afterMs / 4));
    },
    stop: () => clearInterval(watchdog),
  };
}
