/**
 * Deliberately broken builds: each takes one safeguard out of the program. The simulation has to notice every one of
 * them, else it does not watch what it claims to watch.
 */
export interface Mutation {
  name: string;
  /** Below `src/trading`. */
  file: string;
  /** Stands there exactly once. */
  find: string;
  replace: string;
  /** A seed that notices it. */
  seed: number;
}

export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'skip the journal',
    file: 'desk/runner.ts',
    find: 'durable = await journal(slot);',
    replace: 'durable = true;',
    seed: 1,
  },
  {
    name: 'send a new trade before it is journalled',
    file: 'desk/open.ts',
    find: 'await Promise.all([store.saveTrade(trade), store.saveSignal(print, seen)]);',
    replace:
      'void Promise.all([store.saveTrade(trade), store.saveSignal(print, seen)]).catch(() => undefined);',
    seed: 4,
  },
  {
    name: 'drop the query after unknown',
    file: 'lifecycle/settle.ts',
    find: "case 'unknown':\n      return 0;",
    replace: "case 'unknown':\n      return null;",
    seed: 9,
  },
  {
    name: 'send an unknown entry again',
    file: 'lifecycle/apply.ts',
    find: "if (order.status !== 'pending') return;\n      // Patience with",
    replace:
      "if (order.status !== 'pending') return;\n      if (order.role === 'entry') return patchOrder(work, clientId, { sendAt: work.now + 1_000 });\n      // Patience with",
    seed: 9,
  },
  {
    name: 'cancel the stop before placing the new one',
    file: 'lifecycle/stop.ts',
    find: 'if (toPlace.length > 0) {',
    replace: 'if (toPlace.length > 0) {\n    for (const order of unmatched) cancel(work, order);',
    seed: 2,
  },
  {
    name: 'forget to resize the stop on a partial fill',
    file: 'lifecycle/stop.ts',
    find: 'order.quantity.minus(order.executed).eq(quantity) &&',
    replace: '',
    seed: 4,
  },
  {
    name: 'take the stop away while closing',
    file: 'lifecycle/stop.ts',
    find: 'if (holds.isZero()) return;\n  const stops',
    replace:
      "if (work.trade.closing?.until === null) {\n    for (const order of byRole(work.trade, 'stop')) cancel(work, order);\n    return;\n  }\n  const stops",
    seed: 6,
  },
  {
    name: 'count an execution that is told twice',
    file: 'lifecycle/apply.ts',
    find: 'if (before && find(work, before.clientId)) continue;',
    replace: 'if (before) patch(work, { fills: [...work.trade.fills, fill] });',
    seed: 4,
  },
  {
    name: 'add up executed quantities instead of taking the largest',
    file: 'lifecycle/apply.ts',
    find: 'const executed = grown ? seen.executed : order.executed;',
    replace: 'const executed = order.executed.plus(seen.executed);',
    seed: 4,
  },
  {
    name: 'forget reduce-only',
    file: 'lifecycle/send.ts',
    find: 'reduceOnly: !isEntry,',
    replace: 'reduceOnly: false,',
    seed: 2,
  },
  {
    name: 'order twice the quantity',
    file: 'lifecycle/send.ts',
    find: 'quantity: wanted.quantity,',
    replace: 'quantity: isEntry ? wanted.quantity.times(2) : wanted.quantity,',
    seed: 1,
  },
  {
    name: 'ignore pauses',
    file: 'desk/warden.ts',
    find: 'pauses = next;\n    account.setPauses(pauses);',
    replace: 'pauses = next;',
    seed: 2,
  },
  {
    name: 'forget pauses over a restart',
    file: 'desk/warden.ts',
    find: 'pauses = storedPauses;\n      account.setPauses(pauses);',
    replace: 'pauses = storedPauses;',
    seed: 10,
  },
  {
    name: 'trade a message twice',
    file: 'desk/open.ts',
    find: "if (opening.has(tradeId)) return { kind: 'exists', tradeId };",
    replace: '',
    seed: 63,
  },
  {
    name: 'leave entries standing after a close',
    file: 'lifecycle/entries.ts',
    find: 'for (const order of live) cancel(work, order);',
    replace: 'for (const order of live) if (entered(work.trade).isZero()) cancel(work, order);',
    seed: 26,
  },
  {
    name: 'do not compare positions',
    file: 'desk/reconcile.ts',
    find: 'await comparePositions(deps, positions, lines);',
    replace: '',
    seed: 11124,
  },
  {
    name: 'take an execution by hand out twice',
    file: 'desk/events.ts',
    find: 'if (deps.attributed.has(fill.tradeId)) return;',
    replace: '',
    seed: 2204,
  },
  {
    name: 'book a funding fee as often as it is told',
    file: 'lifecycle/apply.ts',
    find: 'const before = fundingShares[id] ?? ZERO;',
    replace: 'const before = ZERO;',
    seed: 9,
  },
  {
    name: 'lose what rounding leaves of a funding fee',
    file: 'desk/funding.ts',
    find: 'return parts.set(largest.id, rest);',
    replace:
      'return parts.set(largest.id, fee.amount.times(largest.quantity).div(total).toDecimalPlaces(4));',
    seed: 9,
  },
  {
    name: 'do not ask for funding after a restart',
    file: 'desk/funding.ts',
    find: 'const fees = await exchange.fundingSince(since);',
    replace: 'const fees = (await exchange.fundingSince(since)).slice(0, 0);',
    seed: 39,
  },
  {
    name: 'do not ask for executions whose event was lost',
    file: 'lifecycle/settle.ts',
    find: "work.effects.push({ type: 'query_fills' });",
    replace: '',
    seed: 7,
  },
  {
    name: 'forget closed trades when an entry is proven absent',
    file: 'desk/reconcile.ts',
    find: 'const known = [...deps.runner.all(), ...closed];',
    replace: 'const known = deps.runner.all();',
    seed: 159,
  },
  {
    name: 'take the stop away while entries are being cancelled',
    file: 'lifecycle/stop.ts',
    find: "byRole(trade, 'entry', 'target', 'close').some(isLive)) return;",
    replace: "byRole(trade, 'target', 'close').some(isLive)) return;",
    seed: 253,
  },
  {
    name: 'look for executions by our own clock',
    file: 'desk/runner.ts',
    find: 'export const CLOCK_DOUBT_MS = 24 * 3_600_000;',
    replace: 'export const CLOCK_DOUBT_MS = 1_000;',
    seed: 2660,
  },
  {
    name: 'lose the part of an execution that one trade did not take',
    file: 'desk/elsewhere.ts',
    find: '.map((fill) => restOf(fill, parts.get(fill.tradeId) ?? []))',
    replace: '.filter((fill) => !parts.has(fill.tradeId))',
    seed: 21067,
  },
  {
    name: 'leave alone what was sent without a journal',
    file: 'desk/reconcile.ts',
    find: 'await adoptOrders(deps, open);',
    replace: '',
    seed: 10556,
  },
  {
    name: 'use the ids again of what was sent without a journal',
    file: 'lifecycle/apply.ts',
    find: 'patch(work, { generationFloor: Math.max(trade.generationFloor ?? 0, byTime, ...taken) });',
    replace: '',
    seed: 11357,
  },
  {
    name: "keep an execution that was taken for somebody else's",
    file: 'lifecycle/apply.ts',
    find: 'if (before && find(work, before.clientId)) continue;',
    replace: 'if (before) continue;',
    seed: 12515,
  },
  {
    name: 'wait for the answer to a close',
    file: 'lifecycle/silence.ts',
    find: 'const CLOSE_QUERY_PATIENCE_MS = 5_000;',
    replace: 'const CLOSE_QUERY_PATIENCE_MS = 60_000;',
    seed: 22870,
  },
  {
    name: 'wait for a moment that a clock set back has put into the future',
    file: 'lifecycle/apply.ts',
    find: '  forgetTheFuture(work);\n  for',
    replace: '  for',
    seed: 22851,
  },
];
