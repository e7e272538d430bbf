import {
  createWhereabouts,
  DiscordSilent,
  type FoundApplication,
  type Named,
  type Whereabouts,
} from '../bot/whereabouts.ts';
import { type Asking, askYes, choose } from './questions.ts';

/** The bot, and the server that it is in. */
export interface Place {
  token: string;
  whereabouts: Whereabouts;
  application: FoundApplication;
  guild: Named;
}

/** Asks until Discord knows the token, messages come with their content, and the bot is in a server. */
export async function askDiscord(asking: Asking, apiUrl: string, known: string | null): Promise<Place> {
  const { terminal, say } = asking;
  terminal.say(say.tokenWhere);
  const signedIn = await askToken(asking, apiUrl, known);
  const { whereabouts, application } = signedIn;
  terminal.say(say.isBot(application.name));
  await askIntent(asking, whereabouts, application);
  return { ...signedIn, guild: await askGuild(asking, whereabouts, application) };
}

async function askToken(asking: Asking, apiUrl: string, known: string | null): Promise<Omit<Place, 'guild'>> {
  const { terminal, say } = asking;
  let token = known !== null && (await askYes(asking, `  ${say.keepToken}`)) ? known : '';
  for (;;) {
    if (token === '') token = await terminal.askSecret(say.token);
    if (token === '') continue;
    const whereabouts = createWhereabouts(apiUrl, token);
    // What no header can carry is no token either; Discord is not asked about it.
    const application = /^[\x21-\x7e]+$/.test(token)
      ? await patiently(asking, whereabouts.application)
      : null;
    if (application) return { token, whereabouts, application };
    terminal.say(say.tokenRefused);
    token = '';
  }
}

async function askIntent(
  asking: Asking,
  whereabouts: Whereabouts,
  application: FoundApplication,
): Promise<void> {
  const { terminal, say } = asking;
  if (!application.contentIntent) {
    terminal.say(say.intentOff(application.botPage));
    const isOn =
      (await askYes(asking, say.switchOn)) &&
      (await patiently(asking, () => whereabouts.switchIntentOn(application)));
    while (!isOn && !(await patiently(asking, whereabouts.application))?.contentIntent) {
      terminal.say(say.intentStill(application.botPage));
      await terminal.ask(say.pressEnter);
    }
  }
  terminal.say(say.intentOn);
}

async function askGuild(
  asking: Asking,
  whereabouts: Whereabouts,
  { inviteLink }: FoundApplication,
): Promise<Named> {
  const { terminal, say } = asking;
  terminal.say(say.invite(inviteLink));
  let guilds = await patiently(asking, whereabouts.guilds);
  while (guilds.length === 0) {
    terminal.say(say.inviteNobody);
    await terminal.ask(say.invited);
    guilds = await patiently(asking, whereabouts.guilds);
  }
  const [only] = guilds;
  const options = guilds.map(({ id, name }) => ({ key: id, label: `${name} (${id})` }));
  const chosen = guilds.length === 1 ? only?.id : await choose(asking, say.guild, options);
  const guild = guilds.find(({ id }) => id === chosen) ?? { id: chosen ?? '', name: '' };
  terminal.say(say.inGuild(guild.name));
  return guild;
}

/** The same request until Discord answers it. */
export async function patiently<T>({ terminal, say }: Asking, request: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await request();
    } catch (error) {
      if (!(error instanceof DiscordSilent)) throw error;
      terminal.say(say.silent(error.message));
      await terminal.ask(say.pressEnter);
    }
  }
}
