import { Decimal, ZERO } from '../decimal.ts';
import { type Account, type Balance, type Exchange, Unreachable } from '../exchange.ts';
import { readCandles } from './candles.ts';
import type { BinanceEnv } from './endpoints.ts';
import type { Rest } from './rest.ts';
import type { WireSpotAccount } from './spot-wire.ts';
import { rightsOf, type WireApiRestrictions } from './usdm-account.ts';
import { decimalOf } from './wire.ts';

/** In which the account is reckoned. */
const QUOTE = 'USDT';

export type SpotReads = Pick<
  Exchange,
  'account' | 'positions' | 'positionFeesSince' | 'rights' | 'brackets' | 'commission' | 'prices' | 'candles'
>;

export function createSpotReads({ rest, env }: { rest: Rest; env: BinanceEnv }): SpotReads {
  const { spot } = rest;

  return {
    account: () =>
      rest.read(
        'account',
        () => spot.getPrivate('api/v3/account', { omitZeroBalances: 'true' }),
        (body: WireSpotAccount) => spotAccount(body),
      ),

    // Coins are a balance, not a position, and nothing is borrowed.
    positions: async () => [],
    positionFeesSince: async () => [],
    brackets: async () => [
      {
        notionalCap: new Decimal(Number.MAX_SAFE_INTEGER),
        maxLeverage: 1,
        maintenanceRate: ZERO,
        maintenanceAmount: ZERO,
      },
    ],

    async rights() {
      try {
        return await rest.read(
          'key rights',
          () => spot.getApiKeyPermissions(),
          (body: WireApiRestrictions) => rightsOf(body, 'enableSpotAndMarginTrading'),
          env === 'live' ? 'report' : 'expected',
        );
      } catch (error) {
        // Outside live the endpoint may be missing, and there is no money to withdraw.
        if (env === 'live' || !(error instanceof Unreachable)) throw error;
      }
      return await rest.read(
        'account',
        () => spot.getPrivate('api/v3/account', { omitZeroBalances: 'true' }),
        (body: WireSpotAccount) => {
          if (typeof body.canTrade !== 'boolean') throw new TypeError('the account does not say canTrade');
          return { withdraw: false, transfer: false, trade: body.canTrade, ipRestricted: false };
        },
      );
    },

    commission: (symbol) =>
      rest.read(
        'commission',
        () => spot.getPrivate('api/v3/account/commission', { symbol }),
        (body: WireCommission) => ({ maker: rateOf(body, 'maker'), taker: rateOf(body, 'taker') }),
      ),

    async prices(symbol) {
      const last = await rest.read(
        'last price',
        () => spot.get('api/v3/ticker/price', { symbol }),
        (body: { price: string }) => decimalOf(body.price),
      );
      return { mark: last, last };
    },

    candles: (symbol, interval, sinceMs, untilMs) =>
      readCandles(rest, { sinceMs, untilMs }, (page) =>
        spot.get('api/v3/klines', { symbol, interval, ...page }),
      ),
  };
}

/** Of the quote asset; what else is held stands in `balances`. */
function spotAccount(wire: WireSpotAccount): Account {
  if (wire.uid === undefined) throw new TypeError('the account has no id');
  const balances = new Map<string, Balance>(
    wire.balances.map(({ asset, free, locked }) => [asset, balanceOf(free, locked)]),
  );
  const { free, locked } = balances.get(QUOTE) ?? { free: ZERO, locked: ZERO };
  const all = free.plus(locked);
  return {
    uid: String(wire.uid),
    equity: all,
    available: free,
    walletBalance: all,
    unrealised: ZERO,
    hedgeMode: false,
    multiAssets: false,
    balances,
    ...(Number.isSafeInteger(wire.updateTime) ? { balancesAt: Number(wire.updateTime) } : {}),
  };
}

export function balanceOf(free: string, locked: string): Balance {
  return { free: decimalOf(free), locked: decimalOf(locked) };
}

interface Rates {
  maker: string;
  taker: string;
  buyer?: string;
  seller?: string;
}

/** https://github.com/binance/binance-spot-api-docs/blob/master/faqs/commission_faq.md */
interface WireCommission {
  standardCommission: Rates;
  taxCommission?: Rates;
  specialCommission?: Rates;
}

/**
 * The rates of all kinds added up, for the dearer of buying and selling, without the discount of paying in BNB: the
 * BNB may run out.
 */
function rateOf(wire: WireCommission, role: 'maker' | 'taker'): Decimal {
  const kinds = [wire.standardCommission, wire.taxCommission, wire.specialCommission];
  const known = kinds.filter((kind) => kind !== undefined);
  const sum = (field: keyof Rates) =>
    known.reduce((total, kind) => total.plus(decimalOf(kind[field] ?? 0)), new Decimal(0));
  return sum(role).plus(Decimal.max(sum('buyer'), sum('seller')));
}
