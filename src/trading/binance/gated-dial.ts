import { Unreachable } from '../exchange.ts';
import type { Gate, Pass } from './gate.ts';
import { HandshakeThrottled } from './socket.ts';

/** Connections to where the limits of requests hold too: none is tried while those are refused, for a ban grows with every one. */
export interface GatedDial {
  /** Waits for its turn. @throws Unreachable where that takes too long */
  wait(): Promise<void>;
  /** The latest connection, or what was asked over it, had an answer that refuses nothing for load. */
  answered(): void;
  failed(error: Error): void;
}

const TOO_MANY = -1003;

export function createGatedDial(gate: Pick<Gate, 'pass' | 'answered' | 'close'>, waitMs: number): GatedDial {
  let pass: Pass | null = null;
  return {
    async wait() {
      pass = await gate.pass('read', waitMs);
      if (pass === null) throw new Unreachable('waiting for the rate limit');
    },
    answered() {
      if (pass !== null) gate.answered(pass);
    },
    failed(error) {
      if (!(error instanceof HandshakeThrottled)) return;
      gate.close('requests', error.retryAfterMs, { code: TOO_MANY, message: error.message });
    },
  };
}
