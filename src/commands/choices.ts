import type { Settings } from '../bot/settings.ts';
import type { Desk } from '../trading/desk-types.ts';
import type { Choice } from './command.ts';

/** Suggestions that several commands share. */

export function channelChoices(settings: Settings, typed: string): Choice[] {
  return settings
    .channels()
    .filter(({ name }) => name.toLowerCase().includes(typed.toLowerCase()))
    .map(({ name }) => ({ name, value: name }));
}

export function symbolChoices(desk: Desk, typed: string): Choice[] {
  const symbols = new Set(desk.trades().map((trade) => trade.plan.symbol));
  return [...symbols]
    .filter((symbol) => symbol.includes(typed.toUpperCase()))
    .map((symbol) => ({ name: symbol, value: symbol }));
}
