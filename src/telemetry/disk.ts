import { statfs } from 'node:fs/promises';

/** Free on the disk that holds this folder; null where the system does not say. */
export async function freeBytesOf(folder: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return null;
  }
}
