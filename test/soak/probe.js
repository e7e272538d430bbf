// Loaded into the bot by `node --import`: what it costs, a line every few seconds into the file that SOAK_FILE names.
// Plain JavaScript, so that nothing is loaded ahead of the bot's own set-up of Node.
import { appendFileSync } from 'node:fs';
import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';

const EVERY_MS = 5_000;
const RESOLUTION_MS = 10;
const file = process.env.SOAK_FILE;
// Its children, if they load it too, are not what is looked at.
if (file && process.argv[1]?.endsWith('start.js')) {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  let gcMs = 0;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) gcMs += duration;
  }).observe({ entryTypes: ['gc'] });
  let cpu = process.cpuUsage();
  setInterval(() => {
    const { rss, heapUsed, external } = process.memoryUsage();
    const used = process.cpuUsage(cpu);
    cpu = process.cpuUsage();
    const late = (nanoseconds) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
    const sample = {
      at: Date.now(),
      rss,
      heapUsed,
      external,
      lateP50: late(delay.percentile(50)),
      lateP99: late(delay.percentile(99)),
      lateMax: late(delay.max),
      cpuMs: (used.user + used.system) / 1_000,
      gcMs,
    };
    delay.reset();
    gcMs = 0;
    appendFileSync(file, `${JSON.stringify(sample)}\n`);
  }, EVERY_MS).unref();
}
