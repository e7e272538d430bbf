import { html } from '../web/html.js';
import { ask } from '../web/server.js';
import { tell, toast } from '../web/toasts.js';
import { symbol } from './live.js';
import { goTo, jumpTo, session, textChannels } from './session.js';
import { world } from './state.js';
import { useText } from './words.js';

const SAMPLES = /** @type {const} */ ([
  ['long', 'BTCUSDT'],
  ['chinese', 'ETHUSDT'],
  ['short', 'SOLUSDT'],
  ['webhook', 'BNBUSDT'],
  ['half', null],
  ['break-even', null],
  ['close', null],
  ['no-stop', null],
  ['contradiction', null],
  ['talk', null],
]);

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
      const [trades] = textChannels(world.get());
      if (trades && session.get().place !== trades.id) goTo(trades.id);
      toast(t.samples.posted(t.samples.names[name], channel?.name ?? ''), {
        action: { label: t.samples.look, run: () => jumpTo(result.id) },
      });
    } catch (error) {
      tell(error);
    }
  };
  return html`<section class="samples" aria-label=${t.samples.title}>
    <h2>${t.samples.title}</h2>
    <div class="buttons">
      ${SAMPLES.map(
        ([
          name,
          contract,
        ]) => html`<button key=${name} class="button small ${contract === null ? 'quiet' : 'primary'}"
          data-sample=${name} onClick=${() => post(name, contract)}>${t.samples.names[name]}</button>`,
      )}
    </div>
  </section>`;
}
