import { Decimal, ZERO } from '../decimal.ts';
import type { RecoveryLine } from '../desk-types.ts';
import type { OrderReport } from '../exchange.ts';
import { held } from '../lifecycle/facts.ts';
import { standing } from '../lifecycle/spot/covers.ts';
import type { Trade } from '../model.ts';
import {
  type ElsewhereDeps,
  foreignExits,
  grownSince,
  SETTLE_MS,
  takeElsewhere,
  tellExecutions,
} from './elsewhere.ts';
import { executionsSince } from './executions.ts';
import type { Runner } from './runner.ts';
import { type Balances, totalOf } from './spot-wallet.ts';
import { coversAll } from './user-stops.ts';

/**
 * Coins are not marked: whose they are is told by the ledger alone. What is there beyond our trades is the user's own
 * and none of our business; where less is there than our trades hold, the user has sold theirs.
 */

/** What our trades hold of each asset. */
export function coinsHeld(trades: readonly Trade[]): Map<string, Decimal> {
  const result = new Map<string, Decimal>();
  for (const trade of trades) {
    const base = trade.terms.spot?.base;
    if (base === undefined || held(trade).isZero()) continue;
    result.set(base, (result.get(base) ?? ZERO).plus(held(trade)));
  }
  return result;
}

/** Assets of which less is there than our trades hold, with what is lacking. */
export function lackingCoins(trades: readonly Trade[], balances: Balances): Map<string, Decimal> {
  const lacking = new Map<string, Decimal>();
  for (const [asset, quantity] of coinsHeld(trades)) {
    const missing = quantity.minus(totalOf(balances, asset));
    if (missing.gt(0)) lacking.set(asset, missing);
  }
  return lacking;
}

export async function compareCoins(
  deps: ElsewhereDeps,
  seen: Balances,
  lines: RecoveryLine[],
): Promise<void> {
  const first = lackingCoins(deps.runner.all(), seen);
  if (first.size === 0) return;
  await new Promise<void>((done) => deps.clock.after(SETTLE_MS, done));
  const reading = deps.keeper.beginReading();
  reading.account(await deps.exchange.account());
  const trades = deps.runner.all();
  for (const [asset, missing] of lackingCoins(trades, deps.keeper.balances())) {
    // Believed only when nothing moved in between: otherwise the next comparison looks again.
    if (first.get(asset)?.eq(missing)) await adopt(deps, trades, asset, lines);
  }
}

/** @param all the trades as they were when the balance was read */
async function adopt(
  deps: ElsewhereDeps,
  all: readonly Trade[],
  asset: string,
  lines: RecoveryLine[],
): Promise<void> {
  const isIn = (trade: Trade): boolean => trade.terms.spot?.base === asset;
  const trades = all.filter((trade) => isIn(trade) && held(trade).gt(0));
  for (const [symbol, ofSymbol] of Map.groupBy(trades, (trade) => trade.plan.symbol)) {
    const fills = await executionsSince(deps.exchange, ofSymbol);
    await tellExecutions(deps, ofSymbol, fills);
    // Fills of our own may have been among them: only what is still held beyond the balance has left elsewhere.
    const expected = coinsHeld(deps.runner.all()).get(asset) ?? ZERO;
    const actual = totalOf(deps.keeper.balances(), asset);
    const ours = ofSymbol.reduce((sum, trade) => sum.plus(held(deps.runner.get(trade.id) ?? trade)), ZERO);
    const grown = grownSince(all.filter(isIn), deps.runner.all().filter(isIn));
    const gone = Decimal.min(expected.minus(actual).minus(grown), ours);
    if (gone.lte(0)) continue;
    const exits = await foreignExits(deps, ofSymbol, fills);
    for (const fill of exits) deps.attributed.add(fill.tradeId);
    await takeElsewhere(deps.runner, ofSymbol, gone, exits, 'user');
    const numbers = { expected: expected.toString(), actual: actual.toString() };
    lines.push({ code: 'closed_elsewhere', symbol, numbers });
  }
}

/**
 * A stop of the user's own stands for our coins only where it locks them: as long as enough are free, or in our own
 * orders, it may be for the user's.
 */
export function noteStopsOnCoins(runner: Runner, balances: Balances, open: readonly OrderReport[]): void {
  for (const trade of runner.all()) {
    const base = trade.terms.spot?.base ?? '';
    const ours = standing(trade).reduce((sum, { locked }) => sum.plus(locked), ZERO);
    const reachable = (balances.get(base)?.free ?? ZERO).plus(ours);
    const covers = reachable.lt(held(trade)) && open.some((report) => coversAll(trade, report));
    if (covers !== trade.userStop) void runner.feed(trade.id, { type: 'user_stop', covers });
  }
}
