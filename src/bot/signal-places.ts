import { positionOf } from '../trading/lifecycle/ids.ts';
import type { Signal } from '../trading/model.ts';
import { readingOf, signalMeaning } from './meaning.ts';
import type { Receipt } from './records.ts';

/**
 * Which of its message's places each signal has. Trades and questions are known by it, so a signal keeps its place
 * whatever an edit puts before it or takes out, and what comes in the place of another one follows it there.
 */
export interface Places {
  /** One for each of the signals, in their order. */
  places: number[];
  /** Places of signals that the message does not say any more. */
  gone: number[];
}

type Before = Pick<Receipt, 'kind' | 'meaning' | 'places' | 'outcomes'>;
type Known = Pick<Signal, 'symbol' | 'side'> & {
  place: number;
  /** Of the signal, and of its entry; null where these are not known any more. */
  meaning: string | null;
  entry: string | null;
};

/**
 * What an edit makes of the places that the message's signals have had. `newFrom`: no new one is before it; what a run has
 * told of signals that are in no receipt, as it ended ahead of that, stands under their places.
 */
export function placesAfter(before: Before, signals: readonly Signal[], newFrom = 0): Places {
  const earlier = fromOutcomes(before);
  const said = before.kind === 'signal' ? saidBefore(before) : saidUntilThen(before, earlier);
  const taken = new Map<number, Known>();
  const places = signals.map((): number | null => null);

  function give(among: readonly Known[], isIt: (known: Known, signal: Signal) => boolean): void {
    for (const [index, signal] of signals.entries()) {
      if (places[index] !== null) continue;
      const known = among.find((one) => !taken.has(one.place) && isIt(one, signal));
      if (!known) continue;
      taken.set(known.place, known);
      places[index] = known.place;
    }
  }

  give(said, ({ meaning }, signal) => meaning === signalMeaning(signal));
  // Of several on one symbol the one whose stop or targets have been changed.
  give(said, (known, signal) => isSameTrade(known, signal) && known.entry === entryOf(signal));
  give(said, isSameTrade);
  give(earlier, isSameTrade);
  give(said, ({ symbol }, signal) => symbol === signal.symbol);
  give(said, () => true);

  let next = Math.max(newFrom, ...[...said, ...earlier].map(({ place }) => place + 1));
  return {
    places: places.map((place) => place ?? next++),
    gone: before.kind === 'signal' ? gone(said, taken) : [],
  };
}

/** The edit that the receipt tells of has been begun by an earlier run: it has given the places. */
export function placesGiven(receipt: Before, signals: readonly Signal[]): Places {
  const places = signals.map((_, index) => receipt.places?.[index] ?? index);
  const taken = new Map(places.map((place) => [place, place]));
  return { places, gone: gone(fromOutcomes(receipt), taken) };
}

function isSameTrade(known: Known, signal: Signal): boolean {
  return known.symbol === signal.symbol && known.side === signal.side;
}

function entryOf({ entry }: Signal): string {
  return entry.type === 'market' ? entry.type : JSON.stringify(entry);
}

function gone(said: readonly Known[], taken: ReadonlyMap<number, unknown>): number[] {
  const places = said.map(({ place }) => place).filter((place) => !taken.has(place));
  return [...new Set(places)];
}

/** The latest of each place. */
function fromOutcomes({ outcomes }: Before): Known[] {
  const known = new Map<number, Known>();
  for (const { index, symbol, side } of outcomes)
    known.set(positionOf(index), {
      place: positionOf(index),
      symbol,
      side,
      meaning: null,
      entry: null,
    });
  return [...known.values()].sort((a, b) => a.place - b.place);
}

function saidBefore(before: Before): Known[] {
  const reading = readingOf(before);
  if (reading.kind !== 'signal') return [];
  return reading.signals.map((signal, index) => ({
    place: before.places?.[index] ?? index,
    symbol: signal.symbol,
    side: signal.side,
    meaning: signalMeaning(signal),
    entry: entryOf(signal),
  }));
}

/** What it had said before it said no signal. */
function saidUntilThen({ places }: Before, earlier: Known[]): Known[] {
  return places === undefined ? earlier : earlier.filter(({ place }) => places.includes(place));
}
