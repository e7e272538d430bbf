import type { Params } from '../params.ts';
import { optional } from '../params.ts';
import type { Core } from './core.ts';
import { requestedMarket } from './placement.ts';

/** The symbol, if one is named; -1121 for one that is not listed. */
export function knownSymbol(core: Core, params: Params): string | undefined {
  if (optional(params, 'symbol') === undefined) return undefined;
  return requestedMarket(core, params).instrument.symbol;
}
