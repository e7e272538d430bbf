import { type Exchange, Unreachable } from '../exchange.ts';
import { orBaseFees } from './base-fees.ts';
import { asList, Refused } from './calls.ts';
import { readCandles } from './candles.ts';
import type { BinanceEnv } from './endpoints.ts';
import { AHEAD_MS, HISTORY_MS, pageByTime } from './paging.ts';
import type { Rest } from './rest.ts';
import {
  type AccountMode,
  accountOf,
  bracketsOf,
  feeOf,
  positionOf,
  rightsOf,
  symbolConfigs,
  type WireAccount,
  type WireApiRestrictions,
  type WireBracket,
  type WireIncome,
  type WirePosition,
} from './usdm-account.ts';
import type { Id } from './usdm-wire.ts';
import { decimalOf } from './wire.ts';

const QUOTE = 'USDT';

export type UsdmReads = Pick<
  Exchange,
  | 'account'
  | 'positions'
  | 'positionFeesSince'
  | 'rights'
  | 'brackets'
  | 'commission'
  | 'symbolSettings'
  | 'prices'
  | 'candles'
>;

export interface UsdmReadsOptions {
  rest: Rest;
  env: BinanceEnv;
  /** The exchange's time. */
  serverNow(): number;
}

export function createUsdmReads(options: UsdmReadsOptions): UsdmReads {
  const { rest, env, serverNow } = options;
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
        (body: WirePosition[]) => body.filter((row) => !decimalOf(row.positionAmt).isZero()),
      );
      // The position itself no longer says its leverage and margin mode.
      const configs =
        rows.length === 0
          ? new Map()
          : await rest.read('symbol settings', () => usdm.getFuturesSymbolConfig({}), symbolConfigs);
      return rows.map((row) => positionOf(row, configs.get(row.symbol)));
    },

    async positionFeesSince(sinceMs) {
      const untilMs = serverNow() + AHEAD_MS;
      const rows = await Promise.all(
        (['FUNDING_FEE', 'INSURANCE_CLEAR'] as const).map((incomeType) =>
          pageByTime<WireIncome>({
            sinceMs: Math.max(sinceMs, untilMs - HISTORY_MS),
            untilMs,
            windowMs: 2 * HISTORY_MS,
            limit: 1000,
            fetch: (startTime, endTime) =>
              rest.read(
                'fees of positions',
                () => usdm.getIncomeHistory({ incomeType, startTime, endTime, limit: 1000 }),
                asList<WireIncome>,
              ),
            timeOf: (row) => row.time,
            idOf: (row) => `${row.tranId} ${row.symbol}`,
          }),
        ),
      );
      return rows
        .flat()
        .map(feeOf)
        .filter((fee) => fee !== null)
        .sort((a, b) => a.at - b.at);
    },

    async rights() {
      try {
        return await rest.read(
          'key rights',
          () => spot.getApiKeyPermissions(),
          (body: WireApiRestrictions) => rightsOf(body, 'enableFutures'),
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

    /** Asked once: whoever does not know sets them anew. */
    async symbolSettings(symbol) {
      try {
        const rows = await rest.ask(() => usdm.getFuturesSymbolConfig({ symbol }));
        return symbolConfigs(rows).get(symbol) ?? null;
      } catch {
        return null;
      }
    },

    commission: (symbol) =>
      orBaseFees(
        'usdm',
        rest.read(
          'commission',
          () => usdm.getAccountCommissionRate({ symbol }),
          (body: { makerCommissionRate: string; takerCommissionRate: string }) => ({
            maker: decimalOf(body.makerCommissionRate),
            taker: decimalOf(body.takerCommissionRate),
          }),
        ),
      ),

    async prices(symbol) {
      const [mark, last] = await Promise.all([
        rest.read(
          'mark price',
          () => usdm.getMarkPrice({ symbol }),
          (body: { markPrice: string }) => decimalOf(body.markPrice),
        ),
        rest.read(
          'last price',
          () => usdm.getSymbolPriceTickerV2({ symbol }),
          (body: { price: string }) => decimalOf(body.price),
        ),
      ]);
      return { mark, last };
    },

    candles: (symbol, interval, sinceMs, untilMs) =>
      readCandles(rest, { sinceMs, untilMs }, (page) =>
        usdm.get('fapi/v1/klines', { symbol, interval, ...page }),
      ),
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
