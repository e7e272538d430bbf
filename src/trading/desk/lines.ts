import type { Clock } from '../clock.ts';

/** How far one in a line has come: it is decided and reserved; its orders have been answered, or it will have none. */
export type Place = 'reserved' | 'answered';

/** One in a line. */
export interface Turn {
  /** Somebody was in the line before. */
  isBehind(): boolean;
  /** Resolves once the one before has come so far. */
  behind(place: Place): Promise<void>;
  reach(place: Place): void;
  /** It has come to its end, whichever. */
  leave(): void;
}

/** Order is worth waiting for, but not for one that hangs. */
const PATIENCE_MS: Record<Place, number> = { reserved: 10_000, answered: 3_000 };

/**
 * Lines by name. Whoever takes a turn in one is never overtaken by those that take theirs later, whatever either has to
 * wait for on the way: a price, the disk, the leverage that is set before the first order.
 */
export function createLines({ after }: Pick<Clock, 'after'>): (name: string) => Turn {
  const last = new Map<string, Record<Place, PromiseWithResolvers<void>>>();
  return (name) => {
    const before = last.get(name);
    const own = { reserved: Promise.withResolvers<void>(), answered: Promise.withResolvers<void>() };
    last.set(name, own);
    return {
      isBehind: () => before !== undefined,
      async behind(place) {
        if (!before) return;
        const patience = Promise.withResolvers<void>();
        const cancel = after(PATIENCE_MS[place], patience.resolve);
        await Promise.race([before[place].promise, patience.promise]);
        cancel();
      },
      reach: (place) => own[place].resolve(),
      leave() {
        // Whoever is behind is then behind the one before.
        own.reserved.resolve(before?.reserved.promise);
        own.answered.resolve(before?.answered.promise);
        void own.answered.promise.then(() => last.get(name) === own && last.delete(name));
      },
    };
  };
}
