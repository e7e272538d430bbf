import type { Decimal } from '../trading/decimal.ts';
import type { Desk } from '../trading/desk-types.ts';
import type { Trade } from '../trading/model.ts';
import type { Now } from './ports.ts';
import { type Carried, carryOut } from './requests.ts';
import { standingOf } from './standing.ts';

/** The same close again within this time is a double click, or somebody else who has had the same thought. */
const DOUBLE_MS = 3_000;

const NOTHING_DONE = { refused: null, begun: null };

interface Asked {
  trade: Trade;
  by: string;
  at: number;
  /** Null until it has been judged. */
  carried: Carried | null;
}

/**
 * Closes that operators ask for, by command or by button. The same one of the same trade is done once while it is not
 * through, and for some seconds: half, and half again, is asked for by somebody who has seen the first half go.
 */
export class AskedCloses {
  readonly #desk: Pick<Desk, 'request' | 'find' | 'trades'>;
  readonly #now: Now;
  /** By trade and share. */
  readonly #asked = new Map<string, Asked>();

  constructor(desk: Pick<Desk, 'request' | 'find' | 'trades'>, now: Now) {
    this.#desk = desk;
    this.#now = now;
  }

  async close(trade: Trade, fraction: Decimal, by: string): Promise<Carried> {
    this.#forget();
    const key = `${trade.id} ${fraction.toFixed()}`;
    const request = { type: 'close' as const, fraction, reason: 'user' as const };
    const earlier = this.#asked.get(key);
    if (earlier) return { ...NOTHING_DONE, request, earlier: { by: earlier.by, at: earlier.at } };
    // By a message, in a panic, or before a restart.
    if (fraction.gte(1) && trade.closing?.until === null)
      return { ...NOTHING_DONE, request, earlier: { by: null, at: null } };
    const asked: Asked = { trade, by, at: this.#now(), carried: null };
    this.#asked.set(key, asked);
    try {
      const [carried] = await carryOut(this.#desk, trade, [request], by, true);
      if (!carried) throw new Error('a close was neither accepted nor refused');
      asked.carried = carried;
      return carried;
    } finally {
      // What was refused, or failed, may be asked for again at once.
      if (asked.carried?.refused !== null) this.#asked.delete(key);
    }
  }

  #forget(): void {
    const open = new Map(this.#desk.trades().map((trade) => [trade.id, trade]));
    for (const [key, { trade, at, carried }] of this.#asked) {
      const now = open.get(trade.id);
      const aim = carried?.begun?.aim;
      const isUnderWay = carried === null || (now && aim && standingOf(aim, now).kind === 'waiting');
      if (!isUnderWay && at <= this.#now() - DOUBLE_MS) this.#asked.delete(key);
    }
  }
}
