import { Unreachable } from '../exchange.ts';
import { classify } from './errors.ts';
import type { Gate, Pass } from './gate.ts';
import { HandshakeThrottled } from './socket.ts';
import { SocketRefusal } from './socket-requests.ts';

/** Connections to where the limits of requests hold too: none is tried while those are refused, for a ban grows with every one. */
export interface GatedDial {
  /** Waits for its turn. @throws Unreachable where that takes too long */
  wait(): Promise<void>;
  /** The latest connection, or what was asked over it, had an answer that refuses nothing for load. */
  answered(): void;
  /** It could not be made, or what was asked at its beginning was refused. */
  failed(error: Error): void;
}

const TOO_MANY = -1003;

export interface GatedDialOptions {
  gate: Pick<Gate, 'pass' | 'answered' | 'close'>;
  /** How long a turn is waited for. */
  waitMs: number;
  /** The exchange's time. */
  nowMs(): number;
}

export function createGatedDial({ gate, waitMs, nowMs }: GatedDialOptions): GatedDial {
  let pass: Pass | null = null;

  function answered(): void {
    if (pass !== null) gate.answered(pass);
  }

  return {
    async wait() {
      pass = await gate.pass('read', waitMs);
      if (pass === null) throw new Unreachable('waiting for the rate limit');
    },
    answered,
    failed(error) {
      if (error instanceof HandshakeThrottled) {
        gate.close('requests', error.retryAfterMs, { code: TOO_MANY, message: error.message });
      } else if (error instanceof SocketRefusal) {
        const failure = classify(error, nowMs());
        if (failure.kind === 'throttled') gate.close(failure.scope, failure.retryAfterMs, failure);
        else answered();
      }
    },
  };
}
