import type { MessageBody } from './ports.ts';

/** Alerts that come in a burst are told in one message: nobody reads thirty, and Discord would hold them back. */

/** Of the 2,000 characters of a message. */
const ROOM = 1_950;

/** The first of these whose texts fit into one message; one at least. */
export function fitTogether<T>(all: readonly T[], bodyOf: (one: T) => MessageBody): T[] {
  let count = 1;
  while (count < all.length && together(all.slice(0, count + 1).map(bodyOf)).content.length <= ROOM)
    count += 1;
  return all.slice(0, count);
}

/** Their texts in order, what is said again as often as it was. It is heard when one of them would be. */
export function together(bodies: readonly MessageBody[]): MessageBody {
  const counts = new Map<string, number>();
  for (const { content } of bodies) counts.set(content, (counts.get(content) ?? 0) + 1);
  const lines = [...counts].map(([content, count]) => (count === 1 ? content : `${content} (×${count})`));
  return { content: lines.join('\n'), ...(bodies.every(({ silent }) => silent) ? { silent: true } : {}) };
}
