import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

/** What a page loads besides itself. Only files that were found at the start are served: no path reaches the disk. */
export interface Assets {
  /** The address of a file by its name, `web/html.js`; it changes with the content of any of them. */
  url(name: string): string;
  /** What lies at this address. */
  find(path: string): Asset | null;
  /** Names of the modules that are imported by a bare name, with their addresses. */
  readonly importMap: { imports: Record<string, string> };
  /** Bytes of all of them together as they are sent. */
  readonly gzippedBytes: number;
}

export interface Asset {
  type: string;
  bytes: Buffer;
  gzipped: Buffer;
}

/** Where all of them lie. */
export const ASSETS_BELOW = '/assets/';

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Modules of others, as browsers load them. */
const MODULES = {
  preact: new URL(import.meta.resolve('preact')),
  'preact/hooks': new URL(import.meta.resolve('preact/hooks')),
  htm: new URL(import.meta.resolve('htm')),
  // The package's own entry wants a second package; this file is both in one.
  'lightweight-charts': new URL(
    './lightweight-charts.standalone.production.mjs',
    import.meta.resolve('lightweight-charts'),
  ),
} as const;

const compress = promisify(gzip);

/**
 * `folders` are below src/panel; their scripts, styles and pictures are served under their own names. Read and
 * compressed one after the other beside the event loop: a bot that trades is not held up, and its store, which uses
 * the same few threads, gets its turn in between.
 */
export async function loadAssets(folders: readonly string[]): Promise<Assets> {
  const files = new Map<string, Asset>();
  for (const folder of folders) {
    const root = new URL(`./${folder}/`, import.meta.url);
    for (const name of await readdir(root, { recursive: true })) {
      const type = TYPES[extname(name)];
      if (type !== undefined) files.set(`${folder}/${name}`, await read(new URL(name, root), type));
    }
  }
  for (const [name, file] of Object.entries(MODULES)) {
    files.set(moduleName(name), await read(file, TYPES['.js']));
  }
  const digest = createHash('sha256');
  for (const [name, { bytes }] of files) digest.update(name).update(bytes);
  const base = `${ASSETS_BELOW}${digest.digest('hex').slice(0, 12)}/`;
  return {
    url: (name) => `${base}${name}`,
    find: (path) => (path.startsWith(base) ? (files.get(path.slice(base.length)) ?? null) : null),
    importMap: {
      imports: Object.fromEntries(Object.keys(MODULES).map((name) => [name, `${base}${moduleName(name)}`])),
    },
    gzippedBytes: [...files.values()].reduce((sum, { gzipped }) => sum + gzipped.length, 0),
  };
}

function moduleName(name: string): string {
  return `modules/${name.replace('/', '-')}.js`;
}

async function read(file: URL, type = 'application/octet-stream'): Promise<Asset> {
  const bytes = await readFile(file);
  return { type, bytes, gzipped: await compress(bytes) };
}
