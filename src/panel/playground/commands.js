/**
 * Slash commands as a person meets them: one entry for each that can be run, subcommands by their full name.
 *
 * @import { Command, CommandOption } from '../../sim/discord/wire.ts'
 *
 * @typedef {object} Leaf
 * @property {string} name What is sent: `risk set`.
 * @property {string} label What is read, in the reader's language.
 * @property {string} description
 * @property {CommandOption[]} options
 */

const SUBCOMMAND = 1;
const GROUP = 2;

/**
 * @param {readonly Command[]} commands
 * @param {string} locale
 * @returns {Leaf[]} in the order of the alphabet
 */
export function leavesOf(commands, locale) {
  return commands
    .filter((command) => command.type === 1)
    .flatMap((command) => below(command, '', '', locale))
    .sort((a, b) => a.name.localeCompare(b.name));
}

/**
 * @param {Command | CommandOption} item
 * @param {string} name
 * @param {string} label
 * @param {string} locale
 * @returns {Leaf[]}
 */
function below(item, name, label, locale) {
  const ownName = `${name} ${item.name}`.trim();
  const ownLabel = `${label} ${localised(item, locale).name}`.trim();
  const options = item.options ?? [];
  const inner = options.filter(({ type }) => type === SUBCOMMAND || type === GROUP);
  if (inner.length > 0) return inner.flatMap((option) => below(option, ownName, ownLabel, locale));
  return [{ name: ownName, label: ownLabel, description: localised(item, locale).description, options }];
}

/**
 * @param {Pick<CommandOption, 'name' | 'description' | 'name_localizations' | 'description_localizations'>} item
 * @param {string} locale
 */
export function localised(item, locale) {
  return {
    name: item.name_localizations?.[locale] ?? item.name,
    description: item.description_localizations?.[locale] ?? item.description,
  };
}

/**
 * Those that begin with what was typed, then those that hold it.
 * @param {Leaf[]} leaves
 * @param {string} typed
 */
export function fitting(leaves, typed) {
  const wanted = typed.trim().toLowerCase();
  const names = (/** @type {Leaf} */ leaf) => [leaf.name, leaf.label.toLowerCase()];
  const begins = leaves.filter((leaf) => names(leaf).some((name) => name.startsWith(wanted)));
  const holds = leaves.filter((leaf) => names(leaf).some((name) => name.includes(wanted)));
  return [...new Set([...begins, ...holds])];
}

/**
 * What was entered, as the command takes it; null and the option's name when a required one is missing.
 * @param {readonly CommandOption[]} options
 * @param {Readonly<Record<string, unknown>>} entered
 * @returns {{ values: Record<string, unknown>, missing: null } | { values: null, missing: string }}
 */
export function optionValues(options, entered) {
  /** @type {Record<string, unknown>} */
  const values = {};
  for (const option of options) {
    const given = entered[option.name];
    const empty = given === undefined || given === '';
    if (empty && option.required) return { values: null, missing: option.name };
    if (!empty) values[option.name] = typed(option.type, given);
  }
  return { values, missing: null };
}

/**
 * @param {number} type
 * @param {unknown} given
 */
function typed(type, given) {
  if (type === 4 || type === 10) return Number(given);
  if (type === 5) return given === true || given === 'true';
  return given;
}
