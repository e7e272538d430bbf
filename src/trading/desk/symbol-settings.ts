import type { Log } from '../../log.ts';
import type { Opened } from '../desk-types.ts';
import type { Outcome } from '../exchange.ts';
import type { Plan } from '../model.ts';
import type { MarketDesk } from './market-desk.ts';

/** Why a symbol is not set up for a plan. */
export type Unprepared = Extract<Opened, { kind: 'rejected' | 'denied' }>;

export const OUT_OF_REACH: Extract<Opened, { kind: 'denied' }> = {
  kind: 'denied',
  denial: { code: 'exchange_unreachable', setting: null, numbers: {} },
  checks: [],
};

/** The symbol's leverage and margin mode are known to be as planned. */
export function isSetUp(
  { market, symbol, leverage, marginMode }: Plan,
  { keeper }: Pick<MarketDesk, 'keeper'>,
): boolean {
  if (market === 'spot') return true;
  const known = keeper.leverageOf(symbol);
  return known.leverage === leverage && known.marginMode === marginMode;
}

/** Leverage and margin mode of the symbol as planned; asked for only where they are not known to be so already. */
export async function prepare(
  plan: Plan,
  { exchange, keeper }: Pick<MarketDesk, 'exchange' | 'keeper'>,
  log: Log,
): Promise<Unprepared | null> {
  if (isSetUp(plan, { keeper })) return null;
  const known = keeper.leverageOf(plan.symbol);
  const writes: Promise<Outcome<null>>[] = [];
  if (known.marginMode !== plan.marginMode) writes.push(exchange.setMarginMode(plan.symbol, plan.marginMode));
  if (known.leverage !== plan.leverage) writes.push(exchange.setLeverage(plan.symbol, plan.leverage));
  // Known before it is asked for: the event that reports our own change may come before the answer.
  keeper.setLeverage(plan.symbol, plan.leverage, plan.marginMode);
  for (const outcome of await Promise.all(writes)) {
    if (outcome.kind === 'confirmed') continue;
    keeper.setLeverage(plan.symbol, null, null);
    if (outcome.kind === 'rejected')
      return { kind: 'rejected', code: outcome.code, message: outcome.message };
    log.warn({ outcome, symbol: plan.symbol }, 'leverage or margin mode could not be set');
    return OUT_OF_REACH;
  }
  return null;
}
