import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { check, type Restored, restore } from './backup.ts';
import { codeOf, connect } from './connection.ts';
import { BackupUnusable, StoreRefusal } from './errors.ts';
import { storeFaultText } from './fault-words.ts';
import type { Refusal } from './faults.ts';
import { inspect } from './inspect.ts';
import { jsonOf } from './json.ts';

/**
 * A restore for a store that a bot runs on. The command checks the backup and leaves a request beside the store; the
 * bot stops its parts, takes the request up, puts the backup in the store's place, says what came of it and starts
 * again. A request that a crash cut off is carried out by the next start, while somebody waits for it.
 */

const request = z.object({ id: z.string(), file: z.string(), at: z.number() });
const answer = z.object({
  /** The request's; null for one that could not be read. */
  id: z.string().nullable(),
  said: z.union([
    z.object({
      restored: z.object({
        format: z.number(),
        binding: z.object({ environment: z.string(), uid: z.string() }).nullable(),
        openTrades: z.number(),
        closedTrades: z.number(),
        kept: z.string().nullable(),
      }),
    }),
    z.object({ refused: z.object({ en: z.string(), 'zh-CN': z.string() }) }),
  ]),
});
type Said = z.input<typeof answer>['said'];

const LOOK_EVERY_MS = 1_000;
const ANSWER_LOOK_MS = 100;
/** A bot that is starting or stopping may take some seconds to take a request up; one that hangs is not waited for. */
const TAKEN_WITHIN_MS = 30_000;
/** From then on it is a matter of how large the files are. */
const DONE_WITHIN_MS = 90_000;
/** Nobody waits any more for what was asked for before that; it is not to happen at some later start. */
const FORGOTTEN_MS = DONE_WITHIN_MS + 5_000;

const wantedOf = (store: string) => `${store}.restore-wanted`;
const takenOf = (store: string) => `${store}.restore-taken`;
const answerOf = (store: string) => `${store}.restore-answer`;

/**
 * Asks the bot that runs on `store` to go back to `file`, an absolute path, and waits until it has done so.
 * Throws `BackupUnusable`, also where the backup is of another account than the store, and while another one waits.
 */
export async function askForRestore(store: string, file: string): Promise<Restored> {
  const found = await check(file, `${store}.checked-${process.pid}`);
  const running = connect(store);
  const { binding } = await inspect(store, running).finally(running.close);
  if (binding && found.binding && !sameAccount(binding, found.binding)) {
    throw new BackupUnusable({
      code: 'backup_of_other',
      file,
      of: found.binding,
      running: binding,
    });
  }
  const id = randomUUID();
  await leaveRequest(store, { id, file, at: Date.now() });
  const askedAt = performance.now();
  const patienceMs = () => (existsSync(wantedOf(store)) ? TAKEN_WITHIN_MS : DONE_WITHIN_MS);
  for (; performance.now() - askedAt < patienceMs(); await delay(ANSWER_LOOK_MS)) {
    const said = await answerTo(store, id);
    if (said === null) continue;
    await rm(answerOf(store), { force: true });
    if ('refused' in said) throw new BackupUnusable({ code: 'restore_refused', why: said.refused });
    return said.restored;
  }
  const isTaken = !(await withdrawn(wantedOf(store)));
  throw new BackupUnusable(
    isTaken
      ? { code: 'restore_unanswered', name: store }
      : { code: 'restore_not_taken_up', name: store, seconds: TAKEN_WITHIN_MS / 1_000 },
  );
}

/** What was asked for before and not taken up is not to undo what has been done by other means since. */
export async function forgetRequests(store: string): Promise<void> {
  for (const file of [wantedOf(store), takenOf(store)]) await rm(file, { force: true });
}

/** Resolves when somebody asks for a restore of the store that this program runs on. Holds no process open. */
export function restoreWanted(store: string): { asked: Promise<void>; close(): void } {
  const asked = Promise.withResolvers<void>();
  const timer = setInterval(() => {
    if (!existsSync(wantedOf(store))) return;
    clearInterval(timer);
    asked.resolve();
  }, LOOK_EVERY_MS);
  timer.unref();
  return { asked: asked.promise, close: () => clearInterval(timer) };
}

/**
 * Carries out a request, where there is one, while nothing has the store open. Whatever comes of it is the answer to
 * who asked, and what it was in words is returned for the log; null without a request.
 */
export function carryOutRestore(store: string, now: Date): Promise<string | null> {
  return answered(store, now, async (file) => ({ restored: await restore(store, file, now) }));
}

/** Answers a request, where there is one, with a no. */
export function refuseRestore(store: string, now: Date, why: Refusal): Promise<string | null> {
  return answered(store, now, async () => ({ refused: why }));
}

async function answered(
  store: string,
  now: Date,
  work: (file: string) => Promise<Said>,
): Promise<string | null> {
  const taken = takenOf(store);
  // Left by a run that a crash has ended in the middle of it, else taken up now, unless it has been withdrawn.
  if (!existsSync(taken)) {
    const isTaken = await rename(wantedOf(store), taken).then(
      () => true,
      () => false,
    );
    if (!isTaken) return null;
  }
  let id: string | null = null;
  let said: Said;
  try {
    const asked = request.parse(JSON.parse(await readFile(taken, 'utf8')));
    id = asked.id;
    if (now.getTime() - asked.at > FORGOTTEN_MS) throw new BackupUnusable({ code: 'restore_forgotten' });
    said = await work(asked.file);
  } catch (error) {
    said = { refused: refusalOf(id === null ? new BackupUnusable({ code: 'restore_unreadable' }) : error) };
  }
  // A disk that is full must not keep the bot from starting.
  await writeWhole(answerOf(store), { id, said }).catch(() => undefined);
  // Whatever stands there: a start that cannot take it away would end at it again and again.
  await rm(taken, { force: true, recursive: true });
  return 'refused' in said ? said.refused.en : `restored; the store from before is ${said.restored.kept}`;
}

/** One at a time: what the first is told must be what came of its own request. */
async function leaveRequest(store: string, wanted: z.input<typeof request>): Promise<void> {
  for (const file of [wantedOf(store), takenOf(store)]) {
    const at = (await stat(file).catch(() => null))?.mtimeMs;
    if (at !== undefined && Date.now() - at > FORGOTTEN_MS) await rm(file, { force: true });
  }
  const own = `${wantedOf(store)}-${wanted.id}`;
  try {
    if (existsSync(takenOf(store))) throw new BackupUnusable({ code: 'restore_under_way', name: store });
    await writeWhole(own, wanted);
    await link(own, wantedOf(store));
  } catch (error) {
    throw codeOf(error) === 'EEXIST' ? new BackupUnusable({ code: 'restore_under_way', name: store }) : error;
  } finally {
    await rm(own, { force: true });
  }
}

/** What the bot has said to this request; null until then. */
async function answerTo(store: string, id: string): Promise<Said | null> {
  if (!existsSync(answerOf(store))) return null;
  const text = await readFile(answerOf(store), 'utf8').catch(() => '');
  const given = answer.safeParse(jsonOf(text));
  return given.success && given.data.id === id ? given.data.said : null;
}

/** In one line. */
function refusalOf(error: unknown): Refusal {
  if (error instanceof StoreRefusal)
    return { en: error.message, 'zh-CN': storeFaultText(error.fault, 'zh-CN') };
  const why = (error instanceof Error ? error.message : String(error)).replaceAll(/\s*[\r\n]\s*/g, ' ');
  return { en: why, 'zh-CN': why };
}

/** Whether the file was still there to be taken back. */
async function withdrawn(file: string): Promise<boolean> {
  return rm(file).then(
    () => true,
    () => false,
  );
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
