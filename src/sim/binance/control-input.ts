import { Decimal } from '../../trading/decimal.ts';
import type { Level } from './book.ts';
import { ApiError } from './errors.ts';

/** The body of a steering request, and what is read out of it; what is missing or wrong is said with code -1. */
export type Body = Readonly<Record<string, unknown>>;
export type Handle = (body: Body) => unknown;

export function text(body: Body, name: string): string {
  const value = body[name];
  if (typeof value !== 'string' || value === '') throw new ApiError(-1, `'${name}' is missing`, 400);
  return value;
}

export function amount(body: Body, name: string): Decimal | null {
  const value = body[name];
  return value === undefined || value === null ? null : new Decimal(String(value));
}

export function given(body: Body, name: string): Decimal {
  const value = amount(body, name);
  if (value === null) throw new ApiError(-1, `'${name}' is missing`, 400);
  return value;
}

/** The amounts of those names that the body has. */
export function amounts<Name extends string>(
  body: Body,
  names: readonly Name[],
): Partial<Record<Name, Decimal>> {
  const entries = names.filter((name) => body[name] !== undefined).map((name) => [name, given(body, name)]);
  return Object.fromEntries(entries) as Partial<Record<Name, Decimal>>;
}

export function levels(rows: unknown): Level[] {
  if (!Array.isArray(rows)) return [];
  return rows.map(([price, quantity]: [string, string]) => ({
    price: new Decimal(price),
    quantity: new Decimal(quantity),
  }));
}

export function partial(body: Body): { fraction: Decimal } | { quantity: Decimal } {
  const fraction = amount(body, 'fraction');
  return fraction === null ? { quantity: given(body, 'quantity') } : { fraction };
}

/** As a request's parameters. */
export function params(body: Body): Map<string, string> {
  return new Map(Object.entries(body).map(([name, value]) => [name, String(value)]));
}
