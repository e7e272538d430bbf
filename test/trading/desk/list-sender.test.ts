import pino from 'pino';
import { describe, expect, it } from 'vitest';
import { createListSender } from '../../../src/trading/desk/list-sender.ts';
import type { Exchange, Outcome } from '../../../src/trading/exchange.ts';
import type { TradeEvent } from '../../../src/trading/lifecycle/types.ts';
import { bought } from '../spot/bench.ts';

const log = pino({ level: 'silent' });
const throttled: Outcome<never> = {
  kind: 'throttled',
  code: -1021,
  message: 'late',
  retryAfterMs: 0,
};
const refused: Outcome<never> = {
  kind: 'rejected',
  code: -1013,
  message: 'Filter failure',
};

/** A lone stop is to be moved; what becomes of the replacement is fed to the trade as it is told. */
async function moved(takes: boolean, cancelled: Outcome<never>, placed: Outcome<never>) {
  const b = bought({ targets: [], terms: { breakEvenAfter: 0 } });
  b.request({ type: 'move_stop', price: b.trade.stopPrice.plus(5), confirmed: true });
  const told: string[] = [];
  const sender = createListSender({
    async feed(_, event: TradeEvent) {
      told.push(...b.send(event));
    },
    answered: () => undefined,
    validMs: () => undefined,
    takesOrders: async () => takes,
    log,
  });
  const lists = { replace: async () => ({ cancelled, placed }) };
  const [old, order] = [b.order('stop', 0), b.order('stop', -1)];
  await sender.replace(b.trade, { lists } as unknown as Exchange, { type: 'replace', old, order });
  return { told, stands: b.live('stop') };
}

describe('a replacement that did not come about leaves the stop where it is', () => {
  it.each([
    ['the symbol takes no orders', false, throttled, throttled],
    ['it came too late', true, throttled, throttled],
    ['it was refused, and so nothing was cancelled', true, throttled, refused],
  ] as const)('GIVEN that %s', async (_, takes, cancelled, placed) => {
    const { told, stands } = await moved(takes, cancelled, placed);
    expect(told.filter((what) => what.startsWith('cancel'))).toEqual([]);
    expect(stands).toContain('stop 1 @90');
  });
});
