import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes docs/licences.md from package-lock.json: `node scripts/licences.ts`. A test holds the two together. */

interface Locked {
  version: string;
  license?: string;
  dev?: boolean;
  optional?: boolean;
}

interface Lockfile {
  packages: Record<string, Locked & { dependencies?: Record<string, string> }>;
}

/** Those that ask for no more than to be named. */
const ALLOWED = ['MIT', 'ISC', 'Apache-2.0', 'BSD-3-Clause', 'BSD-2-Clause', '0BSD', 'BlueOak-1.0.0'];

/** What each direct dependency is there for. */
const PURPOSES: Readonly<Record<string, string>> = {
  '@discordjs/rest': 'Discord: requests, with its rate limits',
  '@keyv/sqlite': 'the store on disk',
  '@napi-rs/canvas': 'charts as pictures, in a process of their own',
  acorn: 'the text of modules is kept without comments',
  binance: 'Binance: requests and streams',
  'decimal.js': 'money',
  'discord.js': 'Discord: the gateway and its types',
  htm: 'the pages: markup without a build step',
  keyv: 'the store',
  'lightweight-charts': 'the pages: charts',
  pino: 'the log',
  preact: 'the pages',
  sqlite3: 'the store on disk: the driver that @keyv/sqlite uses',
  undici: 'fetch, in the one copy that discord.js has loaded anyway',
  ws: 'streams',
  yaml: 'the config file, with line numbers',
  zod: 'what comes from outside is checked',
};

/** The page, or the problems that keep it from being written. */
export function licencesPage(lock: Lockfile): { page: string; problems: string[] } {
  const direct = Object.keys(lock.packages['']?.dependencies ?? {});
  const shipped = Object.entries(lock.packages)
    .filter(([path, { dev }]) => path !== '' && !dev)
    .map(([path, locked]) => ({ name: path.replace(/^.*node_modules\//, ''), ...locked }))
    .sort((a, b) => a.name.localeCompare(b.name) || a.version.localeCompare(b.version));
  const problems = [
    ...shipped
      .filter(({ license }) => !ALLOWED.includes(license ?? ''))
      .map(({ name, license }) => `${name} has the licence ${license ?? 'none'}, which is not on the list`),
    ...direct.filter((name) => !(name in PURPOSES)).map((name) => `${name} has no purpose written down`),
    ...Object.keys(PURPOSES)
      .filter((name) => !direct.includes(name))
      .map((name) => `${name} is not used any more`),
  ];
  const row = (name: string): string => {
    const { version, license } = lock.packages[`node_modules/${name}`] ?? { version: '' };
    return `| ${name} | ${version} | ${license} | ${PURPOSES[name]} |`;
  };
  const indirect = shipped.filter(({ name }) => !direct.includes(name));
  const list = (optional: boolean): string =>
    indirect
      .filter((each) => Boolean(each.optional) === optional)
      .map(({ name, version, license }) => `${name} ${version} (${license})`)
      .join(', ');
  return {
    problems,
    page: `# Licences
Signalbox is under the [MIT licence](../LICENSE). What it is installed with, from package-lock.json (\`npm run licences\` writes this page); every version is pinned there with its checksum, and no package may run a script when it is installed (\`.npmrc\`).

## Used directly
| package | version | licence | for |
| --- | --- | --- | --- |
${direct.map(row).join('\n')}

Charts are written in Noto Sans SC (OFL 1.1, [text](../src/charts/fonts/OFL.txt)).

## Brought along by them
${list(false)}.

Only where they fit the machine (the Node that it runs on among them), or not at all: ${list(true)}.

## Bill of materials
\`npm run --silent sbom > sbom.json\` writes all of it as CycloneDX JSON. It is not kept here: it follows from package-lock.json, and every run carries the time and a number of its own.
`,
  };
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '..');
  const { page, problems } = licencesPage(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')));
  for (const problem of problems) console.error(problem);
  if (problems.length === 0) writeFileSync(join(root, 'docs/licences.md'), page);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
