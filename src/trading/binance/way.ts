/** How a request that places or cancels an order goes out. */
export type Way = 'rest' | 'socket';

/** Which way orders go, from how long requests took on either. */
export interface WayChoice {
  /** A request came back over that way after this long. */
  took(way: Way, ms: number): void;
  /** The socket is gone: what it took tells nothing of the next one. */
  lost(): void;
  way(): Way;
}

/** What the socket must save before orders go over it, so that two ways that are alike do not alternate. */
const LEAST_GAIN = 0.1;

/**
 * The median of the latest requests decides: one that was slow by chance changes nothing.
 * @param samples how many requests of each way are compared; 0: nothing is compared, the socket goes first
 */
export function createWayChoice(samples: number): WayChoice {
  const latest: Record<Way, number[]> = { rest: [], socket: [] };
  let way: Way = samples === 0 ? 'socket' : 'rest';

  function decide(): void {
    if (latest.rest.length < samples || latest.socket.length < samples) return;
    const [rest, socket] = [median(latest.rest), median(latest.socket)];
    if (way === 'rest' && socket < rest * (1 - LEAST_GAIN)) way = 'socket';
    else if (way === 'socket' && socket > rest) way = 'rest';
  }

  return {
    took(by, ms) {
      if (samples === 0) return;
      latest[by] = [...latest[by], ms].slice(-samples);
      decide();
    },
    lost() {
      if (samples === 0) return;
      latest.socket = [];
      way = 'rest';
    },
    way: () => way,
  };
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.POSITIVE_INFINITY;
}
