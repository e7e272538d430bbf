import type { OrderRole } from '../model.ts';

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

/** A signal that an edit puts in the place of another counts on from here, once per edit, so that its ids are new. */
export const REVISION_STEP = 100;

/** Which of the message's signals it is, whatever the edit. */
export function positionOf(index: number): number {
  return index % REVISION_STEP;
}

export function clientIdOf(tradeId: string, role: OrderRole, slot: number, generation: number): string {
  return `${CLIENT_ID_PREFIX}${tradeId}-${ROLE_LETTER[role]}${slot}-${generation.toString(36)}`;
}

/** The trade a client id belongs to, and whether the order was an entry; null for ids that are not ours. */
export function parseClientId(clientId: string): { tradeId: string; entry: boolean } | null {
  if (!clientId.startsWith(CLIENT_ID_PREFIX)) return null;
  const [message, index, role] = clientId.slice(CLIENT_ID_PREFIX.length).split('-');
  if (!message || !index || !role) return null;
  return { tradeId: `${message}-${index}`, entry: role.startsWith(ROLE_LETTER.entry) };
}
