import { type Decimal, ZERO } from '../decimal.ts';
import type { Account, FuturesWallet } from '../exchange.ts';
import type { Trade } from '../model.ts';
import { createRunningSum, type RunningSum } from '../running-sum.ts';

/** What a futures account has: each asset is the margin of the contracts that are quoted in it, and of no others. */

export const USDT = 'USDT';

export interface FuturesWallets {
  /** As last read, with what events have told of it since; null before. */
  account(): Account | null;
  /** Before the account is asked for: what events tell while the answer is on its way is newer than that. */
  beginReading(): (account: Account) => void;
  /** What an event tells of the balances of some assets. */
  set(balances: ReadonlyMap<string, Decimal>): void;
  /** Without what open positions have gained. */
  balance(asset: string): Decimal;
  /** The exchange's figure, less the margin of those of the open trades in this asset that were made since it was read. */
  available(asset: string, open: readonly Trade[]): Decimal;
}

/** An account that never held the asset has none of it. */
const NOTHING: FuturesWallet = { balance: ZERO, available: ZERO };

export function createFuturesWallets(now: () => number): FuturesWallets {
  let account: Account | null = null;
  let readAt = 0;
  /** Counts what events tell, no clock: that may be set back. */
  let tellings = 0;
  const told = new Map<string, number>();
  const reserved = new Map<string, RunningSum<Trade>>();

  const walletIn = (asset: string): FuturesWallet => account?.wallets?.get(asset) ?? NOTHING;

  function withBalances(read: Account, balances: ReadonlyMap<string, Decimal>): Account {
    const wallets = new Map(read.wallets);
    for (const [asset, balance] of balances)
      wallets.set(asset, { ...(wallets.get(asset) ?? NOTHING), balance });
    return { ...read, wallets };
  }

  function reservedIn(asset: string): RunningSum<Trade> {
    const sum = reserved.get(asset) ?? createRunningSum(1, ({ plan }: Trade) => [plan.margin]);
    reserved.set(asset, sum);
    return sum;
  }

  return {
    account: () => account,
    beginReading() {
      const since = tellings;
      return (read) => {
        const newer = [...told].filter(([, telling]) => telling > since).map(([asset]) => asset);
        const known = new Map(newer.map((asset) => [asset, walletIn(asset).balance]));
        account = account === null ? read : withBalances(read, known);
        readAt = now();
      };
    },
    set(balances) {
      tellings += 1;
      for (const asset of balances.keys()) told.set(asset, tellings);
      if (account) account = withBalances(account, balances);
    },
    balance: (asset) => walletIn(asset).balance,
    available(asset, open) {
      const since = open.filter(({ createdAt, plan }) => createdAt >= readAt && plan.quote === asset);
      const [margin = ZERO] = reservedIn(asset)(since);
      return walletIn(asset).available.minus(margin);
    },
  };
}
