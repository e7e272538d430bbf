import { promises } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

// Restores, directly or as a starting bot does it for a request, and dies ahead of its nth change of the disk.
const [how, store = '', backup = '', nth] = process.argv.slice(2);
let left = Number(nth);
for (const name of ['chmod', 'copyFile', 'open', 'rename', 'rm'] as const) {
  const real = promises[name];
  Object.assign(promises, {
    [name]: (...given: unknown[]) => {
      left -= 1;
      if (left === 0) process.kill(process.pid, 'SIGKILL');
      return Reflect.apply(real, promises, given);
    },
  });
}
syncBuiltinESMExports();
const now = new Date();
if (how === 'asked') {
  const { carryOutRestore } = await import('../../src/trading/store/handover.ts');
  await carryOutRestore(store, now);
} else {
  const { restore } = await import('../../src/trading/store/backup.ts');
  await restore(store, backup, now);
}
