import { describe, expect, test } from 'vitest';
import { fitting, leavesOf, optionValues } from '../../../src/panel/playground/commands.js';
import { unknownComponents, unknownParts } from '../../../src/panel/playground/known.js';
import { linesOf } from '../../../src/panel/playground/live.js';
import { en } from '../../../src/panel/playground/locales/en.js';
import { zhCN } from '../../../src/panel/playground/locales/zh-CN.js';
import { afterEvent, KEPT_MESSAGES, sees, worldOf } from '../../../src/panel/playground/state.js';
import { formatTime } from '../../../src/panel/playground/timestamps.js';
import type { Scene } from '../../../src/sim/discord/events.ts';
import type { Command, Message, User } from '../../../src/sim/discord/wire.ts';

const user: User = {
  id: '1',
  username: 'a',
  discriminator: '0',
  global_name: null,
  avatar: null,
  public_flags: 0,
};

function message(over: Partial<Message> = {}): Message {
  return {
    id: '10',
    channel_id: '5',
    author: user,
    content: '',
    timestamp: '2026-01-01T00:00:00.000Z',
    edited_timestamp: null,
    tts: false,
    mention_everyone: false,
    mentions: [],
    mention_roles: [],
    attachments: [],
    embeds: [],
    components: [],
    pinned: false,
    type: 0,
    flags: 0,
    ...over,
  };
}

describe('what the page cannot draw is told', () => {
  const cases: [given: string, over: Partial<Message>, then: string[]][] = [
    ['a plain message', { content: 'x' }, []],
    ['another type', { type: 46 }, ['message type 46']],
    ['another flag', { flags: 1 << 13 }, ['message flag 1 << 13']],
    ['an embed of a kind', { embeds: [{ title: 'x', video: { url: 'u' } }] }, ['embed: video']],
    ['another component', { components: [{ type: 99 }] }, ['component type 99']],
    [
      'one that is nested',
      { components: [{ type: 17, components: [{ type: 9, accessory: { type: 98 } }] }] },
      ['component type 98'],
    ],
    [
      'a button of another style',
      { components: [{ type: 2, style: 6, sku_id: '1' }] },
      ['component 2: sku_id', 'button style 6'],
    ],
    [
      'markup in a field',
      { embeds: [{ fields: [{ name: 'a', value: '<id:guide>' }] }] },
      ['markup <id:guide>'],
    ],
    ['markup in a component', { components: [{ type: 10, content: '<sound:1:2>' }] }, ['markup <sound:1:2>']],
    [
      'everything at once that is known',
      {
        content: '**a** <t:1:R>',
        flags: (1 << 6) | (1 << 15),
        embeds: [{ title: 'x', color: 1, footer: { text: 'f' }, image: { url: 'u', width: 1 } }],
        components: [{ type: 1, components: [{ type: 3, custom_id: 'a', options: [], placeholder: 'p' }] }],
      },
      [],
    ],
  ];
  test.each(cases)('GIVEN %s', (_, over, then) => {
    expect(unknownParts(message(over))).toEqual(then);
  });

  test('also of a form', () => {
    expect(unknownComponents([{ type: 18, label: 'x', component: { type: 24 } }])).toEqual([
      'component type 24',
    ]);
  });
});

describe('times', () => {
  const at = Date.UTC(2021, 3, 20, 16, 20, 30);
  const cases: [style: string, then: string][] = [
    ['t', '04:20 PM'],
    ['T', '04:20:30 PM'],
    ['d', '04/20/2021'],
    ['D', 'April 20, 2021'],
    ['f', 'April 20, 2021 at 04:20 PM'],
    ['F', 'Tuesday, April 20, 2021 at 04:20 PM'],
    ['s', '04/20/2021, 04:20 PM'],
    ['S', '04/20/2021, 04:20:30 PM'],
  ];
  test.each(cases)('GIVEN style %s THEN %s', (style, then) => {
    expect(formatTime(at / 1_000, style, 'en-US', 0, 'UTC').replaceAll('\u202f', ' ')).toBe(then);
  });

  test.each([
    [0, 'in 0 seconds'],
    [59, 'in 59 seconds'],
    [90, 'in 2 minutes'],
    [-3_600, '1 hour ago'],
    [86_400 * 3, 'in 3 days'],
  ])('GIVEN %i seconds from now THEN %s', (seconds, then) => {
    expect(formatTime(at / 1_000 + seconds, 'R', 'en', at)).toBe(then);
  });

  test('a time beyond all calendars is a number', () => {
    expect(formatTime(99_999_999_999_999, 'F', 'en', 0)).toBe('99999999999999');
  });
});

const SCENE: Scene = {
  guild: { id: '9', name: 'g', owner_id: '8', preferred_locale: 'en-US' },
  botId: '2',
  channels: [{ id: '5', type: 0, last_message_id: null, flags: 0 }],
  users: [{ user, locale: 'en-US', roles: [] }],
  roles: [],
  webhooks: [],
  commands: [],
  messages: [{ message: message(), ephemeralFor: null, reactions: [] }],
  presence: null,
};

describe('the world', () => {
  const start = () => worldOf(SCENE, true);
  const ids = (state: ReturnType<typeof start>) =>
    (state.messages.get('5') ?? []).map((seen) => seen.message.id);
  const created = (id: string, ephemeralFor: string | null = null) =>
    ({ type: 'message.created', message: message({ id }), ephemeralFor }) as const;

  test('takes messages in the order of their ids, each once', () => {
    const state = ['12', '11', '12'].reduce((now, id) => afterEvent(now, created(id)), start());
    expect(ids(state)).toEqual(['10', '11', '12']);
  });

  test('follows edits, reactions and deletions', () => {
    let state = afterEvent(start(), {
      type: 'message.edited',
      message: message({ content: 'new' }),
      ephemeralFor: null,
    });
    state = afterEvent(state, { type: 'reaction.added', messageId: '10', userId: '1', emoji: '👍' });
    expect(state.messages.get('5')?.[0]).toMatchObject({
      message: { content: 'new' },
      reactions: [{ emoji: { name: '👍' }, userIds: ['1'] }],
    });
    state = afterEvent(state, { type: 'reaction.removed', messageId: '10', userId: '1', emoji: '👍' });
    expect(state.messages.get('5')?.[0]?.reactions).toEqual([]);
    state = afterEvent(state, { type: 'message.deleted', messageId: '10', channelId: '5' });
    expect(ids(state)).toEqual([]);
  });

  test('keeps the newest messages', () => {
    let state = start();
    for (let id = 11; id < 11 + KEPT_MESSAGES; id += 1) state = afterEvent(state, created(String(id)));
    expect(ids(state)).toHaveLength(KEPT_MESSAGES);
    expect(ids(state)[0]).toBe('11');
  });

  test('shows ephemeral messages to one person alone', () => {
    const [, seen] = afterEvent(start(), created('11', '1')).messages.get('5') ?? [];
    if (!seen) throw new Error('no message');
    expect([sees('1', seen), sees('3', seen)]).toEqual([true, false]);
  });

  test('knows whether the bot is there', () => {
    const gateway = (state: 'closed' | 'resumed') =>
      ({ type: 'gateway', state, sessionId: null, code: null }) as const;
    const gone = afterEvent(start(), gateway('closed'));
    expect([gone.connected, afterEvent(gone, gateway('resumed')).connected]).toEqual([false, true]);
  });
});

const COMMAND = {
  type: 1,
  name: 'risk',
  description: 'Limits',
  name_localizations: { 'zh-CN': '风险' },
  options: [
    { type: 1, name: 'show', description: 'Shows' },
    {
      type: 1,
      name: 'set',
      description: 'Sets',
      description_localizations: { 'zh-CN': '设置' },
      options: [
        { type: 3, name: 'key', description: 'Which', required: true },
        { type: 10, name: 'value', description: 'What' },
        { type: 5, name: 'sure', description: 'Sure' },
      ],
    },
  ],
} as unknown as Command;

test('commands are listed by what can be run, in the reader’s language', () => {
  const leaves = leavesOf([COMMAND], 'zh-CN');
  expect(leaves.map(({ name, label, description }) => [name, label, description])).toEqual([
    ['risk set', '风险 set', '设置'],
    ['risk show', '风险 show', 'Shows'],
  ]);
  expect(fitting(leaves, 'show').map(({ name }) => name)).toEqual(['risk show']);
  expect(fitting(leaves, '风').map(({ name }) => name)).toEqual(['risk set', 'risk show']);
});

test('options are sent in their own types, and a missing one is named', () => {
  const options = COMMAND.options[1]?.options ?? [];
  expect(optionValues(options, { key: 'a', value: '2.5', sure: 'true' })).toEqual({
    values: { key: 'a', value: 2.5, sure: true },
    missing: null,
  });
  expect(optionValues(options, { value: '' })).toEqual({ values: null, missing: 'key' });
});

test('both languages say different things', () => {
  const words = (value: unknown): string[] =>
    typeof value === 'string'
      ? [value]
      : typeof value === 'object' && value !== null
        ? Object.values(value).flatMap(words)
        : [];
  const english = new Set(words(en));
  const same = words(zhCN).filter((word) => english.has(word) && /[a-z]{3}/i.test(word));
  expect(same).toEqual([]);
});

describe('the lines of a contract', () => {
  const nothing = {
    account: { wallet: '0', unrealized: '0', marginBalance: '0', available: '0' },
    positions: [],
    openOrders: [],
    openAlgoOrders: [],
    trades: [],
    spot: { balances: [], openOrders: [], trades: [] },
  };
  const order = (over: object) => ({
    symbol: 'BTCUSDT',
    side: 'BUY',
    positionSide: 'BOTH',
    price: '1',
    ...over,
  });
  const cases: [given: string, over: object, then: string[]][] = [
    ['nothing', {}, []],
    ['an entry', { openOrders: [order({ price: '64900' })] }, ['entry 64900']],
    ['an order of another contract', { openOrders: [order({ symbol: 'ETHUSDT' })] }, []],
    [
      'a position with its way out',
      {
        positions: [{ symbol: 'BTCUSDT', entryPrice: '65000.0', positionSide: 'BOTH', positionAmt: '1' }],
        openOrders: [order({ side: 'SELL', price: '66000.00', reduceOnly: true })],
        openAlgoOrders: [{ symbol: 'BTCUSDT', triggerPrice: '64000' }],
      },
      ['target 66000', 'position 65000', 'stop 64000'],
    ],
    [
      'a long and its target in hedge mode',
      {
        positions: [{ symbol: 'BTCUSDT', entryPrice: '65000', positionSide: 'LONG', positionAmt: '1' }],
        openOrders: [order({ side: 'SELL', positionSide: 'LONG', price: '66000' })],
      },
      ['target 66000', 'position 65000'],
    ],
    [
      'two lists on spot with one stop',
      {
        spot: {
          ...nothing.spot,
          openOrders: [
            ...['67000', '66000'].map((price) => order({ side: 'SELL', price, stopPrice: '0.00' })),
            ...['63900', '63900'].map((price) => order({ side: 'SELL', price, stopPrice: '64000' })),
          ],
        },
      },
      ['target 67000', 'target 66000', 'stop 64000'],
    ],
  ];
  test.each(cases)('GIVEN %s', (_, over, then) => {
    const lines = linesOf({ ...nothing, ...over } as Parameters<typeof linesOf>[0], 'BTCUSDT');
    expect(lines.map(({ kind, text }) => `${kind} ${text}`)).toEqual(then);
  });
});
