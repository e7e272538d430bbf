import type { Decimal } from './decimal.ts';
import type { Account } from './exchange.ts';
import type { Market } from './model.ts';

/** What the account has of one asset on a market. */
export interface WalletAsset {
  market: Market;
  asset: string;
  /** On futures with what open positions have gained, on spot with the coins of open trades. */
  equity: Decimal;
  available: Decimal;
  /** Whether signals in contracts that are quoted in it are sized by it; else it is margin to the exchange alone, as BNB. */
  sizes: boolean;
}

/**
 * Binance's credits, in which accounts in the European Economic Area are charged and paid on USDⓈ-M contracts ("Credits
 * Trading Mode") whatever these are quoted in. They can be had for the assets that such an account may hold as margin,
 * and no trade of ours is sized by them or reckoned in them.
 */
export const CREDITS = 'BNFCR';

/**
 * Whether a futures account is in Credits Trading Mode. Nothing says so but the asset itself, of which the account of
 * somebody elsewhere may have a row of nothing; the mode goes with that of several assets.
 */
export function isInCredits({ wallets, multiAssets }: Account): boolean {
  const credits = wallets?.get(CREDITS);
  return credits !== undefined && (multiAssets || !credits.balance.isZero());
}
