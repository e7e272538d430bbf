import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Decimal } from '../../trading/decimal.ts';
import { HISTORY_KEPT, kept, revive } from './saved-rows.ts';
import type { SpotExchange } from './spot/exchange.ts';
import { restoreSpot, type SavedSpot, savedSpot } from './spot/state.ts';
import type { UsdmExchange } from './usdm/exchange.ts';
import type { AlgoOrder, Income, Order, Position, SymbolSettings, Trade } from './usdm/model.ts';
import { isOpen } from './usdm/model.ts';

/** Keeps the paper account over restarts: one JSON file, replaced whole. */

interface Saved {
  version: 1;
  uid: number;
  wallet: string;
  bnb?: string;
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
  /** Absent in files of before there was a spot account. */
  spot?: SavedSpot;
}

/** The two accounts of which one file tells. */
export interface Halves {
  usdm: UsdmExchange;
  spot: SpotExchange;
}

const SAVE_AFTER_MS = 20;

export class StateFile {
  readonly #path: string;
  readonly #halves: Halves;
  readonly #unsubscribe: readonly (() => void)[];
  #timer: NodeJS.Timeout | null = null;

  constructor(path: string, halves: Halves) {
    this.#path = path;
    this.#halves = halves;
    mkdirSync(dirname(path), { recursive: true });
    // Prices alone don't count as a change: they are saved along with the next one.
    const changed = ({ kind }: { kind: string }) => {
      if (kind !== 'market') this.#soon();
    };
    this.#unsubscribe = [halves.usdm.subscribe(changed), halves.spot.subscribe(changed)];
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => this.save(), SAVE_AFTER_MS);
  }

  /** Writes beside the file and renames, so that a crash leaves the old state or the new one. */
  save(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const draft = `${this.#path}.${process.pid}.tmp`;
    writeFileSync(draft, JSON.stringify(saved(this.#halves)), { mode: 0o600 });
    renameSync(draft, this.#path);
  }

  close(): void {
    for (const end of this.#unsubscribe) end();
    this.save();
  }
}

function saved({ usdm: exchange, spot }: Halves): Saved {
  const { account } = exchange;
  return {
    version: 1,
    uid: account.uid,
    wallet: account.wallet.toFixed(),
    bnb: account.bnb.toFixed(),
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
    spot: savedSpot(spot),
  };
}

/** Puts the saved account into a fresh exchange; nothing happens without a file. Throws on one it cannot read. */
export function loadState(path: string, { usdm: exchange, spot }: Halves): void {
  const text = readIfThere(path);
  if (text === null) return;
  const state: Saved = JSON.parse(text);
  const { account } = exchange;
  if (state.spot !== undefined) restoreSpot(spot, state.spot);
  spot.account.uid = state.uid;
  account.uid = state.uid;
  account.wallet = new Decimal(state.wallet);
  account.bnb = new Decimal(state.bnb ?? 0);
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
