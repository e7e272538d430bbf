import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Services } from '../commands/command.ts';
import type { Incident } from '../incidents.ts';
import type { Condition } from '../telemetry/conditions.ts';
import { freeBytesOf } from '../telemetry/disk.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { DeskHealth } from '../trading/desk-types.ts';
import type { ExchangeHealth } from '../trading/exchange.ts';
import type { Market } from '../trading/model.ts';
import { FAMILIES } from './families.ts';
import { type Readiness, type ReadinessSource, readinessOf } from './health.ts';
import { exposition } from './openmetrics.ts';

export interface MetricsSource extends ReadinessSource {
  services: Services;
  telemetry: Telemetry;
  environment: string;
  /** The store's file. */
  store: string;
  /** What is not well now. */
  conditions(): readonly Condition[];
}

/** Everything that one reading of the metrics looks at, as it was at one moment. */
export interface Reading {
  services: Services;
  telemetry: Telemetry;
  environment: string;
  now: number;
  status: ReturnType<Services['status']>;
  health: DeskHealth;
  readiness: Readiness;
  exchanges: ReadonlyMap<Market, ExchangeHealth>;
  incidents: readonly Incident[];
  conditions: readonly Condition[];
  /** Null where the system does not say. */
  storeBytes: number | null;
  diskFreeBytes: number | null;
  memory: NodeJS.MemoryUsage;
  /** User and system time since the start. */
  cpuSeconds: number;
}

/** Nothing is measured for it beyond what the program measures anyway. */
export async function metricsText(source: MetricsSource): Promise<string> {
  const reading = await read(source);
  return exposition(
    FAMILIES.map(({ read: samplesOf, ...head }) => ({ ...head, samples: samplesOf(reading) })),
  );
}

async function read(source: MetricsSource): Promise<Reading> {
  const { services, telemetry, environment, store } = source;
  const [storeBytes, diskFreeBytes] = await Promise.all([
    stat(store).then(
      ({ size }) => size,
      () => null,
    ),
    freeBytesOf(dirname(store)),
  ]);
  const { user, system } = process.cpuUsage();
  return {
    services,
    telemetry,
    environment,
    now: services.now(),
    status: services.status(),
    health: services.desk.health(),
    readiness: readinessOf(source),
    exchanges: source.exchanges(),
    incidents: source.incidents(),
    conditions: source.conditions(),
    storeBytes,
    diskFreeBytes,
    memory: process.memoryUsage(),
    cpuSeconds: (user + system) / 1e6,
  };
}
