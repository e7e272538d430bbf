import type { Mutation } from './mutations.ts';

/** Broken builds that take the two markets' symbols of one name for one. */
export const TWIN_MUTATIONS: readonly Mutation[] = [
  {
    name: "count a symbol's trades over both markets",
    file: 'risk/reach.ts',
    find: 'return plan.market === market && plan.symbol === symbol;',
    replace: 'return plan.symbol === symbol && market !== undefined;',
    by: 1,
    markets: 'twins',
  },
  {
    name: "count the other wallet's trades against the limits of this one",
    file: 'risk/reach.ts',
    find: "phase !== 'closed' && plan.market === market && plan.quote === quote,",
    replace: "phase !== 'closed' && market !== undefined && plan.quote === quote,",
    by: 1,
    markets: 'twins',
  },
  {
    name: 'let a symbol cool down on both markets after a loss on one',
    file: 'risk/book.ts',
    find: "return market === 'usdm' ? symbol :",
    replace: "return market === 'usdm' || symbol !== '' ? symbol :",
    by: 23,
    markets: 'twins',
  },
  {
    name: 'tell trades of both markets what the exchange of one says of their symbol',
    file: 'desk/market-desk.ts',
    find: 'const isOurs = (trade: Trade): boolean => trade.plan.market === market;',
    replace: "const isOurs = (trade: Trade): boolean => trade.plan.market === market || market === 'usdm';",
    by: 1,
    markets: 'twins',
  },
  {
    name: "take a trade's price by its symbol alone",
    file: 'desk/markets.ts',
    find: 'return markets.get(plan.market)?.keeper.book.prices.get(plan.symbol) ?? null;',
    replace:
      'for (const { keeper } of markets.values()) {\n      const prices = keeper.book.prices.get(plan.symbol);\n      if (prices) return prices;\n    }\n    return null;',
    by: 1,
    markets: 'twins',
  },
];
