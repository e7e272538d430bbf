import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiError, refusal, unauthorized } from '../errors.ts';
import type { FaultKind, Faults } from '../faults.ts';
import type { Json } from '../json.ts';
import type { InvalidRequests, RateLimiter } from '../ratelimit.ts';
import { EMPTY_BODY, parseBody, readBytes } from './request.ts';
import type { Reply, Services } from './route.ts';
import { type Match, majorParameter, matchRoute } from './router.ts';

/** What the bot asked and what it was told. */
export interface RecordedRequest {
  /** Milliseconds since the Unix epoch, by the simulator's clock. */
  at: number;
  method: string;
  /** Without `/api/v10`. */
  path: string;
  query: string;
  /** The route as declared, or the path when there is none. */
  route: string;
  body: Json;
  files: readonly string[];
  /** 0 while it is unanswered, and when the connection was broken on purpose. */
  status: number;
}

export interface ApiOptions extends Services {
  limiter: RateLimiter;
  invalid: InvalidRequests;
  faults: Faults;
  record(request: RecordedRequest): void;
}

interface Answer extends Reply {
  headers: Record<string, string>;
}

/** Serves `/api/v10/…`. */
export function createApi(options: ApiOptions) {
  return async (request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> => {
    const method = request.method ?? 'GET';
    const path = apiPath(url.pathname);
    const recorded: RecordedRequest = {
      at: options.core.clock.now(),
      method,
      path: path ?? url.pathname,
      query: url.search.slice(1),
      route: path ?? url.pathname,
      body: null,
      files: [],
      status: 0,
    };
    options.record(recorded);
    const finish = (answer: Answer): void => {
      recorded.status = answer.status;
      options.invalid.count(answer.status, answer.headers['x-ratelimit-scope']);
      write(response, answer);
    };
    try {
      const bytes = await readBytes(request);
      if (options.invalid.blocked()) return finish({ status: 429, headers: {}, file: htmlPage(429) });
      if (path === undefined) throw refusal(50041);
      const match = matchRoute(method, path);
      recorded.route = `${method} ${match.route.template}`;
      const fault = options.faults.strike(method, match.route.template, path);
      if (fault !== undefined && !takesEffect(fault)) return strike(fault, request, finish);
      if (fault?.kind === 'slow')
        await new Promise<void>((resolve) => options.core.clock.after(fault.delayMs, resolve));
      const answer = await answerRequest(options, match, request, url, bytes, recorded);
      if (fault?.kind === 'dropAfter') return void request.socket.destroy();
      if (fault?.kind === 'delay') options.core.clock.after(fault.delayMs, () => finish(answer));
      else finish(answer);
    } catch (error) {
      finish(errorAnswer(error));
    }
  };
}

/** `/api/v10/x`, `/api/v9/x` or `/api/x`; undefined for other versions. */
function apiPath(pathname: string): string | undefined {
  const path = pathname.replace(/^\/api/, '');
  const version = /^\/v(\d+)(?=\/|$)/.exec(path);
  if (version === null) return path;
  return version[1] === '10' || version[1] === '9' ? path.slice(version[0].length) : undefined;
}

async function answerRequest(
  options: ApiOptions,
  match: Match,
  request: IncomingMessage,
  url: URL,
  bytes: Buffer,
  recorded: RecordedRequest,
): Promise<Answer> {
  const authorized = request.headers.authorization === `Bot ${options.core.world.token}`;
  const { route, params } = match;
  const interaction =
    params.interaction !== undefined || params.webhook === options.core.world.application.id;
  const verdict = options.limiter.take(route.bucket, majorParameter(match), !interaction);
  if (verdict.retryAfterS !== undefined) {
    return rateLimited(verdict.retryAfterS, verdict.global, verdict.headers);
  }
  try {
    if (!route.open && !authorized) throw unauthorized();
    const body =
      bytes.length === 0 ? EMPTY_BODY : await parseBody(bytes, request.headers['content-type'] ?? '');
    recorded.body = body.raw;
    recorded.files = body.uploads.map((upload) => upload.filename);
    const { core, gateway, interactions } = options;
    const call = { core, gateway, interactions, params, query: url.searchParams, body };
    const reply = await route.handle(call);
    return { ...reply, headers: verdict.headers };
  } catch (error) {
    const answer = errorAnswer(error);
    return { ...answer, headers: { ...verdict.headers, ...answer.headers } };
  }
}

function errorAnswer(error: unknown): Answer {
  if (error instanceof ApiError) {
    return { status: error.status, body: error.body, headers: { ...error.headers } };
  }
  console.error(error);
  return { status: 500, body: { message: '500: Internal Server Error', code: 0 }, headers: {} };
}

/** https://docs.discord.com/developers/topics/rate-limits#exceeding-a-rate-limit */
function rateLimited(retryAfterS: number, global: boolean, headers: Record<string, string>): Answer {
  return {
    status: 429,
    body: { message: 'You are being rate limited.', retry_after: Number(retryAfterS.toFixed(3)), global },
    headers: { ...headers, 'retry-after': String(Math.ceil(retryAfterS)) },
  };
}

type EffectiveFault = Extract<FaultKind, { kind: 'dropAfter' | 'delay' | 'slow' }>;

function takesEffect(fault: FaultKind): fault is EffectiveFault {
  return fault.kind === 'dropAfter' || fault.kind === 'delay' || fault.kind === 'slow';
}

function strike(
  fault: Exclude<FaultKind, EffectiveFault>,
  request: IncomingMessage,
  finish: (answer: Answer) => void,
): void {
  switch (fault.kind) {
    case 'rateLimit': {
      const scope = fault.scope ?? 'user';
      const global = scope === 'global';
      const headers = { 'x-ratelimit-scope': scope, ...(global ? { 'x-ratelimit-global': 'true' } : {}) };
      return finish(rateLimited(fault.retryAfterS, global, headers));
    }
    case 'status':
      return finish(
        fault.body === undefined
          ? { status: fault.status, headers: {}, file: htmlPage(fault.status) }
          : { status: fault.status, headers: {}, body: fault.body },
      );
    case 'hang':
      return;
    case 'dropBefore':
      request.socket.destroy();
  }
}

function htmlPage(status: number): NonNullable<Reply['file']> {
  const bytes = Buffer.from(
    `<html><head><title>${status}</title></head><body><h1>${status}</h1>cloudflare</body></html>`,
  );
  return { contentType: 'text/html', bytes };
}

function write(response: ServerResponse, answer: Answer): void {
  const content = answer.file?.bytes ?? (answer.body === undefined ? undefined : JSON.stringify(answer.body));
  const type = answer.file?.contentType ?? 'application/json';
  response.writeHead(answer.status, {
    ...answer.headers,
    ...(content === undefined ? {} : { 'content-type': type, 'content-length': Buffer.byteLength(content) }),
  });
  response.end(content);
}
