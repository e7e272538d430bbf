import { StoreLost } from './errors.ts';

/**
 * The right to be the only program on a store that others can reach, too. Two things make it: a lock on the server,
 * which a lost connection gives up, and a lease, for as long as which nobody else takes the store after that. The lock
 * says who may begin; the lease says, by this machine's clocks alone, until when what has been begun may go on. Every
 * write carries the number of the hold (its token), so that a program which has lost it writes nothing.
 */
export interface Hold {
  /**
   * Null while an order may leave, else why not. One that adds exposure needs the lock itself; what protects may leave
   * until the lease is over. Costs two looks at a clock.
   */
  doubt(protective: boolean): string | null;
  /** For how long the lock has been lost; 0 while it is held. */
  awayMs(): number;
  /** Hears when the lock is lost, with why, and when it is had again. */
  onChange(listener: (held: boolean, reason: string) => void): void;
  /** Resolves, with why, when the store is another program's, or is not what we knew. Nothing is sent from then on. */
  readonly lost: Promise<string>;
}

/** Nobody takes the store before that, counted from the last renewal. */
export const LEASE_MS = 30_000;
/** The exchange refuses a request that it gets more than 5 s (`recvWindow`) after it was signed; and the clocks' own. */
const MARGIN_MS = 7_000;
const RENEW_EVERY_MS = 3_000;
const AGAIN_AFTER_MS = [50, 250, 1_000];

export interface HoldOptions {
  /**
   * Takes the lock again where that was lost, and renews the lease. Throws `StoreLost` when somebody else has had the
   * store since.
   */
  renew(): Promise<void>;
  /** When the lease was last renewed: a moment before it was asked for. */
  leasedAt: Moment;
}

export interface KeptHold extends Hold {
  /** The connection that has the lock has ended. */
  dropped(reason: string): void;
  /** A write was refused for its token, or the server has forgotten one. */
  forfeit(reason: string): void;
  /** Tries now what is tried again. Resolves once the lock is held. */
  renewNow(): Promise<void>;
  close(): void;
}

/** One moment on both clocks: the monotonic one stands still while a machine sleeps, the other one can be set. */
export interface Moment {
  steady: number;
  wall: number;
}

export function moment(): Moment {
  return { steady: performance.now(), wall: Date.now() };
}

export function createHold({ renew, leasedAt }: HoldOptions): KeptHold {
  const lost = Promise.withResolvers<string>();
  const listeners: ((held: boolean, reason: string) => void)[] = [];
  let leased = leasedAt;
  let isLocked = true;
  let lostAt = 0;
  let gone: string | null = null;
  let failures = 0;
  let renewing: Promise<void> | null = null;
  let isClosed = false;
  let timer: NodeJS.Timeout;
  arm(RENEW_EVERY_MS);

  function arm(afterMs: number): void {
    clearTimeout(timer);
    if (isClosed || gone !== null) return;
    timer = setTimeout(() => void renewNow().catch(() => undefined), afterMs);
    timer.unref();
  }

  function renewNow(): Promise<void> {
    renewing ??= attempt().finally(() => {
      renewing = null;
    });
    return renewing;
  }

  async function attempt(): Promise<void> {
    if (gone !== null) throw new StoreLost(gone);
    const asked = moment();
    try {
      await renew();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (error instanceof StoreLost) forfeit(reason);
      else change(false, reason);
      arm(AGAIN_AFTER_MS[Math.min(failures, AGAIN_AFTER_MS.length - 1)] ?? 0);
      failures += 1;
      throw error;
    }
    leased = asked;
    failures = 0;
    change(true, '');
    arm(RENEW_EVERY_MS);
  }

  function change(held: boolean, reason: string): void {
    if (isLocked === held || isClosed) return;
    isLocked = held;
    lostAt = performance.now();
    for (const listener of listeners) listener(held, reason);
  }

  function forfeit(reason: string): void {
    gone ??= reason;
    clearTimeout(timer);
    if (!isClosed) lost.resolve(gone);
  }

  return {
    doubt(protective) {
      if (gone !== null) return gone;
      if (!isLocked && !protective) return 'the lock on the store is lost';
      const { steady, wall } = moment();
      const passedMs = Math.max(steady - leased.steady, wall - leased.wall);
      return passedMs < LEASE_MS - MARGIN_MS ? null : 'another program may have the store by now';
    },
    awayMs: () => (isLocked ? 0 : performance.now() - lostAt),
    onChange: (listener) => void listeners.push(listener),
    lost: lost.promise,
    dropped(reason) {
      change(false, reason);
      if (renewing === null) arm(0);
    },
    forfeit,
    renewNow,
    close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}
