/** JSON as it comes over the wire, before anything about its shape is known. */
export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json | undefined;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function asObject(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

/** A deep copy cut down to what JSON can carry, so that later changes of the world never reach a sent payload. */
export function toJson(value: unknown): Json {
  const text = JSON.stringify(value);
  return text === undefined ? null : (JSON.parse(text) as Json);
}

export function toJsonObject(value: unknown): JsonObject {
  return asObject(toJson(value));
}
