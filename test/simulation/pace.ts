import { tagOf } from './books.ts';
import type { Request } from './network.ts';
import type { Verdict } from './verdict.ts';

/**
 * A program that asks for the same again and again breaks no book, and is shut out by the exchange one day. So what a
 * trade may place and take away in a minute has a bound, and all that goes to one market's exchange. The most that was
 * seen in 1,500 seeds of both markets and 2,000 of USDⓈ-M, crashes and all: 86 and 351; with four trades whose orders an
 * outage has left unknown, two on each market: 512.
 */
const WINDOW_MS = 60_000;
const MOST_OF_TRADE = 180;
const MOST_OF_MARKET = 700;

const NAMES = [
  'newClientOrderId',
  'clientAlgoId',
  'aboveClientOrderId',
  'origClientOrderId',
  'listClientOrderId',
  'cancelOrigClientOrderId',
];

export interface Pace {
  onSent(request: Pick<Request, 'method' | 'path' | 'params'>): void;
}

export function createPace(now: () => number, fail: Verdict['fail']): Pace {
  /** When what left in the last minute did: of each trade, and to each exchange. */
  const ofTrades = new Map<string, number[]>();
  const toMarkets = { futures: [] as number[], spot: [] as number[] };

  function count(times: number[], most: number, whose: string): void {
    times.push(now());
    const first = times.findIndex((at) => at > now() - WINDOW_MS);
    times.splice(0, first);
    if (times.length > most) fail('asks without end', `${whose}: ${times.length} in a minute`);
  }

  return {
    onSent({ method, path, params }) {
      const market = path.startsWith('/fapi/') ? 'futures' : 'spot';
      count(toMarkets[market], MOST_OF_MARKET, `the program, of ${market}`);
      if (method === 'GET') return;
      const tradeId = tradeOf(params);
      if (tradeId === undefined) return;
      const times = ofTrades.get(tradeId) ?? [];
      ofTrades.set(tradeId, times);
      count(times, MOST_OF_TRADE, tradeId);
    },
  };
}

/** Whose order it places or takes away; a list goes by its slot as its legs do. */
function tradeOf(params: Request['params']): string | undefined {
  const clientId = NAMES.map((name) => params.get(name)).find((id) => id !== undefined);
  return tagOf(clientId?.replace(/-l(\d+-\w+)$/, '-s$1') ?? '')?.tradeId;
}
