import { ComponentType } from '../constants.ts';
import type { Form, Path } from '../form.ts';
import type { Json, JsonObject } from '../json.ts';
import type { Component, Modal } from '../wire.ts';
import { numberComponents } from './components.ts';

/** https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-response-object-modal */
const MODAL_LIMITS = {
  customId: 100,
  title: 45,
  components: 5,
  inputLabel: 45,
  inputText: 4000,
  placeholder: 100,
} as const;

const TOP_LEVEL: readonly number[] = [
  ComponentType.ActionRow,
  ComponentType.TextDisplay,
  ComponentType.Label,
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
  const ids = new Set<string>();
  list?.forEach((item, index) => {
    readTopLevel(form, [...at, index], item, ids);
  });
  const components = (list ?? []) as unknown as Component[];
  if (!form.failed) numberComponents(components);
  return { custom_id: customId ?? '', title: title ?? '', components };
}

function readTopLevel(form: Form, path: Path, value: Json, ids: Set<string>): void {
  const source = form.object(path, value, true) ?? {};
  const type = form.choice([...path, 'type'], source.type, TOP_LEVEL, true);
  if (type === ComponentType.ActionRow) {
    const children = form.list([...path, 'components'], source.components, {
      min: 1,
      max: 1,
      required: true,
    });
    children?.forEach((child, index) => {
      const at = [...path, 'components', index];
      const input = form.object(at, child, true) ?? {};
      form.choice([...at, 'type'], input.type, [ComponentType.TextInput], true);
      form.text([...at, 'label'], input.label, { min: 1, max: MODAL_LIMITS.inputLabel, required: true });
      readInput(form, at, input, ids);
    });
  } else if (type === ComponentType.Label) {
    form.text([...path, 'label'], source.label, { min: 1, max: MODAL_LIMITS.inputLabel, required: true });
    form.text([...path, 'description'], source.description, { max: 100 });
    readInput(
      form,
      [...path, 'component'],
      form.object([...path, 'component'], source.component, true) ?? {},
      ids,
    );
  } else if (type === ComponentType.TextDisplay) {
    form.text([...path, 'content'], source.content, { min: 1, max: 4000, required: true });
  }
}

function readInput(form: Form, path: Path, input: JsonObject, ids: Set<string>): void {
  const id = form.text([...path, 'custom_id'], input.custom_id, {
    min: 1,
    max: MODAL_LIMITS.customId,
    required: true,
  });
  if (id !== undefined) {
    if (ids.has(id)) {
      form.fail(
        [...path, 'custom_id'],
        'COMPONENT_CUSTOM_ID_DUPLICATED',
        'Component custom id cannot be duplicated',
      );
    }
    ids.add(id);
  }
  if (input.type !== ComponentType.TextInput) return;
  form.choice([...path, 'style'], input.style, [1, 2], true);
  form.integer([...path, 'min_length'], input.min_length, { min: 0, max: MODAL_LIMITS.inputText });
  form.integer([...path, 'max_length'], input.max_length, { min: 1, max: MODAL_LIMITS.inputText });
  form.text([...path, 'value'], input.value, { max: MODAL_LIMITS.inputText });
  form.text([...path, 'placeholder'], input.placeholder, { max: MODAL_LIMITS.placeholder });
}
