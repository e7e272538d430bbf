import type { JsonObject } from './json.ts';

/** A refusal as the REST API sends it: HTTP status, JSON error code, text. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: number;
  readonly details: JsonObject;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: number,
    message: string,
    details: JsonObject = {},
    headers: Record<string, string> = {},
  ) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.details = details;
    this.headers = headers;
  }

  get body(): JsonObject {
    return { message: this.message, code: this.code, ...this.details };
  }
}

/**
 * Status and text by JSON error code.
 * https://docs.discord.com/developers/topics/opcodes-and-status-codes#json-json-error-codes
 */
const REFUSALS = {
  10002: [404, 'Unknown Application'],
  10003: [404, 'Unknown Channel'],
  10004: [404, 'Unknown Guild'],
  10007: [404, 'Unknown Member'],
  10008: [404, 'Unknown Message'],
  10011: [404, 'Unknown Role'],
  10013: [404, 'Unknown User'],
  10014: [400, 'Unknown Emoji'],
  10015: [404, 'Unknown Webhook'],
  10062: [404, 'Unknown interaction'],
  10063: [404, 'Unknown application command'],
  20012: [403, 'You are not authorized to perform this action on this application'],
  30003: [400, 'Maximum number of pins reached (250)'],
  30007: [400, 'Maximum number of webhooks reached (15)'],
  30032: [400, 'Maximum number of application commands reached (100).'],
  40005: [413, 'Request entity too large'],
  40033: [400, 'This message has already been crossposted.'],
  40058: [400, 'Cannot send a message in a forum channel'],
  40060: [400, 'Interaction has already been acknowledged.'],
  50001: [403, 'Missing Access'],
  50003: [403, 'Cannot execute action on a DM channel'],
  50005: [403, 'Cannot edit a message authored by another user'],
  50006: [400, 'Cannot send an empty message'],
  50007: [403, 'Cannot send messages to this user'],
  50008: [400, 'Cannot send messages in a non-text channel'],
  50013: [403, 'Missing Permissions'],
  50016: [400, 'You can only bulk delete messages between 2 and 100.'],
  50021: [403, 'Cannot execute action on a system message'],
  50024: [400, 'Cannot execute action on this channel type'],
  50027: [401, 'Invalid Webhook Token'],
  50034: [400, 'You can only bulk delete messages that are under 14 days old.'],
  50041: [400, 'Invalid API version'],
  50083: [400, 'Thread is archived'],
  50109: [400, 'The request body contains invalid JSON.'],
  160002: [400, 'Cannot reply without permission to read message history'],
  160004: [400, 'A thread has already been created for this message'],
  160005: [400, 'Thread is locked'],
  160014: [400, 'You cannot forward a message whose content you cannot read.'],
} as const satisfies Record<number, readonly [status: number, text: string]>;

export type RefusalCode = keyof typeof REFUSALS;

/** The refusal that Discord documents under this JSON error code. */
export function refusal(code: RefusalCode): ApiError {
  const [status, text] = REFUSALS[code];
  return new ApiError(status, code, text);
}

export function unauthorized(): ApiError {
  return new ApiError(401, 0, '401: Unauthorized');
}

export function notFound(): ApiError {
  return new ApiError(404, 0, '404: Not Found');
}

export function methodNotAllowed(): ApiError {
  return new ApiError(405, 0, '405: Method Not Allowed');
}
