import { chmod, mkdir, open, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

/** `sqlite://data/x.sqlite` is relative to the working directory, `sqlite:///var/x.sqlite` is absolute. */
export function storePath(storeUrl: string): string {
  return resolve(storeUrl.replace(/^sqlite:\/\//, ''));
}

/**
 * Creates folder and file where they are missing, readable by the owner alone, and answers with the file's real path.
 * A file that exists is never opened here: closing it would drop every lock that this process holds on it
 * (https://sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_).
 */
export async function ownFile(path: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const real = await realpath(path).catch(async () => join(await realpath(dirname(path)), basename(path)));
  try {
    await (await open(real, 'wx', 0o600)).close();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  await chmod(real, 0o600);
  return real;
}
