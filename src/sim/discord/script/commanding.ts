import { CommandType, InteractionType, OptionType, Permission } from '../constants.ts';
import type { Core } from '../core.ts';
import { storeUploads } from '../files.ts';
import type { Interaction, Interactions } from '../interactions/interactions.ts';
import { channelPayload } from '../interactions/payload.ts';
import { type Json, type JsonObject, toJson, toJsonObject } from '../json.ts';
import { channelPermissions } from '../permissions.ts';
import type { Snowflake } from '../snowflake.ts';
import { messageForBot, partialMember } from '../view.ts';
import type { Channel, Command, CommandOption } from '../wire.ts';
import type { World } from '../world.ts';
import { ScriptError } from './error.ts';
import { type FileSpec, findChannel, findPosted, toUpload } from './posting.ts';

export type OptionValue = string | number | boolean | FileSpec;

export interface CommandSpec {
  user: Snowflake;
  channel: Snowflake | 'dm';
  /** `risk set`: subcommands follow the name, as Discord's client shows them. */
  name: string;
  options?: Record<string, OptionValue>;
  /** The person's language; their own by default. */
  locale?: string;
  /** For context-menu commands: what was right-clicked. */
  targetMessage?: Snowflake;
  targetUser?: Snowflake;
}

export interface AutocompleteSpec extends CommandSpec {
  /** The option that is being typed; its value so far stands in `options`. */
  focused: string;
}

/** Runs a registered command as the person; what they could not enter in the client is a `ScriptError`. */
export function runCommand(core: Core, interactions: Interactions, spec: CommandSpec): Interaction {
  const channel = findChannel(core, spec.channel, spec.user);
  const { command, path } = findCommand(core.world, spec);
  requireAllowed(core.world, spec.user, channel, command);
  const resolved = new Resolver(core, channel, spec.user);
  const data = commandData(command, path, (options) => enteredOptions(options, spec, resolved, true));
  const target = spec.targetMessage ?? spec.targetUser;
  if (target !== undefined) data.target_id = target;
  if (spec.targetMessage !== undefined) resolved.message(spec.targetMessage);
  if (spec.targetUser !== undefined) resolved.user(spec.targetUser);
  if (!resolved.empty) data.resolved = resolved.data;
  return interactions.create({
    type: InteractionType.ApplicationCommand,
    userId: spec.user,
    channel,
    data,
    name: commandName(spec),
    ...(spec.locale === undefined ? {} : { locale: spec.locale }),
  });
}

/** Types into an option that completes itself. */
export function requestChoices(core: Core, interactions: Interactions, spec: AutocompleteSpec): Interaction {
  const channel = findChannel(core, spec.channel, spec.user);
  const { command, path, leaf } = findCommand(core.world, spec);
  requireAllowed(core.world, spec.user, channel, command);
  const focused = leaf.find((option) => option.name === spec.focused);
  if (focused?.autocomplete !== true)
    throw new ScriptError(`/${commandName(spec)} does not complete "${spec.focused}"`);
  const resolved = new Resolver(core, channel, spec.user);
  const partial = { ...spec, options: { [spec.focused]: '', ...spec.options } };
  const data = commandData(command, path, (options) =>
    enteredOptions(options, partial, resolved, false).map((entry) =>
      entry.name === spec.focused ? { ...entry, focused: true } : entry,
    ),
  );
  return interactions.create({
    type: InteractionType.Autocomplete,
    userId: spec.user,
    channel,
    data,
    name: commandName(spec),
    ...(spec.locale === undefined ? {} : { locale: spec.locale }),
  });
}

/** People write a slash before it. */
function commandName(spec: CommandSpec): string {
  return spec.name.replace(/^\//, '');
}

interface FoundCommand {
  command: Command;
  /** The subcommand group and subcommand that were chosen, outermost first. */
  path: CommandOption[];
  /** The parameters that can be filled in. */
  leaf: CommandOption[];
}

function findCommand(world: World, spec: CommandSpec): FoundCommand {
  const contextMenu = spec.targetMessage !== undefined || spec.targetUser !== undefined;
  const names = contextMenu ? [spec.name] : commandName(spec).split(' ');
  const wanted = spec.targetMessage
    ? CommandType.Message
    : spec.targetUser
      ? CommandType.User
      : CommandType.ChatInput;
  const command = [...world.commands.values()].find(
    (candidate) => candidate.type === wanted && candidate.name === names[0],
  );
  if (command === undefined) throw new ScriptError(`there is no command /${commandName(spec)}`);
  const path: CommandOption[] = [];
  let leaf = command.options;
  for (const name of names.slice(1)) {
    const next = leaf.find((option) => option.name === name && option.type <= OptionType.SubCommandGroup);
    if (next === undefined) throw new ScriptError(`/${command.name} has no subcommand "${name}"`);
    path.push(next);
    leaf = next.options ?? [];
  }
  if (leaf.some((option) => option.type <= OptionType.SubCommandGroup)) {
    throw new ScriptError(`/${commandName(spec)} needs a subcommand`);
  }
  return { command, path, leaf };
}

/** https://docs.discord.com/developers/interactions/application-commands#permissions */
function requireAllowed(world: World, userId: Snowflake, channel: Channel, command: Command): void {
  const held = channelPermissions(world, userId, channel);
  const needed = BigInt(command.default_member_permissions ?? '0');
  const hidden = command.default_member_permissions === '0' || (held & needed) !== needed;
  const administrator = (held & Permission.Administrator) !== 0n;
  const inGuild = channel.guild_id !== undefined;
  if (!inGuild && command.guild_id !== undefined) {
    throw new ScriptError(`/${command.name} is a guild command and does not exist in direct messages`);
  }
  if (inGuild && (held & Permission.UseApplicationCommands) === 0n) {
    throw new ScriptError(`user ${userId} may not use commands in ${channel.name ?? channel.id}`);
  }
  if (inGuild && hidden && !administrator) {
    throw new ScriptError(`/${command.name} is hidden from user ${userId} (default_member_permissions)`);
  }
}

function commandData(
  command: Command,
  path: readonly CommandOption[],
  enter: (options: readonly CommandOption[]) => JsonObject[],
): JsonObject {
  const leaf = path.at(-1)?.options ?? command.options;
  const nested = path.reduceRight<JsonObject[]>(
    (options, { name, type }) => [{ name, type, options }],
    enter(path.length === 0 ? command.options : leaf),
  );
  const data: JsonObject = { id: command.id, name: command.name, type: command.type };
  if (command.guild_id !== undefined) data.guild_id = command.guild_id;
  if (command.type === CommandType.ChatInput) data.options = nested;
  return data;
}

/** The options in the order they were declared; `complete` demands the required ones and checks each value. */
function enteredOptions(
  declared: readonly CommandOption[],
  spec: CommandSpec,
  resolved: Resolver,
  complete: boolean,
): JsonObject[] {
  const given = spec.options ?? {};
  for (const name of Object.keys(given)) {
    if (!declared.some((option) => option.name === name))
      throw new ScriptError(`/${commandName(spec)} has no option "${name}"`);
  }
  return declared.flatMap((option) => {
    const value = given[option.name];
    if (value === undefined) {
      if (complete && option.required)
        throw new ScriptError(`/${commandName(spec)} needs the option "${option.name}"`);
      return [];
    }
    if (complete) checkValue(option, value);
    return [{ name: option.name, type: option.type, value: enterValue(option, value, resolved) }];
  });
}

function enterValue(option: CommandOption, value: OptionValue, resolved: Resolver): Json {
  if (typeof value === 'object') return resolved.file(value);
  switch (option.type) {
    case OptionType.User:
      resolved.user(String(value));
      break;
    case OptionType.Channel:
      resolved.channel(String(value));
      break;
    case OptionType.Role:
      resolved.role(String(value));
      break;
    case OptionType.Mentionable:
      resolved.mentionable(String(value));
      break;
  }
  return value;
}

function checkValue(option: CommandOption, value: OptionValue): void {
  const refuse = (why: string): never => {
    throw new ScriptError(`option "${option.name}" ${why}`);
  };
  const numeric = option.type === OptionType.Integer || option.type === OptionType.Number;
  if (numeric && typeof value !== 'number') refuse('takes a number');
  if (option.type === OptionType.Integer && !Number.isInteger(value)) refuse('takes a whole number');
  if (option.type === OptionType.Boolean && typeof value !== 'boolean') refuse('takes true or false');
  if (option.type === OptionType.String && typeof value !== 'string') refuse('takes a text');
  if (
    option.choices &&
    option.choices.length > 0 &&
    !option.choices.some((choice) => choice.value === value)
  ) {
    refuse('takes one of its choices');
  }
  if (typeof value === 'number') {
    if (option.min_value !== undefined && value < option.min_value) refuse(`is at least ${option.min_value}`);
    if (option.max_value !== undefined && value > option.max_value) refuse(`is at most ${option.max_value}`);
  }
  if (typeof value === 'string') {
    const length = [...value].length;
    if (option.min_length !== undefined && length < option.min_length) refuse('is too short');
    if (length > (option.max_length ?? 6000)) refuse('is too long');
  }
}

/** Gathers `resolved`: the objects behind the ids that were entered. */
export class Resolver {
  readonly data: Record<string, JsonObject> = {};
  readonly #core: Core;
  readonly #channel: Channel;
  readonly #userId: Snowflake;

  constructor(core: Core, channel: Channel, userId: Snowflake) {
    this.#core = core;
    this.#channel = channel;
    this.#userId = userId;
  }

  get empty(): boolean {
    return Object.keys(this.data).length === 0;
  }

  user(id: Snowflake): void {
    const { world } = this.#core;
    const person = world.people.get(id);
    if (person === undefined) throw new ScriptError(`there is no user ${id}`);
    this.#put('users', id, toJsonObject(person.user));
    const member = partialMember(world, id);
    if (member === undefined) return;
    const { deaf: _deaf, mute: _mute, ...rest } = member;
    this.#put('members', id, {
      ...rest,
      permissions: channelPermissions(world, id, this.#channel).toString(),
    });
  }

  channel(id: Snowflake): void {
    this.#put('channels', id, channelPayload(this.#core.world, this.#userId, findChannel(this.#core, id)));
  }

  role(id: Snowflake): void {
    const role = this.#core.world.roles.get(id);
    if (role === undefined) throw new ScriptError(`there is no role ${id}`);
    this.#put('roles', id, toJsonObject(role));
  }

  mentionable(id: Snowflake): void {
    if (this.#core.world.roles.has(id)) this.role(id);
    else this.user(id);
  }

  message(id: Snowflake): void {
    this.#put('messages', id, messageForBot(this.#core.world, findPosted(this.#core, id), true));
  }

  file(file: FileSpec): Snowflake {
    const attachment = storeUploads(this.#core, this.#channel.id, [toUpload(file, 0)], [])[0];
    if (attachment === undefined) throw new ScriptError('the file could not be uploaded');
    this.#put('attachments', attachment.id, { ...toJsonObject(attachment), ephemeral: true });
    return attachment.id;
  }

  #put(kind: string, id: Snowflake, value: Json): void {
    this.data[kind] = { ...this.data[kind], [id]: toJson(value) };
  }
}
