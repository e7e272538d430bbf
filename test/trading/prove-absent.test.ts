import { describe, expect, test } from 'vitest';
import { Decimal } from '../../src/trading/decimal.ts';
import { proveAbsent } from '../../src/trading/desk/reconcile.ts';
import type { OrderReport, Position } from '../../src/trading/exchange.ts';
import type { Fill, Order, Trade } from '../../src/trading/model.ts';
import { fillOf, reportOf, tradeOf } from './trade/fixtures.ts';

const trade = tradeOf({ messageId: '1' });
const [entry] = trade.orders as [Order];
const other = tradeOf({ messageId: '2', side: 'short' });
const [otherEntry] = other.orders as [Order];

interface World {
  open?: OrderReport[];
  fills?: Fill[];
  /** By order id: the client id that the exchange names for it. */
  owners?: Record<string, string>;
  held?: string;
  others?: Trade[];
  closed?: Trade[];
}

function isAbsent(world: World): Promise<boolean> {
  const position = { symbol: 'BTCUSDT', positionSide: 'BOTH', quantity: new Decimal(world.held ?? 0) };
  const deps = {
    readStanding: async () => ({ open: world.open ?? [], positions: [position as Position] }),
    exchange: {
      fillsSince: async () => world.fills ?? [],
      findByOrderId: async (_: string, orderId: string) => {
        const clientId = world.owners?.[orderId];
        return clientId === undefined ? null : reportOf(entry, { clientId, orderId });
      },
    },
    runner: { all: () => [trade, ...(world.others ?? [])] },
    closedBetween: async () => world.closed ?? [],
  };
  return proveAbsent(deps as unknown as Parameters<typeof proveAbsent>[0], trade, entry);
}

/** An execution whose order only the exchange can name. */
function execution(over: Partial<Fill> = {}): Fill {
  return { ...fillOf(entry, '1', '100'), clientId: '', orderId: 'x7', tradeId: 't7', ...over };
}

function withFills(of: Trade, fills: Fill[]): Trade {
  return { ...of, fills: fills.map((fill) => ({ ...fill, clientId: otherEntry.clientId })) };
}

describe('an entry that the exchange has denied for over a minute', () => {
  test.each<[string, World, boolean]>([
    ['GIVEN nothing that it could have done THEN it was never placed', {}, true],
    ['GIVEN it among the open orders THEN it is there', { open: [reportOf(entry)] }, false],
    [
      'GIVEN an execution of its order THEN it is there',
      { fills: [execution()], owners: { x7: entry.clientId } },
      false,
    ],
    [
      'GIVEN an execution whose order the exchange does not name THEN nothing is proven',
      { fills: [execution()] },
      false,
    ],
    [
      "GIVEN an execution of the user's own order in its direction THEN that explains itself",
      { fills: [execution()], owners: { x7: 'web_1' } },
      true,
    ],
    [
      'GIVEN an execution that other trades have taken as parts THEN it explains itself',
      {
        fills: [execution()],
        closed: [
          withFills(other, [
            execution({ tradeId: 't7/1', quantity: new Decimal('0.6') }),
            execution({ tradeId: `t7/${other.id}`, quantity: new Decimal('0.4') }),
          ]),
        ],
      },
      true,
    ],
    [
      'GIVEN a part of an execution that no trade has THEN nothing is proven',
      {
        fills: [execution()],
        closed: [withFills(other, [execution({ tradeId: `t7/${other.id}`, quantity: new Decimal('0.4') })])],
      },
      false,
    ],
    [
      'GIVEN an execution on the other side of the hedge THEN it says nothing',
      { fills: [execution({ positionSide: 'SHORT' })] },
      true,
    ],
    ['GIVEN more of a position than the trades hold THEN nothing is proven', { held: '1' }, false],
  ])('%s', async (_, world, absent) => {
    expect(await isAbsent(world)).toBe(absent);
  });
});
