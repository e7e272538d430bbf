import { CommandType } from '../constants.ts';
import { ApiError, refusal } from '../errors.ts';
import { Form } from '../form.ts';
import { asObject, type Json, toJson } from '../json.ts';
import { COMMAND_LIMITS, type CommandDraft, readCommand } from '../limits/commands.ts';
import type { Snowflake } from '../snowflake.ts';
import { commandForBot } from '../view.ts';
import type { Command } from '../wire.ts';
import {
  type Call,
  NO_CONTENT,
  ok,
  param,
  queryFlag,
  type Reply,
  type Route,
  requireApplication,
  requireGuild,
  route,
} from './route.ts';

const GUILD = '/applications/:application/guilds/:guild/commands';
const GLOBAL = '/applications/:application/commands';

/** https://docs.discord.com/developers/interactions/application-commands#endpoints */
export const applicationRoutes: Route[] = [
  // Nobody has changed who may use which command.
  route(`GET ${GUILD}/permissions`, 'other', (call) => {
    scope(call);
    return ok([]);
  }),
  ...[GUILD, GLOBAL].flatMap(commandRoutes),
];

function commandRoutes(base: string): Route[] {
  return [
    route(`GET ${base}`, 'other', list),
    route(`PUT ${base}`, 'commands-write', overwrite),
    route(`POST ${base}`, 'commands-write', create),
    route(`GET ${base}/:command`, 'other', (call) => one(requireCommand(call))),
    route(`PATCH ${base}/:command`, 'commands-write', edit),
    route(`DELETE ${base}/:command`, 'commands-write', remove),
  ];
}

/** Undefined for global commands. */
function scope(call: Call): Snowflake | undefined {
  requireApplication(call);
  if (call.params.guild === undefined) return undefined;
  requireGuild(call);
  return call.params.guild;
}

function commandsIn(call: Call, guildId: Snowflake | undefined): Command[] {
  return [...call.core.world.commands.values()].filter((command) => command.guild_id === guildId);
}

function one(command: Command, status = 200): Reply {
  return { status, body: commandForBot(command, true) };
}

function list(call: Call): Reply {
  const withLocalizations = queryFlag(call, 'with_localizations');
  return ok(commandsIn(call, scope(call)).map((command) => commandForBot(command, withLocalizations)));
}

function overwrite(call: Call): Reply {
  const guildId = scope(call);
  const form = new Form();
  const items = form.list([], call.body.raw, { required: true }) ?? [];
  const drafts = items.map((item, index) => readCommand(form, [index], item));
  const seen = new Set<string>();
  drafts.forEach((draft, index) => {
    const key = `${draft.type}:${draft.name}`;
    if (seen.has(key)) {
      form.fail([index], 'APPLICATION_COMMANDS_DUPLICATE_NAME', 'Application command names must be unique');
    }
    seen.add(key);
  });
  form.assert();
  refuseTooMany(drafts);
  const before = commandsIn(call, guildId);
  const after = drafts.map((draft) => upsert(call, guildId, before, draft));
  for (const command of before) call.core.world.commands.delete(command.id);
  for (const command of after) call.core.world.commands.set(command.id, command);
  tellCommands(call);
  return ok(after.map((command) => commandForBot(command, true)));
}

function create(call: Call): Reply {
  const guildId = scope(call);
  const form = new Form();
  const draft = readCommand(form, [], call.body.json);
  form.assert();
  const before = commandsIn(call, guildId);
  const known = before.some((command) => sameCommand(command, draft));
  if (!known) refuseTooMany([...before, draft]);
  const command = upsert(call, guildId, before, draft);
  call.core.world.commands.set(command.id, command);
  tellCommands(call);
  return one(command, known ? 200 : 201);
}

function edit(call: Call): Reply {
  const command = requireCommand(call);
  const form = new Form();
  const draft = readCommand(form, [], {
    ...asObject(toJson(command)),
    ...call.body.json,
    type: command.type,
  } as Json);
  form.assert();
  const changed = { ...command, ...draft, version: call.core.ids.next() };
  call.core.world.commands.set(command.id, changed);
  tellCommands(call);
  return one(changed);
}

function remove(call: Call): Reply {
  call.core.world.commands.delete(requireCommand(call).id);
  tellCommands(call);
  return NO_CONTENT;
}

function tellCommands({ core }: Call): void {
  core.publish({ type: 'commands', names: [...core.world.commands.values()].map((command) => command.name) });
}

function requireCommand(call: Call): Command {
  const guildId = scope(call);
  const id = param(call, 'command');
  const command = commandsIn(call, guildId).find((candidate) => candidate.id === id);
  if (command === undefined) throw refusal(10063);
  return command;
}

/** Keeps the id of a command that was there under the same name, and its version when nothing changed. */
function upsert(call: Call, guildId: Snowflake | undefined, before: Command[], draft: CommandDraft): Command {
  const { core } = call;
  const known = before.find((command) => sameCommand(command, draft));
  const command: Command = {
    ...draft,
    id: known?.id ?? core.ids.next(),
    application_id: core.world.application.id,
    version: known?.version ?? core.ids.next(),
    ...(guildId === undefined ? {} : { guild_id: guildId }),
  };
  if (known !== undefined && JSON.stringify(toJson(known)) !== JSON.stringify(toJson(command))) {
    command.version = core.ids.next();
  }
  return command;
}

function sameCommand(a: Pick<Command, 'type' | 'name'>, b: Pick<Command, 'type' | 'name'>): boolean {
  return a.type === b.type && a.name === b.name;
}

function refuseTooMany(commands: readonly Pick<Command, 'type'>[]): void {
  for (const type of Object.values(CommandType)) {
    const max = type === CommandType.ChatInput ? COMMAND_LIMITS.chatInput : COMMAND_LIMITS.contextMenu;
    if (commands.filter((command) => command.type === type).length > max) {
      throw new ApiError(400, 30032, `Maximum number of application commands reached (${max}).`);
    }
  }
}
