import { expect, test } from 'vitest';
import { catalogues } from '../../src/bot/locales/index.ts';
import { presenceOf } from '../../src/bot/presence.ts';

const NOW = Date.UTC(2026, 10, 26, 12);
const pause = (over: object = {}) => ({
  reason: 'user' as const,
  channelId: null,
  since: 0,
  until: null,
  by: null,
  detail: '',
  ...over,
});

test.each([
  ['what is open', { open: 2 }, 'online', '2 open trades'],
  ['a pause and why', { pauses: [pause()] }, 'dnd', 'Entries paused'],
  ['none that is over', { pauses: [pause({ until: NOW })] }, 'online', '0 open trades'],
  ['a paused channel', { pauses: [pause({ channelId: '5' })] }, 'idle', 'Entries paused in alpha'],
  [
    'the pause of everything before that of a channel',
    { pauses: [pause({ channelId: '5' }), pause()] },
    'dnd',
    'Entries paused',
  ],
  ['that the exchange is not compared yet', { ready: false }, 'idle', 'Not ready for entries'],
])('the presence shows %s', (_, given, status, state) => {
  const shown = presenceOf({ pauses: [], open: 0, ready: true, ...given }, NOW, catalogues.en, () => 'alpha');
  expect(shown).toMatchObject({ status, activities: [{ state }] });
});
