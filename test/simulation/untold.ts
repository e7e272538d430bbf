import type { EventFate } from './script.ts';

/** "Or 60 s where no event came." */
const AFTER_SILENCE_MS = 60_000;
/** What a late event leads to. */
const LATE_NEWS_MS = 500;

/** What an event is about. */
export interface About {
  /** Null where it may be any. */
  symbol: string | null;
  /** Spot: the list of the order; null without one. */
  listId: number | null;
}

export const ANYTHING: About = { symbol: null, listId: null };

/** Until when the program need not know what events were to tell it. */
export interface Untold {
  until(symbol: string): number;
  /** Of any symbol. */
  latest(): number;
  hasBeen(): boolean;
  /** An event did not come as it should; `ms`: how late, where it only was. */
  onTrouble(about: About, fate: EventFate, ms: number): void;
  /** One has come. */
  onEvent(event: unknown): void;
}

interface Gap {
  symbol: string;
  /** When the first of its events was lost. */
  since: number;
  until: number;
}

export function createUntold(now: () => number): Untold {
  /** By symbol; '' for all of them. */
  const gaps = new Map<string, number>();
  /** By list: what was lost of its orders. That it is over tells as much. */
  const ofLists = new Map<number, Gap>();
  let hasBeen = false;

  return {
    until: (symbol) =>
      Math.max(
        gaps.get(symbol) ?? 0,
        gaps.get('') ?? 0,
        ...[...ofLists.values()].filter((gap) => gap.symbol === symbol).map((gap) => gap.until),
      ),
    latest: () => Math.max(0, ...gaps.values(), ...[...ofLists.values()].map(({ until }) => until)),
    hasBeen: () => hasBeen,
    onTrouble({ symbol, listId }, fate, ms) {
      if (fate === 'double') return;
      hasBeen = true;
      const until = now() + (fate === 'late' ? ms + LATE_NEWS_MS : AFTER_SILENCE_MS);
      if (listId !== null && symbol !== null && fate === 'lost')
        return void ofLists.set(listId, { symbol, since: ofLists.get(listId)?.since ?? now(), until });
      gaps.set(symbol ?? '', Math.max(gaps.get(symbol ?? '') ?? 0, until));
    },
    onEvent(event) {
      const { e, l, g } = event as { e?: string; l?: string; g?: number };
      const gap = e === 'listStatus' && l === 'ALL_DONE' && g !== undefined ? ofLists.get(g) : undefined;
      if (g === undefined || gap === undefined) return;
      // Beside its end nothing was untold; before it, it was.
      if (now() - gap.since <= LATE_NEWS_MS) ofLists.delete(g);
      else gap.until = Math.min(gap.until, now() + LATE_NEWS_MS);
    },
  };
}
