import { readFileSync, writeFileSync } from 'node:fs';
import { constants, createRequire, enableCompileCache, registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { crc32 } from 'node:zlib';
import { narrowed } from './narrow.js';
import { keepTexts } from './texts.js';

/**
 * Sets Node up before anything else is loaded; plain JavaScript, because loading the first TypeScript file without
 * a compile cache loads the type stripper (18 MB) as well. The figures are in docs/performance.md.
 */

const root = new URL('../', import.meta.url);
const [, main = '', word = 'run'] = process.argv;
/** What runs for long; the other commands are over before it would matter. */
const isBot = word === 'run' && main.endsWith('start.js');

// Compiled code, stripped of its types, is kept between runs. A folder of the installation and not the system's
// temporary one, where another user could leave code for us; where it cannot be written, nothing is kept. The bot's is
// that of other texts.
const { status } = enableCompileCache(
  fileURLToPath(new URL(`node_modules/.cache/${isBot ? 'bot' : 'compiled'}`, root)),
);
const mayKeep = status !== constants.compileCacheStatus.DISABLED;

const MAKERS = ['runtime', 'texts', 'texts-file', 'scripts', 'squeeze', 'narrow', 'ways'].map(
  (name) => `src/${name}.js`,
);

/** The text of the bot's modules is kept as well. What made it, V8's flags below and the packages have to be the same. */
export const texts =
  isBot && mayKeep
    ? keepTexts({
        root: root.href,
        path: fileURLToPath(new URL('node_modules/.cache/bot/texts', root)),
        version: [process.version, ...[...MAKERS, 'node_modules/.package-lock.json'].map(sumOf)].join(' '),
      })
    : null;

/** @param {string} name */
function sumOf(name) {
  try {
    return crc32(readFileSync(new URL(name, root)));
  } catch {
    return 0;
  }
}

// Our own files are named as they are: nothing has to be looked for, or looked up in a package.json, before one is read.
// One that is missing is an error that names it, as it would be otherwise.
const ours = new URL('./', import.meta.url).href;
registerHooks({
  resolve(specifier, context, next) {
    const { parentURL } = context;
    if (!specifier.startsWith('.') || !specifier.endsWith('.ts') || !parentURL?.startsWith(ours))
      return texts === null ? next(specifier, context) : texts.resolve(specifier, context, next);
    return { url: new URL(specifier, parentURL).href, format: 'module-typescript', shortCircuit: true };
  },
  // The text that V8 keeps of each, ours and others'.
  load(url, context, next) {
    const loaded = texts === null ? next(url, context) : texts.load(url, context, next);
    if (loaded.shortCircuit || !loaded.source || loaded.format === 'json') return loaded;
    return { ...loaded, source: narrowed(loaded.source) };
  },
});

if (texts !== null) {
  const { extensions } = createRequire(import.meta.url);
  const byNode = extensions['.js'];
  extensions['.js'] = (module, path) => texts.run(module, path) || byNode(module, path);
}

// Loading 1,200 modules would let the young generation grow to 16 MB and keep it.
setFlagsFromString('--semi-space-growth-factor=1');
// V8's first compiler works for what has run a few times: of 5.5 MB of compiled code after 334 signals 3.1 were its, and
// nothing was quicker for it. What runs often the other two compile all the same. The figures are in docs/performance.md.
setFlagsFromString('--no-sparkplug');

// A core dump holds no memory, and so no secret, also where a shell's or a container's limits would let one be written.
// https://man7.org/linux/man-pages/man5/core.5.html
try {
  writeFileSync('/proc/self/coredump_filter', '0');
} catch {
  // Another system than Linux.
}

// The report of a crash would list the environment, and with it the token and the keys.
if (process.report) process.report.excludeEnv = true;
