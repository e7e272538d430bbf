import { html, render } from '../web/html.js';
import { ask, connection, follow } from '../web/server.js';
import { App } from './app.js';
import { overview, signedIn, takeLog } from './live.js';

document.body.replaceChildren();
render(html`<${App} />`, document.body);

async function look() {
  const session = await ask('/api/session');
  signedIn.set(session.signedIn);
}

let following = false;
signedIn.subscribe((known) => {
  if (!known || following) return;
  following = true;
  follow('/api/events', { overview: overview.set, log: takeLog });
});

// A session may have ended while the bot was away; that it is away is shown by the feed.
connection.subscribe((state) => {
  if (state === 'lost') look().catch(() => {});
});

look().catch(() => connection.set('lost'));
