import type { Markets } from './generate.ts';
import { LIST_MUTATIONS } from './mutations-lists.ts';
import { SPOT_MUTATIONS } from './mutations-spot.ts';
import { CLOCK_MUTATIONS, TALK_MUTATIONS } from './mutations-talk.ts';
import { TWIN_MUTATIONS } from './mutations-twins.ts';

/**
 * Deliberately broken builds: each takes one safeguard out of the program. The simulation has to notice every one of
 * them, else it does not watch what it claims to watch.
 */
export interface Mutation {
  name: string;
  /** Below `src/trading`; `bot/` and `risk/` below `src`. */
  file: string;
  /** Stands there exactly once. */
  find: string;
  replace: string;
  /** What notices it: a seed, or one of the stories. */
  by: number | string;
  /** Of the seed; USDⓈ-M alone where it is absent. */
  markets?: Markets;
}

const USDM: readonly Mutation[] = [
  {
    name: 'skip the journal',
    file: 'desk/journal.ts',
    find: 'if (!behind.has(row)) return save();',
    replace: 'if (!behind.has(row)) return true;',
    by: 4,
  },
  {
    name: 'send a new trade before it is journalled',
    file: 'desk/open.ts',
    find: 'const written = store.saveTrade(trade).then(',
    replace:
      'void store.saveTrade(trade).catch(() => undefined);\n    const written = Promise.resolve().then(',
    by: 7,
  },
  {
    name: 'send what is made ready before its row is there',
    file: 'desk/runner.ts',
    find: 'const clearance = written.then(',
    replace: 'const clearance = Promise.resolve(true).then(',
    by: 3,
  },
  {
    name: 'drop the query after unknown',
    file: 'lifecycle/settle.ts',
    find: "case 'unknown':\n      return 0;",
    replace: "case 'unknown':\n      return null;",
    by: 8,
  },
  {
    name: 'send an unknown entry again',
    file: 'lifecycle/answers.ts',
    find: "if (order.status !== 'pending') return;\n      // Patience with",
    replace:
      "if (order.status !== 'pending') return;\n      if (order.role === 'entry') return patchOrder(work, clientId, { sendAt: work.now + 1_000 });\n      // Patience with",
    by: 71,
  },
  {
    name: 'cancel the stop before placing the new one',
    file: 'lifecycle/stop.ts',
    find: 'if (toPlace.length > 0) {',
    replace: 'if (toPlace.length > 0) {\n    for (const order of unmatched) cancel(work, order);',
    by: 17,
  },
  {
    name: 'forget to resize the stop on a partial fill',
    file: 'lifecycle/stop.ts',
    find: 'order.quantity.minus(order.executed).eq(quantity) &&',
    replace: '',
    by: 5,
  },
  {
    name: 'take the stop away while closing',
    file: 'lifecycle/stop.ts',
    find: 'if (holds.isZero()) return;\n  const stops',
    replace:
      "if (work.trade.closing?.until === null) {\n    for (const order of byRole(work.trade, 'stop')) cancel(work, order);\n    return;\n  }\n  const stops",
    by: 4,
  },
  {
    name: 'count an execution that is told twice',
    file: 'lifecycle/reports.ts',
    find: 'if (before && find(work, before.clientId)) continue;',
    replace: 'if (before) patch(work, { fills: [...work.trade.fills, fill] });',
    by: 14,
  },
  {
    name: 'add up executed quantities instead of taking the largest',
    file: 'lifecycle/reports.ts',
    find: 'const executed = grown ? seen.executed : order.executed;',
    replace: 'const executed = order.executed.plus(seen.executed);',
    by: 14,
  },
  {
    name: 'forget reduce-only',
    file: 'lifecycle/send.ts',
    find: 'reduceOnly: !isEntry,',
    replace: 'reduceOnly: false,',
    by: 4,
  },
  {
    name: 'order twice the quantity',
    file: 'lifecycle/send.ts',
    find: 'quantity: wanted.quantity,',
    replace: 'quantity: isEntry ? wanted.quantity.times(2) : wanted.quantity,',
    by: 3,
  },
  {
    name: 'ignore pauses',
    file: 'desk/warden.ts',
    find: 'pauses = next;\n    account.setPauses(pauses);',
    replace: 'pauses = next;',
    by: 15,
  },
  {
    name: 'forget pauses over a restart',
    file: 'desk/warden.ts',
    find: 'pauses = storedPauses;\n      account.setPauses(pauses);',
    replace: 'pauses = storedPauses;',
    by: 369,
  },
  {
    name: 'lift a pause before that is durable',
    file: 'desk/warden.ts',
    find: 'if (!(await kept.pauses.write(without(before), before))) return false;',
    replace:
      'hold(without(before));\n    if (!(await kept.pauses.write(without(before), before))) return false;',
    by: 949206,
  },
  {
    name: 'do not write again what could not be written',
    file: 'desk/kept.ts',
    find: 'if (turn === latest && !isStopped) retry',
    replace: 'if (turn < 0) retry',
    by: 201,
  },
  {
    name: 'close nothing in a panic that cannot be written',
    file: 'desk/closes.ts',
    find: 'const stored = await Promise.race([pause(paused), patience]);',
    replace:
      'const stored = await Promise.race([pause(paused), patience]);\n      if (!stored) return { trades: 0, stored };',
    by: 'a panic comes while nothing can be written',
  },
  {
    name: 'read all that stands for each order that is missing',
    file: 'desk/market-desk.ts',
    find: 'shareReading(() => readStanding(exchange))',
    replace: '() => readStanding(exchange)',
    by: 'nine entries never left, and the exchange grants a fifth of the usual weight',
  },
  {
    name: 'trade a message twice',
    file: 'desk/open.ts',
    find: "if (opening.has(tradeId)) return { kind: 'exists', tradeId };",
    replace: '',
    by: 865,
  },
  {
    name: 'leave entries standing after a close',
    file: 'lifecycle/entries.ts',
    find: 'for (const order of live) cancel(work, order);',
    replace: 'for (const order of live) if (entered(work.trade).isZero()) cancel(work, order);',
    by: 16,
  },
  {
    name: 'do not compare positions',
    file: 'desk/reconcile.ts',
    find: 'await comparePositions(deps, positions, readPositions, lines);',
    replace: '',
    by: 40,
  },
  {
    name: 'take an execution by hand out twice',
    file: 'desk/events.ts',
    find: 'if (deps.attributed.has(fill.tradeId)) return;',
    replace: '',
    by: 'a close by hand is told twice',
  },
  {
    name: 'book a funding fee as often as it is told',
    file: 'lifecycle/apply.ts',
    find: 'const before = fundingShares[id] ?? ZERO;',
    replace: 'const before = ZERO;',
    by: 4,
  },
  {
    name: 'lose what rounding leaves of a funding fee',
    file: 'desk/funding.ts',
    find: 'return parts.set(largest.id, rest);',
    replace:
      'return parts.set(largest.id, fee.amount.times(largest.quantity).div(total).toDecimalPlaces(4));',
    by: 4,
  },
  {
    name: 'do not ask for funding after a restart',
    file: 'desk/funding.ts',
    find: 'const fees = await exchange.positionFeesSince(since);',
    replace: 'const fees = (await exchange.positionFeesSince(since)).slice(0, 0);',
    by: 4,
  },
  {
    name: 'do not ask for executions whose event was lost',
    file: 'lifecycle/settle.ts',
    find: "work.effects.push({ type: 'query_fills' });",
    replace: '',
    by: 4,
  },
  {
    name: 'send all that waits when a rate limit ends',
    file: 'binance/gate.ts',
    find: '(unproven ? left(probeAt + PROBE_MS) : 0)',
    replace: '(unproven ? left(0) : 0)',
    by: 'much has gathered behind a rate limit, and a ban stands when that ends',
  },
  {
    name: 'ask targets to go that are still on their way',
    file: 'lifecycle/send.ts',
    find: "if (order.role === 'target' && isOnItsWay(work, order)) return;",
    replace: '',
    by: 'the removal of targets overtakes them, and they stand in the way of a close',
  },
  {
    name: 'replace a stop by the journal alone after a restart',
    file: 'lifecycle/restart.ts',
    find: 'hasStop ? work.now + LOOK_ROUND_MS : null',
    replace: 'hasStop ? work.now : null',
    by: 'a trade ends while nothing can be written, and of its end the stop is known first',
  },
  {
    name: 'protect after a restart what is not there any more',
    file: 'lifecycle/present.ts',
    find: 'if (quantity.gte(most)) return forgetPosition(work);',
    replace: 'if (quantity !== null) return forgetPosition(work);',
    by: 'a trade ends while nothing can be written, and its entry is found before its end is known',
  },
  {
    name: 'take executions of closed trades for those of the entry that is asked for',
    file: 'desk/reconcile.ts',
    find: 'if (await hasExecuted(deps, order, unexplained)) return false;',
    replace: 'if (fills.some(mayBeOurs)) return false;',
    by: 431,
  },
  {
    name: 'look for executions by our own clock',
    file: 'desk/executions.ts',
    find: 'export const CLOCK_DOUBT_MS = 24 * 3_600_000;',
    replace: 'export const CLOCK_DOUBT_MS = 1_000;',
    by: 817,
  },
  {
    name: 'lose the part of an execution that one trade did not take',
    file: 'desk/elsewhere.ts',
    find: '.map((fill) => restOf(fill, parts.get(fill.tradeId) ?? []))',
    replace: '.filter((fill) => !parts.has(fill.tradeId))',
    by: 'all is closed by hand, of which the program knows a part',
  },
  {
    name: 'use the ids again of what was sent without a journal',
    file: 'lifecycle/restart.ts',
    find: 'patch(work, { generationFloor: Math.max(byTime, ...taken) });',
    replace: '',
    by: 424,
  },
  {
    name: 'wait for the answer to a close',
    file: 'lifecycle/patience.ts',
    find: 'const CLOSE_QUERY_PATIENCE_MS = 5_000;',
    replace: 'const CLOSE_QUERY_PATIENCE_MS = 60_000;',
    by: 'the price has passed the stop, and the close is lost',
  },
  {
    name: 'give up an order that has come to stand since it was asked for',
    file: 'lifecycle/silence.ts',
    find: 'if (asked && isActive(order) && !isActive(asked)) return;',
    replace: '',
    by: 'the removal of a stop overtakes it, and so does the question that follows',
  },
  {
    name: 'try a close that is refused ever more rarely',
    file: 'lifecycle/refusals.ts',
    find: 'const CLOSE_RETRY_MS = 5_000;',
    replace: 'const CLOSE_RETRY_MS = 60_000;',
    by: 'the price has passed the stop, and the close is refused eight times',
  },
  {
    name: 'take what enters while executions are read for closed elsewhere',
    file: 'desk/elsewhere.ts',
    find: '.minus(grownSince(trades, current))',
    replace: '',
    by: 803529,
  },
  {
    name: 'wait for a moment that a clock set back has put into the future',
    file: 'lifecycle/restart.ts',
    find: '  forgetTheFuture(work);\n  for',
    replace: '  for',
    by: 3033,
  },
  {
    name: 'let a late report bring an ended order back',
    file: 'lifecycle/states.ts',
    find: "  cancelled: { filled: ['report'] },",
    replace: "  cancelled: { filled: ['report'], working: ['report'] },",
    by: 'a stop is said to stand long after it was cancelled by hand',
  },
  {
    name: 'leave surplus orders standing',
    file: 'desk/reconcile.ts',
    find: 'await sweepOrders(deps, open, lines);',
    replace: '',
    by: 'a stop that was given up arrives after all, and nobody tells',
  },
  {
    name: 'follow the clock backwards',
    file: 'clock.ts',
    find: 'if (wallMs < evenMs) return Math.floor(evenMs);',
    replace: '',
    by: 138,
  },
  {
    name: 'look for what left elsewhere only since the trade at hand entered',
    file: 'desk/elsewhere.ts',
    find: 'enteredAt(current, closed);',
    replace: 'enteredAt(current, []);',
    by: 'ADL takes a part while the program is down, and another trade enters before that is found',
  },
  {
    name: "take what another trade's orders have closed for the user's doing",
    file: 'desk/elsewhere.ts',
    find: 'await closedByOurs(deps, trades, key)',
    replace: 'ZERO',
    by: 13088819,
    markets: 'mixed',
  },
  {
    name: 'net a long trade against a short one',
    file: 'desk/open.ts',
    find: 'closeOnOpposite: false } },',
    replace: 'closeOnOpposite: true } },',
    by: 4474,
  },
  {
    name: 'fall back to a looser stop than the one that stood',
    file: 'lifecycle/reports.ts',
    find: "|| work.trade.plan.market === 'usdm';",
    replace: ';',
    by: 'both stops were rejected while the program was down, of which it knows the looser one to have stood',
  },
  {
    name: 'forget trades that were closed in what is the future now',
    file: 'desk/stored.ts',
    find: 'store.closedSince(closedSinceMs)',
    replace:
      'store.closedSince(closedSinceMs).then((all) => all.filter(({ closedAt }) => (closedAt ?? 0) <= closedSinceMs + 172_800_000))',
    by: 'a trade was closed in what is the future after the clock has been set back',
  },
  {
    name: 'spin while banned',
    file: 'binance/gate.ts',
    find: 'until[scope] = Math.max(until[scope], time.nowMs() + forMs);',
    replace: '',
    by: 24,
  },
  {
    name: 'let the removal of a stop wait for the rate limit',
    file: 'binance/usdm-writes.ts',
    find: 'patienceMs: 0,',
    replace: '',
    by: 'another entry fills while the removal of a larger stop waits for the rate limit',
  },
  {
    name: 'forget closed trades when a funding fee is told',
    file: 'desk/funding.ts',
    find: 'await deps.closedOn(symbols, since, clock.now() + LOOK_BACK_MS)',
    replace: '[] as Trade[]',
    by: 'funding is charged just before the trade is closed',
  },
  {
    name: 'keep what a question told from the other trades on the symbol',
    file: 'desk/sender.ts',
    find: 'for (const { id } of there) void feed(id',
    replace: 'for (const { id } of [trade]) void feed(id',
    by: "one trade's question tells of another's entry",
  },
  {
    name: 'archive a trade row by row',
    file: 'desk-store.ts',
    find: 'await ledger.together([\n        month(',
    replace: 'await open.delete(closed.id);\n      await ledger.together([\n        month(',
    by: 'the program ends while a closed trade is archived',
  },
  {
    name: 'forget what a liquidation costs',
    file: 'binance/usdm-account.ts',
    find: "INSURANCE_CLEAR: 'liquidation',",
    replace: '',
    by: 'what is held is liquidated',
  },
  {
    name: 'round a moved stop to the nearest price step',
    file: 'lifecycle/requests.ts',
    find: 'const stopPrice = roundInFavour(work.trade, price);',
    replace: 'const stopPrice = toTick(price, work.trade);',
    by: 9044389,
    markets: 'mixed',
  },
  {
    name: 'try again by the signal alone what has been changed meanwhile',
    file: 'desk/open.ts',
    find: "isChanged && refused.kind === 'denied' ? GIVEN_UP : refused",
    replace: 'refused',
    by: 7202410,
    markets: 'mixed',
  },
];

export const MUTATIONS: readonly Mutation[] = [
  ...USDM,
  ...SPOT_MUTATIONS,
  ...TALK_MUTATIONS,
  ...LIST_MUTATIONS,
  ...CLOCK_MUTATIONS,
  ...TWIN_MUTATIONS,
];
