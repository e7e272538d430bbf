import { html } from './html.js';

/** Line icons in the colour of the text; they say nothing to a screen reader, the button around them does. */
const PATHS = {
  hash: 'M9 3 7 21M17 3l-2 18M4 8.5h17M3 15.5h17',
  thread: 'M5 4v9a4 4 0 0 0 4 4h10m-4-4 4 4-4 4',
  at: 'M16 12a4 4 0 1 1-8 0 4 4 0 0 1 8 0Zm0 0c0 5 5 4 5-1a9 9 0 1 0-4 8',
  send: 'm4 12 16-8-5 8 5 8-16-8Zm0 0h11',
  plus: 'M12 5v14M5 12h14',
  embed: 'M4 5h16v14H4zM8 9h8M8 13h8',
  reply: 'm9 6-6 6 6 6M3 12h10a8 8 0 0 1 8 7',
  edit: 'M4 20h4L20 8l-4-4L4 16v4Z',
  trash: 'M4 7h16M9 7V4h6v3m-9 0 1 13h10l1-13',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
  down: 'm6 9 6 6 6-6',
  close: 'M6 6l12 12M18 6 6 18',
  sun: 'M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8ZM12 2v2m0 16v2M2 12h2m16 0h2M5 5l1.5 1.5m11 11L19 19M5 19l1.5-1.5m11-11L19 5',
  moon: 'M20 14A8 8 0 1 1 10 4a6.5 6.5 0 0 0 10 10Z',
  eye: 'M2 12s4-7 10-7 10 7 10 7-4 7-10 7S2 12 2 12Zm10-3a3 3 0 1 1 0 6 3 3 0 0 1 0-6Z',
  file: 'M6 3h8l5 5v13H6zM14 3v5h5',
  apps: 'M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h6v6h-6z',
  skull: 'M12 3a8 8 0 0 0-5 14v3h10v-3a8 8 0 0 0-5-14Zm-3 8h.01M15 11h.01M10 20v-3m4 3v-3',
  play: 'M7 4v16l13-8L7 4Z',
  chart: 'M4 20V4m0 16h17M8 16v-4m4 4V7m4 9v-6m4 6V5',
  link: 'M9 15l6-6M10 6l1-1a4 4 0 0 1 6 6l-1 1m-2 6-1 1a4 4 0 0 1-6-6l1-1',
};

/** @param {{ name: keyof typeof PATHS }} props */
export function Icon({ name }) {
  return html`<svg viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" stroke-width="1.8"
    stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d=${PATHS[name]} /></svg>`;
}
