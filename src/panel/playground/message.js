import { html, useEffect } from '../web/html.js';
import { Icon } from '../web/icons.js';
import { language } from '../web/language.js';
import { useStore } from '../web/store.js';
import { tell } from '../web/toasts.js';
import { discord } from './actions.js';
import { Attachments } from './attachments.js';
import { Avatar } from './avatar.js';
import { Components } from './components.js';
import { EmbedCard } from './embed.js';
import { unknownParts } from './known.js';
import { Markup } from './markup.js';
import { MessageEditor } from './message-editor.js';
import { MessageTools } from './message-tools.js';
import { goTo, jumpTo, session, update } from './session.js';
import { findMessage, nameOf, world } from './state.js';
import { formatTime } from './timestamps.js';
import { useText } from './words.js';

/**
 * @import { SeenMessage } from '../../sim/discord/events.ts'
 * @import { Message } from '../../sim/discord/wire.ts'
 */

const FLAG = { suppressEmbeds: 1 << 2, loading: 1 << 7, components: 1 << 15 };
const TYPE = { pinned: 6, followed: 12, threadCreated: 18, threadStarter: 21 };

/** @param {{ seen: SeenMessage, compact: boolean, highlighted: boolean }} props */
export function MessageItem({ seen, compact, highlighted }) {
  const { message } = seen;
  const editing = useStore(session, (now) => now.editing === message.id);
  const persona = useStore(session, (now) => now.persona);
  const mentioned = message.mentions.some((user) => user.id === persona) || message.mention_everyone;
  const kind = [
    'message',
    compact ? 'compact' : '',
    seen.ephemeralFor !== null ? 'ephemeral' : mentioned ? 'mentioned' : '',
    highlighted ? 'highlighted' : '',
  ];
  return html`<li id="message-${message.id}" class=${kind.filter(Boolean).join(' ')} data-message=${message.id}>
    <article aria-label=${message.author.username}>
      <${Context} message=${message} />
      ${!compact && html`<span class="message-avatar"><${Avatar} user=${message.author} /></span>`}
      <div class="message-main">
        <${Heading} message=${message} hidden=${compact} />
        ${editing ? html`<${MessageEditor} message=${message} />` : html`<${Body} message=${message} />`}
        <${Below} seen=${seen} />
      </div>
      <${MessageTools} seen=${seen} />
    </article>
  </li>`;
}

/** What the message refers to: an answer, a command that was used. @param {{ message: Message }} props */
function Context({ message }) {
  const t = useText();
  const { message_reference: reference, interaction } = message;
  const answered = message.type === 19 && reference?.type === 0 ? reference.message_id : undefined;
  const target = useStore(world, (state) => (answered === undefined ? null : findMessage(state, answered)));
  if (interaction) {
    return html`<p class="context"><${Avatar} user=${interaction.user} small />
      <strong>${nameOf(interaction.user)}</strong> ${t.chat.used} <span class="mention">/${interaction.name}</span></p>`;
  }
  if (answered === undefined) return null;
  if (!target) return html`<p class="context muted"><em>${t.chat.gone}</em></p>`;
  const { author, content, embeds, attachments } = target.message;
  const text = content || embeds[0]?.title || attachments[0]?.filename || '…';
  return html`<p class="context"><${Avatar} user=${author} small />
    <button class="context-link" onClick=${() => jumpTo(target.message.id)}>
      <span class="hidden-visually">${t.chat.replyTo} </span><strong>${nameOf(author)}</strong> ${text.split('\n')[0]?.replaceAll(/[*_~`|]/g, '')}
    </button></p>`;
}

/** @param {{ message: Message, hidden: boolean }} props */
function Heading({ message, hidden }) {
  const t = useText();
  const app = message.author.bot || message.webhook_id !== undefined;
  return html`<h3 class=${hidden ? 'hidden-visually' : 'message-heading'}>
    <span class="author">${nameOf(message.author)}</span>
    ${app && html`<span class="badge">${t.chat.app}</span>`}
    <${Posted} iso=${message.timestamp} />
  </h3>`;
}

/** @param {{ iso: string }} props */
function Posted({ iso }) {
  const t = useText();
  const locale = useStore(language);
  const at = Date.parse(iso);
  const today = new Date(at).toDateString() === new Date().toDateString();
  const text = today
    ? `${t.chat.today} ${formatTime(at / 1_000, 't', locale, 0)}`
    : formatTime(at / 1_000, 's', locale, 0);
  return html`<time class="posted" datetime=${iso}>${text}</time>`;
}

/** @param {{ message: Message }} props */
function Body({ message }) {
  const t = useText();
  if ((message.flags & FLAG.loading) !== 0) {
    return html`<p class="thinking" role="status">${t.chat.thinking(nameOf(message.author))}</p>`;
  }
  if (Object.values(TYPE).includes(message.type)) return html`<${SystemLine} message=${message} />`;
  return html`<${Contents} message=${message} />
    ${(message.message_snapshots ?? []).map(
      ({ message: part }) => html`<blockquote class="forward">
        <p class="subtext">${t.chat.forwarded}</p>
        <${Contents} message=${{ ...message, ...part }} />
      </blockquote>`,
    )}
    <${Unknown} parts=${unknownParts(message)} />`;
}

/** Text, pictures, embeds, components: in Discord's order. @param {{ message: Message }} props */
function Contents({ message }) {
  const t = useText();
  const v2 = (message.flags & FLAG.components) !== 0;
  const embeds = (message.flags & FLAG.suppressEmbeds) !== 0 ? [] : message.embeds;
  const edited = message.edited_timestamp !== null && html`<small class="edited">(${t.chat.edited})</small>`;
  return html`<div class="contents">
    ${message.content && html`<${Markup} text=${message.content} />`}
    ${message.content && edited}
    ${!v2 && html`<${Attachments} attachments=${message.attachments} />`}
    ${embeds.map((embed) => html`<${EmbedCard} embed=${embed} />`)}
    <${Components} components=${message.components} messageId=${message.id} />
    ${!message.content && edited}
  </div>`;
}

/** Said aloud, so that nothing the bot posts is lost in silence. @param {{ parts: string[] }} props */
export function Unknown({ parts }) {
  const t = useText();
  const text = parts.join(', ');
  useEffect(() => {
    if (text !== '') console.error(`this page cannot show: ${text}`);
  }, [text]);
  if (text === '') return null;
  return html`<p class="unknown" role="alert" data-unknown=${text}>${t.chat.unknown} ${text}</p>`;
}

/** @param {{ message: Message }} props */
function SystemLine({ message }) {
  const t = useText();
  const thread = message.message_reference?.channel_id;
  switch (message.type) {
    case TYPE.threadCreated:
      return html`<p class="system">${t.chat.threadStarted}
        <button class="mention" onClick=${() => thread && goTo(thread)}>${message.content}</button></p>`;
    case TYPE.pinned:
      return html`<p class="system">${t.chat.pinned}</p>`;
    case TYPE.threadStarter:
      return html`<${Starter} id=${message.message_reference?.message_id ?? ''} />`;
    default:
      return html`<p class="system">${t.chat.followed}</p>`;
  }
}

/** A thread begins with the message that it was started from. @param {{ id: string }} props */
function Starter({ id }) {
  const t = useText();
  const found = useStore(world, (state) => findMessage(state, id));
  if (!found) return html`<p class="system">${t.chat.gone}</p>`;
  return html`<blockquote class="forward"><${Contents} message=${found.message} /></blockquote>`;
}

/** Reactions, the thread, and what only one person sees. @param {{ seen: SeenMessage }} props */
function Below({ seen }) {
  const t = useText();
  const { message, reactions, ephemeralFor } = seen;
  const failure = useStore(session, (now) => now.failures.get(message.id));
  const thread = useStore(world, (state) => state.channels.get(message.id));
  const dismiss = () => update({ dismissed: new Set(session.get().dismissed).add(message.id) });
  return html`
    ${failure && html`<p class="bad failure" role="alert">${failure}</p>`}
    ${
      thread &&
      html`<button class="thread-link" onClick=${() => goTo(thread.id)}>
        <${Icon} name="thread" /><strong>${thread.name}</strong> <span>${t.chat.seeThread}</span>
      </button>`
    }
    <${Reactions} messageId=${message.id} reactions=${reactions} />
    ${
      ephemeralFor !== null &&
      html`<p class="only-you"><${Icon} name="eye" />${t.chat.onlyYou} ·
        <button class="link" onClick=${dismiss}>${t.chat.dismiss}</button></p>`
    }`;
}

/** @param {{ messageId: string, reactions: SeenMessage['reactions'] }} props */
function Reactions({ messageId, reactions }) {
  const t = useText();
  const user = useStore(session, (now) => now.persona);
  if (reactions.length === 0) return null;
  return html`<div class="reactions" role="group" aria-label=${t.chat.reactions}>
    ${reactions.map(({ emoji, userIds }) => {
      const mine = userIds.includes(user);
      const name = emoji.name ?? '';
      const toggle = () =>
        discord('react', { message: messageId, user, emoji: name, present: !mine }).catch(tell);
      return html`<button class="reaction" aria-pressed=${mine} aria-label=${`${t.chat.react(name)}, ${userIds.length}`}
        onClick=${toggle}>${name} ${userIds.length}</button>`;
    })}
  </div>`;
}
