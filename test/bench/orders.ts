import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { SimMessage, SimOptions } from '../../src/sim/main.ts';
import { createUsdmExchange, USDM_TIMING } from '../../src/trading/binance/usdm.ts';
import { Decimal } from '../../src/trading/decimal.ts';
import type { Exchange } from '../../src/trading/exchange.ts';
import type { OrderRequest } from '../../src/trading/model.ts';

/**
 * `npm run bench:orders [-- orders rounds]`: the adapter places limit orders by REST and over the WebSocket API, turn and
 * turn about, against the simulated exchange in a process of its own. From the call to the confirmed outcome, with the
 * processor time that this process spent on it.
 */
const [ordersGiven = '500', roundsGiven = '5'] = process.argv.slice(2);
const ORDERS = Number(ordersGiven);
const ROUNDS = Number(roundsGiven);
const WARM_UP = 200;

type Way = 'rest' | 'socket';

interface Measured {
  ms: number[];
  /** Per order. */
  cpuMs: number[];
}

async function startExchange(): Promise<{ url: string; end(): void }> {
  const unlimited = { weightPerMinute: 1e9, ordersPerMinute: 1e9, ordersPer10s: 1e9 };
  const options: SimOptions = { binance: { limits: unlimited }, discord: null, lingerMs: 0 };
  const child = fork(join(import.meta.dirname, '../../src/sim/main.ts'), [JSON.stringify(options)]);
  const [said] = (await once(child, 'message')) as [SimMessage];
  if (said.type === 'failed' || said.binanceUrl === null) throw new Error(JSON.stringify(said));
  return { url: said.binanceUrl, end: () => child.kill() };
}

async function connect(url: string, way: Way): Promise<Exchange> {
  const { orderSocket, ...byRest } = USDM_TIMING;
  const socket = orderSocket && { ...orderSocket, samples: 0 };
  const exchange = createUsdmExchange({
    env: 'paper',
    url,
    key: 'a'.repeat(64),
    secret: 'b'.repeat(64),
    log: { debug: () => undefined, info: () => undefined, warn: console.warn },
    now: Date.now,
    timing: { ...byRest, ...(way === 'socket' && socket ? { orderSocket: socket } : {}) },
  });
  await exchange.connect(() => undefined);
  while (exchange.health().ordersBy !== way) await new Promise((resolve) => setTimeout(resolve, 10));
  return exchange;
}

let serial = 0;

async function placeAndCancel(exchange: Exchange, price: Decimal): Promise<number> {
  const order: OrderRequest = {
    clientId: `sb-bench-${++serial}`,
    symbol: 'BTCUSDT',
    action: 'BUY',
    positionSide: 'BOTH',
    type: 'limit',
    quantity: new Decimal('0.01'),
    price,
    triggerPrice: null,
    workingType: 'mark',
    reduceOnly: false,
    callbackPct: null,
  };
  const startedAt = performance.now();
  const outcome = await exchange.place(order);
  const ms = performance.now() - startedAt;
  if (outcome.kind !== 'confirmed') throw new Error(JSON.stringify(outcome));
  await exchange.cancel(order.symbol, order.clientId, false);
  return ms;
}

async function measure(exchange: Exchange, price: Decimal, into: Measured): Promise<void> {
  const before = process.cpuUsage();
  for (let count = 0; count < ORDERS; count += 1) into.ms.push(await placeAndCancel(exchange, price));
  const { user, system } = process.cpuUsage(before);
  into.cpuMs.push((user + system) / 1_000 / ORDERS);
}

function quantile(numbers: readonly number[], part: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

const sim = await startExchange();
const rest = await connect(sim.url, 'rest');
const socket = await connect(sim.url, 'socket');
const price = (await rest.prices('BTCUSDT')).last.times('0.98').toNearest('0.1');
const results: Record<Way, Measured> = { rest: { ms: [], cpuMs: [] }, socket: { ms: [], cpuMs: [] } };
for (const exchange of [rest, socket]) {
  for (let count = 0; count < WARM_UP; count += 1) await placeAndCancel(exchange, price);
}
for (let round = 0; round < ROUNDS; round += 1) {
  await measure(rest, price, results.rest);
  await measure(socket, price, results.socket);
}
await rest.close();
await socket.close();
sim.end();

const rows: [name: string, of: (measured: Measured) => number][] = [
  ['placed, p50 ms', ({ ms }) => quantile(ms, 0.5)],
  ['placed, p99 ms', ({ ms }) => quantile(ms, 0.99)],
  ['processor time for one placed and cancelled, ms', ({ cpuMs }) => quantile(cpuMs, 0.5)],
];
console.log(`${ROUNDS} rounds of ${ORDERS} orders`);
console.log('| figure | REST | socket | ratio |\n| --- | --- | --- | --- |');
for (const [name, of] of rows) {
  const [byRest, bySocket] = [of(results.rest), of(results.socket)];
  console.log(
    `| ${name} | ${byRest.toFixed(2)} | ${bySocket.toFixed(2)} | ${(bySocket / byRest).toFixed(2)} |`,
  );
}
