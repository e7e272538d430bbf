import { globSync, readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';

/**
 * Imports point one way: main, app → bot, commands, panel → desk → pure trading, risk → model. A file belongs to the
 * first room that one of its patterns fits; type-only imports obey the same rules, except that they may form cycles.
 */
interface Room {
  files: RegExp;
  /** Rooms that its files may import from, beside their own. */
  from: readonly string[];
  /** May use Node's modules, clocks, chance and the process. */
  impure: boolean;
}

const ANY = [
  'foundation',
  'telemetry',
  'config',
  'discord',
  'charts',
  'panel',
  'desk',
  'ledger',
  'binance',
  'risk',
  'pure',
  'sim',
];

const rooms: Record<string, Room> = {
  top: {
    files:
      /^(main|cli|doctor|run|app|exchanges|start-refused|start-words|command-words|simulators|parse-command|store-commands|rebuild-command|key-watch|service-manager|watchdog|run-record|equity-record|supervisor|healing|loop-guard|panel-keeper|paper-exchange|memory|calm|once-ready|one-fetch|load|rehearsal)\.ts$|^(start|runtime|narrow|squeeze|texts|texts-file|scripts|ways|allocator|early-end|healthcheck)\.js$|^(sandbox|setup)\//,
    from: ANY,
    impure: true,
  },
  foundation: {
    files: /^(env|env-words|terminal-language|log|scrub|secret|incidents|trading\/clock)\.ts$/,
    from: [],
    impure: true,
  },
  telemetry: { files: /^telemetry\//, from: ['pure'], impure: true },
  config: { files: /^config(\.ts$|\/)/, from: ['foundation', 'risk', 'pure'], impure: true },
  discord: {
    files: /^(bot|commands)\//,
    from: ['foundation', 'telemetry', 'config', 'charts', 'desk', 'risk', 'pure'],
    impure: true,
  },
  charts: { files: /^charts\//, from: ['pure'], impure: true },
  web: { files: /^panel\/(web|playground|owner)\//, from: [], impure: true },
  panel: {
    files: /^panel\/[\w-]+\.ts$/,
    from: ['foundation', 'telemetry', 'config', 'discord', 'desk', 'risk', 'pure'],
    impure: true,
  },
  binance: { files: /^trading\/binance\//, from: ['foundation', 'pure'], impure: true },
  ledger: { files: /^trading\/(ledger\.ts$|store\/)/, from: ['pure'], impure: true },
  desk: {
    files: /^trading\/(desk\.ts$|desk\/|desk-store\.ts$|records\.ts$)/,
    from: ['foundation', 'telemetry', 'ledger', 'risk', 'pure'],
    impure: true,
  },
  risk: { files: /^risk\//, from: ['pure'], impure: false },
  pure: {
    files: /^trading\/([\w-]+\.ts$|model\/|exchange\/|signals\/|planning\/|lifecycle\/)/,
    from: [],
    impure: false,
  },
  sim: { files: /^sim\//, from: ['decimal'], impure: true },
};

/** Single files that are let through where their room is not. */
const vocabulary: Record<string, RegExp> = {
  decimal: /^trading\/decimal\.ts$/,
};

/** The desk's port names what risk has found; nothing but types passes here. */
const typesOnly: [importer: RegExp, imported: RegExp][] = [[/^trading\/desk-types\.ts$/, /^risk\//]];

/** Who may import a package, or a file beside src. What is not here may be imported by nobody. */
const packages: Record<string, RegExp> = {
  binance: /^trading\/binance\//,
  keyv: /^trading\/ledger\.ts$/,
  '@keyv/sqlite': /^trading\/store\/connection\.ts$/,
  sqlite3: /^trading\/store\/prepared\.ts$/,
  acorn: /^squeeze\.js$/,
  'discord.js': /^(bot|commands)\//,
  '@discordjs/rest': /^(bot|commands)\//,
  'discord-api-types': /^(bot|commands|sim)\//,
  '@napi-rs/canvas': /^charts\/paint\.ts$/,
  ws: /^(trading\/binance|sim)\//,
  '../package.json': /^(app|doctor|main|cli)\.ts$/,
  undici: /^one-fetch\.ts$/,
  pino: /^log\.ts$|^trading\/binance\/|^sandbox\//,
  yaml: /^config\//,
  zod: /./,
  preact: /^panel\/web\//,
  htm: /^panel\/web\//,
  'lightweight-charts': /^panel\/(web|playground|owner)\//,
  'decimal.js': /^trading\/decimal\.ts$/,
};

const IMPURE =
  /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bperformance\.|\bprocess\.|\bset(Timeout|Interval|Immediate)\b|\bcrypto\.|\bfetch\(/g;

interface Import {
  from: string;
  /** A path below src, or a package, or `node:…`. */
  to: string;
  typeOnly: boolean;
  lazy: boolean;
}

function importsOf(file: string, source: string): Import[] {
  const code = withoutComments(source);
  const fixed = code.matchAll(/^(?:import|export)\b(\s+type\b)?(?:[^'";]*?\bfrom)?\s*'([^']+)'/gm);
  const lazy = code.matchAll(/\bimport\(\s*'([^']+)'\s*\)/g);
  const at = (to: string) => (to.startsWith('.') ? normalize(join(file, '..', to)) : to);
  return [
    ...[...fixed].map(([, type, to = '']) => ({
      from: file,
      to: at(to),
      typeOnly: type !== undefined,
      lazy: false,
    })),
    ...[...lazy].map(([, to = '']) => ({ from: file, to: at(to), typeOnly: false, lazy: true })),
  ];
}

function withoutComments(source: string): string {
  return source.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '');
}

function roomOf(file: string): [name: string, room: Room] | undefined {
  return Object.entries(rooms).find(([, { files }]) => files.test(file));
}

/** Everything that breaks a rule in these files, one line each. */
function violations(sources: ReadonlyMap<string, string>): string[] {
  const imports = [...sources].flatMap(([file, source]) => importsOf(file, source));
  return [
    ...[...sources.keys()].filter((file) => !roomOf(file)).map((file) => `${file} belongs to no room`),
    ...imports.flatMap(wrongDirection),
    ...[...sources].flatMap(([file, source]) => impurities(file, source)),
    ...cycles(imports),
  ];
}

function wrongDirection({ from, to, typeOnly }: Import): string[] {
  const [name, room] = roomOf(from) ?? [];
  if (!name || !room) return [];
  if (to.startsWith('node:')) return room.impure ? [] : [`${from} (${name}) must not import ${to}`];
  if (!/\.(ts|js)$/.test(to) || isPackage(to)) {
    const [owner] =
      Object.entries(packages).find(([prefix]) => to === prefix || to.startsWith(`${prefix}/`)) ?? [];
    return owner && packages[owner]?.test(from) ? [] : [`${from} (${name}) must not import ${to}`];
  }
  const [target] = roomOf(to) ?? ['no room'];
  const allowed =
    target === name ||
    room.from.some((each) => each === target || vocabulary[each]?.test(to)) ||
    (typeOnly && typesOnly.some(([importer, imported]) => importer.test(from) && imported.test(to)));
  return allowed ? [] : [`${from} (${name}) must not import ${to} (${target})`];
}

function isPackage(to: string): boolean {
  return Object.keys(packages).some((prefix) => to === prefix || to.startsWith(`${prefix}/`));
}

function impurities(file: string, source: string): string[] {
  const [name, room] = roomOf(file) ?? [];
  if (!room || room.impure) return [];
  return [...withoutComments(source).matchAll(IMPURE)].map(
    ([found]) => `${file} (${name}) must not use ${found}`,
  );
}

function cycles(imports: readonly Import[]): string[] {
  const next = new Map<string, string[]>();
  for (const { from, to, typeOnly, lazy } of imports) {
    if (!typeOnly && !lazy) next.set(from, [...(next.get(from) ?? []), to]);
  }
  const found = new Set<string>();
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file);
    if (start >= 0) found.add(`cycle: ${[...path.slice(start), file].join(' → ')}`);
    if (start >= 0 || done.has(file)) return;
    for (const to of next.get(file) ?? []) visit(to, [...path, file]);
    done.add(file);
  };
  for (const file of next.keys()) visit(file, []);
  return [...found];
}

test('the imports of src point one way, in no circle, and the pure rooms are pure', () => {
  const root = join(import.meta.dirname, '../src');
  const files = globSync('**/*.{ts,js}', { cwd: root });
  expect(files.length).toBeGreaterThan(0);
  expect(violations(new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')])))).toEqual(
    [],
  );
});

describe('the check itself', () => {
  const cases: [given: string, file: string, source: string, then: string[]][] = [
    ['an allowed import', 'risk/assess.ts', "import type { Plan } from '../trading/model.ts';", []],
    [
      'risk that knows Discord',
      'risk/assess.ts',
      "import { Client } from 'discord.js';",
      ['risk/assess.ts (risk) must not import discord.js'],
    ],
    [
      'a type of a forbidden package',
      'trading/desk.ts',
      "import type {\n  USDMClient,\n} from 'binance/lib/usdm-client.js';",
      ['trading/desk.ts (desk) must not import binance/lib/usdm-client.js'],
    ],
    [
      'the store outside the ledger',
      'trading/desk.ts',
      "import { Keyv } from 'keyv';",
      ['trading/desk.ts (desk) must not import keyv'],
    ],
    [
      'a package nobody may use',
      'bot/bot.ts',
      "import lodash from 'lodash';",
      ['bot/bot.ts (discord) must not import lodash'],
    ],
    [
      'a pure file that imports the desk',
      'trading/plan.ts',
      "export { desk } from './desk.ts';",
      ['trading/plan.ts (pure) must not import trading/desk.ts (desk)'],
    ],
    [
      'a pure file with Node',
      'trading/lifecycle/ids.ts',
      "import { randomUUID } from 'node:crypto';",
      ['trading/lifecycle/ids.ts (pure) must not import node:crypto'],
    ],
    [
      'a lazy import of the simulators',
      'bot/bot.ts',
      "const sim = await import('../sim/main.ts');",
      ['bot/bot.ts (discord) must not import sim/main.ts (sim)'],
    ],
    [
      'an import for its effects',
      'trading/trade.ts',
      "import '../log.ts';",
      ['trading/trade.ts (pure) must not import log.ts (foundation)'],
    ],
    [
      'the one vocabulary of a simulator',
      'sim/binance/state.ts',
      "import { Decimal } from '../../trading/decimal.ts';",
      [],
    ],
    [
      'a simulator that knows the program',
      'sim/binance/state.ts',
      "import { trade } from '../../trading/model.ts';",
      ['sim/binance/state.ts (sim) must not import trading/model.ts (pure)'],
    ],
    [
      'types of risk in the port',
      'trading/desk-types.ts',
      "import type { Book } from '../risk/book.ts';",
      [],
    ],
    [
      'more than types of risk in the port',
      'trading/desk-types.ts',
      "import { book } from '../risk/book.ts';",
      ['trading/desk-types.ts (pure) must not import risk/book.ts (risk)'],
    ],
    ['a clock', 'risk/guard.ts', 'const now = Date.now();', ['risk/guard.ts (risk) must not use Date.now']],
    [
      'a clock in a comment',
      'risk/guard.ts',
      '/** Not Date.now(). */\n// new Date()\nconst day = new Date(now);',
      [],
    ],
    ['a clock where clocks are allowed', 'trading/desk/warden.ts', 'const now = Date.now();', []],
    [
      'a page that reaches into the program',
      'panel/web/chart.js',
      "import { log } from '../../log.ts';",
      ['panel/web/chart.js (web) must not import log.ts (foundation)'],
    ],
    ['a file in no room', 'helpers/misc.ts', '', ['helpers/misc.ts belongs to no room']],
  ];
  test.each(cases)('GIVEN %s', (_, file, source, then) => {
    expect(violations(new Map([[file, source]]))).toEqual(then);
  });

  test('GIVEN a circle THEN it is told, unless types or a later import close it', () => {
    const circle = (last: string) =>
      violations(
        new Map([
          ['risk/a.ts', "import { b } from './b.ts';"],
          ['risk/b.ts', "import { c } from './c.ts';"],
          ['risk/c.ts', last],
        ]),
      );
    expect(circle("import { a } from './a.ts';")).toEqual([
      'cycle: risk/a.ts → risk/b.ts → risk/c.ts → risk/a.ts',
    ]);
    expect(circle("import type { A } from './a.ts';")).toEqual([]);
    expect(circle("const a = await import('./a.ts');")).toEqual([]);
  });
});
