import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { registerSecret } from '../scrub.ts';
import { Secret } from '../secret.ts';

/**
 * What opens the panel: the given one, else the one in this file, which is written at the first start. `beside` the
 * store is where it is kept as well, from earlier or where that file cannot be written.
 */
export async function webToken(given: Secret | null, path: string, beside = path): Promise<Secret> {
  if (given) return given;
  const known = (await readToken(beside)) ?? (await readToken(path));
  const token = new Secret(known ?? (await writeToken(path).catch(() => writeToken(beside))));
  registerSecret(token.reveal());
  return token;
}

/** There is no such file, or no such folder. */
const ABSENT = new Set<unknown>(['ENOENT', 'ENOTDIR']);

async function readToken(path: string): Promise<string | null> {
  try {
    const text = (await readFile(path, 'utf8')).trim();
    // Whoever copied it may have opened it to others.
    await chmod(path, 0o600);
    return text === '' ? null : text;
  } catch (error) {
    if (error instanceof Error && 'code' in error && ABSENT.has(error.code)) return null;
    throw error;
  }
}

async function writeToken(path: string): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(path, `${token}\n`, { mode: 0o600 });
  return token;
}
