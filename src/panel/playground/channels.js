import { html } from '../web/html.js';
import { Icon } from '../web/icons.js';
import { useStore } from '../web/store.js';
import { Avatar } from './avatar.js';
import { become, goTo, session, textChannels } from './session.js';
import { nameOf, personas, world } from './state.js';
import { useText } from './words.js';

/** Where one can look, and who one is. */
export function Channels() {
  const t = useText();
  const channels = useStore(world, (state) => state.channels);
  const bot = useStore(world, (state) => state.people.get(state.botId));
  const connected = useStore(world, (state) => state.connected);
  const place = useStore(session, (now) => now.place);
  return html`<aside class="channels">
    <nav aria-label=${t.channels.title}>
      <h2 class="label">${t.channels.text}</h2>
      <ul>
        ${textChannels(channels).map(
          (channel) => html`<li key=${channel.id}>
            <${Place} place=${channel.id} name=${channel.name} icon="hash" />
            <ul class="threads">
              ${threadsOf(channels, channel.id, place).map(
                (thread) => html`<li key=${thread.id}>
                  <${Place} place=${thread.id} name=${thread.name} icon="thread" />
                </li>`,
              )}
            </ul>
          </li>`,
        )}
      </ul>
      <h2 class="label">${t.channels.direct}</h2>
      <ul>
        <li><${Place} place="dm" name=${bot ? nameOf(bot.user) : ''} icon="at" online=${connected} /></li>
      </ul>
    </nav>
    <${Personas} />
  </aside>`;
}

/** The others are at the messages from which they began. */
const THREADS_SHOWN = 8;

/**
 * The newest, and the one that is looked at.
 * @param {import('./state.js').World['channels']} channels
 * @param {string} parent
 * @param {string} open
 */
function threadsOf(channels, parent, open) {
  const threads = [...channels.values()].filter(
    ({ type, parent_id: of }) => type >= 10 && type <= 12 && of === parent,
  );
  return threads.filter(({ id }, index) => id === open || index >= threads.length - THREADS_SHOWN);
}

/** @param {{ place: string, name: string, icon: string, online?: boolean }} props */
function Place({ place, name, icon, online }) {
  const t = useText();
  const here = useStore(session, (now) => now.place === place);
  const unread = useStore(session, (now) => now.unread.get(place) ?? 0);
  return html`<button class=${unread > 0 ? 'place unread' : 'place'} aria-current=${here ? 'page' : null}
    onClick=${() => goTo(place)}>
    <${Icon} name=${icon} />
    <span class="place-name">${name}</span>
    ${online !== undefined && html`<span class=${online ? 'dot on' : 'dot off'}></span>`}
    ${unread > 0 && html`<span class="badge" aria-label=${t.channels.unread(unread)}>${unread}</span>`}
  </button>`;
}

function Personas() {
  const t = useText();
  useStore(world, (state) => state.people);
  const state = world.get();
  const persona = useStore(session, (now) => now.persona);
  const hints = [t.persona.hint.operator, t.persona.hint.analyst, t.persona.hint.stranger];
  return html`<fieldset class="personas">
    <legend class="label">${t.persona.label}</legend>
    ${personas(state).map(
      (
        { user },
        index,
      ) => html`<label key=${user.id} class=${user.id === persona ? 'persona chosen' : 'persona'}>
        <input class="hidden-visually" type="radio" name="persona" checked=${user.id === persona}
          onChange=${() => become(user.id)} />
        <${Avatar} user=${user} />
        <span><strong>${nameOf(user)}</strong><small>${hints[index]}</small></span>
      </label>`,
    )}
  </fieldset>`;
}
