import type { Terminal } from './terminal.ts';
import type { DoctorWords, SetupWords } from './words/words.ts';

/** Whom to ask, and in which words. */
export interface Asking {
  terminal: Terminal;
  say: SetupWords;
  doctor: DoctorWords;
}

/** Until the answer does; `check` answers with what is wrong with it. An empty answer is the fallback. */
export async function askText(
  { terminal, say }: Asking,
  question: string,
  fallback: string | null,
  check: (answer: string) => Promise<string | null> | string | null,
): Promise<string> {
  for (;;) {
    const answer =
      (await terminal.ask(`${question}${fallback === null ? '' : ` [${fallback}]`}`)) || fallback;
    const problem = answer === null ? say.required : await check(answer);
    if (answer !== null && problem === null) return answer;
    terminal.say(`  ${problem?.trimStart()}`);
  }
}

export async function askYes({ terminal, say }: Asking, question: string): Promise<boolean> {
  for (;;) {
    const answer = await terminal.ask(`${question} (${say.yesNo}) [y]`);
    if (answer === '' || say.isYes.test(answer)) return true;
    if (say.isNo.test(answer)) return false;
    terminal.say(`  ${say.again}`);
  }
}

/** One of several, by its number or its key. Enter takes the first. */
export async function choose<K extends string>(
  asking: Asking,
  question: string,
  options: readonly { key: K; label: string }[],
): Promise<K> {
  const { terminal, say } = asking;
  terminal.say(question);
  listOut(
    terminal,
    options.map(({ label }) => label),
  );
  for (;;) {
    const answer = (await terminal.ask('  [1]')) || '1';
    const chosen = options.find(({ key }, index) => answer === key || answer === String(index + 1));
    if (chosen) return chosen.key;
    terminal.say(`  ${say.notANumber(options.length)}`);
  }
}

export function listOut(terminal: Terminal, labels: readonly string[]): void {
  for (const [index, label] of labels.entries()) {
    terminal.say(`  ${String(index + 1).padStart(3)}  ${label}`);
  }
}

/** `1, 3` and `1，3、4`. */
export function parts(answer: string): string[] {
  return answer.split(/[\s,，、;；]+/).filter((part) => part !== '');
}

export function keysOf<K extends string>(labels: Readonly<Record<K, string>>): { key: K; label: string }[] {
  return Object.entries<string>(labels).map(([key, label]) => ({ key: key as K, label }));
}
