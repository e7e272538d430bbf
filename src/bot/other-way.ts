import type { Undeliverable } from './outbox.ts';
import type { Now } from './ports.ts';
import type { Posts } from './posts.ts';

/** What cannot be posted in one place is said in another, the reason once per place. */
export function otherWay(posts: Posts, now: Now): (message: Undeliverable) => void {
  const reported = new Set<string>();
  return ({ to, slot, body, reason, closed }) => {
    const place = `${to.type}:${to.id}`;
    const first = !reported.has(place);
    reported.add(place);
    const t = posts.texts();
    switch (to.type) {
      case 'thread':
        // What happened is told by the card, too, and by the messages beside it.
        return;
      case 'dm':
        if (closed && first)
          void posts.trades(`closed-dm:${to.id}`, { content: t.alertLines.dmClosed(`<@${to.id}>`) });
        return;
      case 'channel':
        if (first)
          void posts.direct('problems', `closed:${place}`, t.alertLines.undeliverable(`<#${to.id}>`, reason));
        // A card stays one message there, too; it is shown anew with every move of the price.
        void posts.direct(
          'problems',
          slot.startsWith('card:') ? `instead:${slot}` : `instead:${now()}:${to.id}`,
          body.content,
        );
    }
  };
}
