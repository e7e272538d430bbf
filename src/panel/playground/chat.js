import { html, useEffect, useLayoutEffect, useRef, useState } from '../web/html.js';
import { Icon } from '../web/icons.js';
import { memo } from '../web/memo.js';
import { useStore } from '../web/store.js';
import { Composer } from './composer.js';
import { MessageItem } from './message.js';
import { openChannel, session } from './session.js';
import { nameOf, sees, world } from './state.js';
import { useText } from './words.js';

/**
 * @import { SeenMessage } from '../../sim/discord/events.ts'
 */

/** A run of one author's messages within this time has one heading. */
const RUN_MS = 7 * 60_000;
/** Closer than this to the end counts as looking at the newest. */
const NEAR_END_PX = 80;

export function Chat() {
  const t = useText();
  const state = useStore(world);
  const now = useStore(session);
  const channelId = openChannel(now, state);
  const bot = state.people.get(state.botId);
  const channel = channelId === null ? undefined : state.channels.get(channelId);
  const direct = now.place === 'dm';
  const name = direct ? `@${bot ? nameOf(bot.user) : ''}` : `#${channel?.name ?? t.chat.channelGone}`;
  const messages = (channelId === null ? [] : (state.messages.get(channelId) ?? [])).filter(
    (seen) => sees(now.persona, seen) && !now.dismissed.has(seen.message.id),
  );
  return html`<main class="chat">
    <h2 class="chat-title"><${Icon} name=${direct ? 'at' : channel?.type === 11 ? 'thread' : 'hash'} />${name.slice(1)}</h2>
    <${MessageList} key=${now.place} name=${name} messages=${messages} />
    <${Composer} key=${`${now.place}/${now.persona}`} name=${name} />
  </main>`;
}

/** @param {{ name: string, messages: SeenMessage[] }} props */
function MessageList({ name, messages }) {
  const t = useText();
  const highlighted = useStore(session, (now) => now.highlighted);
  const list = useRef(/** @type {HTMLElement | null} */ (null));
  const following = useRef(true);
  const [away, setAway] = useState(false);
  const toEnd = () => {
    if (list.current) list.current.scrollTop = list.current.scrollHeight;
  };
  const onScroll = () => {
    const box = list.current;
    if (!box) return;
    following.current = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END_PX;
    setAway(!following.current);
  };
  useLayoutEffect(() => {
    if (following.current) toEnd();
  });
  // Pictures and texts that are shown later make the list longer.
  useEffect(() => {
    const box = list.current;
    if (!box?.firstElementChild) return;
    const watcher = new ResizeObserver(() => following.current && toEnd());
    watcher.observe(box.firstElementChild);
    watcher.observe(box);
    return () => watcher.disconnect();
  }, []);
  useEffect(() => {
    if (highlighted === null) return;
    following.current = false;
    document.getElementById(`message-${highlighted}`)?.scrollIntoView({ block: 'center' });
  }, [highlighted]);
  return html`<div class="messages" ref=${list} onScroll=${onScroll} tabindex="0" id="messages"
      role="region" aria-label=${t.chat.log(name)}>
    <div class="messages-inner">
      <${Beginning} name=${name} />
      <div role="log" aria-live="polite" aria-relevant="additions"><ol class="message-list">
        ${messages.map(
          (seen, index) => html`<${Item} key=${seen.message.id} seen=${seen}
            compact=${continues(messages[index - 1], seen)} highlighted=${highlighted === seen.message.id} />`,
        )}
      </ol></div>
    </div>
    ${away && html`<button class="to-end button small primary" onClick=${toEnd}>${t.chat.toBottom}</button>`}
  </div>`;
}

/** A message that comes spares the two hundred before it. */
const Item = memo(MessageItem);

/** @param {{ name: string }} props */
function Beginning({ name }) {
  const t = useText();
  return html`<div class="beginning">
    <h3>${t.chat.empty(name)}</h3>
    ${
      name === '#trades' &&
      html`<p>${t.chat.welcome}</p>
        <ol>${t.chat.welcomeSteps.map((step) => html`<li>${step}</li>`)}</ol>`
    }
    ${name.startsWith('#') && name !== '#trades' && html`<p>${t.chat.hears}</p>`}
  </div>`;
}

/**
 * @param {SeenMessage | undefined} before
 * @param {SeenMessage} seen
 */
function continues(before, { message }) {
  if (before === undefined || message.type !== 0 || ![0, 19, 20].includes(before.message.type)) return false;
  const sameAuthor =
    before.message.author.id === message.author.id &&
    before.message.author.username === message.author.username;
  const soon = Date.parse(message.timestamp) - Date.parse(before.message.timestamp) < RUN_MS;
  return sameAuthor && soon && before.ephemeralFor === null;
}
