import type { Random } from '../../src/sim/binance/random.ts';
import { Decimal } from '../../src/trading/decimal.ts';

/** One way by which something from outside comes in. */
export interface Target {
  name: string;
  /** How often at a time where each is quick. */
  batch: number;
  /** How many inputs `once` sends at a time; 1 unless said. */
  inputs?: number;
  open(): Promise<Opened>;
}

export interface Opened {
  /** Sends one input; throws, with the input in the message, when what must hold does not. */
  once(random: Random): void | Promise<void>;
  close(): Promise<void>;
}

/** What must hold, and for which input it did not. */
export class Broken extends Error {
  override name = 'Broken';

  constructor(what: string, input: unknown, cause?: unknown) {
    super(`${what}\ninput: ${JSON.stringify(input)?.slice(0, 4_000)}`, { cause });
  }
}

/** No amount that is not a number may come from outside into what trades. */
export function requireFinite(value: unknown, input: unknown, path: readonly string[] = []): void {
  if (value instanceof Decimal) {
    if (!value.isFinite()) throw new Broken(`${path.join('.')} is ${value}`, input);
  } else if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new Broken(`${path.join('.')} is ${value}`, input);
  } else if (typeof value === 'object' && value !== null && path.length < 8) {
    const parts = value instanceof Map ? [...value] : Object.entries(value);
    for (const [key, part] of parts)
      requireFinite(part, input, [...path, typeof key === 'string' ? key : typeof key]);
  }
}
