import { beforeAll, describe, expect, test } from 'vitest';
import type { DiscordSim } from '../../../src/sim/discord/server.ts';
import { startDiscordSim } from '../../../src/sim/discord/server.ts';
import { errorCodes, ids, raw, startSim } from './harness.ts';
import { connectRaw, identify, type RawGateway } from './raw-gateway.ts';

const DOCS = 'https://docs.discord.com/developers';
const MESSAGE = `${DOCS}/resources/message#create-message`;
const EMBED = `${DOCS}/resources/message#embed-object-embed-limits`;
const COMPONENT = `${DOCS}/components/reference`;
const COMMAND = `${DOCS}/interactions/application-commands#application-command-object`;
const MODAL = `${DOCS}/interactions/receiving-and-responding#interaction-response-object-modal`;
const AUTOCOMPLETE = `${DOCS}/interactions/receiving-and-responding#interaction-response-object-autocomplete`;
const V2 = 1 << 15;

const text = (length: number): string => 'x'.repeat(length);
const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));
const button = (changes: object = {}) => ({ type: 2, style: 1, label: 'Go', custom_id: 'go', ...changes });
const row = (...components: object[]) => ({ type: 1, components });
const display = (content: string) => ({ type: 10, content });
const gallery = (item: object) => ({
  type: 12,
  items: [{ media: { url: 'https://example.com/a.png' }, ...item }],
});
const menu = (options: object[]) => ({ type: 3, custom_id: 'menu', options });
const embed = (changes: object) => ({ embeds: [{ title: 'x', ...changes }] });

/** What is just allowed, what is just too much, where the error stands and its code, and the page that says so. */
type Row = [what: string, allowed: object, refused: object, path: string, code: string, page: string];

const MESSAGES: Row[] = [
  [
    'content of 2000',
    { content: text(2000) },
    { content: text(2001) },
    'content',
    'BASE_TYPE_MAX_LENGTH',
    MESSAGE,
  ],
  [
    'nonce of 25',
    { content: 'x', nonce: text(25) },
    { content: 'x', nonce: text(26) },
    'nonce',
    'NONCE_TYPE_TOO_LONG',
    MESSAGE,
  ],
  [
    '10 embeds',
    { embeds: times(10, () => ({ title: 'x' })) },
    { embeds: times(11, () => ({ title: 'x' })) },
    'embeds',
    'BASE_TYPE_MAX_LENGTH',
    MESSAGE,
  ],
  [
    'embed title of 256',
    embed({ title: text(256) }),
    embed({ title: text(257) }),
    'embeds.0.title',
    'BASE_TYPE_MAX_LENGTH',
    EMBED,
  ],
  [
    'embed description of 4096',
    embed({ description: text(4096) }),
    embed({ description: text(4097) }),
    'embeds.0.description',
    'BASE_TYPE_MAX_LENGTH',
    EMBED,
  ],
  [
    '25 embed fields',
    embed({ fields: times(25, () => ({ name: 'n', value: 'v' })) }),
    embed({ fields: times(26, () => ({ name: 'n', value: 'v' })) }),
    'embeds.0.fields',
    'BASE_TYPE_MAX_LENGTH',
    EMBED,
  ],
  [
    'field name of 256',
    embed({ fields: [{ name: text(256), value: 'v' }] }),
    embed({ fields: [{ name: text(257), value: 'v' }] }),
    'embeds.0.fields.0.name',
    'BASE_TYPE_MAX_LENGTH',
    EMBED,
  ],
  [
    'field value of 1024',
    embed({ fields: [{ name: 'n', value: text(1024) }] }),
    embed({ fields: [{ name: 'n', value: text(1025) }] }),
    'embeds.0.fields.0.value',
    'BASE_TYPE_MAX_LENGTH',
    EMBED,
  ],
  [
    'a field value at all',
    embed({ fields: [{ name: 'n', value: 'v' }] }),
    embed({ fields: [{ name: 'n', value: '' }] }),
    'embeds.0.fields.0.value',
    'BASE_TYPE_REQUIRED',
    EMBED,
  ],
  [
    'footer of 2048',
    embed({ footer: { text: text(2048) } }),
    embed({ footer: { text: text(2049) } }),
    'embeds.0.footer.text',
    'BASE_TYPE_MAX_LENGTH',
    EMBED,
  ],
  [
    'author of 256',
    embed({ author: { name: text(256) } }),
    embed({ author: { name: text(257) } }),
    'embeds.0.author.name',
    'BASE_TYPE_MAX_LENGTH',
    EMBED,
  ],
  [
    '6000 characters in all embeds',
    { embeds: [{ description: text(4000) }, { description: text(2000) }] },
    { embeds: [{ description: text(4000) }, { description: text(2001) }] },
    'embeds',
    'MAX_EMBED_SIZE_EXCEEDED',
    EMBED,
  ],
  [
    'web addresses in embeds',
    embed({ url: 'https://example.com' }),
    embed({ url: 'ftp://example.com' }),
    'embeds.0.url',
    'URL_TYPE_INVALID_SCHEME',
    EMBED,
  ],
  [
    '5 action rows',
    { content: 'x', components: times(5, (i) => row(button({ custom_id: `b${i}` }))) },
    { content: 'x', components: times(6, (i) => row(button({ custom_id: `b${i}` }))) },
    'components',
    'BASE_TYPE_MAX_LENGTH',
    `${COMPONENT}#legacy-message-component-behavior`,
  ],
  [
    '5 buttons in a row',
    { content: 'x', components: [row(...times(5, (i) => button({ custom_id: `b${i}` })))] },
    { content: 'x', components: [row(...times(6, (i) => button({ custom_id: `b${i}` })))] },
    'components.0.components',
    'BASE_TYPE_BAD_LENGTH',
    `${COMPONENT}#action-row`,
  ],
  [
    'a custom_id of 100',
    { content: 'x', components: [row(button({ custom_id: text(100) }))] },
    { content: 'x', components: [row(button({ custom_id: text(101) }))] },
    'components.0.components.0.custom_id',
    'BASE_TYPE_BAD_LENGTH',
    `${COMPONENT}#anatomy-of-a-component-custom-id`,
  ],
  [
    'each custom_id once',
    { content: 'x', components: [row(button(), button({ custom_id: 'other' }))] },
    { content: 'x', components: [row(button(), button({ disabled: true }))] },
    'components.0.components.1.custom_id',
    'COMPONENT_CUSTOM_ID_DUPLICATED',
    `${COMPONENT}#anatomy-of-a-component-custom-id`,
  ],
  [
    'a button label of 80',
    { content: 'x', components: [row(button({ label: text(80) }))] },
    { content: 'x', components: [row(button({ label: text(81) }))] },
    'components.0.components.0.label',
    'BASE_TYPE_MAX_LENGTH',
    `${COMPONENT}#button`,
  ],
  [
    'a button with an emoji and no label',
    { content: 'x', components: [row({ type: 2, style: 1, custom_id: 'b', emoji: { name: '✅' } })] },
    { content: 'x', components: [row({ type: 2, style: 1, custom_id: 'b' })] },
    'components.0.components.0.label',
    'BASE_TYPE_REQUIRED',
    `${COMPONENT}#button`,
  ],
  [
    'an emoji that is one',
    { content: 'x', components: [row(button({ emoji: { name: '✅' } }))] },
    { content: 'x', components: [row(button({ emoji: { name: 'tick' } }))] },
    'components.0.components.0.emoji.name',
    'BUTTON_COMPONENT_INVALID_EMOJI',
    `${COMPONENT}#button`,
  ],
  [
    'a link of 512',
    { content: 'x', components: [row({ type: 2, style: 5, label: 'x', url: `https://a.b/${text(500)}` })] },
    { content: 'x', components: [row({ type: 2, style: 5, label: 'x', url: `https://a.b/${text(501)}` })] },
    'components.0.components.0.url',
    'BASE_TYPE_MAX_LENGTH',
    `${COMPONENT}#button`,
  ],
  [
    '25 menu options',
    { content: 'x', components: [row(menu(times(25, (i) => ({ label: 'x', value: `${i}` }))))] },
    { content: 'x', components: [row(menu(times(26, (i) => ({ label: 'x', value: `${i}` }))))] },
    'components.0.components.0.options',
    'BASE_TYPE_BAD_LENGTH',
    `${COMPONENT}#string-select`,
  ],
  [
    'a menu alone in its row',
    { content: 'x', components: [row(menu([{ label: 'x', value: 'x' }]))] },
    { content: 'x', components: [row(menu([{ label: 'x', value: 'x' }]), button())] },
    'components.0.components.1',
    'COMPONENT_LAYOUT_WIDTH_EXCEEDED',
    `${COMPONENT}#action-row`,
  ],
  [
    'displayed text only with IS_COMPONENTS_V2',
    { flags: V2, components: [display('x')] },
    { content: 'x', components: [display('x')] },
    'components.0.type',
    'BASE_TYPE_CHOICES',
    `${COMPONENT}#text-display`,
  ],
  [
    '40 components',
    { flags: V2, components: times(40, () => display('x')) },
    { flags: V2, components: [{ type: 17, components: times(40, () => display('x')) }] },
    'components',
    'COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED',
    COMPONENT,
  ],
  [
    '4000 characters of displayed text',
    { flags: V2, components: [display(text(2000)), display(text(2000))] },
    { flags: V2, components: [display(text(2000)), display(text(2001))] },
    'components',
    'COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED',
    `${COMPONENT}#text-display`,
  ],
  [
    'media with a description of 1024',
    { flags: V2, components: [gallery({ description: text(1024) })] },
    { flags: V2, components: [gallery({ description: text(1025) })] },
    'components.0.items.0.description',
    'BASE_TYPE_MAX_LENGTH',
    `${COMPONENT}#media-gallery-media-gallery-item-structure`,
  ],
  [
    'media that is somewhere',
    { flags: V2, components: [gallery({})] },
    { flags: V2, components: [gallery({ media: {} })] },
    'components.0.items.0.media.url',
    'BASE_TYPE_REQUIRED',
    `${COMPONENT}#unfurled-media-item`,
  ],
  [
    'files of its own only',
    { flags: V2, components: [display('x')] },
    { flags: V2, components: [{ type: 13, file: { url: 'https://example.com/a.csv' } }] },
    'components.0.file.url',
    'URL_TYPE_INVALID_SCHEME',
    `${COMPONENT}#file`,
  ],
  [
    'a separator of two sizes',
    { flags: V2, components: [{ type: 14, spacing: 2, divider: false }] },
    { flags: V2, components: [{ type: 14, spacing: 3 }] },
    'components.0.spacing',
    'BASE_TYPE_CHOICES',
    `${COMPONENT}#separator`,
  ],
  [
    'a container in any colour',
    { flags: V2, components: [{ type: 17, accent_color: 0xffffff, components: [display('x')] }] },
    { flags: V2, components: [{ type: 17, accent_color: 0x1000000, components: [display('x')] }] },
    'components.0.accent_color',
    'NUMBER_TYPE_MAX',
    `${COMPONENT}#container`,
  ],
  [
    'each component id once',
    {
      flags: V2,
      components: [
        { ...display('x'), id: 1 },
        { ...display('x'), id: 2 },
      ],
    },
    {
      flags: V2,
      components: [
        { ...display('x'), id: 1 },
        { ...display('x'), id: 1 },
      ],
    },
    'components.1.id',
    'COMPONENT_ID_DUPLICATED',
    `${COMPONENT}#anatomy-of-a-component`,
  ],
  [
    'no content beside IS_COMPONENTS_V2',
    { flags: V2, components: [display('x')] },
    { flags: V2, content: 'x', components: [display('x')] },
    'content',
    'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2',
    MESSAGE,
  ],
  [
    'no embeds beside IS_COMPONENTS_V2',
    { flags: V2, components: [display('x')] },
    { flags: V2, embeds: [{ title: 'x' }], components: [display('x')] },
    'embeds',
    'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2',
    MESSAGE,
  ],
  [
    'three texts in a section',
    { flags: V2, components: [{ type: 9, components: times(3, () => display('x')), accessory: button() }] },
    { flags: V2, components: [{ type: 9, components: times(4, () => display('x')), accessory: button() }] },
    'components.0.components',
    'BASE_TYPE_BAD_LENGTH',
    `${COMPONENT}#section`,
  ],
  [
    'parse and a list of one kind not together',
    { content: 'x', allowed_mentions: { parse: ['users'], users: [] } },
    { content: 'x', allowed_mentions: { parse: ['users'], users: ['1'] } },
    'allowed_mentions',
    'MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE',
    `${DOCS}/resources/message#allowed-mentions-object`,
  ],
  [
    'replies to messages that exist',
    { content: 'x', message_reference: { message_id: '1', fail_if_not_exists: false } },
    { content: 'x', message_reference: { message_id: '1' } },
    'message_reference',
    'MESSAGE_REFERENCE_UNKNOWN_MESSAGE',
    `${DOCS}/resources/message#message-reference-object`,
  ],
];

const option = (changes: object = {}) => ({ type: 3, name: 'o', description: 'd', ...changes });
const command = (changes: object = {}) => [{ name: 'go', description: 'd', ...changes }];

const COMMANDS: Row[] = [
  [
    'a name of 32',
    command({ name: text(32) }),
    command({ name: text(33) }),
    '0.name',
    'BASE_TYPE_BAD_LENGTH',
    COMMAND,
  ],
  [
    'lower-case names',
    command({ name: '平仓' }),
    command({ name: 'Go' }),
    '0.name',
    'APPLICATION_COMMAND_INVALID_NAME',
    COMMAND,
  ],
  [
    'names without blanks',
    command(),
    command({ name: 'go on' }),
    '0.name',
    'APPLICATION_COMMAND_INVALID_NAME',
    COMMAND,
  ],
  ['a description', command(), command({ description: '' }), '0.description', 'BASE_TYPE_REQUIRED', COMMAND],
  [
    'a description of 100',
    command({ description: text(100) }),
    command({ description: text(101) }),
    '0.description',
    'BASE_TYPE_BAD_LENGTH',
    COMMAND,
  ],
  [
    '25 options',
    command({ options: times(25, (i) => option({ name: `o${i}` })) }),
    command({ options: times(26, (i) => option({ name: `o${i}` })) }),
    '0.options',
    'BASE_TYPE_MAX_LENGTH',
    COMMAND,
  ],
  [
    'required options first',
    command({ options: [option({ required: true }), option({ name: 'p' })] }),
    command({ options: [option(), option({ name: 'p', required: true })] }),
    '0.options.1',
    'APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID',
    COMMAND,
  ],
  [
    '25 choices',
    command({ options: [option({ choices: times(25, (i) => ({ name: `${i}`, value: `${i}` })) })] }),
    command({ options: [option({ choices: times(26, (i) => ({ name: `${i}`, value: `${i}` })) })] }),
    '0.options.0.choices',
    'BASE_TYPE_MAX_LENGTH',
    COMMAND,
  ],
  [
    'each option name once',
    command({ options: [option(), option({ name: 'p' })] }),
    command({ options: [option(), option()] }),
    '0.options.1',
    'APPLICATION_COMMAND_OPTIONS_NAME_INVALID',
    COMMAND,
  ],
  [
    'known locales',
    command({ name_localizations: { 'zh-CN': '去' } }),
    command({ name_localizations: { zh: '去' } }),
    '0.name_localizations.zh',
    'BASE_TYPE_CHOICES',
    `${DOCS}/reference#locales`,
  ],
  [
    'localized names by the same rule',
    command({ name_localizations: { de: 'los' } }),
    command({ name_localizations: { de: 'Los' } }),
    '0.name_localizations.de',
    'APPLICATION_COMMAND_INVALID_NAME',
    COMMAND,
  ],
  [
    '8000 characters in all',
    command({
      options: times(25, (i) =>
        option({ name: `o${i}`, choices: times(2, (j) => ({ name: text(100), value: `${j}${text(49)}` })) }),
      ),
    }),
    command({
      options: times(25, (i) =>
        option({ name: `o${i}`, choices: times(2, (j) => ({ name: text(100), value: `${j}${text(99)}` })) }),
      ),
    }),
    '0',
    'APPLICATION_COMMAND_TOO_LARGE',
    `${DOCS}/interactions/application-commands#slash-commands`,
  ],
  [
    'each name once',
    [...command(), ...command({ name: 'stop' })],
    [...command(), ...command()],
    '1',
    'APPLICATION_COMMANDS_DUPLICATE_NAME',
    COMMAND,
  ],
];

/** One simulator for all rows: they share nothing but the place. */
function sharedSim(): { sim(): DiscordSim } {
  let sim: DiscordSim | undefined;
  beforeAll(async () => {
    sim = await startDiscordSim({ rateLimits: 'off' });
    return () => sim?.close();
  });
  return {
    sim: () => {
      if (sim === undefined) throw new Error('not started');
      return sim;
    },
  };
}

describe('a message may have', () => {
  const shared = sharedSim();
  test.each(MESSAGES)('%s', async (_what, allowed, refused, path, code) => {
    const send = (body: object) => raw(shared.sim(), 'POST', `/channels/${ids.trades}/messages`, body);
    expect(await send(allowed)).toMatchObject({ status: 200 });
    const answer = await send(refused);
    expect(answer).toMatchObject({ status: 400, body: { code: 50035, message: 'Invalid Form Body' } });
    expect(errorCodes(answer.body.errors)[path]).toContain(code);
  });
});

describe('commands may have', () => {
  const shared = sharedSim();
  test.each(COMMANDS)('%s', async (_what, allowed, refused, path, code) => {
    const base = `/applications/${ids.application}/guilds/${ids.guild}/commands`;
    const put = (body: object) => raw(shared.sim(), 'PUT', base, body);
    expect(await put(allowed)).toMatchObject({ status: 200 });
    const answer = await put(refused);
    expect(answer).toMatchObject({ status: 400, body: { code: 50035 } });
    expect(errorCodes(answer.body.errors)[path]).toContain(code);
  });
});

const input = (changes: object = {}) => ({ type: 4, custom_id: 'i', style: 1, label: 'L', ...changes });
const modal = (changes: object = {}) => ({
  custom_id: 'm',
  title: 'T',
  components: [row(input())],
  ...changes,
});

const ANSWERS: [
  what: string,
  type: 8 | 9,
  allowed: object,
  refused: object,
  path: string,
  code: string,
  page: string,
][] = [
  [
    '25 choices',
    8,
    { choices: times(25, (i) => ({ name: `${i}`, value: i })) },
    { choices: times(26, (i) => ({ name: `${i}`, value: i })) },
    'data.choices',
    'BASE_TYPE_MAX_LENGTH',
    AUTOCOMPLETE,
  ],
  [
    'choices named with 100 characters',
    8,
    { choices: [{ name: text(100), value: 'v' }] },
    { choices: [{ name: text(101), value: 'v' }] },
    'data.choices.0.name',
    'BASE_TYPE_BAD_LENGTH',
    AUTOCOMPLETE,
  ],
  [
    'a title of 45',
    9,
    modal({ title: text(45) }),
    modal({ title: text(46) }),
    'data.title',
    'BASE_TYPE_BAD_LENGTH',
    MODAL,
  ],
  [
    'a custom_id of 100',
    9,
    modal({ custom_id: text(100) }),
    modal({ custom_id: text(101) }),
    'data.custom_id',
    'BASE_TYPE_BAD_LENGTH',
    MODAL,
  ],
  [
    'five inputs',
    9,
    modal({ components: times(5, (i) => row(input({ custom_id: `${i}` }))) }),
    modal({ components: times(6, (i) => row(input({ custom_id: `${i}` }))) }),
    'data.components',
    'BASE_TYPE_BAD_LENGTH',
    MODAL,
  ],
  [
    'an input label of 45',
    9,
    modal({ components: [row(input({ label: text(45) }))] }),
    modal({ components: [row(input({ label: text(46) }))] }),
    'data.components.0.components.0.label',
    'BASE_TYPE_BAD_LENGTH',
    `${COMPONENT}#text-input`,
  ],
];

describe('an answer to an interaction may have', () => {
  const shared = sharedSim();
  let gateway: RawGateway;
  beforeAll(async () => {
    gateway = connectRaw(shared.sim());
    gateway.send(2, identify(shared.sim()));
    await gateway.event('READY');
  });

  /** The callback path of a fresh interaction that takes answers of this type. */
  async function callback(type: 8 | 9): Promise<string> {
    const sim = shared.sim();
    await raw(sim, 'PUT', `/applications/${ids.application}/guilds/${ids.guild}/commands`, [
      { name: 'go', description: 'd', options: [option({ autocomplete: true })] },
    ]);
    const spec = { user: ids.operator, channel: ids.trades, name: 'go' };
    const created = sim.waitForEvent((event) => event.type === 'interaction.created');
    const seen = type === 8 ? sim.autocomplete({ ...spec, focused: 'o' }) : sim.command(spec);
    // Some rows leave the interaction unanswered.
    seen.catch(() => {});
    const event = await created;
    const id = 'interactionId' in event ? event.interactionId : '';
    const packet = await gateway.next(({ t, d }) => t === 'INTERACTION_CREATE' && d.id === id);
    return `/interactions/${id}/${packet.d.token}/callback`;
  }

  test.each(ANSWERS)('%s', async (_what, type, allowed, refused, path, code) => {
    const url = await callback(type);
    const answer = await raw(shared.sim(), 'POST', url, { type, data: refused }, null);
    expect(answer).toMatchObject({ status: 400, body: { code: 50035 } });
    expect(errorCodes(answer.body.errors)[path]).toContain(code);
    // A refused answer is none: the right one still comes in time.
    expect(await raw(shared.sim(), 'POST', url, { type, data: allowed }, null)).toMatchObject({
      status: 204,
    });
  });

  test('no update without a component, no message for an autocompletion', async () => {
    const answer = await raw(shared.sim(), 'POST', await callback(9), { type: 7, data: {} }, null);
    expect(errorCodes(answer.body.errors)).toEqual({ type: ['BASE_TYPE_CHOICES'] });
    const other = await raw(
      shared.sim(),
      'POST',
      await callback(8),
      { type: 4, data: { content: 'x' } },
      null,
    );
    expect(errorCodes(other.body.errors)).toEqual({ type: ['BASE_TYPE_CHOICES'] });
  });
});

describe('requests are refused', () => {
  const shared = sharedSim();
  // https://docs.discord.com/developers/topics/opcodes-and-status-codes#json
  test.each([
    ['without a token', 'GET', '/users/@me', undefined, 'none', 401, 0],
    ['with a wrong token', 'GET', '/users/@me', undefined, 'wrong', 401, 0],
    ['for an empty message', 'POST', `/channels/${ids.trades}/messages`, {}, 'bot', 400, 50006],
    ['for an unknown channel', 'GET', '/channels/123', undefined, 'bot', 404, 10003],
    ['for an unknown message', 'GET', `/channels/${ids.trades}/messages/123`, undefined, 'bot', 404, 10008],
    ['for an unknown guild', 'GET', '/guilds/123', undefined, 'bot', 404, 10004],
    ['for an unknown member', 'GET', `/guilds/${ids.guild}/members/123`, undefined, 'bot', 404, 10013],
    ['for an unknown user', 'POST', '/users/@me/channels', { recipient_id: '123' }, 'bot', 404, 10013],
    ['for an unknown webhook', 'POST', '/webhooks/123/token', { content: 'x' }, 'none', 404, 10015],
    ['for an unknown interaction', 'POST', '/interactions/1/token/callback', { type: 5 }, 'none', 404, 10062],
    [
      'for an unknown command',
      'GET',
      `/applications/${ids.application}/commands/1`,
      undefined,
      'bot',
      404,
      10063,
    ],
    ['for an id that is none', 'GET', '/channels/abc', undefined, 'bot', 400, 50035],
    [
      'for a limit over 100',
      'GET',
      `/channels/${ids.trades}/messages?limit=101`,
      undefined,
      'bot',
      400,
      50035,
    ],
    ['for a path that is none', 'GET', '/nothing/here', undefined, 'bot', 404, 0],
    ['for a method that is none', 'PUT', '/users/@me', undefined, 'bot', 405, 0],
  ])('%s', async (_what, method, path, body, who, status, code) => {
    const token = who === 'bot' ? shared.sim().token : who === 'wrong' ? 'wrong' : null;
    expect(await raw(shared.sim(), method, path, body, token)).toMatchObject({ status, body: { code } });
  });

  test('when the body is no JSON', async () => {
    const response = await fetch(`${shared.sim().url}/v10/channels/${ids.trades}/messages`, {
      method: 'POST',
      headers: { authorization: `Bot ${shared.sim().token}`, 'content-type': 'application/json' },
      body: '{',
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 50109 });
  });

  test('for a version of the API that is gone', async () => {
    const response = await fetch(`${shared.sim().url}/v5/gateway`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 50041 });
  });
});

test('people are held to the limits too', async () => {
  const sim = await startSim();
  const post = () => sim.post({ channel: ids.alphaSignals, author: ids.analyst, content: text(2001) });
  expect(post).toThrow('Invalid Form Body');
});
