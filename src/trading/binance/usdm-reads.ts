import { Decimal } from '../decimal.ts';
import type {
  Account,
  Candle,
  FundingFee,
  KeyRights,
  LeverageBracket,
  OrderReport,
  Position,
  Prices,
} from '../exchange.ts';
import { Unreachable } from '../exchange.ts';
import type { Fill } from '../model.ts';
import type { BinanceEnv } from './endpoints.ts';
import { isNoSuchOrder } from './errors.ts';
import type { OrderMemory } from './order-memory.ts';
import { pageByTime } from './paging.ts';
import { Refused, type Rest } from './rest.ts';
import {
  type AccountMode,
  accountOf,
  bracketsOf,
  candleOf,
  fundingOf,
  positionOf,
  rightsOf,
  symbolConfigs,
  type WireAccount,
  type WireApiRestrictions,
  type WireBracket,
  type WireIncome,
  type WireKline,
  type WirePosition,
} from './usdm-account.ts';
import { algoReport, orderReport, tradeFill, withChild } from './usdm-orders.ts';
import type { Id, WireAlgoOrder, WireOrder, WireTrade } from './usdm-wire.ts';

const DAY_MS = 24 * 3_600_000;
const HISTORY_MS = 89 * DAY_MS;
const WINDOW_MS = 7 * DAY_MS;
const QUOTE = 'USDT';

export interface UsdmReads {
  account(): Promise<Account>;
  positions(): Promise<Position[]>;
  openOrders(): Promise<OrderReport[]>;
  findOrder(symbol: string, clientId: string, conditional: boolean): Promise<OrderReport | null>;
  fillsSince(symbol: string, sinceMs: number): Promise<Fill[]>;
  fundingSince(sinceMs: number): Promise<FundingFee[]>;
  rights(): Promise<KeyRights>;
  brackets(symbol: string): Promise<LeverageBracket[]>;
  commission(symbol: string): Promise<{ maker: Decimal; taker: Decimal }>;
  prices(symbol: string): Promise<Prices>;
  candles(symbol: string, interval: string, sinceMs: number, untilMs: number): Promise<Candle[]>;
}

export interface UsdmReadsOptions {
  rest: Rest;
  env: BinanceEnv;
  memory: OrderMemory;
  /** The exchange's time. */
  serverNow(): number;
}

export function createUsdmReads(options: UsdmReadsOptions): UsdmReads {
  const { rest, env, memory, serverNow } = options;
  const { usdm, spot } = rest;
  let uid: string | null = null;

  /**
   * The account's number where the key can ask for it (the spot account has it), else the futures account's "unique
   * account code". Testnet keys are of one market alone.
   * https://developers.binance.com/docs/binance-spot-api-docs/rest-api/account-endpoints
   * https://developers.binance.com/docs/derivatives/usds-margined-futures/account/rest-api/Futures-Account-Balance-V3
   */
  async function identity(): Promise<string> {
    if (uid !== null) return uid;
    if (env !== 'testnet') {
      try {
        uid = await rest.read(
          'account id',
          () => spot.getPrivate('api/v3/account', { omitZeroBalances: 'true' }),
          (body: { uid?: Id }) => idOf(body.uid),
          'expected',
        );
        return uid;
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
      }
    }
    uid = await rest.read(
      'account code',
      () => usdm.getBalanceV3(),
      (body: { accountAlias?: Id }[]) => idOf(body[0]?.accountAlias),
    );
    return uid;
  }

  /** One cheap request (weight 5); the two single ones (30 each) where a server does not know it. */
  async function accountMode(): Promise<AccountMode> {
    try {
      return await rest.read(
        'account config',
        () => usdm.getFuturesAccountConfig(),
        (body: { dualSidePosition: boolean; multiAssetsMargin: boolean }) => ({
          hedgeMode: flag(body.dualSidePosition),
          multiAssets: flag(body.multiAssetsMargin),
        }),
      );
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
    const [hedgeMode, multiAssets] = await Promise.all([
      rest.read(
        'position mode',
        () => usdm.getCurrentPositionMode(),
        (body: { dualSidePosition: boolean }) => flag(body.dualSidePosition),
      ),
      rest.read(
        'multi-assets mode',
        () => usdm.getMultiAssetsMode(),
        (body: { multiAssetsMargin: boolean }) => flag(body.multiAssetsMargin),
      ),
    ]);
    return { hedgeMode, multiAssets };
  }

  async function findConditional(clientAlgoId: string): Promise<OrderReport | null> {
    const parent = await rest.read(
      'conditional order',
      () => usdm.getAlgoOrder({ clientAlgoId }),
      (body: WireAlgoOrder) => algoReport(body),
    );
    memory.note(clientAlgoId, parent.orderId, true);
    if (parent.orderId === null) return parent;
    const child = await findChild(parent.symbol, parent.orderId);
    return child === null ? parent : withChild(parent, child);
  }

  async function findChild(symbol: string, orderId: string): Promise<OrderReport | null> {
    try {
      return await rest.read(
        'child order',
        () => usdm.getPrivate('fapi/v1/order', { symbol, orderId }),
        (body: WireOrder) => orderReport(body),
      );
    } catch (error) {
      if (error instanceof Refused && isNoSuchOrder(error)) return null;
      throw error;
    }
  }

  /** A resting order that is the child of a conditional one goes by its parent's name. */
  function asKnown(report: OrderReport): OrderReport {
    const clientId =
      (report.orderId === null ? undefined : memory.clientOf(report.orderId)) ?? report.clientId;
    if (!memory.isConditional(clientId)) return { ...report, clientId };
    return { ...report, clientId, conditional: true, status: 'triggered' };
  }

  return {
    async account() {
      const [id, mode] = await Promise.all([identity(), accountMode()]);
      return await rest.read(
        'account',
        () => usdm.getAccountInformationV3(),
        (body: WireAccount) => accountOf(body, id, mode, QUOTE),
      );
    },

    async positions() {
      const rows = await rest.read(
        'positions',
        () => usdm.getPositionsV3(),
        (body: WirePosition[]) => body.filter((row) => !new Decimal(row.positionAmt).isZero()),
      );
      // The position itself no longer says its leverage and margin mode.
      const configs =
        rows.length === 0
          ? new Map()
          : await rest.read('symbol settings', () => usdm.getFuturesSymbolConfig({}), symbolConfigs);
      return rows.map((row) => positionOf(row, configs.get(row.symbol)));
    },

    async openOrders() {
      const [plain, conditional] = await Promise.all([
        rest.read(
          'open orders',
          () => usdm.getPrivate('fapi/v1/openOrders'),
          (body: WireOrder[]) => body.map(orderReport),
        ),
        rest.read(
          'open conditional orders',
          () => usdm.getPrivate('fapi/v1/openAlgoOrders'),
          (body: WireAlgoOrder[]) => body.map(algoReport),
        ),
      ]);
      for (const report of conditional) memory.note(report.clientId, report.orderId, true);
      const parents = new Set(conditional.map((report) => report.clientId));
      return [...conditional, ...plain.map(asKnown).filter((report) => !parents.has(report.clientId))];
    },

    async findOrder(symbol, clientId, conditional) {
      try {
        if (conditional) return await findConditional(clientId);
        return await rest.read(
          'order',
          () => usdm.getOrder({ symbol, origClientOrderId: clientId }),
          (body: WireOrder) => orderReport(body),
        );
      } catch (error) {
        if (error instanceof Refused && isNoSuchOrder(error)) return null;
        throw error;
      }
    },

    async fillsSince(symbol, sinceMs) {
      const untilMs = serverNow();
      const rows = await pageByTime<WireTrade>({
        sinceMs: Math.max(sinceMs, untilMs - HISTORY_MS),
        untilMs,
        windowMs: WINDOW_MS,
        limit: 1000,
        fetch: (startTime, endTime) =>
          rest.read(
            'fills',
            () => usdm.getAccountTrades({ symbol, startTime, endTime, limit: 1000 }),
            asList<WireTrade>,
          ),
        timeOf: (row) => row.time,
        idOf: (row) => String(row.id),
      });
      return rows.map((row) => tradeFill(row, memory.clientOf(String(row.orderId)) ?? ''));
    },

    async fundingSince(sinceMs) {
      const untilMs = serverNow();
      const rows = await pageByTime<WireIncome>({
        sinceMs: Math.max(sinceMs, untilMs - HISTORY_MS),
        untilMs,
        windowMs: HISTORY_MS + DAY_MS,
        limit: 1000,
        fetch: (startTime, endTime) =>
          rest.read(
            'funding fees',
            () => usdm.getIncomeHistory({ incomeType: 'FUNDING_FEE', startTime, endTime, limit: 1000 }),
            asList<WireIncome>,
          ),
        timeOf: (row) => row.time,
        idOf: (row) => `${row.tranId} ${row.symbol}`,
      });
      return rows.map(fundingOf);
    },

    async rights() {
      try {
        return await rest.read(
          'key rights',
          () => spot.getApiKeyPermissions(),
          (body: WireApiRestrictions) => rightsOf(body),
          env === 'live' ? 'report' : 'expected',
        );
      } catch (error) {
        // Outside live the endpoint may be missing, and there is no money to withdraw.
        if (env === 'live' || !(error instanceof Unreachable)) throw error;
      }
      return await rest.read(
        'account config',
        () => usdm.getFuturesAccountConfig(),
        (body: { canTrade: boolean }) => ({
          withdraw: false,
          transfer: false,
          trade: flag(body.canTrade),
          ipRestricted: false,
        }),
      );
    },

    brackets: (symbol) =>
      rest.read(
        'leverage brackets',
        () => usdm.getNotionalAndLeverageBrackets({ symbol }),
        (body: { brackets: WireBracket[] } | { brackets: WireBracket[] }[]) => {
          const row = Array.isArray(body) ? body[0] : body;
          if (row === undefined) throw new TypeError(`no brackets for ${symbol}`);
          return bracketsOf(row.brackets);
        },
      ),

    commission: (symbol) =>
      rest.read(
        'commission',
        () => usdm.getAccountCommissionRate({ symbol }),
        (body: { makerCommissionRate: string; takerCommissionRate: string }) => ({
          maker: new Decimal(body.makerCommissionRate),
          taker: new Decimal(body.takerCommissionRate),
        }),
      ),

    async prices(symbol) {
      const [mark, last] = await Promise.all([
        rest.read(
          'mark price',
          () => usdm.getMarkPrice({ symbol }),
          (body: { markPrice: string }) => new Decimal(body.markPrice),
        ),
        rest.read(
          'last price',
          () => usdm.getSymbolPriceTickerV2({ symbol }),
          (body: { price: string }) => new Decimal(body.price),
        ),
      ]);
      return { mark, last };
    },

    async candles(symbol, interval, sinceMs, untilMs) {
      const rows = await pageByTime<WireKline>({
        sinceMs,
        untilMs,
        windowMs: Number.MAX_SAFE_INTEGER,
        limit: 1000,
        fetch: (startTime, endTime) =>
          rest.read(
            'candles',
            () => usdm.get('fapi/v1/klines', { symbol, interval, startTime, endTime, limit: 1000 }),
            asList<WireKline>,
          ),
        timeOf: (row) => row[0],
        idOf: (row) => String(row[0]),
      });
      return rows.map(candleOf);
    },
  };
}

function flag(value: unknown): boolean {
  if (typeof value !== 'boolean') throw new TypeError('a mode is missing');
  return value;
}

function idOf(value: Id | undefined): string {
  if (value === undefined || value === '') throw new TypeError('the account has no id');
  return String(value);
}

function asList<Row>(body: Row[]): Row[] {
  if (!Array.isArray(body)) throw new TypeError('not a list');
  return body;
}
