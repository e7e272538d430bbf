import { type DestinationStream, destination, type Logger, pino } from 'pino';
import { scrub } from './scrub.ts';

export type Log = Logger;

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

const HIDDEN_FIELDS = ['token', 'secret', 'apiKey', 'apiSecret', 'listenKey', 'signature', 'headers'];

/**
 * JSON lines on stdout, one event a line. Written synchronously and without a worker thread: a crash loses no line,
 * and a second thread would cost 20 MB. Every finished line goes through `scrub`, whatever was logged.
 */
export function createLog(level: LogLevel, out: DestinationStream = destination({ fd: 1, sync: true })): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: HIDDEN_FIELDS.flatMap((field) => [field, `*.${field}`]),
        censor: '[redacted]',
      },
      serializers: { err: describeError, error: describeError },
      hooks: { streamWrite: scrub },
    },
    out,
  );
}

/** The newest lines of the log, for who wants to read along. */
export interface LogTail {
  /** Where the log is to write: every line is kept and passed on. */
  readonly out: DestinationStream;
  /** Oldest first, without their line ends. */
  lines(): readonly string[];
  /** Answers with what ends it. */
  follow(listener: (line: string) => void): () => void;
}

const TAIL_LINES = 500;

export function createLogTail(to: DestinationStream = destination({ fd: 1, sync: true })): LogTail {
  const lines: string[] = [];
  const listeners = new Set<(line: string) => void>();
  return {
    out: {
      write(text) {
        to.write(text);
        const line = text.trimEnd();
        if (lines.push(line) > TAIL_LINES) lines.shift();
        for (const listener of listeners) listener(line);
      },
    },
    lines: () => [...lines],
    follow(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export interface ErrorDescription {
  type: string;
  message: string;
  code?: string | number;
  stack?: string;
  cause?: ErrorDescription;
}

const DEEPEST_CAUSE = 4;

/**
 * What may be said of a thrown value: its name, message, code, stack and causes. Nothing else is copied, because
 * HTTP clients hang the request on their errors (config, headers, signed URL), and the SDK throws plain objects.
 */
export function describeError(thrown: unknown, depth = 0): ErrorDescription {
  if (typeof thrown !== 'object' || thrown === null) return { type: typeof thrown, message: String(thrown) };
  const { code, message, cause } = thrown as { code?: unknown; message?: unknown; cause?: unknown };
  const description: ErrorDescription = {
    type: thrown instanceof Error ? thrown.name : 'object',
    message: typeof message === 'string' ? message : 'no message',
  };
  if (typeof code === 'string' || typeof code === 'number') description.code = code;
  if (thrown instanceof Error && thrown.stack) description.stack = thrown.stack;
  if (cause !== undefined && depth < DEEPEST_CAUSE) description.cause = describeError(cause, depth + 1);
  return description;
}
