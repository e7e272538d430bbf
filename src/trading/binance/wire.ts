import { Decimal } from '../decimal.ts';
import { Unreachable } from '../exchange.ts';

/** What comes over the wire may be anything; behind these it is what its type says, or was refused. */

/**
 * An amount as the exchange writes one.
 * @throws TypeError for what is none: "NaN" and "Infinity" are Decimals too, and every comparison with NaN is false
 */
export function decimalOf(wire: string | number | Decimal): Decimal {
  const value = new Decimal(wire);
  if (!value.isFinite()) throw new TypeError(`${value} is no amount`);
  return value;
}

/**
 * An instant as the exchange writes one, in milliseconds since the epoch.
 * @throws TypeError for what is none
 */
export function instantOf(wire: unknown): number {
  if (typeof wire === 'number' && Number.isFinite(wire)) return wire;
  throw new TypeError(`an instant is a number, not of type ${typeof wire}`);
}

type Reads<T> = { [Name in keyof T]: (...args: never[]) => Promise<unknown> };

/** The same reads; an answer that could not be made use of after all is none, like any other that did not come. */
export function usable<T extends Reads<T>>(reads: T, clean: (text: string) => string): T {
  const guarded = Object.entries<Reads<T>[keyof T]>(reads).map(([name, read]) => [
    name,
    async (...args: never[]) => {
      try {
        return await read(...args);
      } catch (error) {
        if (error instanceof Unreachable) throw error;
        throw new Unreachable(`${name}: unusable answer (${clean((error as Error).message)})`);
      }
    },
  ]);
  return Object.fromEntries(guarded) as T;
}
