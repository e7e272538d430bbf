import { describe, expect, test } from 'vitest';
import { isMessageId, messageEventOf } from '../../src/bot/message-event.ts';

const BARE = { id: '1', channel_id: '2' };
const FILE = { url: 'u', filename: 'f', size: 3 };

test('what Discord adds stays as it is', () => {
  const event = { ...BARE, content: 'BTC', embeds: [], author: { id: '3', avatar: null }, poll: { a: [1] } };
  expect(messageEventOf(event)).toEqual({ ...event });
});

test.each([null, 'text', [], {}, { id: '1' }, { ...BARE, id: 1 }, { ...BARE, channel_id: '2'.repeat(21) }])(
  'no message: %j',
  (raw) => {
    expect(messageEventOf(raw)).toBeNull();
  },
);

/** A part, and what becomes of it. */
describe.each([
  ['content', 5, undefined],
  ['embeds', 'none', undefined],
  ['embeds', [7, { title: 'a' }], [{ title: 'a' }]],
  [
    'embeds',
    [{ title: 1, author: 'x', footer: { text: 2 }, fields: [null, { name: 'n', value: 3 }] }],
    [{ footer: {}, fields: [{ name: 'n' }] }],
  ],
  ['attachments', [FILE, { ...FILE, size: '3' }, { ...FILE, url: null }], [FILE]],
  ['attachments', [{ ...FILE, content_type: 4 }], [FILE]],
  ['author', { id: 'x' }, undefined],
  ['author', [], undefined],
  ['webhook_id', 9, undefined],
  ['edited_timestamp', null, null],
  ['edited_timestamp', 1, undefined],
  ['flags', 2, 2],
  ['flags', 2.5, undefined],
  ['message_reference', { type: 'x', message_id: '4' }, { message_id: '4' }],
  ['message_reference', { type: 1, message_id: 4 }, { type: 1 }],
  ['message_reference', 'x', undefined],
  ['message_snapshots', [3, { message: 4 }], []],
  [
    'message_snapshots',
    [{ message: { content: 1, embeds: [{ title: 'a' }, 0], attachments: {} } }],
    [{ message: { content: '', embeds: [{ title: 'a' }], attachments: [] } }],
  ],
])('%s', (name, raw, read) => {
  test(`${JSON.stringify(raw)} is read as ${JSON.stringify(read)}`, () => {
    // Absent and undefined are the same here.
    expect(messageEventOf({ ...BARE, [name]: raw })).toEqual({ ...BARE, [name]: read });
  });
});

test('an id is digits', () => {
  expect(['1', '12345678901234567890', '', '1a', 1, null].map(isMessageId)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});
