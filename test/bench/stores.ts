import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type OpenLedger, openLedger } from '../../src/trading/ledger.ts';
import { trade } from '../../src/trading/model.ts';
import { startPostgres, startRedis } from '../stores/servers.ts';
import { sampleTrade } from '../trading/store/sample-trade.ts';
import { callOf } from './calls.ts';
import { launch, type Running } from './contestants.ts';
import { quantile } from './figures.ts';
import { after, signalToOrder, WARM_UP } from './signals.ts';
import { startWorld, type World } from './world.ts';

/**
 * `npm run bench:stores [-- writes signals]`: a trade's row written alone, fifty at once, and the way from a signal to
 * its order with the bot on SQLite, PostgreSQL and Redis, turn and turn about on one disk. All of them confirm what is
 * on the disk and nothing before.
 */
const [writesGiven = '1000', signalsGiven = '150'] = process.argv.slice(2);
const WRITES = Number(writesGiven);
const SIGNALS = Number(signalsGiven);
const TOGETHER = 50;
const BURSTS = 20;
const SETTLE_MS = 2_000;

const folder = mkdtempSync(join(tmpdir(), 'bench-stores-'));
// What the stores keep beside them goes there.
process.chdir(folder);
const postgres = await startPostgres();
const redis = await startRedis();
const URLS = {
  SQLite: (name: string) => `sqlite://${join(folder, `${name}.sqlite`)}`,
  PostgreSQL: postgres.urlOf,
  Redis: redis.urlOf,
} as const;
type Engine = keyof typeof URLS;
const ENGINES = Object.keys(URLS) as Engine[];

type Column = Record<Engine, number>;
const rows: [figure: string, column: Column][] = [];

function add(figure: string, of: (engine: Engine) => number): void {
  rows.push([figure, Object.fromEntries(ENGINES.map((engine) => [engine, of(engine)])) as Column]);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

async function benchWrites(): Promise<void> {
  const ledgers = new Map<Engine, OpenLedger>();
  for (const engine of ENGINES) ledgers.set(engine, await openLedger(URLS[engine]('writes')));
  const single = new Map<Engine, number[]>(ENGINES.map((engine) => [engine, []]));
  const burst = new Map<Engine, number[]>(ENGINES.map((engine) => [engine, []]));
  const tables = new Map(
    [...ledgers].map(([engine, ledger]) => [engine, ledger.collection('trades', trade)]),
  );
  for (let count = 0; count < WRITES + WARM_UP; count += 1) {
    for (const [engine, trades] of tables) {
      const id = `t-${count % 200}`;
      const ms = await timed(() => trades.set(id, sampleTrade(id)));
      if (count >= WARM_UP) single.get(engine)?.push(ms);
    }
  }
  for (let count = 0; count < BURSTS; count += 1) {
    for (const [engine, trades] of tables) {
      const ids = Array.from({ length: TOGETHER }, (_, index) => `b-${index}`);
      burst
        .get(engine)
        ?.push(await timed(() => Promise.all(ids.map((id) => trades.set(id, sampleTrade(id))))));
    }
  }
  for (const ledger of ledgers.values()) await ledger.close();
  const of = (times: Map<Engine, number[]>, q: number) => (engine: Engine) =>
    quantile(times.get(engine) ?? [], q);
  add('one row, p50 ms', of(single, 0.5));
  add('one row, p99 ms', of(single, 0.99));
  add(`${TOGETHER} rows at once, p50 ms`, of(burst, 0.5));
}

async function benchSignals(): Promise<void> {
  const entrants: { engine: Engine; world: World; running: Running; times: number[]; cpuMs: number }[] = [];
  try {
    for (const engine of ENGINES) {
      const world = await startWorld();
      const env = { ...world.env, STORE_URL: URLS[engine]('signals') };
      const running = await launch('bot', { ...world, env });
      entrants.push({ engine, world, running, times: [], cpuMs: 0 });
    }
    await pause(SETTLE_MS);
    const atRest = new Map(entrants.map(({ engine, running }) => [engine, running.rssMb()]));
    for (const entrant of entrants) entrant.cpuMs = entrant.running.cpuMs();
    for (let index = 0; index < SIGNALS + WARM_UP; index += 1) {
      for (const { world, times } of entrants) {
        const ms = await signalToOrder(world, callOf(index));
        if (index >= WARM_UP) times.push(ms);
        await after('bot');
      }
    }
    await pause(SETTLE_MS);
    const find = (engine: Engine) => entrants.find((entrant) => entrant.engine === engine);
    add('signal to order, p50 ms', (engine) => quantile(find(engine)?.times ?? [], 0.5));
    add('signal to order, p99 ms', (engine) => quantile(find(engine)?.times ?? [], 0.99));
    add('RSS at rest, MB', (engine) => atRest.get(engine) ?? Number.NaN);
    add('CPU time per signal, with all that follows, ms', (engine) => {
      const entrant = find(engine);
      return entrant ? (entrant.running.cpuMs() - entrant.cpuMs) / (SIGNALS + WARM_UP) : Number.NaN;
    });
  } finally {
    for (const { running, world } of entrants) {
      await running.end();
      await world.close();
    }
  }
}

try {
  await benchWrites();
  await benchSignals();
} finally {
  await postgres.close();
  await redis.close();
  rmSync(folder, { recursive: true });
}
console.log(
  `${cpus().length} cores, load average ${loadavg()[0]?.toFixed(1)}; ${WRITES} rows, ${SIGNALS} signals\n`,
);
console.log(`| figure | ${ENGINES.join(' | ')} |\n| --- | ${ENGINES.map(() => '---').join(' | ')} |`);
for (const [figure, column] of rows) {
  const cells = ENGINES.map((engine) => column[engine].toFixed(column[engine] < 10 ? 2 : 0));
  console.log(`| ${figure} | ${cells.join(' | ')} |`);
}
process.exit();
