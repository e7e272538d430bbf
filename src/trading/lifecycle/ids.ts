import { type OrderRole, orderRole, type Trade } from '../model.ts';

/**
 * Client order ids: prefix, trade, role and slot, generation. The trade id is base36(message id)-index, so that the
 * same signal always asks for the same ids. Binance accepts `^[\.A-Z\:/a-z0-9_-]{1,36}$`
 * (https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api).
 */
export const CLIENT_ID_PREFIX = 'sb-';

const ROLE_LETTER: Record<OrderRole, string> = { entry: 'e', stop: 's', target: 't', close: 'c', trail: 'r' };

export function tradeIdOf(messageId: string, index: number): string {
  return `${BigInt(messageId).toString(36)}-${index}`;
}

/** The message behind a trade's id; null for what is no such id. */
export function messageIdOf(tradeId: string): string | null {
  const digits = /^([0-9a-z]{1,14})-\d+$/.exec(tradeId)?.[1];
  if (digits === undefined) return null;
  let id = 0n;
  for (const digit of digits) id = id * 36n + BigInt(Number.parseInt(digit, 36));
  return id.toString();
}

/** A signal that an edit puts in the place of another counts on from here, once per edit, so that its ids are new. */
export const REVISION_STEP = 100;

/** Which of the message's signals it is, whatever the edit. */
export function positionOf(index: number): number {
  return index % REVISION_STEP;
}

export function clientIdOf(tradeId: string, role: OrderRole, slot: number, generation: number): string {
  return `${CLIENT_ID_PREFIX}${tradeId}-${ROLE_LETTER[role]}${slot}-${generation.toString(36)}`;
}

/** The client id of an order list; its legs have ids of their own, as any stop and target. */
export function listIdOf(tradeId: string, slot: number, generation: number): string {
  return `${CLIENT_ID_PREFIX}${tradeId}-l${slot}-${generation.toString(36)}`;
}

/** New targets after `set_targets` are orders of a new round, so that their ids never meet the old ones. */
export const TARGETS_PER_ROUND = 100;

export function targetSlot({ targetRound }: Pick<Trade, 'targetRound'>, index: number): number {
  return targetRound * TARGETS_PER_ROUND + index;
}

/** The slots of stops that are attached to entries alone begin here: their ids never meet those of others. */
const ATTACHED_FROM = 10_000;

/** Of the stop that is attached to the entry of that slot. */
export function attachedSlot(entrySlot: number): number {
  return ATTACHED_FROM + entrySlot;
}

export function isAttachedSlot(slot: number): boolean {
  return slot >= ATTACHED_FROM;
}

/** What a client id says of its order. */
export interface OrderName {
  tradeId: string;
  entry: boolean;
  role: OrderRole;
  slot: number;
  generation: number;
}

const NAME = /^(\w+-\d+)-([estcr])(\d+)-(\w+)$/;

/** Null for ids that are not ours. */
export function parseClientId(clientId: string): OrderName | null {
  if (!clientId.startsWith(CLIENT_ID_PREFIX)) return null;
  const [, tradeId, letter, slot, generation] = NAME.exec(clientId.slice(CLIENT_ID_PREFIX.length)) ?? [];
  const role = orderRole.options.find((candidate) => ROLE_LETTER[candidate] === letter);
  if (!tradeId || !role || !generation) return null;
  return {
    tradeId,
    entry: role === 'entry',
    role,
    slot: Number(slot),
    generation: Number.parseInt(generation, 36),
  };
}
