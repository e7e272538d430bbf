import type { Receipt } from '../bot/records.ts';
import type { Call } from './command.ts';

/** What `take` makes of each message that was read as a signal since then: of months only that is kept in memory. */
export async function signalsSince<T>(
  fromMs: number,
  { receipts, now }: Pick<Call, 'receipts' | 'now'>,
  take: (receipt: Receipt) => T,
): Promise<T[]> {
  return receipts.taken(idAt(fromMs), idAt(now() + 1), (_, receipt) =>
    receipt.kind === 'signal' ? take(receipt) : null,
  );
}

/** The lowest id of that millisecond: https://docs.discord.com/developers/reference#snowflakes */
function idAt(ms: number): string {
  return (BigInt(Math.max(ms - 1_420_070_400_000, 0)) << 22n).toString();
}
