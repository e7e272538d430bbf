import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beatMs } from '../../src/service-manager.ts';
import { carryOutRestore } from '../../src/trading/store/handover.ts';
import { type Json, mutate, mutateText, pick } from './mutate.ts';
import { Broken, type Target } from './target.ts';

/** What other programs on the machine leave beside the bot, or tell it. */

/** A request for a restore: whatever stands there is answered in one line, and is gone afterwards. */
export const restoreRequests: Target = {
  name: 'requests for a restore',
  batch: 10,
  async open() {
    const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
    const store = join(folder, 's.sqlite');
    return {
      async once(random) {
        const now = new Date();
        const right: Json = { id: 'one', file: join(folder, 'none.sqlite'), at: now.getTime() };
        const text = JSON.stringify(mutate(random, right));
        const made = random.next() < 0.5 ? mutateText(random, text, ['{', '"id"', '\0']) : text;
        const place = `${store}.restore-${pick(random, ['wanted', 'taken'])}`;
        if (random.next() < 0.05) mkdirSync(place);
        else writeFileSync(place, made);
        const said = await carryOutRestore(store, now).catch((error: unknown) => {
          throw new Broken(`it threw ${error}`, made, error);
        });
        if (said === null || said === '' || /[\r\n]/.test(said)) throw new Broken(`no line: ${said}`, made);
        const left = readdirSync(folder).filter((name) => /restore-(wanted|taken)|sqlite$/.test(name));
        if (left.length > 0) throw new Broken(`left behind: ${left}`, made);
      },
      async close() {
        rmSync(folder, { recursive: true });
      },
    };
  },
};

/** How often a service manager wants a sign of life: never so often that it would be a load, nor by a timer's overflow. */
export const watchdogTimes: Target = {
  name: 'times of a service manager',
  batch: 100,
  async open() {
    return {
      once(random) {
        const text = mutateText(random, pick(random, ['30000000', '1', '1e309', '-1', '', '9e15']), [
          '0',
          '9',
          'e',
        ]);
        const ms = beatMs(text);
        if (ms !== null && !(ms >= 10 && ms < 2 ** 31)) throw new Broken(`every ${ms} ms`, text);
      },
      async close() {},
    };
  },
};
