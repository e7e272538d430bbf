import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DiscordAPIError, HTTPError, REST } from 'discord.js';
import { describe, refusalOf } from '../../src/bot/discord-errors.ts';
import { examineDiscord } from '../../src/bot/examine.ts';
import { inChannel, isAfter } from '../../src/bot/message.ts';
import { restMessenger } from '../../src/bot/messenger.ts';
import { register } from '../../src/bot/registration.ts';
import { restHistory } from '../../src/bot/rest-history.ts';
import { createWhereabouts, DiscordSilent } from '../../src/bot/whereabouts.ts';
import { commands } from '../../src/commands/index.ts';
import { words } from '../../src/setup/words/index.ts';
import { Random } from '../../src/sim/binance/random.ts';
import { DEFAULT_IDS } from '../../src/sim/discord/seed.ts';
import { startDiscordSim } from '../../src/sim/discord/server.ts';
import { IDS } from '../e2e/rig.ts';
import { mutate, mutateText, pick } from './mutate.ts';
import { relay } from './relay.ts';
import { Broken, type Target } from './target.ts';

const AT_A_TIME = 10;
const ID = /^\d{1,20}$/;
/** What would begin a line of its own, or steer a terminal. */
const STEERS = /[\p{Cc}\p{Cf}\u2028\u2029]/u;

/** Right answers of the simulated Discord, changed on their way to everything that asks it something. */
export const discordAnswers: Target = {
  name: 'Discord answers',
  batch: 2,
  inputs: AT_A_TIME,
  async open() {
    const sim = await startDiscordSim({
      channels: [
        { id: IDS.trades, name: 'trades' },
        { id: IDS.alpha, name: 'alpha-signals' },
      ],
      users: [{ id: IDS.analyst, username: 'analyst' }],
      rateLimits: 'off',
    });
    const { id: known } = sim.post({ channel: IDS.alpha, author: IDS.analyst, content: 'long btc' });
    for (const content of ['short eth', 'good morning'])
      sim.post({ channel: IDS.alpha, author: IDS.analyst, content });
    let random = new Random(1);
    let last: string[] = [];
    const proxy = createServer((from, to) => {
      void relay(new URL(sim.url).origin, from, to, (text) => {
        const isCut = text === '' || random.next() < 0.1;
        const made = isCut ? mutateText(random, text) : JSON.stringify(mutate(random, JSON.parse(text)));
        last.push(`${from.method} ${from.url}: ${made}`);
        return made;
      });
    });
    await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done));
    const apiUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}${new URL(sim.url).pathname}`;
    const rest = new REST({ api: apiUrl, version: '10', retries: 0 }).setToken(sim.token);
    const history = restHistory(
      rest,
      () => IDS.guild,
      () => IDS.analyst,
    );
    const places = createWhereabouts(apiUrl, sim.token);
    const application = { id: '1', name: '', flags: 0, contentIntent: false, owner: null };
    const found = { ...application, inviteLink: '', botPage: '' };

    /** Each with what its answer must be; one that cannot be read is an error that says so. */
    const questions: Record<string, () => Promise<boolean>> = {
      application: async () => {
        const app = await places.application();
        return app === null || (isNamed(app) && Number.isSafeInteger(app.flags) && isNamed(app.owner));
      },
      switchIntentOn: async () => typeof (await places.switchIntentOn(found)) === 'boolean',
      guilds: async () => (await places.guilds()).every(isNamed),
      channels: async () =>
        (await places.channels(IDS.guild)).every(
          (channel) => isNamed(channel) && (channel.category === null || isLine(channel.category)),
        ),
      recentAuthors: async () =>
        (await places.recentAuthors(IDS.alpha)).every((author) => isNamed(author) && isLine(author.newest)),
      own: async () => (await history.own(IDS.alpha, '1')).every((said) => typeof said === 'string'),
      user: async () => isNamed(await places.user(IDS.analyst)),
      examine: async () => {
        const wanted = { apiUrl, token: sim.token, guildId: IDS.guild, channels: CHANNELS };
        const findings = await examineDiscord(wanted, words[pick(random, ['en', 'zh-CN'] as const)].doctor);
        return findings.every(({ name, detail, fix }) => [name, detail, fix ?? ''].every(isLine));
      },
      after: async () => {
        const messages = await history.after(IDS.alpha, '1');
        return messages.every(({ id }, index) => ID.test(id) && !isAfter(messages[index - 1]?.id ?? '0', id));
      },
      lastId: async () => ID.test((await history.lastId(IDS.alpha)) ?? '1'),
      message: async () => {
        const message = await history.message(IDS.alpha, known);
        return message === null || ID.test(inChannel(message, IDS.alpha).id);
      },
      nobody: async () => isNamed(await places.user('1')),
      gone: async () => {
        const message = await history.message(IDS.alpha, '1');
        return message === null || ID.test(message.id);
      },
      notPosted: async () =>
        ID.test(await restMessenger(rest).create('1', { content: 'x' }, `${random.next()}`, null)),
      post: async () => {
        const posted = await restMessenger(rest).create(
          IDS.trades,
          { content: 'x' },
          `${random.next()}`,
          null,
        );
        return ID.test(posted);
      },
      openDm: async () => ID.test(await restMessenger(rest).openDm(IDS.analyst)),
      openThread: async () => ID.test(await restMessenger(rest).openThread(IDS.alpha, known, 'x')),
      register: async () =>
        typeof (await register(rest, DEFAULT_IDS.application, IDS.guild, commands)) === 'boolean',
    };

    async function one(): Promise<void> {
      const [what, ask] = pick(random, Object.entries(questions));
      try {
        if (!(await ask())) throw new Broken(`${what} took in what is none`, last);
      } catch (error) {
        if (error instanceof Broken) throw error;
        const isTold = error instanceof DiscordSilent || isOfDiscord(error);
        if (!isTold || !isLine(describe(error)) || !isLine(refusalOf(error).kind))
          throw new Broken(`${what} threw ${error}`, last, error);
      }
    }

    return {
      async once(next) {
        random = next;
        last = [];
        for (let left = AT_A_TIME; left > 0; left -= 1) await one();
      },
      async close() {
        proxy.closeAllConnections();
        await new Promise((done) => proxy.close(done));
        await sim.close();
      },
    };
  },
};

const CHANNELS = [
  { id: IDS.trades, use: 'trades', for: 'cards' },
  { id: IDS.alpha, use: 'signals "alpha"', for: 'reading' },
] as const;

function isLine(text: unknown): boolean {
  return typeof text === 'string' && !STEERS.test(text);
}

function isNamed(found: { id: string; name: string } | null): boolean {
  return found === null || (ID.test(found.id) && isLine(found.name));
}

/** discord.js has seen that it is no right answer, or could not read it; what is none of ours, and said as such. */
function isOfDiscord(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof DiscordAPIError || error instanceof HTTPError || error.name === 'UnreadableAnswer')
    return true;
  const [, ...frames] = error.stack?.split(/\n\s+at /) ?? [];
  return error instanceof SyntaxError || /@discordjs\/rest/.test(frames.slice(0, 2).join(''));
}
