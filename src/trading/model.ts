/**
 * The vocabulary of the program: what a message means, what we intend, what the exchange did.
 * Every amount is a Decimal inside and a decimal string in JSON.
 */
export * from './model/basics.ts';
export * from './model/closed-trade.ts';
export * from './model/order.ts';
export * from './model/plan.ts';
export * from './model/signal.ts';
export * from './model/trade.ts';
