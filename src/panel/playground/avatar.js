import { html } from '../web/html.js';
import { nameOf, world } from './state.js';

const HUES = [230, 265, 340, 15, 150, 190];

/**
 * A person's first letter on a colour of their own; the bot has a signal.
 * @param {{ user: import('../../sim/discord/wire.ts').User, small?: boolean }} props
 */
export function Avatar({ user, small }) {
  const name = nameOf(user);
  const hue = HUES[Number(BigInt(user.id) % 97n) % HUES.length];
  const size = small ? 'avatar small' : 'avatar';
  if (user.id === world.get().botId) return html`<span class="${size} signal" aria-hidden="true"></span>`;
  return html`<span class=${size} style=${{ background: `hsl(${hue} 45% 38%)` }} aria-hidden="true">
    ${[...name][0]?.toUpperCase()}
  </span>`;
}
