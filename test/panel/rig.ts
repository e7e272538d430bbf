import type { Incident } from '../../src/incidents.ts';
import { createLogTail, type LogTail } from '../../src/log.ts';
import { type Panel, startPanel } from '../../src/panel/panel.ts';
import type { EquityPoint } from '../../src/panel/results.ts';
import { Secret } from '../../src/secret.ts';
import type { ExchangeHealth } from '../../src/trading/exchange.ts';
import type { Market } from '../../src/trading/model.ts';
import { silentLog } from '../bot/fakes.ts';
import { aWorld, type Rig, startRig, type World } from '../bot/rig.ts';

/** The panel over the bot's parts on a fake desk. */
export interface PanelRig {
  rig: Rig;
  panel: Panel;
  tail: LogTail;
  /** What went wrong at requests. */
  problems: string[];
  /** What the exchanges say of themselves, and what fails: the test may change both. */
  exchanges: Map<Market, ExchangeHealth>;
  incidents: Incident[];
  close(): Promise<void>;
}

export const TOKEN = 'the-token-of-the-test';
export const METRICS_TOKEN = 'the-token-of-the-collector';

export async function startPanelRig(
  world: World = aWorld(),
  points: readonly EquityPoint[] = [],
): Promise<PanelRig> {
  const rig = await startRig(undefined, world);
  const tail = createLogTail({ write: () => {} });
  const problems: string[] = [];
  const incidents: Incident[] = [];
  const exchanges = new Map<Market, ExchangeHealth>([['usdm', aHealth(rig.clock.at)]]);
  const equity = { points: async () => [...points], revision: points.length };
  const panel = await startPanel({
    host: '127.0.0.1',
    port: 0,
    token: new Secret(TOKEN),
    metricsToken: new Secret(METRICS_TOKEN),
    telemetry: rig.telemetry,
    lastLoopMs: () => 1,
    exchanges: () => exchanges,
    incidents: () => incidents,
    conditions: () => [],
    environment: 'paper',
    store: import.meta.filename,
    services: rig.parts.services,
    actions: rig.parts.actions,
    decisions: {
      last: async (count) => (await rig.store.receipts.last(count)).map(([, row]) => row),
      get revision() {
        return rig.store.receipts.writes + rig.store.proposals.writes;
      },
    },
    equity,
    log: { ...silentLog, error: (fields) => problems.push(String(fields.err)) },
    tail,
  });
  return {
    rig,
    panel,
    tail,
    problems,
    exchanges,
    incidents,
    async close() {
      await panel.close();
      await rig.close();
    },
  };
}

export function aHealth(now: number): ExchangeHealth {
  return {
    streamUp: true,
    lastEventAt: now - 2_000,
    weightUsed: 0.25,
    clockOffsetMs: -3,
    latencyMs: 12,
    ordersBy: 'rest',
  };
}
