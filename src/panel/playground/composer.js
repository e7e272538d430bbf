import { html, useEffect, useRef, useState } from '../web/html.js';
import { Icon } from '../web/icons.js';
import { language } from '../web/language.js';
import { useStore } from '../web/store.js';
import { tell, toast } from '../web/toasts.js';
import { discord, encoded } from './actions.js';
import { CommandForm } from './command-form.js';
import { CommandList } from './command-list.js';
import { fitting, leavesOf } from './commands.js';
import { EMPTY_EMBED, EmbedForm, filledEmbed } from './embed-form.js';
import { openChannel, session, update } from './session.js';
import { findMessage, nameOf, personas, world } from './state.js';
import { useText } from './words.js';

/** https://discord.com/developers/docs/resources/message#create-message */
const MAX_LENGTH = 2_000;

/** Where messages are written, and commands after a slash. @param {{ name: string }} props */
export function Composer({ name }) {
  const t = useText();
  const state = useStore(world);
  const now = useStore(session);
  const locale = useStore(language);
  const [text, setText] = useState('');
  const [files, setFiles] = useState(/** @type {File[]} */ ([]));
  const [embed, setEmbed] = useState(/** @type {import('./embed-form.js').Draft | null} */ (null));
  const [active, setActive] = useState(0);
  const [chosen, choose] = useState(/** @type {import('./commands.js').Leaf | null} */ (null));
  const box = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  const channelId = openChannel(now, state);
  useEffect(() => {
    if (now.replyTo !== null) box.current?.focus();
  }, [now.replyTo]);

  const typing = text.startsWith('/') && now.webhook === null && now.place !== 'dm';
  const found = typing ? fitting(leavesOf(state.commands, locale), text.slice(1)) : [];
  const pick = (/** @type {number} */ index) => {
    const leaf = found[index];
    if (leaf) choose(leaf);
  };

  async function send() {
    const content = text.trim();
    if (content === '' && files.length === 0 && embed === null) return;
    if (content.length > MAX_LENGTH) {
      toast(t.composer.tooLong(content.length, MAX_LENGTH), { bad: true });
      return;
    }
    const author = now.webhook === null ? { author: now.persona } : { webhook: now.webhook };
    try {
      await discord('post', {
        channel: channelId ?? 'dm',
        ...author,
        ...(content === '' ? {} : { content }),
        ...(embed === null ? {} : { embeds: [filledEmbed(embed)] }),
        ...(files.length === 0 ? {} : { attachments: await Promise.all(files.map(encoded)) }),
        ...(now.replyTo === null ? {} : { replyTo: now.replyTo }),
      });
      setText('');
      setFiles([]);
      setEmbed(null);
      update({ replyTo: null });
    } catch (error) {
      tell(error);
    }
    box.current?.focus();
  }

  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    if (event.isComposing) return;
    if (event.key === 'Escape') update({ replyTo: null });
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (found.length > 0 && step !== undefined) {
      event.preventDefault();
      setActive((active + step + found.length) % found.length);
    } else if (found.length > 0 && (event.key === 'Enter' || event.key === 'Tab')) {
      event.preventDefault();
      pick(active);
    } else if (event.key === 'Enter' && !event.shiftKey && !typing) {
      event.preventDefault();
      void send();
    }
  };

  if (chosen !== null && channelId !== null) {
    const leave = () => {
      choose(null);
      setText('');
    };
    return html`<${CommandForm} leaf=${chosen} channel=${channelId} onLeave=${leave} />`;
  }
  const webhooks = state.webhooks.filter((webhook) => webhook.channelId === channelId);
  const user = state.people.get(now.persona)?.user;
  // Who writes decides whether the bot listens.
  const isSignals = name.startsWith('#') && name !== '#trades';
  const isUnheard = isSignals && now.webhook === null && personas(state)[1]?.user.id !== now.persona;
  const writer = webhooks.find(({ id }) => id === now.webhook)?.name ?? (user ? nameOf(user) : '');
  return html`<div class="composer">
    ${typing && html`<${CommandList} leaves=${found} active=${active} onPick=${pick} />`}
    ${now.replyTo !== null && html`<${ReplyBanner} id=${now.replyTo} />`}
    ${embed !== null && html`<${EmbedForm} draft=${embed} onChange=${setEmbed} onRemove=${() => setEmbed(null)} />`}
    <${FileList} files=${files} onChange=${setFiles} />
    <div class="composer-row">
      <${Author} webhooks=${webhooks} />
      <${AttachButton} onFiles=${(/** @type {File[]} */ more) => setFiles([...files, ...more].slice(0, 10))} />
      ${
        now.webhook !== null &&
        html`<button class="icon-button" aria-label=${t.composer.embed} title=${t.composer.embed} aria-pressed=${embed !== null}
          onClick=${() => setEmbed(embed === null ? EMPTY_EMBED : null)}><${Icon} name="embed" /></button>`
      }
      <textarea id="composer" ref=${box} rows=${Math.min(Math.max(text.split('\n').length, 1), 8)} value=${text}
        aria-label=${t.composer.label(name)} placeholder=${t.composer[isUnheard ? 'unheard' : 'placeholder'](name, writer)} aria-autocomplete="list"
        aria-controls=${found.length > 0 ? 'command-list' : null}
        aria-activedescendant=${found.length > 0 ? `command-${active}` : null}
        onInput=${(/** @type {any} */ event) => {
          setText(event.target.value);
          setActive(0);
        }} onKeyDown=${onKeyDown}></textarea>
      <button class="icon-button send" aria-label=${t.composer.send} title=${t.composer.send} onClick=${send}><${Icon} name="send" /></button>
    </div>
  </div>`;
}

/** As whom one writes: oneself, or a webhook of the channel. @param {{ webhooks: import('./state.js').Webhook[] }} props */
function Author({ webhooks }) {
  const t = useText();
  const { persona, webhook } = useStore(session);
  const people = useStore(world, (state) => state.people);
  const user = people.get(persona)?.user;
  if (webhooks.length === 0 || !user) return null;
  return html`<select class="input author-select" aria-label=${t.persona.label} value=${webhook ?? ''}
    onChange=${(/** @type {any} */ event) => update({ webhook: event.target.value || null })}>
    <option value="">${nameOf(user)}</option>
    ${webhooks.map(({ id, name }) => html`<option value=${id}>${t.persona.webhook(name)}</option>`)}
  </select>`;
}

/** @param {{ id: string }} props */
function ReplyBanner({ id }) {
  const t = useText();
  const target = findMessage(useStore(world), id);
  return html`<p class="replying">
    <span>${t.composer.replying(target ? nameOf(target.message.author) : '')}</span>
    <button class="icon-button" aria-label=${t.composer.stop} onClick=${() => update({ replyTo: null })}><${Icon} name="close" /></button>
  </p>`;
}

/** @param {{ onFiles: (files: File[]) => void }} props */
function AttachButton({ onFiles }) {
  const t = useText();
  const take = (/** @type {any} */ event) => {
    onFiles([...event.target.files]);
    event.target.value = '';
  };
  return html`<label class="icon-button attach" title=${t.composer.attach}>
    <${Icon} name="plus" /><span class="hidden-visually">${t.composer.attach}</span>
    <input class="hidden-visually" type="file" multiple onChange=${take} />
  </label>`;
}

/** @param {{ files: File[], onChange: (files: File[]) => void }} props */
function FileList({ files, onChange }) {
  const t = useText();
  if (files.length === 0) return null;
  return html`<ul class="chosen-files">
    ${files.map(
      (file) => html`<li><${Icon} name="file" />${file.name}
        <button class="icon-button" aria-label=${t.composer.detach(file.name)}
          onClick=${() => onChange(files.filter((each) => each !== file))}><${Icon} name="close" /></button></li>`,
    )}
  </ul>`;
}
