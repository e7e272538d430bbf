import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { envLines, loadEnv } from './env.ts';
import { type StoreKind, storeKind, storeName, storePath } from './trading/store/address.ts';
import { backUp, restore as putBack, type Restored } from './trading/store/backup.ts';
import { StoreInUse } from './trading/store/errors.ts';
import { askForRestore, forgetRequests } from './trading/store/handover.ts';
import type { Inspection } from './trading/store/inspect.ts';

/** The commands that copy the store. Each says in a line or two what it has done; a problem is one line on stderr. */

export async function backup(args: readonly string[]): Promise<number> {
  const [file, ...more] = args;
  if (more.length > 0) return wrong(`backup takes one FILE, not ${args.join(' ')}`);
  return withStore(async (store) => {
    const target = file ?? defaultFile(store, new Date());
    const found = await backUp(store, target);
    const { size } = await stat(target);
    console.log(`${store} → ${target} (${kilobytes(size)}): ${summary(found)}`);
    console.log(`To go back to it: npm start -- restore ${target}`);
  });
}

export async function restore(args: readonly string[]): Promise<number> {
  const [file, ...more] = args;
  if (file === undefined || more.length > 0) {
    return wrong(`restore takes one FILE${args.length > 1 ? `, not ${args.join(' ')}` : ''}`);
  }
  return withStore(async (store) => {
    const { restored, isRunning } = await putBackOrAsk(store, resolve(file));
    const { kept, ...found } = restored;
    console.log(`${file} → ${store}: ${summary(found)}`);
    if (kept !== null) console.log(`The store that was there is kept as ${kept}`);
    const start = isRunning ? 'The running bot starts anew on it, compares it' : 'The next start compares it';
    console.log(
      `${start} with the exchange and reads no message from before that start. Trades opened since the backup are ` +
        'unknown to it: npm start -- rebuild takes them over, while the bot is stopped.',
    );
  });
}

/** A bot that runs on the store does it itself, between an end and a start of its parts. */
async function putBackOrAsk(
  store: string,
  file: string,
): Promise<{ restored: Restored; isRunning: boolean }> {
  try {
    const restored = await putBack(store, file, new Date());
    await forgetRequests(store);
    return { restored, isRunning: false };
  } catch (error) {
    if (!(error instanceof StoreInUse)) throw error;
    return { restored: await askForRestore(store, file), isRunning: true };
  }
}

async function withStore(work: (store: string) => Promise<void>): Promise<number> {
  const loaded = loadEnv();
  if (!loaded.ok) return wrong(envLines(loaded.problems, 'en').join('\n'));
  const kind = storeKind(loaded.env.storeUrl);
  if (kind !== 'sqlite') return wrong(ELSEWHERE[kind](storeName(loaded.env.storeUrl)));
  try {
    await work(storePath(loaded.env.storeUrl));
    return 0;
  } catch (error) {
    return failed(error);
  }
}

/** What copies a store on a server, which this program cannot do as well as the server's own tools. */
const ELSEWHERE: Readonly<Record<Exclude<StoreKind, 'sqlite'>, (name: string) => string>> = {
  postgres: (name) =>
    `STORE_URL: ${name} is copied and put back by PostgreSQL's own tools, pg_dump and pg_restore: see docs/stores.md`,
  redis: (name) =>
    `STORE_URL: ${name} is copied and put back with the files of its server (appendonlydir): see docs/stores.md`,
};

/** `backups/signalbox-20261126T113802Z.sqlite` beside the store. */
function defaultFile(store: string, now: Date): string {
  const stamp = now.toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const file = join(dirname(store), 'backups', `signalbox-${stamp}.sqlite`);
  // Two within one second.
  return existsSync(file) ? file.replace('Z.sqlite', `.${now.getMilliseconds()}Z.sqlite`) : file;
}

function summary({ format, binding, openTrades, closedTrades }: Inspection): string {
  const whose = binding ? `${binding.environment} account ${binding.uid}` : 'not bound to an account yet';
  return `${whose}, ${openTrades} open and ${closedTrades} closed trades, format ${format}`;
}

function kilobytes(bytes: number): string {
  return `${Math.ceil(bytes / 1_024)} kB`;
}

function wrong(problem: string): number {
  console.error(problem);
  return 2;
}

/** Errors of the store are one line and carry their exit code; what the file system says is one line too. */
export function failed(error: unknown): number {
  if (!(error instanceof Error)) throw error;
  if ('exitCode' in error && typeof error.exitCode === 'number') {
    console.error(error.message);
    return error.exitCode;
  }
  if ('code' in error && typeof error.code === 'string') {
    console.error(error.message);
    return 1;
  }
  throw error;
}
