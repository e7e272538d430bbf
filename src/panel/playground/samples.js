import { html } from '../web/html.js';
import { ask } from '../web/server.js';
import { tell, toast } from '../web/toasts.js';
import { symbol } from './live.js';
import { goTo, jumpTo, textChannels } from './session.js';
import { world } from './state.js';
import { useText } from './words.js';

/** By what they show; with the contract that they are about. */
const GROUPS = /** @type {const} */ ({
  signals: [
    ['long', 'BTCUSDT'],
    ['chinese', 'ETHUSDT'],
    ['short', 'SOLUSDT'],
    ['webhook', 'BNBUSDT'],
    ['spot', 'ADAUSDT'],
  ],
  updates: [
    ['half', null],
    ['break-even', null],
    ['close', null],
  ],
  refused: [
    ['no-stop', null],
    ['contradiction', null],
    ['talk', null],
  ],
});

/** Signals at one click: posted where they belong, and the view goes to where the bot answers. */
export function Samples() {
  const t = useText();
  const post = async (
    /** @type {keyof typeof t.samples.names} */ name,
    /** @type {string | null} */ contract,
  ) => {
    try {
      const { result } = await ask('/api/sample', { name });
      if (contract !== null) symbol.set(contract);
      const channel = world.get().channels.get(result.channel_id);
      const [trades] = textChannels(world.get().channels);
      if (trades) goTo(trades.id);
      toast(t.samples.posted(t.samples.names[name], channel?.name ?? ''), {
        action: { label: t.samples.look, run: () => jumpTo(result.id) },
      });
    } catch (error) {
      tell(error);
    }
  };
  return html`<section class="samples" aria-label=${t.samples.title}>
    <h2>${t.samples.title}</h2>
    ${Object.entries(GROUPS).map(
      ([group, samples]) => html`<div key=${group}>
        <h3 class="label">${t.samples.groups[/** @type {keyof typeof GROUPS} */ (group)]}</h3>
        <div class="buttons">
          ${samples.map(
            ([
              name,
              contract,
            ]) => html`<button key=${name} data-sample=${name} onClick=${() => post(name, contract)}
              class="button small ${group === 'signals' ? 'primary' : 'quiet'}">${t.samples.names[name]}</button>`,
          )}
        </div>
      </div>`,
    )}
  </section>`;
}
