import type { SimEvent } from '../sim/discord/events.ts';
import type { Component, Embed, Message } from '../sim/discord/wire.ts';
import type { SandboxWords } from './words.ts';

/** Tells in a terminal what is to be seen in the simulated Discord. */
export interface Narrator {
  heading(text: string): void;
  note(text: string): void;
  event(event: SimEvent): void;
}

interface Paint {
  bold(text: string): string;
  dim(text: string): string;
  person(text: string): string;
  bot(text: string): string;
  button(text: string): string;
}

const PLAIN: Paint = {
  bold: (text) => text,
  dim: (text) => text,
  person: (text) => text,
  bot: (text) => text,
  button: (text) => text,
};

const COLOURS: Paint = {
  bold: (text) => `\u001b[1m${text}\u001b[0m`,
  dim: (text) => `\u001b[2m${text}\u001b[0m`,
  person: (text) => `\u001b[33m${text}\u001b[0m`,
  bot: (text) => `\u001b[36m${text}\u001b[0m`,
  button: (text) => `\u001b[7m ${text} \u001b[0m`,
};

export interface NarratorOptions {
  write(line: string): void;
  colours: boolean;
  botId: string;
  /** Channel ids to names; what is not among them is a direct message. */
  channels: ReadonlyMap<string, string>;
  words(): SandboxWords;
}

/** Messages that may still be edited; a sandbox may run for days. */
const REMEMBERED = 500;

export function createNarrator({ write, colours, botId, channels, words }: NarratorOptions): Narrator {
  const paint = colours ? COLOURS : PLAIN;
  /** What was shown of a message last, so that an edit tells only what is new. */
  const shown = new Map<string, string[]>();

  function say(message: Message, edited: boolean, ephemeral: boolean): void {
    // The thread of a message has its id; what stands there is told in the channel, too.
    if (shown.has(message.channel_id)) return;
    if (!edited && shown.has(message.id)) return;
    const said = words();
    const lines = textOf(message, paint, said);
    const before = shown.get(message.id) ?? [];
    shown.set(message.id, lines);
    if (shown.size > REMEMBERED) shown.delete(shown.keys().next().value ?? '');
    const fresh = edited ? lines.filter((line) => !before.includes(line)) : lines;
    if (fresh.length === 0) return;
    const isBot = message.author.id === botId;
    const name = message.author.global_name ?? message.author.username;
    const where = channels.get(message.channel_id);
    const place = where === undefined ? said.directMessage : `#${where}`;
    const marks = `${edited ? said.edited : ''}${ephemeral ? said.onlyYou : ''}`;
    write('');
    write(`${paint.dim(place)}  ${(isBot ? paint.bot : paint.person)(paint.bold(name))}${paint.dim(marks)}`);
    for (const line of fresh) write(`  ${line}`);
  }

  return {
    heading(text) {
      write('');
      write(paint.bold(`━━ ${text}`));
    },
    note(text) {
      write('');
      write(paint.dim(`── ${text}`));
    },
    event(event) {
      if (event.type === 'message.created') say(event.message, false, event.ephemeralFor !== null);
      if (event.type === 'message.edited') say(event.message, true, event.ephemeralFor !== null);
    },
  };
}

function textOf(message: Message, paint: Paint, words: SandboxWords): string[] {
  const lines = message.content ? message.content.split('\n') : [];
  for (const embed of message.embeds ?? []) lines.push(...embedLines(embed, paint));
  for (const component of message.components ?? []) lines.push(...displayedLines(component, paint));
  const buttons = (message.components ?? []).flatMap(buttonsOf);
  if (buttons.length > 0) lines.push(buttons.map((label) => paint.button(label)).join(' '));
  return lines.map((line) => readable(line, paint, words));
}

function embedLines(embed: Embed, paint: Paint): string[] {
  const bar = paint.dim('│');
  const lines: string[] = [];
  if (embed.title) lines.push(`${bar} ${paint.bold(embed.title)}`);
  if (embed.description) lines.push(...embed.description.split('\n').map((line) => `${bar} ${line}`));
  for (const field of embed.fields ?? []) {
    const [first = '', ...rest] = field.value.split('\n');
    lines.push(`${bar} ${paint.dim(`${field.name}:`)} ${first}`);
    lines.push(...rest.map((line) => `${bar}   ${line}`));
  }
  if (embed.footer?.text) lines.push(`${bar} ${paint.dim(embed.footer.text)}`);
  return lines;
}

/** What a message laid out with components says; its pictures are seen on the page. */
function displayedLines({ content, components = [] }: Component, paint: Paint): string[] {
  const bar = paint.dim('│');
  const own = content === undefined ? [] : content.split('\n').map((line) => `${bar} ${headed(line, paint)}`);
  return [...own, ...components.flatMap((component) => displayedLines(component, paint))];
}

/** `### ` makes a heading, `-# ` small print. */
function headed(line: string, paint: Paint): string {
  if (line.startsWith('### ')) return paint.bold(line.slice(4));
  return line.startsWith('-# ') ? paint.dim(line.slice(3)) : line;
}

function buttonsOf(component: Component): string[] {
  const own = component.label && component.custom_id && !component.disabled ? [component.label] : [];
  return [...own, ...(component.components ?? []).flatMap(buttonsOf)];
}

/** Discord's markup as a terminal shows it: bold, times, links. */
function readable(line: string, paint: Paint, { operator }: SandboxWords): string {
  return line
    .replace(/\*\*([^*]+)\*\*/g, (_, text: string) => paint.bold(text))
    .replace(/<t:(\d+)(?::[a-zA-Z])?>/g, (_, at: string) =>
      new Date(Number(at) * 1_000).toISOString().slice(11, 19),
    )
    .replace(/\[([^\]]+)\]\(https?:[^)]*\)/g, '$1')
    .replace(/<@!?(\d+)>/g, operator);
}
