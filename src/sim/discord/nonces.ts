import type { Core } from './core.ts';
import type { MessageDraft } from './limits/message.ts';
import type { Sender } from './messages.ts';
import type { Message } from './wire.ts';
import { findMessage } from './world.ts';

/** "Past few minutes" in the documentation of `enforce_nonce`. */
const NONCE_MEMORY_MS = 5 * 60_000;
/** https://docs.discord.com/developers/resources/message#create-message: `enforce_nonce`. */
export function findRepeated(
  core: Core,
  sender: Sender,
  draft: Pick<MessageDraft, 'nonce' | 'enforceNonce'>,
): Message | undefined {
  if (draft.nonce === undefined || !draft.enforceNonce) return undefined;
  const known = core.nonces.get(nonceKey(sender, draft.nonce));
  if (known === undefined || core.clock.now() - known.at > NONCE_MEMORY_MS) return undefined;
  return findMessage(core.world, known.channelId, known.messageId);
}

/** Keeps the nonce of a message, whether or not it was to be enforced. */
export function rememberNonce(core: Core, sender: Sender, message: Message): void {
  if (message.nonce === undefined) return;
  dropOld(core);
  const key = nonceKey(sender, message.nonce);
  // The newest are the last.
  core.nonces.delete(key);
  core.nonces.set(key, {
    messageId: message.id,
    channelId: message.channel_id,
    at: core.clock.now(),
  });
}

/** They were remembered in the order of time. */
function dropOld({ nonces, clock }: Core): void {
  for (const [key, { at }] of nonces) {
    if (clock.now() - at <= NONCE_MEMORY_MS) return;
    nonces.delete(key);
  }
}

function nonceKey(sender: Sender, nonce: string | number): string {
  return `${sender.createdBy}:${nonce}`;
}
