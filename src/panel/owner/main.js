import { html, render } from '../web/html.js';
import { ask, connection, follow } from '../web/server.js';
import { tell } from '../web/toasts.js';
import { App } from './app.js';
import { latency, overview, signedIn, takeLog } from './live.js';

document.body.replaceChildren();
render(html`<${App} />`, document.body);

async function look() {
  await enterByAddress();
  const session = await ask('/api/session');
  signedIn.set(session.signedIn);
}

/** `/#token=…` opens the panel at one click: what follows the # is never sent, and goes from the address at once. */
async function enterByAddress() {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (!token) return;
  history.replaceState(null, '', location.pathname);
  await ask('/api/login', { token }).catch(tell);
}

let following = false;
signedIn.subscribe((known) => {
  if (!known || following) return;
  following = true;
  follow('/api/events', { overview: overview.set, latency: latency.set, log: takeLog });
});

// A session may have ended while the bot was away; that it is away is shown by the feed.
connection.subscribe((state) => {
  if (state === 'lost') look().catch(() => {});
});

// The address may be given to a page that is open already.
addEventListener('hashchange', () => {
  if (location.hash.startsWith('#token=')) look().catch(tell);
});

look().catch(() => connection.set('lost'));
