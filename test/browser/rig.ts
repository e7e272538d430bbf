import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { catalogues } from '../../src/bot/locales/index.ts';
import { type BotProcess, createBotProcess } from '../../src/sandbox/bot-process.ts';
import { createDemo } from '../../src/sandbox/demo.ts';
import { createFaultPanel } from '../../src/sandbox/faults.ts';
import { configLanguage } from '../../src/sandbox/language.ts';
import { createMarket } from '../../src/sandbox/market.ts';
import { type Playground, startPlayground } from '../../src/sandbox/playground.ts';
import { sandboxWords } from '../../src/sandbox/words.ts';
import { configIn, WORLD } from '../../src/sandbox/world.ts';
import { type BinanceSim, startBinanceSim } from '../../src/sim/binance/server.ts';
import type { Clock } from '../../src/sim/discord/clock.ts';
import { createDiscordControl } from '../../src/sim/discord/control-client.ts';
import { type DiscordSim, startDiscordSim } from '../../src/sim/discord/server.ts';
import { type Opened, openChromium } from './chromium.ts';
import { watchedPage } from './watched.ts';

/** The sandbox with its page in a browser: the bot is a process of its own, unless a test plays it. */
export interface PageRig {
  readonly page: Page;
  readonly url: string;
  readonly discord: DiscordSim;
  readonly binance: BinanceSim;
  readonly bot: BotProcess;
  readonly playground: Playground;
  readonly configPath: string;
  /** Everything that went wrong in the browser: errors, refused policies, requests to elsewhere. */
  readonly complaints: string[];
  /** In which the bot writes, by its config file. */
  readonly language: 'en' | 'zh-CN';
  close(): Promise<void>;
}

export interface PageRigOptions {
  width?: number;
  height?: number;
  /** Device pixels for each of the page's. */
  scale?: number;
  /** False: a test connects a bot of its own. */
  bot?: boolean;
}

/** Waits ten times as long as Discord for answers: a machine that is busy with other tests is no fault of the bot's. */
const PATIENT: Clock = {
  now: Date.now,
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs * 10).unref();
    return () => clearTimeout(timer);
  },
};

export async function startPageRig(options: PageRigOptions = {}): Promise<PageRig> {
  const folder = await mkdtemp(join(tmpdir(), 'page-'));
  const configPath = join(folder, 'config.yaml');
  await writeFile(configPath, configIn('en'));
  const binance = await startBinanceSim();
  // The bot starts again within the seconds that Discord wants between two identifies.
  const discord = await startDiscordSim({
    ...WORLD,
    rateLimits: 'off',
    gateway: { identifyWindowMs: 0 },
    ...(options.bot === false ? {} : { clock: PATIENT }),
  });
  const control = createDiscordControl(discord.url);
  const market = createMarket(binance.url, 5);
  const bot = createBotProcess({
    folder,
    logPath: join(folder, 'bot.log'),
    env: {
      PATH: process.env.PATH ?? '',
      DISCORD_TOKEN: discord.token,
      DISCORD_API_URL: discord.url,
      BINANCE_URL: binance.url,
      BINANCE_API_KEY: 'sandbox',
      BINANCE_API_SECRET: 'sandbox',
      CONFIG: configPath,
      WEB_PORT: '0',
    },
  });
  const narrator = { heading: () => {}, note: () => {}, event: () => {} };
  const complaints: string[] = [];
  const language = configLanguage(configPath);
  const playground = await startPlayground({
    host: '127.0.0.1',
    port: 0,
    discordUrl: discord.url,
    discord: control,
    market,
    bot,
    demo: createDemo({
      t: async () => catalogues.en,
      words: () => sandboxWords.en,
      discord: control,
      market,
      narrator,
      breathe: () => Promise.resolve(),
    }),
    faults: createFaultPanel(control, market),
    language,
    panelUrl: 'http://127.0.0.1:8788/#token=x',
    onError: (error) => complaints.push(`server: ${error}`),
    onVisitor: () => {},
  });
  discord.subscribe(playground.show);
  if (options.bot !== false) {
    bot.start();
    await bot.ready();
  }
  const browser: Opened = await openChromium(options);
  const page = await watchedPage(browser, playground.url, complaints);
  await page.goto(playground.url);
  await page.locator('#composer').or(page.locator('.tabs')).first().waitFor();
  return {
    page,
    url: playground.url,
    discord,
    binance,
    bot,
    playground,
    configPath,
    complaints,
    get language() {
      return language.get();
    },
    async close() {
      await browser.close();
      await playground.close();
      await bot.stop('SIGKILL');
      await Promise.all([binance.close(), discord.close()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
