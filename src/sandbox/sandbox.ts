import { randomBytes } from 'node:crypto';
import { once as happened } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { takeSignals } from '../early-end.js';
import { createDiscordControl, type DiscordControl } from '../sim/discord/control-client.ts';
import { startSimulators } from '../simulators.ts';
import { languageOf } from '../terminal-language.ts';
import { createBotProcess } from './bot-process.ts';
import { createDemo } from './demo.ts';
import { createFaultPanel } from './faults.ts';
import { freePort } from './free-port.ts';
import { configLanguage } from './language.ts';
import { createMarket } from './market.ts';
import { createNarrator, type Narrator } from './narrator.ts';
import { openBrowser } from './open-browser.ts';
import { type Playground, type PlaygroundOptions, startPlayground } from './playground.ts';
import { playConfirmed, type Stage } from './scenario.ts';
import { type SandboxWords, sandboxWords } from './words.ts';
import { CHANNELS, configIn, WORLD } from './world.ts';

export interface SandboxOptions {
  /** No pauses for a reader. */
  fast: boolean;
  /** One signal to its end, then exit. */
  once: boolean;
  /** Where the page is; port 0: there is none. */
  web: { host: string; port: number };
}

const FOLDER = join('data', 'sandbox');
/** Of each channel: a sandbox may run for days. */
const KEPT_MESSAGES = 500;
/** Nobody asks for them here. */
const KEPT_REQUESTS = 100;
/** A terminal without a page is told a demonstration after this time. */
const WAIT_FOR_VISITOR_S = 10;

/** The unchanged bot, as a process of its own, against the two built-in simulators. Answers with the exit code. */
export async function runSandbox({ fast, once, web }: SandboxOptions): Promise<number> {
  // A single run starts from nothing, so that it always shows the same.
  const folder = resolve(once ? mkdtempSync(join(tmpdir(), 'signalbox-')) : FOLDER);
  mkdirSync(folder, { recursive: true });
  const configPath = join(folder, 'config.yaml');
  if (!existsSync(configPath)) writeFileSync(configPath, configIn(languageOf(process.env)));
  // Who reads along may leave (`| head`): nobody is told any more, and all else goes on.
  process.stdout.on('error', () => undefined);
  const language = configLanguage(configPath);
  const words = (): SandboxWords => sandboxWords[language.get()];
  const simulators = await startSimulators(
    {
      binance: {
        balance: '10000',
        ...(once
          ? {}
          : { state: join(folder, 'exchange.json'), market: { kind: 'synthetic', volatility: 0.0001 } }),
      },
      discord: {
        ...WORLD,
        keepMessages: KEPT_MESSAGES,
        keepRequests: KEPT_REQUESTS,
        ...(once ? {} : { state: join(folder, 'discord.json') }),
      },
      lingerMs: 30_000,
    },
    once ? null : join(folder, 'simulators.json'),
  );
  const discordUrl = simulators.discordUrl ?? '';
  const discord = createDiscordControl(discordUrl);
  const info = await discord.info();
  const logPath = join(folder, 'bot.log');
  const panel = once || web.port === 0 ? null : await panelAt(web);
  const bot = createBotProcess({
    folder,
    logPath,
    env: {
      PATH: process.env.PATH ?? '',
      DISCORD_TOKEN: info.token,
      DISCORD_API_URL: discordUrl,
      BINANCE_ENV: 'paper',
      BINANCE_URL: simulators.binanceUrl,
      BINANCE_API_KEY: 'sandbox',
      BINANCE_API_SECRET: 'sandbox',
      CONFIG: configPath,
      STORE_URL: `sqlite://${join(folder, 'signalbox.sqlite')}`,
      ...(panel === null
        ? { WEB_PORT: '0' }
        : { WEB_HOST: web.host, WEB_PORT: String(panel.port), WEB_TOKEN: panel.token }),
    },
  });
  const narrator = createNarrator({
    write: (line) => console.log(line),
    colours: !process.env.NO_COLOR && (process.stdout.isTTY === true || Boolean(process.env.FORCE_COLOR)),
    botId: info.applicationId,
    channels: CHANNELS,
    words,
  });
  const stage: Stage = {
    // Loads half of Discord's library, 70 MB: only a demonstration needs it.
    t: async () => (await import('../bot/locales/index.ts')).catalogues[language.get()],
    words,
    discord,
    market: createMarket(simulators.binanceUrl, fast ? 0 : 120),
    narrator,
    breathe: (seconds) => (fast ? Promise.resolve() : pause(seconds * 1_000)),
  };
  const stop = async (): Promise<void> => {
    await bot.stop('SIGTERM');
    await simulators.stop();
    if (once) rmSync(folder, { recursive: true, force: true });
  };

  narrator.heading(words().title);
  const listeners: ((event: Parameters<Narrator['event']>[0]) => void)[] = [narrator.event];
  const feed = followEvents(discord, words, (event) => {
    for (const listener of listeners) listener(event);
  });
  await feed.ready;
  try {
    if (once) {
      bot.start();
      await bot.ready();
      await playConfirmed(stage);
      return 0;
    }
    const demo = createDemo(stage);
    const faults = createFaultPanel(discord, stage.market);
    await faults.clear();
    const { market } = stage;
    const parts = { discordUrl, discord, market, bot, demo, faults, language, panelUrl: panel?.url ?? null };
    const page = await openPage(web, { ...parts, onVisitor: () => demo.stop() }, narrator, words);
    if (page !== null) listeners.push(page.show);
    if (panel !== null) narrator.note(words().panel(panel.url));
    narrator.note(words().keeps(folder, logPath));
    const ended = happened(takeSignals(), 'abort').then(() => 0);
    bot.start();
    void bot.ready().then(
      async () => {
        if (page !== null) await stage.breathe(WAIT_FOR_VISITOR_S);
        if (page === null || page.visitors === 0) demo.start();
      },
      (error: Error) => narrator.note(error.message),
    );
    const code = await Promise.race([ended, feed.lost]);
    demo.stop();
    narrator.note(words().closing);
    await page?.close();
    return code;
  } finally {
    feed.stop();
    await stop();
  }
}

/** Where the bot has its panel: beside the page, with a token that lasts as long as the sandbox. */
async function panelAt({ host, port }: SandboxOptions['web']) {
  const free = await freePort(host, port + 1);
  const token = randomBytes(16).toString('base64url');
  return {
    port: free,
    token,
    url: `http://${host.includes(':') ? `[${host}]` : host}:${free}/#token=${token}`,
  };
}

/** The page, at the wanted port or, where that is taken, at any; null when it is switched off. */
async function openPage(
  web: SandboxOptions['web'],
  parts: Omit<PlaygroundOptions, 'host' | 'port' | 'onError'>,
  narrator: Narrator,
  words: () => SandboxWords,
): Promise<Playground | null> {
  if (web.port === 0) return null;
  const options = {
    ...parts,
    host: web.host,
    onError: (error: unknown) =>
      narrator.note(words().page(error instanceof Error ? error.message : String(error))),
  };
  const page = await startPlayground({ ...options, port: web.port }).catch((error) => {
    if (error?.code !== 'EADDRINUSE') throw error;
    return startPlayground({ ...options, port: 0 });
  });
  narrator.heading(words().open(page.url));
  openBrowser(page.url);
  return page;
}

/** Follows what is to be seen in Discord; `lost` resolves with an exit code when the simulators are gone. */
function followEvents(
  discord: DiscordControl,
  words: () => SandboxWords,
  tell: (event: Parameters<Narrator['event']>[0]) => void,
): { ready: Promise<void>; lost: Promise<number>; stop(): void } {
  const telling = new AbortController();
  const opened = discord.events(telling.signal);
  const lost = (async () => {
    try {
      for await (const event of await opened) tell(event);
    } catch (error) {
      if (telling.signal.aborted) return 0;
      console.error(words().discordGone(error instanceof Error ? error.message : String(error)));
    }
    return 1;
  })();
  return { ready: opened.then(() => undefined), lost, stop: () => telling.abort() };
}
