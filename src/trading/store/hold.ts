import { StoreLost, StoreNotDurable } from './errors.ts';

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
  /** Why nothing is to be opened although the server answers: it would lose what it confirms. Null where it would not. */
  weakness(): string | null;
  /** Hears when the lock is lost or the server turns weak, with why, and when all is well again. */
  onChange(listener: (held: boolean, reason: string) => void): void;
  /**
   * Hears, once for each loss of the lock, that the lease is likely to end without it: what could bring a position about
   * after that, which nothing could protect then, is to be taken back while something may still leave.
   */
  onFading(listener: () => void): void;
  /** Resolves, with why, when the store is another program's, or is not what we knew. Nothing is sent from then on. */
  readonly lost: Promise<string>;
}

/** Nobody takes the store before that, counted from the last renewal. */
export const LEASE_MS = 30_000;
/** The exchange refuses a request that it gets more than 5 s (`recvWindow`) after it was signed; and the clocks' own. */
const MARGIN_MS = 7_000;
const RENEW_EVERY_MS = 3_000;
/** A restart of a server takes some seconds; what is left of the lease then is for answers, repeats and last fills. */
const FADES_AFTER_MS = 12_000;
const AGAIN_AFTER_MS = [50, 250, 1_000];

export interface HoldOptions {
  /**
   * Takes the lock again where that was lost, and renews the lease. Throws `StoreLost` when somebody else has had the
   * store since, and `StoreNotDurable`, with the lease renewed, while the server would lose what it confirms.
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
  const fading: (() => void)[] = [];
  let leased = leasedAt;
  let isLocked = true;
  let weakness: string | null = null;
  let lostAt = 0;
  let gone: string | null = null;
  let failures = 0;
  let renewing: Promise<void> | null = null;
  let isClosed = false;
  let timer: NodeJS.Timeout;
  let fade: NodeJS.Timeout;
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
      // What protects needs the lease alone, and goes on.
      if (error instanceof StoreNotDurable) renewed(asked, reason);
      else {
        if (error instanceof StoreLost) forfeit(reason);
        else change(false, reason);
        arm(AGAIN_AFTER_MS[Math.min(failures, AGAIN_AFTER_MS.length - 1)] ?? 0);
        failures += 1;
      }
      throw error;
    }
    renewed(asked, null);
  }

  function renewed(at: Moment, weakNow: string | null): void {
    leased = at;
    failures = 0;
    change(true, '', weakNow);
    arm(RENEW_EVERY_MS);
  }

  function change(locked: boolean, reason: string, weakNow = weakness): void {
    if (isClosed) return;
    const before = isLocked && weakness === null;
    if (isLocked !== locked) {
      isLocked = locked;
      lostAt = performance.now();
      clearTimeout(fade);
      if (!locked) armFading();
    }
    weakness = weakNow;
    const isWell = isLocked && weakness === null;
    if (isWell === before) return;
    for (const listener of listeners) listener(isWell, isWell ? '' : reason || (weakness ?? ''));
  }

  function armFading(): void {
    const leftMs = leased.steady + FADES_AFTER_MS - performance.now();
    fade = setTimeout(() => {
      for (const listener of fading) listener();
    }, leftMs);
    fade.unref();
  }

  function forfeit(reason: string): void {
    gone ??= reason;
    clearTimeout(timer);
    clearTimeout(fade);
    if (!isClosed) lost.resolve(gone);
  }

  return {
    doubt(protective) {
      if (gone !== null) return gone;
      if (!isLocked && !protective) return 'the lock on the store is lost';
      if (weakness !== null && !protective) return weakness;
      const { steady, wall } = moment();
      const passedMs = Math.max(steady - leased.steady, wall - leased.wall);
      return passedMs < LEASE_MS - MARGIN_MS ? null : 'another program may have the store by now';
    },
    awayMs: () => (isLocked ? 0 : performance.now() - lostAt),
    weakness: () => weakness,
    onChange: (listener) => void listeners.push(listener),
    onFading: (listener) => void fading.push(listener),
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
      clearTimeout(fade);
    },
  };
}
