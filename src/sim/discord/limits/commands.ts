import { CommandType, LOCALES, OptionType } from '../constants.ts';
import { type Form, type Path, textLength } from '../form.ts';
import { isObject, type Json, type JsonObject } from '../json.ts';
import type { Choice, CommandChoice, CommandOption } from '../wire.ts';

/** https://docs.discord.com/developers/interactions/application-commands#application-command-object */
export const COMMAND_LIMITS = {
  name: 32,
  description: 100,
  options: 25,
  choices: 25,
  choiceName: 100,
  choiceValue: 100,
  /** Names, descriptions and values of one command together. */
  total: 8000,
  /** Slash commands of an application in one scope. */
  chatInput: 100,
  contextMenu: 15,
} as const;

/** https://docs.discord.com/developers/interactions/application-commands#application-command-object-application-command-naming */
const NAME = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;

export interface CommandDraft {
  type: number;
  name: string;
  name_localizations: Record<string, string> | null;
  description: string;
  description_localizations: Record<string, string> | null;
  options: CommandOption[];
  default_member_permissions: string | null;
  nsfw: boolean;
  contexts: number[] | null;
  integration_types: number[];
  dm_permission: boolean;
}

export function readCommand(form: Form, path: Path, value: Json): CommandDraft {
  const source = form.object(path, value, true) ?? {};
  const type = form.choice([...path, 'type'], source.type ?? CommandType.ChatInput, [1, 2, 3]) ?? 1;
  const slash = type === CommandType.ChatInput;
  const name = readName(form, [...path, 'name'], source.name, slash);
  const description = slash ? readDescription(form, [...path, 'description'], source.description) : '';
  const draft: CommandDraft = {
    type,
    name,
    name_localizations: readLocalizations(
      form,
      [...path, 'name_localizations'],
      source.name_localizations,
      (at, text) => readName(form, at, text, slash),
    ),
    description,
    description_localizations: readLocalizations(
      form,
      [...path, 'description_localizations'],
      source.description_localizations,
      (at, text) => readDescription(form, at, text),
    ),
    options: readOptions(form, [...path, 'options'], source.options, 0),
    default_member_permissions: readPermissions(form, [...path, 'default_member_permissions'], source),
    nsfw: form.boolean([...path, 'nsfw'], source.nsfw) ?? false,
    contexts: readNumbers(form, [...path, 'contexts'], source.contexts, [0, 1, 2]) ?? null,
    integration_types: readNumbers(
      form,
      [...path, 'integration_types'],
      source.integration_types,
      [0, 1],
    ) ?? [0],
    dm_permission: form.boolean([...path, 'dm_permission'], source.dm_permission) ?? true,
  };
  if (commandSize(draft) > COMMAND_LIMITS.total) {
    form.fail(
      path,
      'APPLICATION_COMMAND_TOO_LARGE',
      `Command exceeds maximum size (${COMMAND_LIMITS.total})`,
    );
  }
  return draft;
}

/** Choices of a command option, or the answer to an autocomplete interaction (at most 25 of them too). */
export function readChoices(
  form: Form,
  path: Path,
  value: Json | undefined,
  required = false,
): CommandChoice[] | undefined {
  const list = form.list(path, value, { max: COMMAND_LIMITS.choices, required });
  return list?.map((item, index) => {
    const source = form.object([...path, index], item, true) ?? {};
    const at = [...path, index];
    const name = form.text([...at, 'name'], source.name, {
      min: 1,
      max: COMMAND_LIMITS.choiceName,
      required: true,
    });
    const localizations = readLocalizations(
      form,
      [...at, 'name_localizations'],
      source.name_localizations,
      (inner, text) =>
        form.text(inner, text, { min: 1, max: COMMAND_LIMITS.choiceName, required: true }) ?? '',
    );
    const choice: Choice = { name: name ?? '', value: readChoiceValue(form, [...at, 'value'], source.value) };
    return localizations === null ? choice : { ...choice, name_localizations: localizations };
  });
}

function readChoiceValue(form: Form, path: Path, value: Json | undefined): string | number {
  if (typeof value === 'number') return value;
  return form.text(path, value, { min: 1, max: COMMAND_LIMITS.choiceValue, required: true }) ?? '';
}

function readName(form: Form, path: Path, value: Json | undefined, slash: boolean): string {
  const name = form.text(path, value, { min: 1, max: COMMAND_LIMITS.name, required: true });
  if (name === undefined) return '';
  if (slash && (!NAME.test(name) || name !== name.toLowerCase())) {
    form.fail(path, 'APPLICATION_COMMAND_INVALID_NAME', 'Command name is invalid');
  }
  return name;
}

function readDescription(form: Form, path: Path, value: Json | undefined): string {
  return form.text(path, value, { min: 1, max: COMMAND_LIMITS.description, required: true }) ?? '';
}

function readLocalizations(
  form: Form,
  path: Path,
  value: Json | undefined,
  read: (path: Path, text: Json | undefined) => string,
): Record<string, string> | null {
  const source = form.object(path, value);
  if (source === undefined) return null;
  const entries: [string, string][] = [];
  for (const [locale, text] of Object.entries(source)) {
    if (!LOCALES.has(locale)) {
      form.fail([...path, locale], 'BASE_TYPE_CHOICES', `Value "${locale}" is not a locale.`);
    } else if (text !== null) {
      entries.push([locale, read([...path, locale], text)]);
    }
  }
  return Object.fromEntries(entries);
}

function readOptions(form: Form, path: Path, value: Json | undefined, depth: number): CommandOption[] {
  const list = form.list(path, value, { max: COMMAND_LIMITS.options }) ?? [];
  const names = new Set<string>();
  let optionalSeen = false;
  return list.map((item, index) => {
    const at = [...path, index];
    const option = readOption(form, at, form.object(at, item, true) ?? {}, depth);
    if (names.has(option.name)) {
      form.fail(
        at,
        'APPLICATION_COMMAND_OPTIONS_NAME_INVALID',
        `Option name ${option.name} is already used in these options`,
      );
    }
    names.add(option.name);
    if (option.required && optionalSeen) {
      form.fail(
        at,
        'APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID',
        'Required options must be placed before non-required options',
      );
    }
    if (!option.required) optionalSeen = true;
    return option;
  });
}

function readOption(form: Form, path: Path, source: JsonObject, depth: number): CommandOption {
  const nested = source.type === OptionType.SubCommand || source.type === OptionType.SubCommandGroup;
  const types = Object.values(OptionType).filter((type) => depth < 2 || type > OptionType.SubCommandGroup);
  const type = form.choice([...path, 'type'], source.type, types, true) ?? OptionType.String;
  const option: CommandOption = {
    type,
    name: readName(form, [...path, 'name'], source.name, true),
    description: readDescription(form, [...path, 'description'], source.description),
    name_localizations: readLocalizations(
      form,
      [...path, 'name_localizations'],
      source.name_localizations,
      (at, text) => readName(form, at, text, true),
    ),
    description_localizations: readLocalizations(
      form,
      [...path, 'description_localizations'],
      source.description_localizations,
      (at, text) => readDescription(form, at, text),
    ),
  };
  if (nested)
    return { ...option, options: readOptions(form, [...path, 'options'], source.options, depth + 1) };
  return { ...option, ...readParameter(form, path, source) };
}

function readParameter(form: Form, path: Path, source: JsonObject): Partial<CommandOption> {
  const choices = readChoices(form, [...path, 'choices'], source.choices);
  const autocomplete = form.boolean([...path, 'autocomplete'], source.autocomplete) ?? false;
  if (autocomplete && choices !== undefined && choices.length > 0) {
    form.fail(
      path,
      'APPLICATION_COMMAND_OPTIONS_CHOICES_AUTOCOMPLETE',
      'Options with choices cannot have autocomplete enabled',
    );
  }
  const parameter: Partial<CommandOption> = { required: source.required === true };
  if (choices !== undefined) parameter.choices = choices;
  if (autocomplete) parameter.autocomplete = true;
  if (typeof source.min_value === 'number') parameter.min_value = source.min_value;
  if (typeof source.max_value === 'number') parameter.max_value = source.max_value;
  const minLength = form.integer([...path, 'min_length'], source.min_length, { min: 0, max: 6000 });
  const maxLength = form.integer([...path, 'max_length'], source.max_length, { min: 1, max: 6000 });
  if (minLength !== undefined) parameter.min_length = minLength;
  if (maxLength !== undefined) parameter.max_length = maxLength;
  const channelTypes = readNumbers(form, [...path, 'channel_types'], source.channel_types);
  if (channelTypes !== undefined) parameter.channel_types = channelTypes;
  return parameter;
}

function readNumbers(
  form: Form,
  path: Path,
  value: Json | undefined,
  choices?: readonly number[],
): number[] | undefined {
  return form
    .list(path, value)
    ?.flatMap((item, index) =>
      choices === undefined
        ? (form.integer([...path, index], item) ?? [])
        : (form.choice([...path, index], item, choices, true) ?? []),
    );
}

function readPermissions(form: Form, path: Path, source: JsonObject): string | null {
  const value = source.default_member_permissions;
  if (value === undefined || value === null) return null;
  const text = String(value);
  if (/^\d+$/.test(text)) return text;
  form.fail(path, 'NUMBER_TYPE_COERCE', `Value "${text}" is not int.`);
  return null;
}

/** Only the longest localization of a field counts, as documented under "Slash Commands". */
function commandSize(item: JsonObject | CommandDraft | CommandOption | CommandChoice): number {
  const fields = item as JsonObject;
  const longest = (text: Json | undefined, localized: Json | undefined): number => {
    const variants = isObject(localized) ? Object.values(localized) : [];
    return Math.max(
      ...[text, ...variants].map((variant) => textLength(typeof variant === 'string' ? variant : '')),
    );
  };
  const own =
    longest(fields.name, fields.name_localizations) +
    longest(fields.description, fields.description_localizations) +
    textLength(typeof fields.value === 'string' ? fields.value : '');
  const nested = [fields.options, fields.choices].flatMap((list) => (Array.isArray(list) ? list : []));
  return nested.reduce<number>((sum, child) => sum + (isObject(child) ? commandSize(child) : 0), own);
}
