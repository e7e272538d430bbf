import type { DiscordControl } from '../sim/discord/control-client.ts';
import type { Market } from './market.ts';

/** What can be made to go wrong in the sandbox. */

/** Things that last until they are switched off. */
export const SWITCHES = [
  'gateway-silent',
  'discord-down',
  'stream-stalled',
  'exchange-down',
  'exchange-limited',
] as const;
export type Switch = (typeof SWITCHES)[number];

/** Things that happen once. */
export const MISHAPS = ['gateway-drop', 'gateway-lost', 'stream-drop', 'order-unknown'] as const;
export type Mishap = (typeof MISHAPS)[number];

export interface FaultPanel {
  /** The switches that are on. */
  readonly on: readonly Switch[];
  set(name: Switch, on: boolean): Promise<void>;
  happen(name: Mishap): Promise<void>;
  /** Everything is well again. */
  clear(): Promise<void>;
  onChange(listener: () => void): void;
}

export function createFaultPanel(discord: DiscordControl, market: Market): FaultPanel {
  const on = new Set<Switch>();
  const listeners = new Set<() => void>();
  let turn: Promise<void> = Promise.resolve();

  /** One after the other: what one press switches off is not left on by the end of the one before. */
  function change(): Promise<void> {
    for (const listener of listeners) listener();
    turn = turn.then(apply, apply);
    return turn;
  }

  /** The simulators only know "none of them": what is on is set again. */
  async function apply(): Promise<void> {
    await market.steer('faults/clear');
    if (on.has('exchange-down')) await market.steer('fault', { preset: 'unavailable503', count: 0 });
    if (on.has('exchange-limited')) await market.steer('fault', { preset: 'limited', seconds: 5, count: 0 });
    for (const streams of ['streams', 'spot/streams']) {
      await market.steer(streams, { do: on.has('stream-stalled') ? 'stall' : 'resume' });
    }
    await discord.clearFaults();
    if (on.has('discord-down')) await discord.addFault({ kind: 'status', status: 503, times: 0 });
    await discord.stallGateway(on.has('gateway-silent') ? 'silent' : 'none');
  }

  return {
    get on() {
      return [...on];
    },
    async set(name, present) {
      if (present) on.add(name);
      else on.delete(name);
      await change();
    },
    async happen(name) {
      switch (name) {
        case 'gateway-drop':
          return discord.dropGateway();
        case 'gateway-lost':
          return discord.dropGateway({ resumable: false });
        case 'stream-drop':
          await market.steer('spot/streams', { do: 'drop' });
          return market.steer('streams', { do: 'drop' });
        case 'order-unknown':
          return market.steer('fault', { preset: 'unknown503', method: 'POST', path: '/fapi/v1/order' });
      }
    },
    async clear() {
      on.clear();
      await change();
    },
    onChange: (listener) => void listeners.add(listener),
  };
}
