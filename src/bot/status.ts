import type { Duration, Summary } from '../telemetry/timings.ts';
import type { ExchangeHealth } from '../trading/exchange.ts';
import type { Market } from '../trading/model.ts';

/** Of all markets as one, as bad as the worst of them, and the stream of each. */
export interface ExchangesHealth extends ExchangeHealth {
  streams: readonly { market: Market; up: boolean; lastEventAt: number }[];
}

/** What `/status` shows of the running program beside the desk's own health. */
export interface Status {
  version: string;
  startedAt: number;
  /** Discord's events arrive. */
  gatewayUp: boolean;
  /** The last heartbeat's round trip; null before the first. It says nothing of whether the connection still stands. */
  gatewayPingMs: number | null;
  /** When that heartbeat was sent. */
  gatewayHeartbeatAt: number | null;
  /** How long what takes, over the last 24 hours. Adding it up takes a millisecond. */
  latency(): Record<Duration, Summary>;
  exchange: ExchangesHealth | null;
  /** How long starts and lost streams took until ledger and exchange agreed again; oldest first. */
  recoveries: readonly { cause: 'start' | 'reconnect'; at: number; tookMs: number }[];
  /** Messages that Discord has not taken yet. */
  outbox: number;
  memoryBytes: number;
}
