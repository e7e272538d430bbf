/** Who a refusal for load concerns: every request, every order, or only orders that add exposure. */
export type GateScope = 'requests' | 'orders' | 'entries';

/** Orders that protect, questions, and orders that add exposure: in this order they go when the gate opens. */
export type Passenger = 'protective' | 'read' | 'entry';

/** What is handed back with the answer: which closing of the gate came before it. */
export type Pass = number;

export interface LoadRefusal {
  code: number;
  message: string;
}

export interface Gate {
  /** A pass where the way is free now; whoever gets one sends at once. */
  tryPass(who: Passenger): Pass | null;
  /** Waits for one, at most `budgetMs`; null where that would not do. */
  pass(who: Exclude<Passenger, 'entry'>, budgetMs: number): Promise<Pass | null>;
  /** What went with that pass had an answer that refuses nothing for load. */
  answered(pass: Pass): void;
  /** Milliseconds until the way may be free; 0 while it is. */
  waitMs(who: Passenger): number;
  close(scope: GateScope, forMs: number, refusal: LoadRefusal): void;
  /** What closed it last. */
  refusal(): LoadRefusal;
}

/** Entries stay behind for this long after the gate opens, so that what protects goes first. */
const ENTRY_DELAY_MS = 250;
/** After this a first request without an answer is taken for lost, and the next one goes. */
const PROBE_MS = 300;

/** Time that runs evenly: how much of it has passed, and waiting. Injected, so that hours can be played in milliseconds. */
export interface SteadyTime {
  nowMs(): number;
  pause(ms: number): Promise<void>;
}

export const systemTime: SteadyTime = {
  nowMs: () => performance.now(),
  pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/**
 * One gate for all requests of an account: closed by 429, 418, -1003, -1008 and -1015, opened by time. After it was
 * closed for every request one goes first, and the others only when that has had an answer: what has gathered meanwhile,
 * sent all at once into a ban that still stands, would make it a longer one.
 */
export function createGate(time: SteadyTime = systemTime): Gate {
  const until: Record<GateScope, number> = { requests: 0, orders: 0, entries: 0 };
  let protectiveWaiting = 0;
  let last: LoadRefusal = { code: -1003, message: '' };
  let closings = 0;
  /** Since it was last closed for every request nothing has been answered. */
  let unproven = false;
  let probeAt = Number.NEGATIVE_INFINITY;
  let changed = Promise.withResolvers<void>();

  const left = (atMs: number) => Math.max(0, Math.ceil(atMs - time.nowMs()));
  const probeLeft = () => (unproven ? left(probeAt + PROBE_MS) : 0);
  const readLeft = () => left(until.requests) || probeLeft();
  const protectiveLeft = () => Math.max(readLeft(), left(until.orders));

  function waitMs(who: Passenger): number {
    switch (who) {
      case 'protective':
        return protectiveLeft();
      case 'read': {
        const isBehind = unproven && protectiveWaiting > 0 && left(until.orders) === 0;
        return readLeft() || (isBehind ? PROBE_MS : 0);
      }
      case 'entry': {
        const closed = Math.max(protectiveLeft(), left(until.entries));
        return closed > 0 || protectiveWaiting > 0 ? closed + ENTRY_DELAY_MS : 0;
      }
    }
  }

  function tryPass(who: Passenger): Pass | null {
    if (waitMs(who) > 0) return null;
    if (unproven) probeAt = time.nowMs();
    return closings;
  }

  function change(): void {
    changed.resolve();
    changed = Promise.withResolvers<void>();
  }

  async function pass(who: Passenger, budgetMs: number): Promise<Pass | null> {
    const deadline = time.nowMs() + budgetMs;
    if (who === 'protective') protectiveWaiting += 1;
    try {
      for (let free = tryPass(who); ; free = tryPass(who)) {
        if (free !== null) return free;
        const wait = waitMs(who);
        if (time.nowMs() + wait > deadline) return null;
        await Promise.race([time.pause(wait), changed.promise]);
      }
    } finally {
      if (who === 'protective') protectiveWaiting -= 1;
    }
  }

  return {
    tryPass,
    pass,
    answered(given) {
      if (!unproven || given !== closings) return;
      unproven = false;
      change();
    },
    waitMs,
    close(scope, forMs, refusal) {
      last = refusal;
      until[scope] = Math.max(until[scope], time.nowMs() + forMs);
      if (scope !== 'requests') return;
      closings += 1;
      unproven = true;
      probeAt = Number.NEGATIVE_INFINITY;
    },
    refusal: () => last,
  };
}
