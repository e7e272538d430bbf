import { tagOf } from './books.ts';
import type { Request } from './network.ts';
import type { Verdict } from './verdict.ts';

/**
 * A program that asks for the same again and again breaks no book, and is shut out by the exchange one day. So what a
 * trade may place and take away in a minute has a bound, and all that leaves the program. The most that was seen in
 * 1,500 seeds of both markets and 2,000 of USDⓈ-M, crashes and all: 86 and 351.
 */
const WINDOW_MS = 60_000;
const MOST_OF_TRADE = 180;
const MOST_IN_ALL = 700;

const NAMES = [
  'newClientOrderId',
  'clientAlgoId',
  'aboveClientOrderId',
  'origClientOrderId',
  'listClientOrderId',
  'cancelOrigClientOrderId',
];

export interface Pace {
  onSent(request: Pick<Request, 'method' | 'params'>): void;
}

export function createPace(now: () => number, fail: Verdict['fail']): Pace {
  /** When what left in the last minute did: of each trade, and of all. */
  const ofTrades = new Map<string, number[]>();
  const all: number[] = [];

  function count(times: number[], most: number, whose: string): void {
    times.push(now());
    const first = times.findIndex((at) => at > now() - WINDOW_MS);
    times.splice(0, first);
    if (times.length > most) fail('asks without end', `${whose}: ${times.length} in a minute`);
  }

  return {
    onSent({ method, params }) {
      count(all, MOST_IN_ALL, 'the program');
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
