import { stat } from 'node:fs/promises';
import type { ActionDeps } from '../bot/actions.ts';
import { type Catalogue, catalogues } from '../bot/locales/index.ts';
import type { Log } from '../bot/ports.ts';
import type { Decisions } from '../bot/store.ts';
import type { LogTail } from '../log.ts';
import type { Secret } from '../secret.ts';
import { loadAssets } from './assets.ts';
import { createClosedResults } from './closed-results.ts';
import { type Controls, createControls, type Said } from './controls.ts';
import { createDocument } from './document.ts';
import { createFeed } from './feed.ts';
import { readinessOf } from './health.ts';
import { createLogin } from './login.ts';
import { type MetricsSource, metricsText } from './metrics.ts';
import { OPENMETRICS_TYPE } from './openmetrics.ts';
import { latencyOf, overviewOf } from './overview.ts';
import { type EquityPoint, resultsOf } from './results.ts';
import { type Call, type Page, type PageServer, Refusal, type Reply, startPageServer } from './server.ts';
import { settingsOf } from './settings-view.ts';
import { signalsOf, whyOf } from './signals.ts';

/** The owner's page: routes over what the bot knows. It reads, and gives the commands that Discord gives. */
export type Panel = PageServer;

export interface PanelOptions extends MetricsSource {
  host: string;
  port: number;
  token: Secret;
  /** Opens `/metrics` alone. */
  metricsToken: Secret | null;
  actions: ActionDeps;
  decisions: Decisions;
  /** What the account was worth, oldest first; `revision` grows with every point. */
  equity: { points(): Promise<EquityPoint[]>; readonly revision: number };
  /** The longest delay of the event loop within the last second. */
  lastLoopMs(): number | null;
  /** Its server has ended without being asked to. */
  onLost?(): void;
  log: Log;
  tail: LogTail;
}

const EVERY_MS = 1_000;
const LATENCY_EVERY = 10;
const RECEIPTS = 100;
/** For collectors, who come by any name and bring no cookie. */
const WATCHED_FROM_OUTSIDE = new Set(['/healthz', '/metrics']);
const OPEN_TO_ALL = new Set(['/api/session', '/api/login', ...WATCHED_FROM_OUTSIDE]);

const STYLES = ['web/tokens.css', 'web/base.css', 'owner/panel.css'];

export async function startPanel(options: PanelOptions): Promise<Panel> {
  const { services, decisions, equity, tail, log } = options;
  const { desk, settings, now } = services;
  const closed = createClosedResults(desk, now);
  const controls = createControls(services, options.actions);
  const login = createLogin({ token: options.token, port: options.port, now });
  const onError = (error: unknown): void => log.error({ err: error }, 'the panel failed at a request');

  let timer: NodeJS.Timeout | undefined;
  let unfollow: (() => void) | undefined;
  const feed = createFeed({
    // Nothing is added up or sent while nobody looks.
    onReaders(count) {
      if (count > 0 && !timer) {
        let ticks = 0;
        timer = setInterval(() => {
          ticks += 1;
          void send().catch(onError);
          if (ticks % LATENCY_EVERY === 0) feed.send('latency', latencyOf(services.status()));
        }, EVERY_MS).unref();
        unfollow = tail.follow((line) => feed.send('log', [line]));
      } else if (count === 0) quiet();
    },
  });

  function quiet(): void {
    clearInterval(timer);
    timer = undefined;
    unfollow?.();
  }

  async function overview() {
    const { size } = await stat(options.store).catch(() => ({ size: 0 }));
    const { environment, lastLoopMs } = options;
    // By these a page knows when to ask for more than what is sent each time.
    const revisions = { decisions: decisions.revision, equity: equity.revision };
    const failing = options
      .incidents()
      .filter(({ healedAt }) => healedAt === null)
      .map(({ part, market, since }) => ({ part, market, since }));
    return {
      ...overviewOf(services),
      environment,
      failing,
      loopMs: lastLoopMs(),
      storeBytes: size,
      revisions,
    };
  }

  async function send(): Promise<void> {
    feed.send('overview', await overview());
  }

  const server = await startPageServer({
    host: options.host,
    port: options.port,
    loadPage,
    anyName: WATCHED_FROM_OUTSIDE,
    onError,
    admit({ url, request }) {
      if (OPEN_TO_ALL.has(url.pathname) || login.isSignedIn(request)) return;
      throw new Refusal(401, 'sign in first');
    },
    routes: {
      'GET /healthz': () => healthReply(options),
      'GET /metrics': async ({ request }) => {
        login.admitBearer(request, options.metricsToken);
        return { bytes: Buffer.from(await metricsText(options)), type: OPENMETRICS_TYPE };
      },
      'GET /api/session': ({ request }) => ({ json: { signedIn: login.isSignedIn(request) } }),
      'POST /api/login': async (call) => {
        const { token } = await bodyOf(call);
        return { json: {}, headers: { 'set-cookie': login.signIn(call.request, String(token ?? '')) } };
      },
      'POST /api/logout': () => ({ json: {}, headers: { 'set-cookie': login.signOut() } }),
      'GET /api/events': async ({ response }) => {
        const first = await overview();
        feed.add(response, [
          { name: 'overview', data: first },
          { name: 'latency', data: latencyOf(services.status()) },
          { name: 'log', data: tail.lines() },
        ]);
        return null;
      },
      'GET /api/signals': async ({ url }) => {
        const receipts = await decisions.last(RECEIPTS);
        return { json: { signals: await signalsOf(receipts, services, textsOf(url)) } };
      },
      'GET /api/why': async ({ url }) => {
        const receipt = await services.receipts.get(url.searchParams.get('message') ?? '');
        if (!receipt) throw new Refusal(404, 'that message is not known');
        return { json: await whyOf(receipt, services, textsOf(url)) };
      },
      'GET /api/results': async () => {
        const [results, points] = await Promise.all([closed.read(), equity.points()]);
        return { json: resultsOf(results, points, settings.config().timezone) };
      },
      'GET /api/settings': ({ url }) => ({ json: settingsOf(settings, textsOf(url)) }),
      'POST /api/command': (call) => command(call, controls),
      'POST /api/agree': async (call) => {
        const { id } = await bodyOf(call);
        return { json: answered(await controls.agree(String(id), textsOf(call.url))) };
      },
    },
  });
  return {
    url: server.url,
    async close() {
      quiet();
      feed.close();
      await server.close();
    },
  };
}

/** For whoever restarts what is not well: no figures, nothing secret. */
function healthReply(source: MetricsSource): Reply {
  const reasons = Object.entries(readinessOf(source)).flatMap(([part, reason]) =>
    reason === null ? [] : [{ part, reason }],
  );
  const isReady = reasons.length === 0;
  return { status: isReady ? 200 : 503, json: { status: isReady ? 'ready' : 'not ready', reasons } };
}

async function loadPage(): Promise<Page> {
  const assets = await loadAssets(['web', 'owner']);
  const document = createDocument({ title: 'Signalbox', assets, styles: STYLES, script: 'owner/main.js' });
  return { assets, document };
}

async function command(call: Call, controls: Controls): Promise<Reply> {
  const { name, ...options } = await bodyOf(call);
  const texts = Object.entries(options).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== '',
  );
  const said = await controls.run(String(name), Object.fromEntries(texts), textsOf(call.url));
  if (!said) throw new Refusal(404, `there is no command ${String(name)} here`);
  return { json: said };
}

function answered(said: Said | null): Said {
  if (!said) throw new Refusal(409, 'that question is not open any more');
  return said;
}

function textsOf(url: URL): Catalogue {
  return catalogues[url.searchParams.get('language') === 'zh-CN' ? 'zh-CN' : 'en'];
}

async function bodyOf(call: Call): Promise<Record<string, unknown>> {
  const body = await call.json();
  if (typeof body !== 'object' || body === null) throw new Refusal(400, 'the body must be an object');
  return { ...body };
}
