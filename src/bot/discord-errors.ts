import { DiscordAPIError, HTTPError, RateLimitError, RESTJSONErrorCodes } from 'discord.js';

/**
 * What a failed call to Discord means for the message it carried.
 * Codes: https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
 */
export type Refusal =
  /** Busy, down or unreachable: the same call may pass later. */
  | { kind: 'retry'; afterMs: number | null; reason: string }
  /** The message to edit is gone. */
  | { kind: 'message_gone' }
  /** No place to post: channel gone, access or permission missing, direct messages closed. */
  | { kind: 'closed'; reason: string }
  /** Discord will never take this body. */
  | { kind: 'invalid'; reason: string };

const CLOSED: ReadonlySet<number | string> = new Set([
  RESTJSONErrorCodes.UnknownChannel,
  RESTJSONErrorCodes.UnknownGuild,
  RESTJSONErrorCodes.UnknownUser,
  RESTJSONErrorCodes.MissingAccess,
  RESTJSONErrorCodes.MissingPermissions,
  RESTJSONErrorCodes.CannotSendMessagesToThisUser,
  RESTJSONErrorCodes.CannotExecuteActionOnDMChannel,
  RESTJSONErrorCodes.InvalidActionOnArchivedThread,
  RESTJSONErrorCodes.ThreadLocked,
  RESTJSONErrorCodes.MaximumActiveThreads,
]);

export function refusalOf(error: unknown): Refusal {
  if (error instanceof RateLimitError)
    return { kind: 'retry', afterMs: error.retryAfter, reason: 'rate limited' };
  if (error instanceof HTTPError) return { kind: 'retry', afterMs: null, reason: `HTTP ${error.status}` };
  if (!(error instanceof DiscordAPIError)) {
    // Sockets that break and time-outs: no answer at all.
    return { kind: 'retry', afterMs: null, reason: error instanceof Error ? error.name : 'no answer' };
  }
  const reason = describe(error);
  if (error.code === RESTJSONErrorCodes.UnknownMessage) return { kind: 'message_gone' };
  if (CLOSED.has(error.code) || error.status === 403) return { kind: 'closed', reason };
  // The token is not valid any more: the messages wait for the next one.
  const later = error.status === 429 || error.status === 401 || error.status >= 500;
  if (later) return { kind: 'retry', afterMs: null, reason };
  return { kind: 'invalid', reason };
}

/** What stands in front of Discord (a proxy, a gateway) knows no such request; Discord's own refusals carry a code. */
export function hasNoAddress(error: unknown): boolean {
  return error instanceof DiscordAPIError && [404, 405].includes(error.status) && !error.code;
}

/** Somebody has taken a thread away or locked it; a missing permission is something else. */
export function isThreadOver(error: unknown): boolean {
  return (
    error instanceof DiscordAPIError &&
    (error.code === RESTJSONErrorCodes.UnknownChannel ||
      error.code === RESTJSONErrorCodes.ThreadLocked ||
      error.code === RESTJSONErrorCodes.InvalidActionOnArchivedThread)
  );
}

/**
 * The interaction can no longer be answered: not acknowledged within 3 s, or its token's 15 minutes are over.
 * https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-callback
 */
export function isDeadInteraction(error: unknown): boolean {
  return (
    error instanceof DiscordAPIError &&
    (error.code === RESTJSONErrorCodes.UnknownInteraction ||
      error.code === RESTJSONErrorCodes.InvalidWebhookToken ||
      error.code === RESTJSONErrorCodes.UnknownWebhook)
  );
}

/** Words of others: what would steer a terminal, or begin a line, is taken out. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
}

/** A line about an error that holds no address: an interaction's token stands in its URL. */
export function describe(error: unknown): string {
  if (error instanceof DiscordAPIError) {
    // It is whatever the answer had there.
    const code = typeof error.code === 'object' ? 'no code' : error.code;
    return oneLine(`${code} ${error.message.split('\n')[0] ?? ''}`);
  }
  if (error instanceof HTTPError) return `HTTP ${error.status}`;
  return oneLine(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
}
