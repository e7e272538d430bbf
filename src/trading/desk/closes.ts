import { instrumentOf } from '../../risk/assess.ts';
import type { Clock } from '../clock.ts';
import { Decimal } from '../decimal.ts';
import type { TradeRequest } from '../desk-types.ts';
import type { Market, Signal, Trade } from '../model.ts';
import type { AccountBook } from './account-book.ts';
import type { MarketDesk } from './market-desk.ts';
import type { Runner } from './runner.ts';
import type { Warden } from './warden.ts';

/** Closes that the desk orders by itself: of what an opposite signal meets, and of everything in a panic. */
export interface Closes {
  /** Resolves when what stands against the signal is closed, or has had its time: with when each of them was closed. */
  opposite(signal: Signal, market: MarketDesk): Promise<number[]>;
  /** Pauses everything, and closes what is open. `stored`: whether the pause was on the disk by then. */
  panic(by: string): Promise<{ trades: number; stored: boolean }>;
  /** The pause of a panic is stored first: while it stands, what was open before it is still to be closed. */
  goOnWithPanic(market: Market): Promise<void>;
  onClosed(trade: Trade): void;
}

const OPPOSITE_PATIENCE_MS = 10_000;
const PANIC_PATIENCE_MS = 500;
/** Marks the pause that a panic sets. */
const PANIC = 'panic';

export function createCloses({
  runner,
  account,
  pause,
  clock,
}: {
  runner: Runner;
  account: AccountBook;
  pause: Warden['pause'];
  clock: Clock;
}): Closes {
  const waiting = new Map<string, (closedAt: number | null) => void>();

  async function close(trade: Trade, reason: 'opposite' | 'panic'): Promise<void> {
    const request: TradeRequest = { type: 'close', fraction: new Decimal(1), reason };
    await runner.feed(trade.id, { type: 'request', request });
  }

  async function closeAll(open: readonly Trade[]): Promise<void> {
    await Promise.all(open.map((trade) => close(trade, 'panic')));
  }

  return {
    async opposite(signal, { market, exchange, keeper }) {
      if (keeper.book.hedgeMode) return [];
      const symbol = instrumentOf(signal.symbol, exchange.instruments())?.instrument.symbol;
      const against = runner
        .all()
        .filter(
          ({ phase, plan }) =>
            phase !== 'closed' &&
            plan.market === market &&
            plan.symbol === symbol &&
            plan.side !== signal.side,
        );
      const closings = await Promise.all(
        against.map(async (trade) => {
          const closed = new Promise<number | null>((done) => {
            waiting.set(trade.id, done);
            clock.after(OPPOSITE_PATIENCE_MS, () => done(null));
          });
          await close(trade, 'opposite');
          return await closed;
        }),
      );
      return closings.filter((at) => at !== null);
    },
    async panic(by) {
      const paused = {
        reason: 'user',
        channelId: null,
        since: clock.now(),
        until: null,
        by,
        detail: PANIC,
      } as const;
      // On the disk first, so that a crash does not end it half done; but a disk that fails keeps nothing open.
      const patience = new Promise<boolean>((done) => clock.after(PANIC_PATIENCE_MS, () => done(false)));
      const stored = await Promise.race([pause(paused), patience]);
      const open = runner.all().filter(({ phase }) => phase !== 'closed');
      await closeAll(open);
      return { trades: open.length, stored };
    },
    async goOnWithPanic(market) {
      const paused = account.pauses.find(({ detail }) => detail === PANIC);
      if (!paused) return;
      const untouched = runner
        .all()
        .filter(({ phase, plan }) => (phase === 'entering' || phase === 'open') && plan.market === market);
      await closeAll(untouched.filter(({ createdAt }) => createdAt <= paused.since));
    },
    onClosed({ id, closedAt }) {
      waiting.get(id)?.(closedAt);
      waiting.delete(id);
    },
  };
}
