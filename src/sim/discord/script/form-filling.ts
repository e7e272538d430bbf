import { ComponentType } from '../constants.ts';
import type { Json, JsonObject } from '../json.ts';
import { walkComponents } from '../limits/components.ts';
import type { Component, Modal } from '../wire.ts';
import type { Resolver } from './commanding.ts';
import { ScriptError } from './error.ts';
import type { FileSpec } from './posting.ts';

/**
 * What a person enters in an input of a form: a text, the value or values that they choose, whether a box is ticked,
 * or files.
 */
export type FieldValue = string | boolean | string[] | FileSpec[];

/**
 * The components of a form as they come back: action rows keep their children, labels their one component, displayed
 * text stays as it is.
 */
export function filledIn(modal: Modal, fields: Record<string, FieldValue>, resolved: Resolver): Json[] {
  const inputs = [...walkComponents(modal.components)].filter(
    (component) => component.custom_id !== undefined,
  );
  for (const name of Object.keys(fields)) {
    if (!inputs.some((input) => input.custom_id === name))
      throw new ScriptError(`the modal has no input "${name}"`);
  }
  return modal.components.map((component) => {
    const base = { type: component.type, id: component.id };
    if (component.component !== undefined)
      return { ...base, component: filledInput(component.component, fields, resolved) };
    const inner = component.components ?? [];
    return inner.length === 0
      ? base
      : { ...base, components: inner.map((input) => filledInput(input, fields, resolved)) };
  });
}

function filledInput(input: Component, fields: Record<string, FieldValue>, resolved: Resolver): JsonObject {
  const given = fields[input.custom_id ?? ''];
  const base = { type: input.type, id: input.id, custom_id: input.custom_id };
  switch (input.type) {
    case ComponentType.TextInput:
      return { ...base, value: text(input, given) };
    case ComponentType.Checkbox:
      return { ...base, value: typeof given === 'boolean' ? given : (input.default ?? false) };
    case ComponentType.RadioGroup:
      return { ...base, value: chosen(input, given, { min: 1, max: 1 }, resolved)[0] ?? null };
    case ComponentType.FileUpload: {
      const files = counted(input, (Array.isArray(given) ? given : []) as FileSpec[], { min: 1, max: 1 });
      return { ...base, values: files.map((file) => resolved.file(file)) };
    }
    case ComponentType.CheckboxGroup:
      return { ...base, values: chosen(input, given, { min: 1, max: input.options?.length ?? 1 }, resolved) };
    default:
      return { ...base, values: chosen(input, given, { min: 1, max: 1 }, resolved) };
  }
}

function text(input: Component, given: FieldValue | undefined): string {
  const value = typeof given === 'string' ? given : (input.value ?? '');
  const length = [...value].length;
  const required = input.required ?? true;
  const tooShort = length < (input.min_length ?? 0) && (required || length > 0);
  if ((required && length === 0) || tooShort || length > (input.max_length ?? 4000)) {
    throw new ScriptError(`the modal does not take "${value}" in "${input.custom_id}"`);
  }
  return value;
}

function chosen(
  input: Component,
  given: FieldValue | undefined,
  usual: { min: number; max: number },
  resolved: Resolver,
): string[] {
  const preset = (input.options ?? []).filter((option) => option.default).map((option) => option.value);
  const values = given === undefined || given === '' ? preset : [given].flat().map(String);
  for (const value of values) resolveChoice(input, value, resolved);
  return counted(input, values, usual);
}

/** Not more and not fewer than the input takes; none at all where it is not required. */
function counted<T>(input: Component, values: T[], usual: { min: number; max: number }): T[] {
  const required = input.required ?? true;
  const min = input.min_values ?? usual.min;
  const enough = values.length >= min || (!required && values.length === 0);
  if (!enough || values.length > (input.max_values ?? usual.max)) {
    throw new ScriptError(`the modal does not take ${values.length} values in "${input.custom_id}"`);
  }
  return values;
}

/** A value that the menu or group offers; people, roles and channels are sent along. */
export function resolveChoice(menu: Component, value: string, resolved: Resolver): void {
  switch (menu.type) {
    case ComponentType.StringSelect:
    case ComponentType.RadioGroup:
    case ComponentType.CheckboxGroup:
      if (!menu.options?.some((option) => option.value === value)) {
        throw new ScriptError(`the menu has no option "${value}"`);
      }
      break;
    case ComponentType.UserSelect:
      resolved.user(value);
      break;
    case ComponentType.RoleSelect:
      resolved.role(value);
      break;
    case ComponentType.MentionableSelect:
      resolved.mentionable(value);
      break;
    case ComponentType.ChannelSelect:
      resolved.channel(value);
      break;
    default:
      throw new ScriptError('that component is no menu');
  }
}
