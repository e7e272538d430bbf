import { ApiError } from './errors.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import { isSnowflake, type Snowflake } from './snowflake.ts';

export type Path = readonly (string | number)[];

interface Bounds {
  min?: number;
  max?: number;
  required?: boolean;
}

/** Length as Discord counts it: code points, without the blanks around. */
export function textLength(text: string): number {
  return [...text.trim()].length;
}

/**
 * Reads a request body field by field and collects what is wrong with it, to be refused in one
 * answer with code 50035 and the errors nested by key, as
 * https://docs.discord.com/developers/reference#error-messages shows. `null` counts as absent.
 */
export class Form {
  readonly #errors: JsonObject = {};
  #failed = false;

  fail(path: Path, code: string, message: string): void {
    this.#failed = true;
    let node = this.#errors;
    for (const key of path) {
      const child = node[String(key)];
      const next: JsonObject = isObject(child) ? child : {};
      node[String(key)] = next;
      node = next;
    }
    const list = Array.isArray(node._errors) ? node._errors : [];
    node._errors = [...list, { code, message }];
  }

  get failed(): boolean {
    return this.#failed;
  }

  /** Ends the reading: throws the 50035 refusal when anything failed. */
  assert(): void {
    if (this.#failed) throw new ApiError(400, 50035, 'Invalid Form Body', { errors: this.#errors });
  }

  text(path: Path, value: Json | undefined, bounds: Bounds = {}): string | undefined {
    if (this.#absent(path, value, bounds)) return undefined;
    if (typeof value !== 'string') {
      this.fail(path, 'STRING_TYPE_CONVERT', `Could not interpret "${JSON.stringify(value)}" as string.`);
      return undefined;
    }
    this.#length(path, textLength(value), bounds);
    return value;
  }

  /** A text that Discord trims before it keeps it. */
  trimmed(path: Path, value: Json | undefined, bounds: Bounds = {}): string | undefined {
    return this.text(path, value, bounds)?.trim();
  }

  integer(path: Path, value: Json | undefined, bounds: Bounds = {}): number | undefined {
    if (this.#absent(path, value, bounds)) return undefined;
    const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
    if (typeof number !== 'number' || !Number.isInteger(number)) {
      this.fail(path, 'NUMBER_TYPE_COERCE', `Value "${JSON.stringify(value)}" is not int.`);
      return undefined;
    }
    if (bounds.max !== undefined && number > bounds.max) {
      this.fail(path, 'NUMBER_TYPE_MAX', `int value should be less than or equal to ${bounds.max}.`);
    }
    if (bounds.min !== undefined && number < bounds.min) {
      this.fail(path, 'NUMBER_TYPE_MIN', `int value should be greater than or equal to ${bounds.min}.`);
    }
    return number;
  }

  choice(
    path: Path,
    value: Json | undefined,
    choices: readonly number[],
    required = false,
  ): number | undefined {
    const number = this.integer(path, value, { required });
    if (number !== undefined && !choices.includes(number)) {
      this.fail(path, 'BASE_TYPE_CHOICES', `Value must be one of {${choices.join(', ')}}.`);
    }
    return number;
  }

  boolean(path: Path, value: Json | undefined): boolean | undefined {
    if (this.#absent(path, value, {})) return undefined;
    if (typeof value === 'boolean') return value;
    this.fail(path, 'BOOLEAN_TYPE_CONVERT', 'Must be either true or false.');
    return undefined;
  }

  snowflake(path: Path, value: Json | undefined, required = false): Snowflake | undefined {
    if (this.#absent(path, value, { required })) return undefined;
    const id = typeof value === 'number' ? String(value) : value;
    if (isSnowflake(id)) return id;
    this.fail(path, 'NUMBER_TYPE_COERCE', `Value "${JSON.stringify(value)}" is not snowflake.`);
    return undefined;
  }

  list(path: Path, value: Json | undefined, bounds: Bounds = {}): Json[] | undefined {
    if (this.#absent(path, value, bounds)) return undefined;
    if (!Array.isArray(value)) {
      this.fail(path, 'LIST_TYPE_CONVERT', 'Only iterables may be used in a ListType');
      return undefined;
    }
    this.#length(path, value.length, bounds);
    return value;
  }

  object(path: Path, value: Json | undefined, required = false): JsonObject | undefined {
    if (this.#absent(path, value, { required })) return undefined;
    if (isObject(value)) return value;
    this.fail(path, 'MODEL_TYPE_CONVERT', 'Only dictionaries may be used in a ModelType');
    return undefined;
  }

  /** A web address, or `attachment://name` where files may be named. */
  url(
    path: Path,
    value: Json | undefined,
    options: Bounds & { attachments?: boolean } = {},
  ): string | undefined {
    const text = this.text(path, value, options);
    if (text === undefined || text === '') return undefined;
    const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase();
    const allowed = options.attachments ? ['http', 'https', 'attachment'] : ['http', 'https', 'discord'];
    if (scheme === undefined) {
      this.fail(path, 'URL_TYPE_INVALID_URL', 'Not a well formed URL.');
    } else if (!allowed.includes(scheme)) {
      const list = allowed.map((name) => `'${name}'`).join(', ');
      this.fail(path, 'URL_TYPE_INVALID_SCHEME', `Scheme "${scheme}" must be one of (${list}).`);
    }
    return text;
  }

  #absent(path: Path, value: Json | undefined, bounds: Bounds): value is null | undefined {
    if (value !== undefined && value !== null) return false;
    if (bounds.required) this.fail(path, 'BASE_TYPE_REQUIRED', 'This field is required');
    return true;
  }

  #length(path: Path, length: number, { min, max, required }: Bounds): void {
    if (min !== undefined && max !== undefined && (length < min || length > max)) {
      if (length === 0 && required) this.fail(path, 'BASE_TYPE_REQUIRED', 'This field is required');
      else this.fail(path, 'BASE_TYPE_BAD_LENGTH', `Must be between ${min} and ${max} in length.`);
    } else if (max !== undefined && length > max) {
      this.fail(path, 'BASE_TYPE_MAX_LENGTH', `Must be ${max} or fewer in length.`);
    } else if (min !== undefined && length < min) {
      this.fail(path, 'BASE_TYPE_MIN_LENGTH', `Must be ${min} or more in length.`);
    }
  }
}
