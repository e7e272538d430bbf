import { loadAssets } from '../panel/assets.ts';
import { createDocument } from '../panel/document.ts';
import { createFeed, type FeedEvent } from '../panel/feed.ts';
import {
  type Call,
  type Page,
  type PageServer,
  Refusal,
  type Reply,
  startPageServer,
} from '../panel/server.ts';
import { ControlError, type DiscordControl } from '../sim/discord/control-client.ts';
import type { SimEvent } from '../sim/discord/events.ts';
import { Decimal } from '../trading/decimal.ts';
import type { BotProcess } from './bot-process.ts';
import type { Demo } from './demo.ts';
import { type FaultPanel, MISHAPS, SWITCHES } from './faults.ts';
import type { Market } from './market.ts';
import { SAMPLES, samplePost } from './samples.ts';
import { accountOf, createTicker } from './ticker.ts';

/** The page of the sandbox: what its server shows and what it lets a visitor do. */
export interface Playground extends PageServer {
  /** Passes on what is to be seen in the simulated Discord. */
  show(event: SimEvent): void;
  /** Pages that are open. */
  readonly visitors: number;
}

export interface PlaygroundOptions {
  host: string;
  port: number;
  discordUrl: string;
  discord: DiscordControl;
  market: Market;
  bot: BotProcess;
  demo: Demo;
  faults: FaultPanel;
  /** Which language the bot writes in its channels. */
  language: { get(): string; set(language: 'en' | 'zh-CN'): void };
  /** The address of the bot's own panel, with what opens it; null where it has none. */
  panelUrl: string | null;
  onError(error: unknown): void;
  /** The first page has been opened. */
  onVisitor(): void;
}

const LANGUAGES = ['en', 'zh-CN'] as const;
const CRASH_STEPS = 24;
/** Posts carry files. */
const MAX_BODY_BYTES = 16 * 1_024 * 1_024;

type Body = Record<string, unknown>;

export async function startPlayground(options: PlaygroundOptions): Promise<Playground> {
  const { discord, market, bot, demo, faults } = options;
  const joining = new Set<FeedEvent[]>();
  let seen = false;
  const feed = createFeed({
    onReaders(count) {
      ticker.run(count > 0);
      if (count > 0 && !seen) options.onVisitor();
      seen = seen || count > 0;
    },
  });
  const send = (name: string, data: unknown): void => {
    feed.send(name, data);
    for (const missed of joining) missed.push({ name, data });
  };
  const ticker = createTicker(market, {
    prices: (change) => send('prices', change),
    account: (account) => send('account', account),
    onError: options.onError,
  });
  bot.onChange((status) => send('bot', status));
  demo.onChange(() => send('demo', { playing: demo.playing }));
  faults.onChange(() => send('faults', { on: faults.on }));

  const files = new URL(options.discordUrl).origin;
  /** Files lie at the simulator; pages load nothing from elsewhere. */
  const local = <T>(value: T): T =>
    JSON.parse(JSON.stringify(value).replaceAll(`${files}/attachments/`, '/attachments/')) as T;

  async function join({ response }: Call): Promise<Reply> {
    const missed: FeedEvent[] = [];
    joining.add(missed);
    try {
      const [scene, info, overview] = await Promise.all([discord.scene(), discord.info(), market.overview()]);
      const hello = {
        scene: local(scene),
        connected: info.connected > 0,
        market: { time: overview.time, speed: overview.speed, prices: overview.prices },
        account: accountOf(overview),
        bot: bot.status,
        demo: { playing: demo.playing },
        faults: { on: faults.on },
        language: options.language.get(),
        panelUrl: options.panelUrl,
      };
      feed.add(response, [{ name: 'hello', data: hello }, ...missed]);
    } finally {
      joining.delete(missed);
    }
    return null;
  }

  const people: Record<string, (body: never) => Promise<unknown>> = {
    post: discord.post,
    edit: discord.edit,
    delete: ({ message }: { message: string }) => discord.delete(message),
    react: discord.react,
    thread: discord.thread,
    setLocale: discord.setLocale,
    scene: discord.scene,
    command: discord.command,
    autocomplete: discord.autocomplete,
    press: discord.press,
    select: discord.select,
    submitModal: discord.submitModal,
  };

  async function act(call: Call): Promise<Reply> {
    const name = call.url.pathname.slice('/api/discord/'.length);
    const method = Object.hasOwn(people, name) ? people[name] : undefined;
    if (method === undefined) throw new Refusal(404, `nobody can ${name}`);
    const body = await call.json();
    try {
      return { json: { result: local((await method(body as never)) ?? null) } };
    } catch (error) {
      if (error instanceof ControlError) throw new Refusal(error.status === 504 ? 504 : 400, error.message);
      throw error;
    }
  }

  const server = await startPageServer({
    host: options.host,
    port: options.port,
    loadPage,
    maxBodyBytes: MAX_BODY_BYTES,
    onError: options.onError,
    routes: {
      'GET /api/events': join,
      'POST /api/discord/*': act,
      'GET /api/candles': async ({ url }) => ({
        json: { candles: await market.candles(url.searchParams.get('symbol') ?? '') },
      }),
      'POST /api/market': done(async (body) => moveMarket(market, body, options.onError)),
      'POST /api/faults': done(async (body) => {
        const mishap = MISHAPS.find((name) => name === body.happen);
        if (mishap !== undefined) return faults.happen(mishap);
        if (body.clear === true) return faults.clear();
        return faults.set(oneOf(SWITCHES, body.name), body.on === true);
      }),
      'POST /api/bot': done(async ({ what }) => {
        if (what === 'start') bot.start();
        else await bot.stop(what === 'kill' ? 'SIGKILL' : 'SIGTERM');
      }),
      'POST /api/demo': done(async ({ playing }) => (playing === true ? demo.start() : demo.stop())),
      'POST /api/language': done(async ({ language }) => options.language.set(oneOf(LANGUAGES, language))),
      'POST /api/sample': async (call) => {
        const { name } = (await call.json()) as Body;
        const message = await discord.post(await samplePost(oneOf(SAMPLES, name), market));
        return { json: { result: local(message) } };
      },
      'GET /attachments/*': ({ url }) => passFile(`${files}${url.pathname}${url.search}`),
    },
  });

  return {
    ...server,
    show: (event) => send('discord', local(event)),
    get visitors() {
      return feed.readers;
    },
    async close() {
      ticker.run(false);
      feed.close();
      await server.close();
    },
  };
}

const STYLES = [
  'web/tokens.css',
  'web/base.css',
  'playground/layout.css',
  'playground/message.css',
  'playground/markup.css',
  'playground/embed.css',
  'playground/components.css',
  'playground/composer.css',
  'playground/market.css',
];

async function loadPage(): Promise<Page> {
  const assets = await loadAssets(['web', 'playground']);
  const document = createDocument({
    title: 'Signalbox playground',
    assets,
    styles: STYLES,
    script: 'playground/main.js',
  });
  return { assets, document };
}

/** A route that does something and has nothing to tell. */
function done(run: (body: Body) => Promise<void>): (call: Call) => Promise<Reply> {
  return async (call) => {
    await run((await call.json()) as Body);
    return { json: {} };
  };
}

/** Moves of the market: to a price, or by percent of the present one; walked, or jumped to. */
async function moveMarket(market: Market, body: Body, onError: (error: unknown) => void): Promise<void> {
  if (body.speed !== undefined) return market.setSpeed(Number(body.speed));
  const symbol = String(body.symbol);
  const price = await market.price(symbol);
  const to =
    body.to === undefined ? price.times(1 + Number(body.percent) / 100) : new Decimal(String(body.to));
  if (!to.isFinite() || to.lte(0)) throw new Refusal(400, `${to} is no price`);
  if (body.how === 'gap') return market.jump(symbol, to);
  // A walk goes on after the answer: the page sees the prices.
  void market.walk(symbol, to, body.how === 'crash' ? CRASH_STEPS : undefined).catch(onError);
}

/** What was uploaded may be anything: a browser must not run it as a part of this page. */
async function passFile(url: string): Promise<Reply> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Refusal(404, 'that file is gone');
  return {
    bytes: Buffer.from(await answer.arrayBuffer()),
    type: answer.headers.get('content-type') ?? 'application/octet-stream',
    headers: {
      'content-security-policy': "default-src 'none'; sandbox",
      'cache-control': 'private, max-age=86400',
    },
  };
}

function oneOf<const T extends string>(words: readonly T[], value: unknown): T {
  const word = words.find((candidate) => candidate === value);
  if (word === undefined) throw new Refusal(400, `must be one of ${words.join(', ')}`);
  return word;
}
