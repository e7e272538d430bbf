import type { Decimal } from '../decimal.ts';
import type { Refused } from '../exchange.ts';
import type { Action, Fill, PositionSide } from '../model.ts';
import type { Balance, Position, PositionFee } from './account.ts';
import type { Prices } from './instrument.ts';

/** What an exchange tells by itself, and how an order stands, told or asked for. */

export type ExchangeEvent =
  | { type: 'order'; report: OrderReport; fill: Fill | null }
  /** Spot: an order list is not active any more. What became of its orders, these, their own events tell. */
  | { type: 'list_over'; clientIds: readonly string[] }
  /** `at` is the exchange's time: one that comes after a newer one tells nothing any more. */
  | {
      type: 'positions';
      positions: Position[];
      walletBalances: Record<string, Decimal>;
      reason: string;
      at: number;
    }
  /**
   * Spot: these assets as they were after everything until `at` (the exchange's time), the others unchanged. `isRead`:
   * asked for after whatever had been told until then.
   */
  | { type: 'balances'; balances: ReadonlyMap<string, Balance>; at?: number; isRead: boolean; reason: string }
  | { type: 'prices'; symbol: string; prices: Partial<Prices>; at: number }
  | { type: 'funding'; fee: PositionFee }
  /** The list of instruments was read anew. */
  | { type: 'instruments' }
  /** Position mode, multi-asset mode or a symbol's leverage was changed by someone. */
  | {
      type: 'config';
      change: 'position_mode' | 'multi_assets' | 'leverage';
      symbol: string | null;
      value: string;
    }
  /** `reconnected`: events may be missing; compare by request. `down`: the stream is silent or closed. */
  | { type: 'stream'; state: 'reconnected' | 'down'; reason: string }
  /** The key was refused while running (-2014, -2015): nothing can be traded. */
  | { type: 'key_refused'; code: number; message: string };

export interface OrderReport {
  clientId: string;
  symbol: string;
  conditional: boolean;
  orderId: string | null;
  /** `waiting`: the exchange places it once the entry that it is attached to has filled; it protects nothing yet. */
  status: 'waiting' | 'working' | 'triggered' | 'filled' | 'cancelled' | 'expired' | 'rejected';
  action: Action;
  positionSide: PositionSide;
  reduceOnly: boolean;
  quantity: Decimal;
  executed: Decimal;
  avgPrice: Decimal | null;
  price: Decimal | null;
  triggerPrice: Decimal | null;
  /** Why it ended, the exchange's own word: `expiryReason` on spot. */
  reason: string | null;
  at: number;
  /** It is a leg of an order list. */
  listed?: boolean;
  /** Of an event that tells of a refusal (spot): the answer to the order, or to the list that it is a leg of. */
  refused?: Refused;
  /** The executions that the answer itself tells (`newOrderRespType=FULL` on spot). */
  fills?: readonly Fill[];
}
