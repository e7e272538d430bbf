import { z } from 'zod';
import { Decimal } from '../decimal.ts';

/** Words that everything else is made of. */

/** A decimal string in JSON, a Decimal in memory; finite. */
export const amount = z.union([z.instanceof(Decimal), z.string()]).transform((value, context) => {
  const made = decimalOf(value);
  if (made?.isFinite()) return made;
  context.addIssue({ code: 'custom', message: `not an amount: ${JSON.stringify(value).slice(0, 40)}` });
  return z.NEVER;
});

/** Null for a text that is no number: Decimal throws there. */
function decimalOf(value: Decimal | string): Decimal | null {
  try {
    return new Decimal(value);
  } catch {
    return null;
  }
}

export const side = z.enum(['long', 'short']);
export type Side = z.infer<typeof side>;

export const marginMode = z.enum(['cross', 'isolated']);
export type MarginMode = z.infer<typeof marginMode>;

export const market = z.enum(['usdm', 'spot']);
export type Market = z.infer<typeof market>;

/** `BOTH` in one-way mode; in hedge mode each side is a position of its own. */
export const positionSide = z.enum(['BOTH', 'LONG', 'SHORT']);
export type PositionSide = z.infer<typeof positionSide>;

export const action = z.enum(['BUY', 'SELL']);
export type Action = z.infer<typeof action>;
