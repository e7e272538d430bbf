import { methodNotAllowed, notFound } from '../errors.ts';
import { applicationRoutes } from './applications.ts';
import { channelRoutes } from './channels.ts';
import { guildRoutes } from './guilds.ts';
import { interactionRoutes } from './interactions.ts';
import { messageRoutes } from './messages.ts';
import { pinRoutes } from './pins.ts';
import { reactionRoutes } from './reactions.ts';
import type { Route } from './route.ts';
import { threadRoutes } from './threads.ts';
import { userRoutes } from './users.ts';
import { webhookRoutes } from './webhooks.ts';

const ROUTES: readonly Route[] = [
  ...messageRoutes,
  ...pinRoutes,
  ...reactionRoutes,
  ...channelRoutes,
  ...threadRoutes,
  ...guildRoutes,
  ...userRoutes,
  ...applicationRoutes,
  ...webhookRoutes,
  ...interactionRoutes,
];

export interface Match {
  route: Route;
  params: Record<string, string>;
}

/** Finds the route of a path such as `/channels/1/messages`; one with more literal segments wins. */
export function matchRoute(method: string, path: string): Match {
  const segments = path.split('/').map(decodeURIComponent);
  const fitting = ROUTES.flatMap((route) => {
    const params = matchTemplate(route.template, segments);
    return params === undefined ? [] : [{ route, params }];
  });
  if (fitting.length === 0) throw notFound();
  const ofMethod = fitting.filter(({ route }) => route.method === method);
  const best = ofMethod.sort((a, b) => Object.keys(a.params).length - Object.keys(b.params).length)[0];
  if (best === undefined) throw methodNotAllowed();
  return best;
}

function matchTemplate(template: string, segments: readonly string[]): Record<string, string> | undefined {
  const pattern = template.split('/');
  if (pattern.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const actual = segments[index] ?? '';
    if (expected.startsWith(':')) params[expected.slice(1)] = actual;
    else if (expected !== actual) return undefined;
  }
  return params;
}

/**
 * Channels, guilds and webhooks (with their token) have limits of their own.
 * https://docs.discord.com/developers/topics/rate-limits
 */
export function majorParameter({ params }: Match): string {
  const { channel, guild, webhook, interaction, token } = params;
  return channel ?? (webhook ?? interaction)?.concat(token ?? '') ?? guild ?? '';
}
