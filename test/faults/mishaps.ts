import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';

/**
 * Loaded into the bot ahead of everything else (`node --import`): what happens to a machine, at a SIGUSR2.
 * `MISHAP` says what: `memory` runs out; the event `loop` stands still; `names` can no longer be resolved, until the next signal; the `clock` is
 * set an hour ahead, at the next signal back again; it is an hour ahead from the start, and set `clock back`.
 */
const RealDate = Date;
const realNow = Date.now;
const realLookup = dns.lookup;
let isOn = process.env.MISHAP === 'clock back';

const now = (): number => realNow() + (isOn ? 3_600_000 : 0);

class SteppedDate extends RealDate {
  constructor(...given: readonly []) {
    if (given.length === 0) super(now());
    else super(...given);
  }
  static override now = now;
}

function lookup(...args: unknown[]): void {
  if (!isOn) return void Reflect.apply(realLookup, dns, args);
  const callback = args.at(-1);
  const error = Object.assign(new Error('getaddrinfo EAI_AGAIN'), { code: 'EAI_AGAIN' });
  if (typeof callback === 'function') setImmediate(() => callback(error));
}

switch (process.env.MISHAP) {
  case 'memory':
    process.on('SIGUSR2', () => {
      const hoard: number[][] = [];
      for (;;) hoard.push(new Array(1_000_000).fill(Math.random()));
    });
    break;
  case 'loop':
    process.on('SIGUSR2', () => {
      for (;;);
    });
    break;
  case 'names':
    dns.lookup = lookup as typeof dns.lookup;
    syncBuiltinESMExports();
    process.on('SIGUSR2', () => {
      isOn = !isOn;
    });
    break;
  case 'clock':
  case 'clock back':
    globalThis.Date = SteppedDate as DateConstructor;
    process.on('SIGUSR2', () => {
      isOn = !isOn;
    });
    break;
}
