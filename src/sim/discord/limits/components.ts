import { ButtonStyle, ComponentType } from '../constants.ts';
import { type Form, type Path, textLength } from '../form.ts';
import type { Json, JsonObject } from '../json.ts';
import type { Component } from '../wire.ts';
import { readFile, readGallery, readMedia } from './media.ts';

/** https://docs.discord.com/developers/components/reference */
const COMPONENT_LIMITS = {
  customId: 100,
  buttonLabel: 80,
  buttonUrl: 512,
  buttonsPerRow: 5,
  /** Top-level action rows of a message without IS_COMPONENTS_V2. */
  legacyRows: 5,
  /** All components of an IS_COMPONENTS_V2 message, nested ones included. */
  total: 40,
  /** All text displays of a message together. */
  text: 4000,
  selectOptions: 25,
  optionText: 100,
  placeholder: 150,
  sectionTexts: 3,
} as const;

/** Looks like an emoji of Unicode. */
export const EMOJI = /\p{Extended_Pictographic}|\p{Regional_Indicator}|[0-9#*]\u{fe0f}?\u{20e3}/u;

export const SELECTS: readonly number[] = [
  ComponentType.StringSelect,
  ComponentType.UserSelect,
  ComponentType.RoleSelect,
  ComponentType.MentionableSelect,
  ComponentType.ChannelSelect,
];
const V2_TOP_LEVEL: readonly number[] = [
  ComponentType.ActionRow,
  ComponentType.Section,
  ComponentType.TextDisplay,
  ComponentType.MediaGallery,
  ComponentType.File,
  ComponentType.Separator,
  ComponentType.Container,
];

export interface Reading {
  readonly form: Form;
  readonly customIds: Set<string>;
  readonly ids: Set<number>;
  count: number;
  textSize: number;
}

/** Reads the components of a message; `v2` says whether the flag IS_COMPONENTS_V2 is set. */
export function readComponents(
  form: Form,
  path: Path,
  value: Json | undefined,
  v2: boolean,
): Component[] | undefined {
  const list = form.list(path, value, v2 ? {} : { max: COMPONENT_LIMITS.legacyRows });
  if (list === undefined) return undefined;
  const reading: Reading = { form, customIds: new Set(), ids: new Set(), count: 0, textSize: 0 };
  const allowed = v2 ? V2_TOP_LEVEL : [ComponentType.ActionRow];
  const components = list.map((item, index) => readComponent(reading, [...path, index], item, allowed));
  if (v2 && reading.count > COMPONENT_LIMITS.total) {
    form.fail(
      path,
      'COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED',
      `Total number of components cannot exceed ${COMPONENT_LIMITS.total}`,
    );
  }
  if (reading.textSize > COMPONENT_LIMITS.text) {
    form.fail(
      path,
      'COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED',
      `Components displayable text size exceeds maximum size of ${COMPONENT_LIMITS.text}`,
    );
  }
  if (!form.failed) numberComponents(components);
  return components;
}

/** Every component carries an id that is unique in its message; missing ones are given out in order. */
export function numberComponents(components: Component[]): void {
  const all = [...walkComponents(components)];
  const taken = new Set(all.map((component) => component.id ?? 0));
  let next = 1;
  for (const component of all) {
    if (component.id !== undefined && component.id !== 0) continue;
    while (taken.has(next)) next += 1;
    component.id = next;
    taken.add(next);
  }
}

/** All components, nested ones after the one that holds them. */
export function* walkComponents(components: readonly Component[]): Generator<Component> {
  for (const component of components) {
    yield component;
    yield* walkComponents(component.components ?? []);
    if (component.component) yield* walkComponents([component.component]);
    if (component.accessory) yield* walkComponents([component.accessory]);
  }
}

function readComponent(reading: Reading, path: Path, value: Json, allowed: readonly number[]): Component {
  const { form } = reading;
  reading.count += 1;
  const source = form.object(path, value, true) ?? {};
  const type = form.choice([...path, 'type'], source.type, allowed, true);
  readId(reading, path, source);
  switch (type) {
    case ComponentType.ActionRow:
      readRow(reading, path, source);
      break;
    case ComponentType.Button:
      readButton(reading, path, source);
      break;
    case ComponentType.Section:
      readChildren(reading, path, source, [ComponentType.TextDisplay], {
        min: 1,
        max: COMPONENT_LIMITS.sectionTexts,
      });
      readComponent(reading, [...path, 'accessory'], source.accessory ?? null, [
        ComponentType.Button,
        ComponentType.Thumbnail,
      ]);
      break;
    case ComponentType.Container:
      readChildren(
        reading,
        path,
        source,
        V2_TOP_LEVEL.filter((inner) => inner !== ComponentType.Container),
        { min: 1 },
      );
      form.integer([...path, 'accent_color'], source.accent_color, { min: 0, max: 0xffffff });
      form.boolean([...path, 'spoiler'], source.spoiler);
      break;
    case ComponentType.TextDisplay:
      reading.textSize += textLength(
        form.text([...path, 'content'], source.content, {
          min: 1,
          max: COMPONENT_LIMITS.text,
          required: true,
        }) ?? '',
      );
      break;
    case ComponentType.MediaGallery:
      readGallery(form, path, source);
      break;
    case ComponentType.Thumbnail:
      readMedia(form, path, source, 'media');
      break;
    case ComponentType.File:
      readFile(form, path, source);
      break;
    case ComponentType.Separator:
      form.boolean([...path, 'divider'], source.divider);
      form.choice([...path, 'spacing'], source.spacing, [1, 2]);
      break;
    default:
      if (type !== undefined && SELECTS.includes(type)) readSelect(reading, path, source);
  }
  return source as unknown as Component;
}

function readChildren(
  reading: Reading,
  path: Path,
  source: JsonObject,
  allowed: readonly number[],
  bounds: { min: number; max?: number },
): void {
  const children = reading.form.list([...path, 'components'], source.components, {
    ...bounds,
    required: true,
  });
  children?.forEach((child, index) => {
    readComponent(reading, [...path, 'components', index], child, allowed);
  });
}

function readRow(reading: Reading, path: Path, source: JsonObject): void {
  readChildren(reading, path, source, [ComponentType.Button, ...SELECTS], {
    min: 1,
    max: COMPONENT_LIMITS.buttonsPerRow,
  });
  const children = Array.isArray(source.components) ? source.components : [];
  const selects = children.filter((child) => SELECTS.includes(Number((child as JsonObject | null)?.type)));
  if (selects.length > 0 && children.length > 1) {
    reading.form.fail(
      [...path, 'components', 1],
      'COMPONENT_LAYOUT_WIDTH_EXCEEDED',
      'The specified component exceeds the maximum width',
    );
  }
}

function readButton(reading: Reading, path: Path, source: JsonObject): void {
  const { form } = reading;
  const style = form.choice([...path, 'style'], source.style, Object.values(ButtonStyle), true);
  form.text([...path, 'label'], source.label, { max: COMPONENT_LIMITS.buttonLabel });
  form.boolean([...path, 'disabled'], source.disabled);
  if (style === ButtonStyle.Link) {
    form.url([...path, 'url'], source.url, { max: COMPONENT_LIMITS.buttonUrl, required: true });
    if (source.custom_id !== undefined && source.custom_id !== null) {
      form.fail(
        [...path],
        'BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE',
        'A custom id and url cannot both be specified',
      );
    }
  } else if (style !== ButtonStyle.Premium) {
    readCustomId(reading, path, source);
  }
  const emoji = form.object([...path, 'emoji'], source.emoji);
  if (emoji !== undefined && !emoji.id && !EMOJI.test(String(emoji.name ?? ''))) {
    form.fail([...path, 'emoji', 'name'], 'BUTTON_COMPONENT_INVALID_EMOJI', 'Invalid emoji');
  }
  if (style !== ButtonStyle.Premium && !source.label && emoji === undefined) {
    form.fail([...path, 'label'], 'BASE_TYPE_REQUIRED', 'This field is required');
  }
}

export function readSelect(reading: Reading, path: Path, source: JsonObject): void {
  const { form } = reading;
  readCustomId(reading, path, source);
  form.text([...path, 'placeholder'], source.placeholder, { max: COMPONENT_LIMITS.placeholder });
  form.integer([...path, 'min_values'], source.min_values, { min: 0, max: COMPONENT_LIMITS.selectOptions });
  form.integer([...path, 'max_values'], source.max_values, { min: 1, max: COMPONENT_LIMITS.selectOptions });
  if (source.type !== ComponentType.StringSelect) return;
  readOptions(form, path, source, { min: 1, max: COMPONENT_LIMITS.selectOptions });
}

/** What can be chosen: labels, descriptions, and values that differ. */
export function readOptions(
  form: Form,
  path: Path,
  source: JsonObject,
  count: { min: number; max: number },
): void {
  const at = [...path, 'options'];
  const options = form.list(at, source.options, { ...count, required: true });
  const seen = new Set<string>();
  options?.forEach((item, index) => {
    const option = form.object([...at, index], item, true) ?? {};
    const bounds = { min: 1, max: COMPONENT_LIMITS.optionText, required: true };
    form.text([...at, index, 'label'], option.label, bounds);
    form.text([...at, index, 'description'], option.description, { max: COMPONENT_LIMITS.optionText });
    const text = form.text([...at, index, 'value'], option.value, bounds);
    if (text !== undefined && seen.has(text)) {
      form.fail(
        [...at, index],
        'SELECT_COMPONENT_OPTION_VALUE_DUPLICATED',
        'The specified option value is already used',
      );
    }
    if (text !== undefined) seen.add(text);
  });
}

/** The optional number of a component must be unique in its message. */
function readId({ form, ids }: Reading, path: Path, source: JsonObject): void {
  const id = form.integer([...path, 'id'], source.id, { min: 0 });
  if (id === undefined || id === 0) return;
  if (ids.has(id)) {
    form.fail([...path, 'id'], 'COMPONENT_ID_DUPLICATED', 'Component id cannot be duplicated');
  }
  ids.add(id);
}

/** Ids must be unique in the message, disabled components included. */
export function readCustomId(reading: Reading, path: Path, source: JsonObject): void {
  const at = [...path, 'custom_id'];
  const id = reading.form.text(at, source.custom_id, {
    min: 1,
    max: COMPONENT_LIMITS.customId,
    required: true,
  });
  if (id === undefined) return;
  if (reading.customIds.has(id)) {
    reading.form.fail(at, 'COMPONENT_CUSTOM_ID_DUPLICATED', 'Component custom id cannot be duplicated');
  }
  reading.customIds.add(id);
}
