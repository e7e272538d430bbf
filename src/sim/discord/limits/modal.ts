import { ComponentType } from '../constants.ts';
import type { Form, Path } from '../form.ts';
import type { Json, JsonObject } from '../json.ts';
import type { Component, Modal } from '../wire.ts';
import {
  numberComponents,
  type Reading,
  readCustomId,
  readOptions,
  readSelect,
  SELECTS,
} from './components.ts';

/** https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-response-object-modal */
const MODAL_LIMITS = {
  customId: 100,
  title: 45,
  components: 5,
  inputLabel: 45,
  description: 100,
  inputText: 4000,
  placeholder: 100,
  /** Options of a radio or checkbox group, and files of an upload. */
  group: 10,
} as const;

const TOP_LEVEL: readonly number[] = [
  ComponentType.ActionRow,
  ComponentType.TextDisplay,
  ComponentType.Label,
];

/** https://docs.discord.com/developers/components/reference#label-label-child-components */
const IN_LABEL: readonly number[] = [
  ComponentType.TextInput,
  ...SELECTS,
  ComponentType.FileUpload,
  ComponentType.RadioGroup,
  ComponentType.CheckboxGroup,
  ComponentType.Checkbox,
];

export function readModal(form: Form, path: Path, data: JsonObject): Modal {
  const customId = form.text([...path, 'custom_id'], data.custom_id, {
    min: 1,
    max: MODAL_LIMITS.customId,
    required: true,
  });
  const title = form.text([...path, 'title'], data.title, {
    min: 1,
    max: MODAL_LIMITS.title,
    required: true,
  });
  const at = [...path, 'components'];
  const list = form.list(at, data.components, { min: 1, max: MODAL_LIMITS.components, required: true });
  const reading: Reading = { form, customIds: new Set(), ids: new Set(), count: 0, textSize: 0 };
  list?.forEach((item, index) => {
    readTopLevel(reading, [...at, index], item);
  });
  const components = (list ?? []) as unknown as Component[];
  if (!form.failed) numberComponents(components);
  return { custom_id: customId ?? '', title: title ?? '', components };
}

function readTopLevel(reading: Reading, path: Path, value: Json): void {
  const { form } = reading;
  const source = form.object(path, value, true) ?? {};
  const type = form.choice([...path, 'type'], source.type, TOP_LEVEL, true);
  const label = { min: 1, max: MODAL_LIMITS.inputLabel, required: true };
  if (type === ComponentType.ActionRow) {
    const children = form.list([...path, 'components'], source.components, {
      min: 1,
      max: 1,
      required: true,
    });
    children?.forEach((child, index) => {
      const at = [...path, 'components', index];
      const input = form.object(at, child, true) ?? {};
      form.text([...at, 'label'], input.label, label);
      readInput(reading, at, input, [ComponentType.TextInput]);
    });
  } else if (type === ComponentType.Label) {
    form.text([...path, 'label'], source.label, label);
    form.text([...path, 'description'], source.description, { max: MODAL_LIMITS.description });
    const at = [...path, 'component'];
    readInput(reading, at, form.object(at, source.component, true) ?? {}, IN_LABEL);
  } else if (type === ComponentType.TextDisplay) {
    form.text([...path, 'content'], source.content, { min: 1, max: 4000, required: true });
  }
}

function readInput(reading: Reading, path: Path, input: JsonObject, allowed: readonly number[]): void {
  const { form } = reading;
  const type = form.choice([...path, 'type'], input.type, allowed, true);
  if (type === undefined) return;
  form.boolean([...path, 'required'], input.required);
  if (SELECTS.includes(type)) return readSelect(reading, path, input);
  readCustomId(reading, path, input);
  const bounds = { min: 0, max: MODAL_LIMITS.group };
  switch (type) {
    case ComponentType.TextInput:
      return readTextInput(form, path, input);
    case ComponentType.FileUpload:
      form.integer([...path, 'min_values'], input.min_values, bounds);
      form.integer([...path, 'max_values'], input.max_values, { ...bounds, min: 1 });
      return;
    case ComponentType.RadioGroup:
      return readOptions(form, path, input, { min: 2, max: MODAL_LIMITS.group });
    case ComponentType.CheckboxGroup:
      form.integer([...path, 'min_values'], input.min_values, bounds);
      form.integer([...path, 'max_values'], input.max_values, { ...bounds, min: 1 });
      return readOptions(form, path, input, { min: 1, max: MODAL_LIMITS.group });
    case ComponentType.Checkbox:
      form.boolean([...path, 'default'], input.default);
  }
}

function readTextInput(form: Form, path: Path, input: JsonObject): void {
  form.choice([...path, 'style'], input.style, [1, 2], true);
  form.integer([...path, 'min_length'], input.min_length, { min: 0, max: MODAL_LIMITS.inputText });
  form.integer([...path, 'max_length'], input.max_length, { min: 1, max: MODAL_LIMITS.inputText });
  form.text([...path, 'value'], input.value, { max: MODAL_LIMITS.inputText });
  form.text([...path, 'placeholder'], input.placeholder, { max: MODAL_LIMITS.placeholder });
}
