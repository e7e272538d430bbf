import type { Receipt } from '../bot/records.ts';
import type { Call } from './command.ts';

const DAY_MS = 86_400_000;

/** What was read as a signal since then, day by day: what trades has its turn in between. */
export async function signalsSince(
  fromMs: number,
  { receipts, now }: Pick<Call, 'receipts' | 'now'>,
): Promise<Receipt[]> {
  const found: Receipt[] = [];
  for (let at = fromMs; at <= now(); at += DAY_MS) {
    const rows = await receipts.between(idAt(at), idAt(at + DAY_MS));
    for (const [, receipt] of rows) if (receipt.kind === 'signal') found.push(receipt);
  }
  return found;
}

/** The lowest id of that millisecond: https://docs.discord.com/developers/reference#snowflakes */
function idAt(ms: number): string {
  return (BigInt(Math.max(ms - 1_420_070_400_000, 0)) << 22n).toString();
}
