import type { Desk } from '../trading/desk-types.ts';
import type { Gateway } from './gateway.ts';
import type { Catalogue } from './locales/index.ts';
import type { Now } from './ports.ts';
import { presenceOf } from './presence.ts';
import type { Settings } from './settings.ts';

/** Keeps what stands under the bot's name true. */
export interface ShownPresence {
  show(): void;
  /** Discord takes few changes of it, and the orders of a signal leave first. */
  showSoon(): void;
  /** A session has begun, and begins without one. */
  showAnew(): void;
  close(): void;
}

export interface ShownPresenceDeps {
  gateway: Pick<Gateway, 'present'>;
  desk: Pick<Desk, 'book' | 'trades' | 'health'>;
  settings: Settings;
  texts(): Catalogue;
  now: Now;
}

const AFTER_MS = 500;

export function createShownPresence({
  gateway,
  desk,
  settings,
  texts,
  now,
}: ShownPresenceDeps): ShownPresence {
  let shown = '';
  let timer: NodeJS.Timeout | undefined;

  function show(): void {
    const state = { pauses: desk.book.pauses, open: desk.trades().length, ready: desk.health().ready };
    const channelName = (id: string) => settings.channel(id)?.name ?? id;
    const presence = presenceOf(state, now(), texts(), channelName);
    const text = JSON.stringify(presence);
    if (text !== shown && gateway.present(presence)) shown = text;
  }

  return {
    show,
    showSoon() {
      timer ??= setTimeout(() => {
        timer = undefined;
        show();
      }, AFTER_MS);
    },
    showAnew() {
      shown = '';
      show();
    },
    close: () => clearTimeout(timer),
  };
}
