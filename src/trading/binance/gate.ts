/** Who a refusal for load concerns: every request, every order, or only orders that add exposure. */
export type GateScope = 'requests' | 'orders' | 'entries';

export interface LoadRefusal {
  code: number;
  message: string;
}

export interface Gate {
  /** Milliseconds until a write may go; 0 while the gate is open. */
  waitMs(protective: boolean): number;
  /** Milliseconds until a read may go. */
  readWaitMs(): number;
  close(scope: GateScope, forMs: number, refusal: LoadRefusal): void;
  /** What closed it last. */
  refusal(): LoadRefusal;
  /** Resolves true once a protective write may go, false where that takes longer than `budgetMs`. */
  admitProtective(budgetMs: number): Promise<boolean>;
}

/** Entries stay behind for this long after the gate opens, so that what protects goes first. */
const ENTRY_DELAY_MS = 250;

/** Time that runs evenly: how much of it has passed, and waiting. Injected, so that hours can be played in milliseconds. */
export interface SteadyTime {
  nowMs(): number;
  pause(ms: number): Promise<void>;
}

export const systemTime: SteadyTime = {
  nowMs: () => performance.now(),
  pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/** One gate for all requests of an account: closed by 429, 418, -1003, -1008 and -1015, opened by time alone. */
export function createGate(time: SteadyTime = systemTime): Gate {
  const until: Record<GateScope, number> = { requests: 0, orders: 0, entries: 0 };
  let waiting = 0;
  let last: LoadRefusal = { code: -1003, message: '' };

  const left = (atMs: number) => Math.max(0, Math.ceil(atMs - time.nowMs()));
  const protectiveLeft = () => left(Math.max(until.requests, until.orders));

  return {
    waitMs(protective) {
      if (protective) return protectiveLeft();
      const closed = Math.max(protectiveLeft(), left(until.entries));
      return closed > 0 || waiting > 0 ? closed + ENTRY_DELAY_MS : 0;
    },
    readWaitMs: () => left(until.requests),
    close(scope, forMs, refusal) {
      last = refusal;
      until[scope] = Math.max(until[scope], time.nowMs() + forMs);
    },
    refusal: () => last,
    async admitProtective(budgetMs) {
      const deadline = time.nowMs() + budgetMs;
      waiting += 1;
      try {
        for (let wait = protectiveLeft(); wait > 0; wait = protectiveLeft()) {
          if (time.nowMs() + wait > deadline) return false;
          await time.pause(wait);
        }
        return true;
      } finally {
        waiting -= 1;
      }
    },
  };
}
