import { createInterface } from 'node:readline';
import { type Readable, Writable } from 'node:stream';

/** Whoever sits there has pressed Ctrl-C, or the input has ended before the last answer. */
export class Interrupted extends Error {
  override name = 'Interrupted';
}

/** Questions and answers in a terminal, or over pipes. Every question rejects with `Interrupted`. */
export interface Terminal {
  say(text: string): void;
  /** One line, trimmed. */
  ask(question: string): Promise<string>;
  /** One line, or a key of several lines from BEGIN to END, of which nothing is shown. */
  askSecret(question: string): Promise<string>;
  /** Rejects with `Interrupted` at Ctrl-C, also while nothing is asked; never resolves. */
  readonly interrupted: Promise<never>;
  close(): void;
}

export interface TerminalStreams {
  input: Readable & { isTTY?: boolean };
  output: NodeJS.WritableStream & { isTTY?: boolean; columns?: number };
}

export function openTerminal({ input, output }: TerminalStreams): Terminal {
  const isTerminal = Boolean(input.isTTY && output.isTTY);
  // What is typed before it is asked for could be a secret.
  let isMuted = true;
  let isOver = false;
  const shown = Object.assign(
    new Writable({
      write(chunk, _encoding, done) {
        if (!isMuted) output.write(chunk);
        done();
      },
    }),
    { columns: output.columns ?? 80 },
  );
  // Without a history: the arrow keys would bring an answer that was not to be seen.
  const lines = createInterface({ input, output: shown, terminal: isTerminal, historySize: 0 });
  const interrupted = Promise.withResolvers<never>();
  interrupted.promise.catch(() => undefined);
  const interrupt = (): void => interrupted.reject(new Interrupted());
  /** Lines that came before they were asked for, as they do over a pipe. */
  const early: string[] = [];
  let waiting: ((line: string) => void) | null = null;
  lines.on('line', (line) => {
    if (waiting) waiting(line);
    else early.push(line);
    waiting = null;
  });
  lines.on('SIGINT', interrupt);
  lines.on('close', () => {
    isOver = true;
    if (waiting) interrupt();
  });
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);

  async function nextLine(): Promise<string> {
    const before = early.shift();
    if (before !== undefined) return before;
    if (isOver) interrupt();
    const line = new Promise<string>((resolve) => {
      waiting = resolve;
    });
    try {
      return await Promise.race([line, interrupted.promise]);
    } finally {
      waiting = null;
    }
  }

  async function hidden(): Promise<string> {
    const first = await nextLine();
    if (!/-----BEGIN/.test(first) || /-----END/.test(first)) return first;
    const key = [first];
    while (!/-----END/.test(key.at(-1) ?? '')) key.push(await nextLine());
    return key.join('\n');
  }

  return {
    say: (text) => void output.write(`${text}\n`),
    async ask(question) {
      isMuted = false;
      if (isOver) output.write(`${question} `);
      else {
        lines.setPrompt(`${question} `);
        lines.prompt();
      }
      try {
        return (await nextLine()).trim();
      } finally {
        isMuted = true;
      }
    },
    async askSecret(question) {
      output.write(`${question} `);
      lines.setPrompt('');
      const answer = await hidden();
      output.write('\n');
      return answer.trim();
    },
    interrupted: interrupted.promise,
    close() {
      process.off('SIGINT', interrupt);
      process.off('SIGTERM', interrupt);
      lines.close();
    },
  };
}
