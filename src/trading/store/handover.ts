import { existsSync } from 'node:fs';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { check, type Restored, restore } from './backup.ts';
import { connect } from './connection.ts';
import { BackupUnusable } from './errors.ts';
import { inspect } from './inspect.ts';

/**
 * A restore for a store that a bot runs on. The command checks the backup and leaves a request beside the store; the
 * bot stops its parts, puts the backup in the store's place, says what came of it and starts again.
 */

const request = z.object({ file: z.string(), at: z.number() });
const answer = z.union([
  z.object({
    restored: z.object({
      format: z.number(),
      binding: z.object({ environment: z.string(), uid: z.string() }).nullable(),
      openTrades: z.number(),
      closedTrades: z.number(),
      kept: z.string().nullable(),
    }),
  }),
  z.object({ refused: z.string() }),
]);

const LOOK_EVERY_MS = 1_000;
const ANSWER_LOOK_MS = 100;
/** A bot that is stopping may take some seconds; one that hangs is not waited for. */
const PATIENCE_MS = 30_000;
/** Nobody waits any more for what was asked for before that; it is not to happen at some later start. */
const FORGOTTEN_MS = PATIENCE_MS + 5_000;

const requestOf = (store: string) => `${store}.restore-wanted`;
const answerOf = (store: string) => `${store}.restore-answer`;

/**
 * Asks the bot that runs on `store` to go back to `file`, an absolute path, and waits until it has done so.
 * Throws `BackupUnusable`, also where the backup is of another account than the store.
 */
export async function askForRestore(store: string, file: string): Promise<Restored> {
  const found = await check(file, `${store}.checked-${process.pid}`);
  const running = connect(store);
  const { binding } = await inspect(store, running).finally(running.close);
  if (binding && found.binding && !sameAccount(binding, found.binding)) {
    throw new BackupUnusable(
      `${file} belongs to the ${found.binding.environment} account ${found.binding.uid}, the running bot to ` +
        `${binding.environment} ${binding.uid}: stop it, and restore with the settings of that account`,
    );
  }
  await rm(answerOf(store), { force: true });
  await writeWhole(requestOf(store), { file, at: Date.now() });
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await delay(ANSWER_LOOK_MS)) {
    if (!existsSync(answerOf(store))) continue;
    const said = answer.parse(JSON.parse(await readFile(answerOf(store), 'utf8')));
    await rm(answerOf(store), { force: true });
    if ('refused' in said) throw new BackupUnusable(said.refused);
    return said.restored;
  }
  await rm(requestOf(store), { force: true });
  throw new BackupUnusable(
    `the bot that runs on ${store} did not take the request within ${PATIENCE_MS / 1_000} s: stop it, then restore again`,
  );
}

/** Resolves when somebody asks for a restore of the store that this program runs on. Holds no process open. */
export function restoreWanted(store: string): { asked: Promise<void>; close(): void } {
  const asked = Promise.withResolvers<void>();
  const timer = setInterval(() => {
    if (existsSync(requestOf(store))) asked.resolve();
  }, LOOK_EVERY_MS);
  timer.unref();
  return { asked: asked.promise, close: () => clearInterval(timer) };
}

/**
 * Carries out a request, where there is one, while nothing has the store open. Whatever comes of it is the answer to
 * who asked, and what it was in words is returned for the log; null without a request.
 */
export async function carryOutRestore(store: string, now: Date): Promise<string | null> {
  if (!existsSync(requestOf(store))) return null;
  let said: z.input<typeof answer>;
  try {
    const { file, at } = request.parse(JSON.parse(await readFile(requestOf(store), 'utf8')));
    if (now.getTime() - at > FORGOTTEN_MS) throw new BackupUnusable('the request was too old');
    said = { restored: await restore(store, file, now) };
  } catch (error) {
    said = { refused: error instanceof Error ? error.message : String(error) };
  }
  await rm(requestOf(store), { force: true });
  await writeWhole(answerOf(store), said);
  return 'refused' in said ? said.refused : `restored; the store from before is ${said.restored.kept}`;
}

function sameAccount(
  a: { environment: string; uid: string },
  b: { environment: string; uid: string },
): boolean {
  return a.environment === b.environment && a.uid === b.uid;
}

/** Whoever finds the file finds all of it. */
async function writeWhole(path: string, value: object): Promise<void> {
  const half = `${path}.half`;
  const handle = await open(half, 'w', 0o600);
  try {
    await handle.writeFile(JSON.stringify(value));
  } finally {
    await handle.close();
  }
  await rename(half, path);
}
