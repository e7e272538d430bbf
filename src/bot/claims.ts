/** The right to decide about one of them, until it is released. */
export interface Claim<T> {
  proposal: T;
  release(): void;
}

/** Who decides: taken in one synchronous turn, so that two decisions never both count. */
export interface Claims<T> {
  /** Null where it is not open. */
  take(id: string): Claim<T> | null;
  /** The same for a yes: null also where a no waits. */
  toAccept(id: string): Claim<T> | null;
  /** For a no. What is being decided may leave it open: the no waits for that, and no later yes comes before it. */
  toReject(id: string): Promise<Claim<T> | null>;
  isBeingDecided(id: string): boolean;
  /** Resolves when nothing of these is being decided. */
  settled(which: (proposal: T) => boolean): Promise<void>;
}

/** @param open what waits for a decision; what is claimed is taken out, and may be put back before it is released. */
export function createClaims<T>(open: Map<string, T>): Claims<T> {
  const busy = new Map<string, { proposal: T; done: Promise<void> }>();
  const refused = new Set<string>();

  function take(id: string): Claim<T> | null {
    const proposal = open.get(id);
    if (!proposal) return null;
    open.delete(id);
    const { promise, resolve } = Promise.withResolvers<void>();
    busy.set(id, { proposal, done: promise });
    const release = (): void => {
      // Put back, it may have been claimed again while that was being written down.
      if (busy.get(id)?.done === promise) busy.delete(id);
      resolve();
    };
    return { proposal, release };
  }

  return {
    take,
    toAccept: (id) => (refused.has(id) ? null : take(id)),
    async toReject(id) {
      for (let deciding = busy.get(id); deciding; deciding = busy.get(id)) {
        refused.add(id);
        await deciding.done;
      }
      refused.delete(id);
      return take(id);
    },
    isBeingDecided: (id) => busy.has(id) || refused.has(id),
    async settled(which) {
      const meant = [...busy.values()].filter(({ proposal }) => which(proposal));
      await Promise.all(meant.map(({ done }) => done));
    },
  };
}
