import { Decimal } from '../../trading/decimal.ts';
import { apiError } from './errors.ts';

/** Reads the parameters of a request, refusing with the exchange's codes what is missing or malformed. */

export type Params = ReadonlyMap<string, string>;

const AMOUNT_RANGE = '^([0-9]{1,20})(\\.[0-9]{1,20})?$';
const CLIENT_ID_RANGE = '^[\\.A-Z\\:/a-z0-9_-]{1,36}$';

export function required(params: Params, name: string): string {
  const value = params.get(name);
  // The exchange writes the name in lower case here.
  if (value === undefined || value === '') throw apiError(-1102, name.toLowerCase());
  return value;
}

export function optional(params: Params, name: string): string | undefined {
  const value = params.get(name);
  return value === '' ? undefined : value;
}

/** A decimal without sign and exponent (-1100 otherwise), or undefined when it was not sent. */
export function optionalAmount(params: Params, name: string): Decimal | undefined {
  const value = optional(params, name);
  if (value === undefined) return undefined;
  if (!new RegExp(AMOUNT_RANGE).test(value)) throw apiError(-1100, name, AMOUNT_RANGE);
  return new Decimal(value);
}

export function requiredAmount(params: Params, name: string): Decimal {
  required(params, name);
  const value = optionalAmount(params, name);
  if (value === undefined) throw apiError(-1102, name.toLowerCase());
  return value;
}

/** -1100 for characters outside the legal range, -4015 for more than 36 of them. */
export function optionalClientId(params: Params, name: string): string | undefined {
  const value = params.get(name);
  if (value === undefined) return undefined;
  if (value.length > 36) throw apiError(-4015);
  if (!new RegExp(CLIENT_ID_RANGE).test(value)) throw apiError(-1100, name, CLIENT_ID_RANGE);
  return value;
}

export function optionalBoolean(params: Params, name: string): boolean | undefined {
  const value = optional(params, name)?.toLowerCase();
  if (value === undefined) return undefined;
  if (value !== 'true' && value !== 'false') throw apiError(-1130, name);
  return value === 'true';
}

export function optionalInteger(params: Params, name: string): number | undefined {
  const value = optional(params, name);
  if (value === undefined) return undefined;
  if (!/^\d{1,18}$/.test(value)) throw apiError(-1100, name, '^[0-9]{1,20}$');
  return Number(value);
}

/** One of `allowed`; `code` is the refusal for anything else. */
export function choice<T extends string>(value: string, allowed: readonly T[], code: number): T {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) throw apiError(code, value);
  return found;
}
