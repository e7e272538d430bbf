import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Reading } from './trading/model.ts';
import { type MessageText, parseMessage } from './trading/signals/parse.ts';
import { readingToJson } from './trading/signals/reading-json.ts';

export interface CommandStreams {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
}

interface Line extends MessageText {
  readonly id?: string | number | undefined;
}

/**
 * `parse [FILE]`: reads JSON lines `{"id"?, "content", "embeds"?}` and writes one JSON line for each. `-` is standard input.
 * A line that cannot be read is told on stderr with its number, and the rest goes on.
 * @returns the exit code: 0, 1 if any line could not be read, 2 for a wrong call
 */
export async function runParse(args: readonly string[], io: CommandStreams): Promise<number> {
  const [file, ...rest] = args;
  const isStdin = file === undefined || file === '-';
  if (rest.length > 0 || (!isStdin && file.startsWith('-'))) {
    io.stderr.write('usage: parse [FILE]\n');
    return 2;
  }
  const counts: Record<Reading['kind'], number> = { signal: 0, update: 0, invalid: 0, none: 0 };
  const startedMs = performance.now();
  let failed = 0;
  let number = 0;
  let isHeard = true;
  // As when what comes out is piped into `head`.
  io.stdout.once('error', () => {
    isHeard = false;
  });
  try {
    const input = isStdin ? io.stdin : createReadStream(file);
    for await (const text of linesOf(input)) {
      if (!isHeard) return 0;
      number++;
      if (text.trim() === '') continue;
      const line = readLine(text);
      if (typeof line === 'string') {
        failed++;
        io.stderr.write(`line ${number}: ${line}\n`);
        continue;
      }
      const { reading } = parseMessage(line);
      counts[reading.kind]++;
      await write(io.stdout, `${JSON.stringify(readingToJson(line.id, reading))}\n`);
    }
  } catch (error) {
    io.stderr.write(
      `cannot read ${isStdin ? 'standard input' : file}: ${error instanceof Error ? error.message : String(error)}\n`,
    );
    return 1;
  }
  io.stderr.write(`${summary(counts, performance.now() - startedMs)}\n`);
  return failed > 0 ? 1 : 0;
}

/** Lines of a stream; an error of the stream (a missing file) is thrown. */
async function* linesOf(input: Readable): AsyncGenerator<string> {
  let failure: Error | null = null;
  const reader = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  input.once('error', (error: Error) => {
    failure = error;
    reader.close();
  });
  for await (const line of reader) yield line;
  if (failure !== null) throw failure;
}

function write(stream: Writable, text: string): Promise<void> | undefined {
  if (stream.write(text) || stream.destroyed) return undefined;
  return new Promise((resolve) => {
    stream.once('drain', resolve);
    stream.once('close', resolve);
  });
}

function summary(counts: Record<Reading['kind'], number>, elapsedMs: number): string {
  const total = counts.signal + counts.update + counts.invalid + counts.none;
  const perSecond = Math.round(total / Math.max(elapsedMs / 1000, 0.001));
  return `${total} messages: ${counts.signal} signals, ${counts.update} updates, ${counts.invalid} invalid, ${counts.none} none; ${perSecond} messages/s`;
}

/** The message of a line, or what is wrong with it. */
function readLine(text: string): Line | string {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    return `not JSON (${error instanceof Error ? error.message : String(error)})`;
  }
  if (!isRecord(value)) return 'not a JSON object';
  const { id, content = '', embeds, parts } = value;
  if (id !== undefined && typeof id !== 'string' && typeof id !== 'number') return '"id" is not a string';
  if (content !== null && typeof content !== 'string') return '"content" is not a string';
  if (content === '' && value.content === undefined && embeds === undefined)
    return 'neither "content" nor "embeds"';
  if (embeds != null && !isEmbeds(embeds)) return '"embeds" is not a list of embeds';
  if (parts != null && !(Array.isArray(parts) && parts.every((part) => typeof part === 'string')))
    return '"parts" is not a list of texts';
  return {
    id,
    content: content ?? '',
    embeds: embeds ?? [],
    parts: parts ?? [],
  };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isText = (value: unknown): boolean => value == null || typeof value === 'string';
const isPart = (value: unknown, key: string): boolean =>
  value == null || (isRecord(value) && isText(value[key]));

function isEmbeds(value: unknown): value is NonNullable<MessageText['embeds']> {
  return (
    Array.isArray(value) &&
    value.every(
      (embed) =>
        isRecord(embed) &&
        isText(embed.title) &&
        isText(embed.description) &&
        isPart(embed.author, 'name') &&
        isPart(embed.footer, 'text') &&
        (embed.fields == null ||
          (Array.isArray(embed.fields) &&
            embed.fields.every((field) => isRecord(field) && isText(field.name) && isText(field.value)))),
    )
  );
}
