import { Decimal, ZERO } from '../decimal.ts';
import { type Account, type Balance, type Exchange, Unreachable } from '../exchange.ts';
import { orBaseFees } from './base-fees.ts';
import { Refused } from './calls.ts';
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
> &
  Required<Pick<Exchange, 'filterPrice'>>;

export interface SpotReadsDeps {
  rest: Rest;
  env: BinanceEnv;
  instruments: Exchange['instruments'];
}

export function createSpotReads({ rest, env, instruments }: SpotReadsDeps): SpotReads {
  const { spot } = rest;

  const lastPrice = (symbol: string): Promise<Decimal> =>
    rest.read(
      'last price',
      () => spot.get('api/v3/ticker/price', { symbol }),
      (body: { price: string }) => decimalOf(body.price),
    );

  /** Null where the symbol has none now, never had one (-2043), or the exchange knows no such thing. */
  async function referencePrice(symbol: string): Promise<Decimal | null> {
    try {
      return await rest.read(
        'reference price',
        () => spot.get('api/v3/referencePrice', { symbol }),
        ({ referencePrice: price }: { referencePrice: string | null }) =>
          price === null ? null : decimalOf(price),
      );
    } catch (error) {
      if (error instanceof Refused) return null;
      throw error;
    }
  }

  const averagePrice = (symbol: string): Promise<Decimal> =>
    rest.read(
      'average price',
      () => spot.get('api/v3/avgPrice', { symbol }),
      (body: { price: string }) => decimalOf(body.price),
    );

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
      orBaseFees(
        'spot',
        rest.read(
          'commission',
          () => spot.getPrivate('api/v3/account/commission', { symbol }),
          (body: WireCommission) => ({ maker: rateOf(body, 'maker'), taker: rateOf(body, 'taker') }),
        ),
      ),

    async prices(symbol) {
      const last = await lastPrice(symbol);
      return { mark: last, last };
    },

    async filterPrice(symbol) {
      const isLast = instruments().get(symbol)?.spot?.averageMinutes === 0;
      const [reference, otherwise] = await Promise.all([
        referencePrice(symbol),
        isLast ? lastPrice(symbol) : averagePrice(symbol),
      ]);
      if (reference !== null) return { price: reference, by: 'reference' };
      return { price: otherwise, by: isLast ? 'last' : 'average' };
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
