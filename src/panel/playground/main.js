import { html, render } from '../web/html.js';
import { language } from '../web/language.js';
import { follow } from '../web/server.js';
import { tell } from '../web/toasts.js';
import { discord, speak } from './actions.js';
import { App } from './app.js';
import { account, bot, demo, faults, market, panelUrl } from './live.js';
import { notice, settle } from './session.js';
import { afterEvent, world, worldOf } from './state.js';

document.body.replaceChildren();
render(html`<${App} />`, document.body);

language.subscribe(() => void speak());

follow('/api/events', {
  hello(data) {
    world.set(worldOf(data.scene, data.connected));
    market.set(data.market);
    account.set(data.account);
    bot.set(data.bot);
    demo.set(data.demo);
    faults.set(data.faults);
    panelUrl.set(data.panelUrl);
    settle();
    if (data.language !== language.get()) void speak();
  },
  discord(event) {
    world.set(afterEvent(world.get(), event));
    if (event.type === 'message.created') notice({ ...event, reactions: [] });
    if (event.type === 'commands') void refreshCommands();
  },
  prices({ time, speed, prices }) {
    market.set({ time, speed, prices: { ...market.get().prices, ...prices } });
  },
  account: account.set,
  bot: bot.set,
  demo: demo.set,
  faults: faults.set,
});

async function refreshCommands() {
  try {
    const { commands } = await discord('scene', { limit: 0 });
    world.set({ ...world.get(), commands });
  } catch (error) {
    tell(error);
  }
}
