import type { Account } from '../exchange.ts';
import { CREDITS, isInCredits, type WalletAsset } from '../holding.ts';
import type { Market } from '../model.ts';
import { USDT } from './futures-wallet.ts';
import type { Keeper } from './keeper.ts';
import { DOLLARS, totalOf } from './spot-wallet.ts';

/** USDT, and whatever else of the account is margin (futures) or pays for coins (spot); coins are no such thing. */
export function holdingsOf(
  market: Market,
  keeper: Pick<Keeper, 'account' | 'balances' | 'bookIn'>,
): WalletAsset[] {
  const account = keeper.account();
  const wallets: NonNullable<Account['wallets']> = account?.wallets ?? new Map();
  const dollars = [...DOLLARS].filter((asset) => {
    if (asset === USDT) return true;
    return market === 'spot' ? totalOf(keeper.balances(), asset).gt(0) : wallets.has(asset);
  });
  const sized = dollars
    .map((asset) => {
      const { equity, available } = keeper.bookIn(asset);
      return { market, asset, equity, available, sizes: true };
    })
    .filter(({ asset, equity }) => asset === USDT || !equity.isZero());
  const others = [...wallets].flatMap(([asset, { balance, available }]) => {
    const isShown = !balance.isZero() || (asset === CREDITS && account !== null && isInCredits(account));
    if (DOLLARS.has(asset) || !isShown) return [];
    return [{ market, asset, equity: balance, available, sizes: false }];
  });
  return [...sized, ...others];
}
