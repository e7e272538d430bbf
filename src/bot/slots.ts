import { messageIdOf, tradeIdOf } from '../trading/lifecycle/ids.ts';

/** Which message a post of ours is about. Slots name a message or a trade, and a trade's id holds its message's. */

/** What has happened, in plain text, to a person or the alerts channel; not a card that cannot be posted elsewhere. */
export function isAlertSlot(slot: string): boolean {
  return /^(dm|alert):/.test(slot) && !slot.includes(':card:');
}

/** Null for alerts, answers and other posts that are about no single message. */
export function messageOfSlot(slot: string): string | null {
  // In direct messages the same slots carry the user in front.
  const [kind = '', about = ''] = slot.replace(/^dm:\d+:/, '').split(':');
  switch (kind) {
    case 'report':
    case 'waiting':
    case 'update':
    case 'edit':
    case 'card':
    case 'history':
    case 'proposal':
    case 'fill':
    case 'closed':
    case 'elsewhere':
      return snowflake(about) ?? messageIdOf(about);
    case 'question':
      return questioned(about);
    default:
      return null;
  }
}

/** The trade, or what would have been one, that a post first tells of what became of a signal; null for all others. */
export function signalOfSlot(slot: string): string | null {
  const [kind, about = '', index] = slot.split(':');
  switch (kind) {
    case 'fill':
    case 'proposal':
      return about;
    case 'report':
      return tradeIdOf(about, Number(index));
    default:
      return null;
  }
}

/** Questions about messages begin with `s`, `h` or `w`, those about trades with `b`, `e`, `d` or `x` and a revision. */
function questioned(id: string): string | null {
  const message = /^[shw](\d{15,22})(?:-|$)/.exec(id)?.[1];
  if (message) return message;
  // Of an id that begins with digits the last twelve places are the trade's: so long are snowflakes until 2050.
  const trade = /^(?:[bed]|x\d+)([0-9a-z]{12}-\d+)/.exec(id)?.[1];
  return trade ? messageIdOf(trade) : null;
}

function snowflake(text: string): string | null {
  return /^\d{15,22}$/.test(text) ? text : null;
}
