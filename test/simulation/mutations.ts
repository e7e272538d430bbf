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
}

export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'skip the journal',
    file: 'desk/runner.ts',
    find: 'durable = await journal(slot);',
    replace: 'durable = true;',
  },
  {
    name: 'send a new trade before it is journalled',
    file: 'desk/open.ts',
    find: 'await Promise.all([store.saveTrade(trade), store.saveSignal(print, seen)]);',
    replace:
      'void Promise.all([store.saveTrade(trade), store.saveSignal(print, seen)]).catch(() => undefined);',
  },
  {
    name: 'drop the query after unknown',
    file: 'lifecycle/settle.ts',
    find: "case 'unknown':\n      return 0;",
    replace: "case 'unknown':\n      return null;",
  },
  {
    name: 'send an unknown entry again',
    file: 'lifecycle/apply.ts',
    find: "if (order.status !== 'pending') return;\n      // A stop's second",
    replace:
      "if (order.status !== 'pending') return;\n      if (order.role === 'entry') return patchOrder(work, clientId, { sendAt: work.now + 1_000 });\n      // A stop's second",
  },
  {
    name: 'cancel the stop before placing the new one',
    file: 'lifecycle/stop.ts',
    find: 'if (toPlace.length > 0) {',
    replace: 'if (toPlace.length > 0) {\n    for (const order of unmatched) cancel(work, order);',
  },
  {
    name: 'forget to resize the stop on a partial fill',
    file: 'lifecycle/stop.ts',
    find: 'order.quantity.minus(order.executed).eq(quantity) &&',
    replace: '',
  },
  {
    name: 'take the stop away while closing',
    file: 'lifecycle/stop.ts',
    find: 'const holds = held(work.trade);\n  if (holds.isZero()) {',
    replace: 'const holds = held(work.trade);\n  if (holds.isZero() || work.trade.closing?.until === null) {',
  },
  {
    name: 'count an execution that is told twice',
    file: 'lifecycle/apply.ts',
    find: 'if (known.has(fill.tradeId)) continue;\n    const order',
    replace: 'const order',
  },
  {
    name: 'add up executed quantities instead of taking the largest',
    file: 'lifecycle/apply.ts',
    find: 'const executed = grown ? seen.executed : order.executed;',
    replace: 'const executed = order.executed.plus(seen.executed);',
  },
  {
    name: 'let a late report revive an order that has ended',
    file: 'lifecycle/apply.ts',
    find: "const final = !isLive(order) && order.status !== 'failed';",
    replace: 'const final = false;',
  },
  {
    name: 'forget reduce-only',
    file: 'lifecycle/send.ts',
    find: 'reduceOnly: !isEntry,',
    replace: 'reduceOnly: false,',
  },
  {
    name: 'order twice the quantity',
    file: 'lifecycle/send.ts',
    find: 'quantity: wanted.quantity,',
    replace: 'quantity: isEntry ? wanted.quantity.times(2) : wanted.quantity,',
  },
  {
    name: 'ignore pauses',
    file: 'desk/warden.ts',
    find: 'pauses = next;\n    keeper.setPauses(pauses);',
    replace: 'pauses = next;',
  },
  {
    name: 'forget pauses over a restart',
    file: 'desk/warden.ts',
    find: 'pauses = storedPauses;\n      keeper.setPauses(pauses);',
    replace: 'pauses = storedPauses;',
  },
  {
    name: 'trade a message twice',
    file: 'desk/open.ts',
    find: "if (opening.has(tradeId)) return { kind: 'exists', tradeId };",
    replace: '',
  },
  {
    name: 'leave entries standing after a close',
    file: 'lifecycle/entries.ts',
    find: 'for (const order of live) cancel(work, order);',
    replace: 'for (const order of live) if (entered(work.trade).isZero()) cancel(work, order);',
  },
  {
    name: 'leave surplus orders on the exchange',
    file: 'desk/reconcile.ts',
    find: 'await sweepOrders(deps, open, lines);',
    replace: '',
  },
  {
    name: 'do not compare positions',
    file: 'desk/reconcile.ts',
    find: 'await comparePositions(deps, positions, lines);',
    replace: '',
  },
  {
    name: 'take an execution by hand out twice',
    file: 'desk/events.ts',
    find: 'if (deps.attributed.has(fill.tradeId)) return;',
    replace: '',
  },
  {
    name: 'book a funding fee as often as it is told',
    file: 'lifecycle/apply.ts',
    find: 'if (work.trade.fundingIds.includes(event.id)) return;',
    replace: '',
  },
  {
    name: 'lose what rounding leaves of a funding fee',
    file: 'desk/funding.ts',
    find: 'return parts.set(largest.id, rest);',
    replace:
      'return parts.set(largest.id, fee.amount.times(largest.quantity).div(total).toDecimalPlaces(4));',
  },
  {
    name: 'do not ask for funding after a restart',
    file: 'desk/funding.ts',
    find: 'const fees = await exchange.fundingSince(since);',
    replace: 'const fees = (await exchange.fundingSince(since)).slice(0, 0);',
  },
  {
    name: 'do not ask for executions whose event was lost',
    file: 'lifecycle/settle.ts',
    find: "work.effects.push({ type: 'query_fills' });",
    replace: '',
  },
];
