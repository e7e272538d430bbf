import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Decimal } from '../../../src/trading/decimal.ts';
import type { Exchange, ExchangeEvent, OrderReport, Outcome } from '../../../src/trading/exchange.ts';
import { Unreachable } from '../../../src/trading/exchange.ts';
import type { Fill, OrderRequest } from '../../../src/trading/model.ts';

/** How the next order request goes wrong. All but `refused` and `throttled` may have been carried out. */
export type ContractFault =
  | { kind: 'refused'; code: number }
  | { kind: 'throttled' }
  | { kind: 'accepted_then_dropped' }
  | { kind: 'accepted_then_gateway_page' }
  | { kind: 'accepted_then_cut' }
  | { kind: 'accepted_then_silence' }
  /** Unknown, and carried out `afterMs` later. */
  | { kind: 'carried_out_late'; afterMs: number };

/** An adapter in front of an exchange that the suite can steer. The adapter is not connected yet. */
export interface ContractWorld {
  exchange: Exchange;
  uid: string;
  /** A listed symbol that trades, at this price; the account can afford `quantity` of it many times. */
  symbol: string;
  price: Decimal;
  quantity: Decimal;
  /** How this market says that there is not enough money. */
  refusal: { code: number; message: RegExp };
  setPrice(price: Decimal): void;
  failNextOrder(fault: ContractFault): void;
  failNextRead(): void;
  /** The order requests that reached the exchange. */
  ordersSent(): readonly { socket: boolean }[];
  /** The way that they are to take. */
  ordersBy: 'rest' | 'socket';
  dropStreams(): void;
  /** Everything the adapter logged. */
  logged: unknown[];
  secrets: string[];
  close(): Promise<void>;
}

const TIMEOUT_MS = 8_000;

/** What every adapter behind the `Exchange` port does, whatever the market. */
export function exchangeContract(name: string, start: () => Promise<ContractWorld>): void {
  describe(`${name} keeps the exchange contract`, () => {
    let world: ContractWorld;
    let events: ExchangeEvent[];
    let wake = () => {};
    let serial = 0;

    beforeEach(async () => {
      world = await start();
      events = [];
      await world.exchange.connect((event) => {
        events.push(event);
        wake();
      });
      await expect.poll(() => world.exchange.health().ordersBy, { timeout: TIMEOUT_MS }).toBe(world.ordersBy);
    });
    afterEach(async () => {
      // Later ones may have lost their socket to a fault.
      const ways = world.ordersSent().map(({ socket }) => (socket ? 'socket' : 'rest'));
      await world.close();
      expect(ways[0] ?? world.ordersBy).toBe(world.ordersBy);
    });

    async function until<Value>(find: () => Value | undefined, what: string): Promise<Value> {
      const deadline = performance.now() + TIMEOUT_MS;
      for (;;) {
        const found = find();
        if (found !== undefined) return found;
        const leftMs = deadline - performance.now();
        if (leftMs <= 0) throw new Error(`did not happen: ${what}`);
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, leftMs);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
    }

    const order = (changes: Partial<OrderRequest> = {}): OrderRequest => ({
      clientId: `sb-contract-${++serial}`,
      symbol: world.symbol,
      action: 'BUY',
      positionSide: 'BOTH',
      type: 'market',
      quantity: world.quantity,
      price: null,
      triggerPrice: null,
      workingType: 'mark',
      reduceOnly: false,
      callbackPct: null,
      ...changes,
    });
    const restingPrice = () => {
      const tick = world.exchange.instruments().get(world.symbol)?.tickSize ?? new Decimal(1);
      return world.price.times('0.98').toNearest(tick);
    };
    const resting = () => order({ type: 'limit', price: restingPrice() });
    const confirmed = <Value>(outcome: Outcome<Value>): Value => {
      if (outcome.kind !== 'confirmed') throw new Error(`not confirmed: ${JSON.stringify(outcome)}`);
      return outcome.value;
    };
    const report = (clientId: string, status: OrderReport['status']) => () =>
      events.flatMap((event) =>
        event.type === 'order' && event.report.clientId === clientId && event.report.status === status
          ? [event.report]
          : [],
      )[0];
    const fillOf = (clientId: string) => (): Fill | undefined =>
      events.flatMap((event) =>
        event.type === 'order' && event.fill?.clientId === clientId ? [event.fill] : [],
      )[0];

    test('lists its instruments with usable filters', () => {
      const instrument = world.exchange.instruments().get(world.symbol);
      expect(instrument?.status).toBe('trading');
      for (const step of [instrument?.tickSize, instrument?.stepSize, instrument?.marketStepSize]) {
        expect(step?.gt(0)).toBe(true);
      }
      expect(instrument?.minQuantity.lte(instrument.maxQuantity)).toBe(true);
    });

    test('knows whose account it is and what it holds', async () => {
      const account = await world.exchange.account();
      expect(account.uid).toBe(world.uid);
      expect(account.equity.gt(0)).toBe(true);
      expect(account.available.lte(account.equity)).toBe(true);
      const rights = await world.exchange.rights();
      expect(rights).toMatchObject({ trade: true, withdraw: false });
    });

    test('a market order is filled, said once as an event, and found again', async () => {
      const sent = order();
      confirmed(await world.exchange.place(sent));
      const fill = await until(fillOf(sent.clientId), 'the fill');
      expect(fill).toMatchObject({ symbol: world.symbol, action: 'BUY' });
      expect(fill.price.gt(0)).toBe(true);
      const filled = await until(report(sent.clientId, 'filled'), 'the filled order');
      expect(filled.executed.eq(world.quantity)).toBe(true);
      const found = await world.exchange.findOrder(world.symbol, sent.clientId, false);
      expect(found).toMatchObject({ status: 'filled', orderId: fill.orderId });
      const fills = await world.exchange.fillsSince(world.symbol, fill.at - 1);
      expect(fills.map((one) => one.tradeId)).toContain(fill.tradeId);
    });

    test('an order that is confirmed tells when it was on its way, by either way', async () => {
      const before = performance.now();
      const outcome = await world.exchange.place(order());
      expect(world.ordersSent().at(-1)?.socket).toBe(world.ordersBy === 'socket');
      const { sentAt = 0 } = outcome.kind === 'confirmed' ? outcome : {};
      expect(sentAt).toBeGreaterThanOrEqual(before);
      expect(sentAt).toBeLessThanOrEqual(performance.now());
    });

    test('an order that waits for its clearance leaves when it has it, and not before', async () => {
      const clearance = Promise.withResolvers<string | null>();
      const placing = world.exchange.place(order(), undefined, clearance.promise);
      // What was asked later has been there and back.
      for (let count = 0; count < 3; count += 1) await world.exchange.prices(world.symbol);
      expect(world.ordersSent()).toEqual([]);
      const clearedAt = performance.now();
      clearance.resolve(null);
      const outcome = await placing;
      confirmed(outcome);
      expect(outcome.kind === 'confirmed' && outcome.sentAt).toBeGreaterThanOrEqual(clearedAt);
      expect(world.ordersSent()).toHaveLength(1);
    });

    test('an order that gets no clearance is never sent', async () => {
      const clearance = Promise.withResolvers<string | null>();
      const placing = world.exchange.place(order(), undefined, clearance.promise);
      await world.exchange.prices(world.symbol);
      clearance.resolve('no row');
      expect(await placing).toEqual({ kind: 'rejected', code: 0, message: 'no row' });
      // The next one gets through.
      confirmed(await world.exchange.place(order()));
      expect(world.ordersSent()).toHaveLength(1);
    });

    test('a limit order rests, is listed, is cancelled, and is listed no more', async () => {
      const sent = resting();
      expect(confirmed(await world.exchange.place(sent)).status).toBe('working');
      const seen: OrderReport[] = [];
      const open = await world.exchange.openOrders((book) => seen.push(...book));
      expect(seen).toEqual(open);
      const listed = open.find((one) => one.clientId === sent.clientId);
      expect(listed).toMatchObject({ conditional: false, status: 'working', action: 'BUY' });
      expect(listed?.price?.eq(restingPrice())).toBe(true);
      confirmed(await world.exchange.cancel(world.symbol, sent.clientId, false));
      await until(report(sent.clientId, 'cancelled'), 'the cancellation');
      expect(await world.exchange.openOrders()).toEqual([]);
    });

    test('a resting order that the market meets is told', async () => {
      const sent = resting();
      confirmed(await world.exchange.place(sent));
      world.setPrice(world.price.times('0.97'));
      await until(report(sent.clientId, 'filled'), 'the filled order');
      expect((await until(fillOf(sent.clientId), 'the fill')).quantity.eq(world.quantity)).toBe(true);
    });

    test('cancelling what is not there is no error', async () => {
      expect(await world.exchange.cancel(world.symbol, 'sb-never-sent', false)).toEqual({
        kind: 'confirmed',
        value: null,
      });
      expect(await world.exchange.findOrder(world.symbol, 'sb-never-sent', false)).toBeNull();
    });

    test('the same client id twice is one order', async () => {
      const sent = resting();
      const first = confirmed(await world.exchange.place(sent));
      const second = confirmed(await world.exchange.place(sent));
      expect(second.orderId).toBe(first.orderId);
      expect(await world.exchange.openOrders()).toHaveLength(1);
    });

    test('a definite refusal is rejected with code and text', async () => {
      const { code, message } = world.refusal;
      const sent = order({ quantity: world.quantity.times(5_000), type: 'limit', price: restingPrice() });
      expect(await world.exchange.place(sent)).toMatchObject({
        kind: 'rejected',
        code,
        message: expect.stringMatching(message),
      });
    });

    test('a refusal for load is throttled with a time, and holds entries back', async () => {
      world.failNextOrder({ kind: 'throttled' });
      const outcome = await world.exchange.place(order());
      expect(outcome).toMatchObject({ kind: 'throttled' });
      expect(outcome.kind === 'throttled' && outcome.retryAfterMs).toBeGreaterThan(0);
      expect(await world.exchange.place(order())).toMatchObject({ kind: 'throttled' });
      expect(world.ordersSent()).toHaveLength(1);
    });

    test.each<ContractFault['kind']>([
      'accepted_then_dropped',
      'accepted_then_gateway_page',
      'accepted_then_cut',
      'accepted_then_silence',
    ])('%s is unknown, is sent once, and is found by asking', async (kind) => {
      const sent = resting();
      world.failNextOrder({ kind } as ContractFault);
      expect(await world.exchange.place(sent)).toMatchObject({ kind: 'unknown' });
      expect(world.ordersSent()).toHaveLength(1);
      expect(await world.exchange.findOrder(world.symbol, sent.clientId, false)).toMatchObject({
        status: 'working',
      });
    });

    test('an order that was to be carried out within a time never is after it', async () => {
      const [late, inTime] = [resting(), resting()];
      world.failNextOrder({ kind: 'carried_out_late', afterMs: 400 });
      expect((await world.exchange.place(late, 200)).kind).not.toBe('confirmed');
      // Its turn would have come before this one's.
      world.failNextOrder({ kind: 'carried_out_late', afterMs: 400 });
      expect((await world.exchange.place(inTime)).kind).toBe('unknown');
      const standing = async () => (await world.exchange.openOrders()).map(({ clientId }) => clientId);
      await expect.poll(standing, { timeout: TIMEOUT_MS, interval: 20 }).toEqual([inTime.clientId]);
    });

    test('a read that fails once is tried again', async () => {
      world.failNextRead();
      expect(await world.exchange.openOrders()).toEqual([]);
    });

    test('prices of a watched symbol arrive, and can be asked for', async () => {
      const asked = await world.exchange.prices(world.symbol);
      expect(asked.last.eq(world.price)).toBe(true);
      world.exchange.watch([world.symbol]);
      await until(
        () => events.find((event) => event.type === 'prices' && event.symbol === world.symbol),
        'a price',
      );
    });

    test('candles come oldest first', async () => {
      const now = Date.now();
      const candles = await world.exchange.candles(world.symbol, '1m', now - 600_000, now);
      const times = candles.map((candle) => candle.openedAt);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      for (const candle of candles) expect(candle.high.gte(candle.low)).toBe(true);
    });

    test('a lost stream says so, comes back, and carries events again', async () => {
      world.dropStreams();
      const state = (wanted: string) => () =>
        events.find((event) => event.type === 'stream' && event.state === wanted);
      await until(state('down'), 'down');
      await until(state('reconnected'), 'reconnected');
      const sent = order();
      confirmed(await world.exchange.place(sent));
      await until(report(sent.clientId, 'filled'), 'the filled order');
    });

    test('an exchange that is gone is unreachable for reads and certain for orders', async () => {
      const { exchange } = world;
      await world.close();
      await expect(exchange.account()).rejects.toThrow(Unreachable);
      expect((await exchange.place(order())).kind).not.toBe('confirmed');
    });

    test('nothing it throws, answers, tells or logs holds a secret', async () => {
      const said: unknown[] = [];
      const faults: ContractFault[] = [
        { kind: 'refused', code: -1022 },
        { kind: 'accepted_then_dropped' },
        { kind: 'accepted_then_gateway_page' },
        { kind: 'accepted_then_silence' },
      ];
      for (const fault of faults) {
        world.failNextOrder(fault);
        said.push(await world.exchange.place(resting()));
      }
      world.dropStreams();
      const { exchange } = world;
      await world.close();
      said.push(await exchange.account().catch((error: Error) => [error.message, error.stack, error.cause]));
      const text = JSON.stringify([said, events, world.logged]);
      expect(text.length).toBeGreaterThan(100);
      for (const secret of world.secrets) expect(text).not.toContain(secret);
      expect(text).not.toMatch(/signature=[^…]/);
    });
  });
}
