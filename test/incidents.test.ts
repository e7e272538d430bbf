import { expect, test } from 'vitest';
import { type Incident, incident, openIncidents } from '../src/incidents.ts';
import { createLog } from '../src/log.ts';
import { memoryCollection } from './bot/fakes.ts';

const log = createLog('silent');
const DAY_MS = 86_400_000;

async function given(rows = memoryCollection(incident)) {
  let now = 1_000_000;
  const incidents = await openIncidents(rows, log, () => now);
  const told: Incident[] = [];
  incidents.onChange((one) => told.push(one));
  return {
    rows,
    incidents,
    told,
    later(ms: number) {
      now += ms;
    },
  };
}

const at = ({ healedAt, since }: Incident) => healedAt !== null && healedAt - since;

test('what fails again and again is one incident until it works; each is told at its beginning and its end', async () => {
  const { incidents, told, later } = await given();
  incidents.failed({ part: 'gateway' }, 'closed');
  later(500);
  incidents.failed({ part: 'gateway' }, 'closed once more');
  later(700);
  incidents.works({ part: 'gateway' });
  incidents.works({ part: 'gateway' });
  expect(incidents.list()).toMatchObject([
    { part: 'gateway', reason: 'closed', healedBy: 'itself', restarts: 0 },
  ]);
  expect(told.map(at)).toEqual([false, 1_200]);
});

test('markets fail apart', async () => {
  const { incidents } = await given();
  incidents.failed({ part: 'stream', market: 'usdm' }, 'silent');
  incidents.failed({ part: 'stream', market: 'spot' }, 'silent');
  incidents.works({ part: 'stream', market: 'spot' });
  const open = incidents.list().filter(({ healedAt }) => healedAt === null);
  expect(open.map(({ market }) => market)).toEqual(['usdm']);
});

test('what was restarted is healed by that', async () => {
  const { incidents } = await given();
  incidents.restarting({ part: 'panel' });
  incidents.failed({ part: 'panel' }, 'EADDRINUSE');
  incidents.restarting({ part: 'panel' });
  incidents.restarting({ part: 'panel' });
  incidents.works({ part: 'panel' });
  expect(incidents.list()).toMatchObject([{ healedBy: 'restart', restarts: 2 }]);
});

test('what a run has left open is over with the next start, unless it fails there too', async () => {
  const first = await given();
  first.incidents.failed({ part: 'gateway' }, 'gone');
  first.incidents.failed({ part: 'store' }, 'disk full');
  await first.incidents.escalated({ part: 'gateway' });
  const second = await given(first.rows);
  second.later(60_000);
  second.incidents.failed({ part: 'store' }, 'disk full');
  second.incidents.ready({ at: 1_030_000, reason: 'killed' });
  expect(second.incidents.list()).toMatchObject([
    { part: 'gateway', healedBy: 'new_start', healedAt: 1_060_000, escalatedAt: 1_000_000 },
    { part: 'store', healedAt: null },
    { part: 'program', reason: 'killed', since: 1_030_000, healedBy: 'new_start' },
  ]);
  expect(second.told).toHaveLength(2);
});

test('a part that works in the next run before that is ready was healed by the new start all the same', async () => {
  const first = await given();
  first.incidents.failed({ part: 'gateway' }, 'gone');
  first.incidents.restarting({ part: 'gateway' });
  await first.incidents.idle();
  const second = await given(first.rows);
  second.incidents.works({ part: 'gateway' });
  second.incidents.ready(null);
  expect(second.told).toMatchObject([{ part: 'gateway', restarts: 1, healedBy: 'new_start' }]);
});

test('a store that cannot be written loses no incident that ends once it can', async () => {
  const rows = memoryCollection(incident);
  const write = rows.set;
  rows.set = () => Promise.reject(new Error('disk full'));
  const { incidents, later } = await given(rows);
  incidents.failed({ part: 'store' }, 'disk full');
  await incidents.idle();
  rows.set = write;
  later(3_000);
  incidents.works({ part: 'store' });
  await incidents.idle();
  expect((await rows.all()).map(([, row]) => row)).toEqual(incidents.list());
});

test('a part that comes and goes fills neither the store nor the memory, and what is old goes', async () => {
  const { incidents, rows, later } = await given();
  for (let count = 0; count < 1_200; count += 1) {
    incidents.failed({ part: 'gateway' }, 'closed');
    later(10);
    incidents.works({ part: 'gateway' });
  }
  await incidents.idle();
  expect(incidents.list()).toHaveLength(500);
  expect(rows.rows.size).toBe(500);
  later(31 * DAY_MS);
  incidents.failed({ part: 'panel' }, 'closed');
  expect(incidents.list()).toHaveLength(1);
});
