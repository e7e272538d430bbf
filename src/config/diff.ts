import { isDeepStrictEqual } from 'node:util';
import type { Config } from './schema.ts';

/** One value of the file that is another now; undefined where the key is not there. */
export interface ConfigChange {
  /** Such as `signals[alpha].risk.maxLeverage`; a list counts as one value. */
  path: string;
  before: unknown;
  after: unknown;
}

export function diffConfig(before: Config, after: Config): ConfigChange[] {
  return differences('', before, after);
}

function differences(path: string, before: unknown, after: unknown): ConfigChange[] {
  const [old, now] = [fieldsOf(before), fieldsOf(after)];
  if (!old || !now) return same(before, after) ? [] : [{ path, before, after }];
  const keys = [...new Set([...Object.keys(old), ...Object.keys(now)])];
  const named = Array.isArray(before) || Array.isArray(after);
  return keys.flatMap((key) =>
    differences(named ? `${path}[${key}]` : path ? `${path}.${key}` : key, old[key], now[key]),
  );
}

/** The parts to compare one by one: an object's fields, or the entries of `signals` by their names. */
function fieldsOf(value: unknown): Record<string, unknown> | null {
  if (Array.isArray(value)) {
    const named = value.filter((entry): entry is { name: string } => typeof entry?.name === 'string');
    return named.length < value.length ? null : Object.fromEntries(named.map((entry) => [entry.name, entry]));
  }
  const plain =
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  return plain ? { ...value } : null;
}

function same(before: unknown, after: unknown): boolean {
  // Decimals print equal when they are equal, and may differ inside.
  return isDeepStrictEqual(before, after) || JSON.stringify(before) === JSON.stringify(after);
}
