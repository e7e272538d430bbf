import type { Desk } from '../trading/desk-types.ts';
import { positionOf, tradeIdOf } from '../trading/lifecycle/ids.ts';
import type { Signal } from '../trading/model.ts';
import type { Confirmations } from './confirmations.ts';
import { inThread, UNDECIDED } from './deciding.ts';
import { keptText, type MessageRead } from './kept-text.ts';
import { meaningOf } from './meaning.ts';
import type { Incoming } from './message.ts';
import type { Outcome, Receipt } from './records.ts';

/**
 * The receipt of a message that was carried out before one could be written: the program ended in between. What was
 * traded or asked then is what the message meant, whatever its author has made of it since. Null when nothing was.
 */
export async function lostReceipt(
  { desk, confirmations }: { desk: Desk; confirmations: Confirmations },
  message: Incoming,
  read: MessageRead,
  readAt: number,
): Promise<Receipt | null> {
  const made = new Map<string, Made>();
  const asked = [...(await decided(confirmations, message, read)), ...confirmations.openFor(message.id)];
  for (const { id, source, signal } of asked)
    made.set(id, { id, index: source.index, signal, result: 'proposed' });
  const open = desk.trades().filter(({ source }) => source.messageId === message.id);
  for (const { id, source, signal } of [...open, ...(await ended(desk, message, read))])
    made.set(id, { id, index: source.index, signal, result: 'opened' });
  if (made.size === 0) return null;
  const inOrder = [...made.values()].sort((a, b) => a.index - b.index);
  const signals = inOrder.map(({ signal }) => signal);
  return {
    messageId: message.id,
    channelId: message.channelId,
    ...inThread(message),
    authorId: message.authorId,
    readAt,
    kind: 'signal',
    meaning: meaningOf({ kind: 'signal', signals }),
    revision: 0,
    detail: null,
    outcomes: inOrder.map(outcomeOf),
    places: inOrder.map(({ index }) => positionOf(index)),
    tradeIds: [],
    deleted: false,
    effects: [],
    ...keptText(read),
  };
}

interface Made {
  id: string;
  index: number;
  signal: Signal;
  result: 'opened' | 'proposed';
}

/** Trades that are over by now are found by their id alone. */
async function ended(desk: Desk, message: Incoming, read: MessageRead) {
  const found = await Promise.all(idsOf(message, read).map((id) => desk.find(id)));
  return found.filter((trade) => trade !== null);
}

/** So are questions that have come to their end. */
async function decided(confirmations: Confirmations, message: Incoming, read: MessageRead) {
  const found = await Promise.all(idsOf(message, read).map((id) => confirmations.find(id)));
  return found.filter((proposal) => proposal !== undefined);
}

function idsOf(message: Incoming, { reading }: MessageRead): string[] {
  if (reading.kind !== 'signal') return [];
  return reading.signals.map((_, index) => tradeIdOf(message.id, index));
}

function outcomeOf({ id, index, signal: { symbol, side }, result }: Made): Outcome {
  return { ...UNDECIDED, index, symbol, side, tradeId: id, result };
}
