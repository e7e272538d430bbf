import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { destination } from 'pino';
import { startApp } from '../app.ts';
import { readEnv } from '../env.ts';
import { createLog } from '../log.ts';
import { createDiscordControl } from '../sim/discord/control-client.ts';
import { startSimulators } from '../simulators.ts';
import { createNarrator } from './narrator.ts';
import { createMarket, playConfirmed, playRefused, playStopped, type Stage } from './scenario.ts';
import { CHANNELS, CONFIG, WORLD } from './world.ts';

export interface SandboxOptions {
  /** No pauses for a reader. */
  fast: boolean;
  /** One signal to its end, then exit. */
  once: boolean;
}

const FOLDER = join('data', 'sandbox');

/** The unchanged bot against the two built-in simulators, told in the terminal. Answers with the exit code. */
export async function runSandbox({ fast, once }: SandboxOptions): Promise<number> {
  // A single run starts from nothing, so that it always shows the same.
  const folder = once ? mkdtempSync(join(tmpdir(), 'signalbox-')) : FOLDER;
  mkdirSync(folder, { recursive: true });
  const configPath = join(folder, 'config.yaml');
  if (!existsSync(configPath)) writeFileSync(configPath, CONFIG);
  const simulators = await startSimulators(
    {
      binance: {
        balance: '10000',
        ...(once
          ? {}
          : { state: join(folder, 'exchange.json'), market: { kind: 'synthetic', volatility: 0.0001 } }),
      },
      discord: { ...WORLD, ...(once ? {} : { state: join(folder, 'discord.json') }) },
      lingerMs: 30_000,
    },
    once ? null : join(folder, 'simulators.json'),
  );
  const discordUrl = simulators.discordUrl ?? '';
  const discord = createDiscordControl(discordUrl);
  const info = await discord.info();
  const logPath = join(folder, 'bot.log');
  const env = readEnv(
    {
      DISCORD_TOKEN: info.token,
      DISCORD_API_URL: discordUrl,
      BINANCE_URL: simulators.binanceUrl,
      BINANCE_API_KEY: 'sandbox',
      BINANCE_API_SECRET: 'sandbox',
      CONFIG: configPath,
      STORE_URL: `sqlite://${join(folder, 'signalbox.sqlite')}`,
      WEB_PORT: '0',
    },
    () => '',
  );
  if (!env.ok) throw new Error(env.problems.join('; '));

  const narrator = createNarrator({
    write: (line) => console.log(line),
    colours: !process.env.NO_COLOR && (process.stdout.isTTY === true || Boolean(process.env.FORCE_COLOR)),
    botId: info.applicationId,
    channels: CHANNELS,
  });
  const telling = new AbortController();
  const feed = await discord.events(telling.signal);
  void (async () => {
    try {
      for await (const event of feed) narrator.event(event);
    } catch (error) {
      if (!telling.signal.aborted) throw error;
    }
  })();

  narrator.heading('Signalbox sandbox: the real bot, a built-in Discord and a built-in Binance');
  if (!once) narrator.note(`everything it keeps is in ${folder}, its log in ${logPath}; Ctrl-C ends it`);
  const app = await startApp(env.env, createLog('info', destination({ dest: logPath, sync: true })));
  const stop = async (): Promise<void> => {
    await app.stop();
    telling.abort();
    await simulators.stop();
    if (once) rmSync(folder, { recursive: true, force: true });
  };
  const stage: Stage = {
    discord,
    market: createMarket(simulators.binanceUrl, fast ? 0 : 120),
    narrator,
    breathe: (seconds) => (fast ? Promise.resolve() : pause(seconds * 1_000)),
  };

  if (once) {
    try {
      await playConfirmed(stage);
      return 0;
    } finally {
      await stop();
    }
  }
  return playUntilStopped(stage, stop);
}

/** Signals follow each other until the terminal says stop. */
async function playUntilStopped(stage: Stage, stop: () => Promise<void>): Promise<number> {
  const ended = new Promise<void>((done) => {
    process.once('SIGINT', () => done());
    process.once('SIGTERM', () => done());
  });
  const scenes = [playConfirmed, playRefused, playStopped];
  let running = true;
  const show = async (): Promise<void> => {
    for (let round = 0; running; round += 1) {
      try {
        await scenes[round % scenes.length]?.(stage);
      } catch (error) {
        if (running)
          stage.narrator.note(`that scene did not end: ${error instanceof Error ? error.message : error}`);
      }
      await stage.breathe(8);
    }
  };
  void show();
  await ended;
  running = false;
  stage.narrator.note('closing: positions stay protected on the exchange');
  await stop();
  return 0;
}
