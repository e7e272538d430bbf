import type { Core } from '../core.ts';
import { refusal } from '../errors.ts';
import { Form } from '../form.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { Interactions } from '../interactions/interactions.ts';
import type { Json } from '../json.ts';
import type { BucketName } from '../ratelimit.ts';
import { isSnowflake, type Snowflake } from '../snowflake.ts';
import type { Channel } from '../wire.ts';
import type { Body } from './request.ts';

export interface Services {
  core: Core;
  gateway: Gateway;
  interactions: Interactions;
}

export interface Call extends Services {
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  body: Body;
}

export interface Reply {
  status: number;
  body?: Json;
  /** A file instead of JSON. */
  file?: { contentType: string; bytes: Buffer };
}

export interface Route {
  method: string;
  /** `/channels/:channel/messages`; a parameter takes one path segment. */
  template: string;
  bucket: BucketName;
  /** Interaction and webhook tokens speak for themselves. */
  open: boolean;
  handle(call: Call): Reply | Promise<Reply>;
}

type Handler = Route['handle'];

/** A route that needs the bot's token. */
export function route(spec: string, bucket: BucketName, handle: Handler): Route {
  const [method = '', template = ''] = spec.split(' ');
  return { method, template, bucket, open: false, handle };
}

/** A route that a token in its path authorizes, or that needs none. */
export function openRoute(spec: string, bucket: BucketName, handle: Handler): Route {
  return { ...route(spec, bucket, handle), open: true };
}

export function ok(body: Json): Reply {
  return { status: 200, body };
}

export const NO_CONTENT: Reply = { status: 204 };

export function param(call: Call, name: string): Snowflake {
  const value = call.params[name] ?? '';
  const form = new Form();
  if (!isSnowflake(value)) {
    form.fail([`${name}_id`], 'NUMBER_TYPE_COERCE', `Value "${value}" is not snowflake.`);
    form.assert();
  }
  return value;
}

export function channelParam(call: Call, name = 'channel'): Channel {
  const channel = call.core.world.channels.get(param(call, name));
  if (channel === undefined) throw refusal(10003);
  return channel;
}

/** The guild of the path must be the one that the bot is in. */
export function requireGuild(call: Call): void {
  if (param(call, 'guild') !== call.core.world.guild.id) throw refusal(10004);
}

export function requireApplication(call: Call): void {
  if (param(call, 'application') !== call.core.world.application.id) throw refusal(20012);
}

export function queryFlag(call: Call, name: string): boolean {
  return ['true', '1'].includes((call.query.get(name) ?? '').toLowerCase());
}

export function queryInteger(
  call: Call,
  name: string,
  bounds: { min: number; max: number },
  fallback: number,
): number {
  const text = call.query.get(name);
  if (text === null) return fallback;
  const form = new Form();
  const value = form.integer([name], text, bounds);
  form.assert();
  return value ?? fallback;
}

export function querySnowflake(call: Call, name: string): Snowflake | undefined {
  const text = call.query.get(name);
  if (text === null) return undefined;
  const form = new Form();
  const id = form.snowflake([name], text);
  form.assert();
  return id;
}
