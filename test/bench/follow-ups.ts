import { Decimal } from '../../src/trading/decimal.ts';
import { type Call, callOf } from './calls.ts';
import { type Contestant, sideBySide } from './contestants.ts';
import { type Measured, waits } from './figures.ts';
import { after, isEntryOf, PATIENCE_MS, WARM_UP, waited } from './signals.ts';
import { IDS, type World } from './world.ts';

/**
 * From a press on Confirm to its order; from the event of an entry's fill to the request for its stop, and to the
 * request that tells Discord of it. A naive bot hears of no fill.
 */
export function measureFollowUps(contestants: readonly Contestant[], count: number): Promise<Measured[]> {
  return sideBySide(contestants, { entryTimeout: '1h' }, async (entrants) => {
    const taken = entrants.map(() => ({
      presses: [] as number[],
      stops: [] as number[],
      posts: [] as number[],
    }));
    for (let index = 0; index < count + WARM_UP; index += 1) {
      const call = callOf(index);
      for (const [number, { contestant, world }] of entrants.entries()) {
        const pressed = await pressToOrder(world, call, () => after(contestant));
        await after(contestant);
        const filled = contestant === 'naive' ? null : await fillToStopAndPost(world, call);
        await after(contestant);
        world.binance.usdm.setPrice(call.symbol, { last: new Decimal(call.last) });
        await after(contestant);
        if (index < WARM_UP) continue;
        taken[number]?.presses.push(pressed);
        if (filled === null) continue;
        taken[number]?.stops.push(filled.stop);
        taken[number]?.posts.push(filled.post);
      }
    }
    return entrants.map(({ contestant }, number) => ({
      contestant,
      samples: [
        ...waits('press to order', taken[number]?.presses ?? []),
        ...waits('fill to stop order', taken[number]?.stops ?? []),
        ...waits('fill to Discord request', taken[number]?.posts ?? []),
      ],
    }));
  });
}

async function pressToOrder(world: World, call: Call, settle: () => Promise<void>): Promise<number> {
  const { id } = world.discord.post({
    channel: world.env.CONFIRM_CHANNEL ?? '',
    author: IDS.analyst,
    content: call.text,
  });
  const { id: message } = await world.discord.waitForMessage(
    (candidate) => BigInt(candidate.id) > BigInt(id) && JSON.stringify(candidate).includes('"Confirm"'),
    { channel: IDS.trades, timeoutMs: PATIENCE_MS },
  );
  await settle();
  const pressed = waited(
    () => `the order of the press on ${call.text}`,
    (done) => {
      world.onOrder((request) => {
        if (isEntryOf(call, request)) done();
      });
    },
  );
  await world.discord.press({ user: IDS.operator, message, label: 'Confirm', until: 'first' });
  return pressed;
}

/** The price falls to the entry, which no order of an earlier signal has. */
async function fillToStopAndPost(
  world: World,
  { symbol, entry }: Call,
): Promise<{ stop: number; post: number }> {
  const stop = waited(
    () => `the stop of ${symbol} at ${entry}`,
    (done) => {
      world.onOrder(({ method, path, params }) => {
        if (method !== 'POST' || path !== '/fapi/v1/algoOrder') return;
        if (params.type === 'STOP_MARKET' && params.symbol === symbol) done();
      });
    },
  );
  const post = waited(
    () => `the message on the fill of ${symbol} at ${entry}`,
    (done) => {
      world.onPost(({ method, body }) => {
        const said = JSON.stringify(body);
        if (method === 'POST' && said.includes('Filled') && said.includes(symbol)) done();
      });
    },
  );
  world.binance.usdm.setPrice(symbol, { last: new Decimal(entry) });
  const [stopMs, postMs] = await Promise.all([stop, post]);
  return { stop: stopMs, post: postMs };
}
