import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Decimal } from '../../trading/decimal.ts';
import type { UsdmExchange } from './usdm/exchange.ts';
import type { AlgoOrder, Income, Order, Position, SymbolSettings, Trade } from './usdm/model.ts';
import { isOpen } from './usdm/model.ts';

/** Keeps the paper account over restarts: one JSON file, replaced whole. */

interface Saved {
  version: 1;
  uid: number;
  wallet: string;
  hedgeMode: boolean;
  multiAssets: boolean;
  ids: UsdmExchange['ids'];
  settings: [string, SymbolSettings][];
  positions: Position[];
  orders: Order[];
  algos: AlgoOrder[];
  trades: Trade[];
  incomes: Income[];
  prices: [string, { last: string; mark: string }][];
}

const SAVE_AFTER_MS = 20;
/** The file is written whole at every change, so history in it is bounded. */
const HISTORY_KEPT = 2_000;

export class StateFile {
  readonly #path: string;
  readonly #exchange: UsdmExchange;
  readonly #unsubscribe: () => void;
  #timer: NodeJS.Timeout | null = null;

  constructor(path: string, exchange: UsdmExchange) {
    this.#path = path;
    this.#exchange = exchange;
    mkdirSync(dirname(path), { recursive: true });
    // Prices alone don't count as a change: they are saved along with the next one.
    this.#unsubscribe = exchange.subscribe((event) => {
      if (event.kind !== 'market') this.#soon();
    });
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => this.save(), SAVE_AFTER_MS);
  }

  /** Writes beside the file and renames, so that a crash leaves the old state or the new one. */
  save(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const draft = `${this.#path}.${process.pid}.tmp`;
    writeFileSync(draft, JSON.stringify(saved(this.#exchange)), { mode: 0o600 });
    renameSync(draft, this.#path);
  }

  close(): void {
    this.#unsubscribe();
    this.save();
  }
}

function saved(exchange: UsdmExchange): Saved {
  const { account } = exchange;
  return {
    version: 1,
    uid: account.uid,
    wallet: account.wallet.toFixed(),
    hedgeMode: account.hedgeMode,
    multiAssets: account.multiAssets,
    ids: exchange.ids,
    settings: [...account.settings],
    positions: [...account.positions.values()].filter((position) => position.updateTime > 0),
    orders: kept([...exchange.orders.values()], isOpen),
    algos: kept([...exchange.algos.values()], (algo) => exchange.openAlgos.has(algo.algoId)),
    trades: exchange.trades.slice(-HISTORY_KEPT),
    incomes: account.incomes.slice(-HISTORY_KEPT),
    prices: [...exchange.markets].map(([symbol, market]) => [
      symbol,
      { last: market.last.toFixed(), mark: market.mark.toFixed() },
    ]),
  };
}

/** The open rows and the newest of the others, in their order. */
function kept<T>(rows: readonly T[], open: (row: T) => boolean): T[] {
  const from = rows.length - HISTORY_KEPT;
  return rows.filter((row, index) => index >= from || open(row));
}

/** Puts the saved account into a fresh exchange; nothing happens without a file. Throws on one it cannot read. */
export function loadState(path: string, exchange: UsdmExchange): void {
  const text = readIfThere(path);
  if (text === null) return;
  const state: Saved = JSON.parse(text);
  const { account } = exchange;
  account.uid = state.uid;
  account.wallet = new Decimal(state.wallet);
  account.hedgeMode = state.hedgeMode;
  account.multiAssets = state.multiAssets;
  Object.assign(exchange.ids, state.ids);
  for (const [symbol, settings] of state.settings) account.settings.set(symbol, settings);
  for (const position of state.positions) {
    account.positions.set(`${position.symbol}:${position.positionSide}`, revive(position, POSITION_AMOUNTS));
  }
  for (const raw of state.orders) {
    const order = revive(raw, ORDER_AMOUNTS);
    exchange.orders.set(order.orderId, order);
    exchange.orderIds.set(order.clientOrderId, order.orderId);
    if (isOpen(order)) exchange.openOrders.set(order.orderId, order);
  }
  for (const raw of state.algos) {
    const algo = revive(raw, ALGO_AMOUNTS);
    exchange.algos.set(algo.algoId, algo);
    exchange.algoIds.set(algo.clientAlgoId, algo.algoId);
    if (algo.status === 'NEW') exchange.openAlgos.set(algo.algoId, algo);
  }
  exchange.trades.push(...state.trades.map((trade) => revive(trade, TRADE_AMOUNTS)));
  account.incomes.push(...state.incomes.map((income) => revive(income, ['income'])));
  for (const [symbol, prices] of state.prices) {
    const market = exchange.markets.get(symbol);
    if (market === undefined) continue;
    market.last = new Decimal(prices.last);
    market.mark = new Decimal(prices.mark);
    market.anchor = { time: exchange.now(), price: market.last };
  }
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

const POSITION_AMOUNTS = [
  'amount',
  'entryPrice',
  'isolatedWallet',
  'realized',
  'fees',
  'accumulated',
] as const;
const ORDER_AMOUNTS = ['price', 'quantity', 'executed', 'cumQuote', 'stopPrice'] as const;
const TRADE_AMOUNTS = ['price', 'quantity', 'realized', 'commission'] as const;
const ALGO_AMOUNTS = [
  'quantity',
  'price',
  'triggerPrice',
  'activatePrice',
  'callbackRate',
  'extreme',
  'actualPrice',
  'actualQuantity',
] as const;

/** JSON has turned the Decimals of those fields into strings; null stays null. */
function revive<T extends object>(row: T, fields: readonly (keyof T)[]): T {
  const entries = fields
    .filter((field) => row[field] !== null)
    .map((field) => [field, new Decimal(String(row[field]))]);
  return { ...row, ...Object.fromEntries(entries) };
}
