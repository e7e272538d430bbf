import { examineDiscord } from '../bot/examine.ts';
import type { FoundChannel } from '../bot/whereabouts.ts';
import { faultAt } from '../config/parse.ts';
import { faultText } from '../config/problem.ts';
import type { Config } from '../config.ts';
import { channelsOf, lineOf } from '../doctor.ts';
import type { Language } from '../terminal-language.ts';
import type { Answers, SignalAnswer } from './config-file.ts';
import { type Place, patiently } from './discord-step.ts';
import { type Asking, askText, choose, keysOf, listOut, parts } from './questions.ts';

/** Everything that the config is to say. */
export async function askConfig(asking: Asking, place: Place, language: Language): Promise<Answers> {
  const { terminal, say } = asking;
  terminal.say(say.channels);
  const [trades] = await pick(asking, place, say.trades, (chosen) => chosen.length === 1);
  const tradesId = trades?.id ?? '';
  const sources = await pick(asking, place, say.signals, (chosen) => chosen.length > 0, tradesId);
  const signals: SignalAnswer[] = [];
  for (const source of sources) signals.push(await askSignals(asking, place, source));
  const answers: Answers = {
    guild: place.guild.id,
    language,
    operators: await askOperators(asking, place),
    trades: tradesId,
    signals,
    timezone: await askText(asking, say.timezone, Intl.DateTimeFormat().resolvedOptions().timeZone, (text) =>
      problemOf({ timezone: text }, ['timezone'], language),
    ),
    riskPerTradePct: await askText(asking, say.riskPerTradePct, '1', (text) =>
      problemOf({ risk: { riskPerTradePct: Number(text) } }, ['risk', 'riskPerTradePct'], language),
    ),
  };
  return answers;
}

/** What the program's own schema says of one key; null when nothing. */
function problemOf(config: object, path: readonly string[], language: Language): string | null {
  const fault = faultAt(config, path);
  return fault ? `  ${faultText(fault, language)}` : null;
}

/** Channels by their numbers; the list is read anew at an empty answer, as one may have been made meanwhile. */
async function pick(
  asking: Asking,
  { whereabouts, guild }: Place,
  question: string,
  enough: (chosen: readonly FoundChannel[]) => boolean,
  exceptId?: string,
): Promise<FoundChannel[]> {
  const { terminal, say } = asking;
  for (;;) {
    const channels = await patiently(asking, () => whereabouts.channels(guild.id));
    if (channels.length === 0) {
      terminal.say(say.noChannels);
      await terminal.ask(say.pressEnter);
      continue;
    }
    terminal.say(question);
    listOut(
      terminal,
      channels.map(({ name, category }) => `#${name}${category === null ? '' : ` (${category})`}`),
    );
    const numbers = new Set(parts(await terminal.ask('  >')));
    if (numbers.size === 0) continue;
    const chosen = [...numbers].flatMap((number) =>
      /^\d+$/.test(number) ? (channels[Number(number) - 1] ?? []) : [],
    );
    if (chosen.some(({ id }) => id === exceptId)) terminal.say(say.ownTrades);
    else if (chosen.length === numbers.size && enough(chosen)) return chosen;
    else terminal.say(`  ${say.notANumber(channels.length)}`);
  }
}

async function askSignals(asking: Asking, place: Place, channel: FoundChannel): Promise<SignalAnswer> {
  const { say } = asking;
  return {
    channel: channel.id,
    name: channel.name.slice(0, 50),
    authors: await askAuthors(asking, place, channel),
    mode: await choose(asking, say.mode(channel.name), keysOf(say.modes)),
    market: await choose(asking, say.market(channel.name), keysOf(say.markets)),
  };
}

async function askAuthors(asking: Asking, { whereabouts }: Place, channel: FoundChannel): Promise<string[]> {
  const { terminal, say } = asking;
  const authors = await patiently(asking, () => whereabouts.recentAuthors(channel.id));
  terminal.say(say.authors(channel.name));
  if (authors.length === 0) terminal.say(say.authorsNobody);
  listOut(
    terminal,
    authors.map(
      ({ name, kind, messages, newest }) =>
        `${name} (${say.wrote(kind, messages)})${newest && `: ${newest}`}`,
    ),
  );
  const idOf = (part: string): string => authors[/^\d{1,3}$/.test(part) ? Number(part) - 1 : -1]?.id ?? part;
  const answer = await askText(asking, say.authorsAsk, null, async (text) => {
    const ids = parts(text).map(idOf);
    const known = new Set(authors.map(({ id }) => id));
    return problemOfIds(
      asking,
      ids.filter((id) => !known.has(id)),
      whereabouts,
    );
  });
  return [...new Set(parts(answer).map(idOf))];
}

async function askOperators(asking: Asking, { application, whereabouts }: Place): Promise<string[]> {
  const { terminal, say } = asking;
  const { owner } = application;
  if (owner) terminal.say(say.ownedBy(owner.name, owner.id));
  const answer = await askText(asking, say.operators, owner?.id ?? null, (text) =>
    problemOfIds(asking, parts(text), whereabouts),
  );
  return [...new Set(parts(answer))];
}

async function problemOfIds(
  asking: Asking,
  ids: readonly string[],
  whereabouts: Place['whereabouts'],
): Promise<string | null> {
  for (const id of ids) {
    if (!/^\d{17,20}$/.test(id)) return asking.say.notAnId(id);
    if (!(await patiently(asking, () => whereabouts.user(id)))) return asking.say.noSuchUser(id);
  }
  return null;
}

/** Says what the bot lacks in the chosen channels, until it lacks nothing or whoever is asked goes on without. */
export async function askPermissions(
  { terminal, say, doctor }: Asking,
  apiUrl: string,
  token: string,
  config: Config,
): Promise<void> {
  for (;;) {
    const wanted = { apiUrl, token, guildId: config.guild, channels: channelsOf(config) };
    const lacking = (await examineDiscord(wanted, doctor)).filter(({ ok }) => !ok);
    if (lacking.length === 0) return;
    terminal.say(say.lacking);
    for (const finding of lacking) terminal.say(lineOf(finding, doctor));
    if ((await terminal.ask(say.goOn)) === '-') return;
  }
}
