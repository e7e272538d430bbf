import { assess } from '../../src/risk/assess.ts';
import type { Book } from '../../src/risk/book.ts';
import type { ChannelSettings } from '../../src/risk/settings.ts';
import type { Assessment } from '../../src/trading/desk-types.ts';
import type { Plan, PlanNote, Signal } from '../../src/trading/model.ts';
import { book, channel, d, NOW, signal, source } from '../risk/fixtures.ts';

export interface Given {
  signal?: Partial<Signal>;
  channel?: ChannelSettings;
  book?: Partial<Book>;
}

export function assessed({
  signal: changes = {},
  channel: settings = channel(),
  book: state = {},
}: Given = {}): Assessment {
  return assess(signal(changes), source(), settings, book(state), NOW);
}

export function plan(given: Given = {}): Plan {
  const assessment = assessed(given);
  if (assessment.kind === 'denied') throw new Error(JSON.stringify(assessment.denial));
  return assessment.plan;
}

/** `0.05@65000` a limit order, `0.05@market`, `0.05>65100` a conditional one. */
export function orders({ entries }: Plan): string[] {
  return entries.map(({ type, price, quantity }) => {
    if (type === 'market') return `${quantity}@market`;
    return `${quantity}${type === 'limit' ? '@' : '>'}${price}`;
  });
}

export function targets({ targets: planned }: Plan): string[] {
  return planned.map(({ price, sharePct }) => `${sharePct.toDecimalPlaces(2)}%@${price}`);
}

export function note(planned: Plan, code: PlanNote['code']): Record<string, string> | undefined {
  return planned.notes.find((one) => one.code === code)?.numbers;
}

export const limit = (...prices: (number | string)[]): Signal['entry'] => ({
  type: 'limit',
  prices: prices.map(d),
});
export const zone = (low: number, high: number): Signal['entry'] => ({
  type: 'zone',
  low: d(low),
  high: d(high),
});
export const market: Signal['entry'] = { type: 'market' };
export const stop = (price: number | string) => ({ price: d(price) });
export const short: Partial<Signal> = { side: 'short', stopLoss: stop(66_000), takeProfits: [stop(63_000)] };
