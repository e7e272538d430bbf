import {
  ActionRowBuilder,
  ApplicationCommandOptionType,
  ButtonBuilder,
  ButtonStyle,
  type ChatInputCommandInteraction,
  type Client,
  ComponentType,
  Events,
  type Interaction,
  LabelBuilder,
  MessageFlags,
  ModalBuilder,
  type ModalSubmitFields,
  PermissionFlagsBits,
  StringSelectMenuBuilder,
  TextInputBuilder,
  TextInputStyle,
} from 'discord.js';
import { describe, expect, test } from 'vitest';
import type { FieldValue } from '../../../src/sim/discord/script/form-filling.ts';
import type { DiscordSim } from '../../../src/sim/discord/server.ts';
import { ids, login, once, raw, startSim } from './harness.ts';

const BY_OPERATOR = { user: ids.operator, channel: ids.trades };

const COMMANDS = [
  {
    name: 'close',
    description: 'Close a position',
    nameLocalizations: { 'zh-CN': '平仓' },
    options: [
      {
        name: 'symbol',
        description: 'Symbol',
        type: ApplicationCommandOptionType.String as const,
        required: true,
        autocomplete: true as const,
      },
      {
        name: 'percent',
        description: 'Part',
        type: ApplicationCommandOptionType.Integer as const,
        minValue: 1,
        maxValue: 100,
      },
      { name: 'channel', description: 'Where', type: ApplicationCommandOptionType.Channel as const },
    ],
  },
  {
    name: 'risk',
    description: 'Risk',
    options: [
      {
        name: 'set',
        description: 'Set',
        type: ApplicationCommandOptionType.Subcommand as const,
        options: [
          {
            name: 'key',
            description: 'Key',
            type: ApplicationCommandOptionType.String as const,
            required: true,
          },
        ],
      },
    ],
  },
];

/** A logged-in client with the commands registered, that does `handle` with every interaction. */
async function bot(
  sim: DiscordSim,
  handle: (interaction: Interaction) => Promise<unknown> | undefined,
): Promise<Client> {
  const client = await login(sim);
  await client.application.commands.set(COMMANDS, ids.guild);
  client.on(Events.InteractionCreate, (interaction) => void handle(interaction));
  return client;
}

function confirmRow(): ActionRowBuilder<ButtonBuilder> {
  return new ActionRowBuilder<ButtonBuilder>().addComponents(
    new ButtonBuilder().setCustomId('confirm:1').setLabel('Confirm BTCUSDT').setStyle(ButtonStyle.Success),
    new ButtonBuilder().setCustomId('reject:1').setLabel('Reject').setStyle(ButtonStyle.Danger),
  );
}

describe('a slash command', () => {
  test('reaches the bot complete: options, member, permissions, locale, channel', async () => {
    const sim = await startSim();
    const client = await bot(sim, (interaction) =>
      interaction.isChatInputCommand() ? interaction.reply({ content: 'Closed' }) : undefined,
    );
    const received = once(client, Events.InteractionCreate);
    const result = await sim.command({
      ...BY_OPERATOR,
      name: 'close',
      options: { symbol: 'BTCUSDT', percent: 50, channel: ids.alphaSignals },
      locale: 'zh-CN',
    });
    const interaction = await received;
    if (!interaction.isChatInputCommand()) throw new Error('not a command');
    expect(interaction.options.getString('symbol')).toBe('BTCUSDT');
    expect(interaction.options.getInteger('percent')).toBe(50);
    expect(interaction.options.getChannel('channel')?.id).toBe(ids.alphaSignals);
    expect(interaction.locale).toBe('zh-CN');
    expect(interaction.guildLocale).toBe('en-US');
    expect(interaction.user.id).toBe(ids.operator);
    expect(interaction.inCachedGuild() && interaction.member.displayName).toBe('Operator');
    expect(interaction.memberPermissions?.has(PermissionFlagsBits.SendMessages)).toBe(true);
    expect(interaction.appPermissions.has(PermissionFlagsBits.EmbedLinks)).toBe(true);
    expect(interaction.channelId).toBe(ids.trades);
    expect(result).toMatchObject({ outcome: 'message', ephemeral: false, deferred: false });
    expect(result.message).toMatchObject({ content: 'Closed', type: 20, interaction: { name: 'close' } });
  });

  test('with a subcommand', async () => {
    const sim = await startSim();
    await bot(sim, (interaction) =>
      interaction.isChatInputCommand()
        ? interaction.reply(`${interaction.options.getSubcommand()} ${interaction.options.getString('key')}`)
        : undefined,
    );
    const result = await sim.command({ ...BY_OPERATOR, name: 'risk set', options: { key: 'maxLeverage' } });
    expect(result.message?.content).toBe('set maxLeverage');
  });

  test('completes an option while it is typed', async () => {
    const sim = await startSim();
    await bot(sim, (interaction) =>
      interaction.isAutocomplete()
        ? interaction.respond([{ name: `${interaction.options.getFocused()}USDT`, value: 'x' }])
        : undefined,
    );
    const choices = await sim.autocomplete({
      ...BY_OPERATOR,
      name: 'close',
      focused: 'symbol',
      options: { symbol: 'BT' },
    });
    expect(choices).toEqual([{ name: 'BTUSDT', value: 'x' }]);
  });

  test('that is deferred shows its final answer, which is no edit to the reader', async () => {
    const sim = await startSim();
    await bot(sim, async (interaction) => {
      if (!interaction.isChatInputCommand()) return;
      const deferred = await interaction.deferReply({ withResponse: true });
      if (!deferred.resource?.message?.flags.has(MessageFlags.Loading)) throw new Error('not loading');
      await interaction.editReply('done');
    });
    const result = await sim.command({ ...BY_OPERATOR, name: 'close', options: { symbol: 'X' } });
    expect(result).toMatchObject({ outcome: 'message', deferred: true });
    expect(result.message).toMatchObject({ content: 'done', flags: 0, edited_timestamp: null });
    expect(sim.messages(ids.trades)).toHaveLength(1);
  });

  test('answered ephemerally is seen by nobody else and not in the history', async () => {
    const sim = await startSim();
    await bot(sim, async (interaction) => {
      if (!interaction.isChatInputCommand()) return;
      await interaction.reply({
        content: 'only you',
        flags: MessageFlags.Ephemeral,
        components: [confirmRow()],
      });
      await interaction.followUp({ content: 'and this', flags: MessageFlags.Ephemeral });
    });
    const result = await sim.command({ ...BY_OPERATOR, name: 'close', options: { symbol: 'X' } });
    expect(result).toMatchObject({ ephemeral: true, message: { content: 'only you' } });
    await sim.waitForMessage((message) => message.content === 'and this');
    expect(sim.messages(ids.trades)).toEqual([]);
    const id = result.message?.id ?? '';
    expect((await raw(sim, 'GET', `/channels/${ids.trades}/messages/${id}`)).body.code).toBe(10008);
    await expect(sim.press({ user: ids.stranger, message: id, label: 'Confirm' })).rejects.toThrow(
      /does not see/,
    );
  });

  test('can be edited, followed up, read back and deleted through its token', async () => {
    const sim = await startSim();
    const done = Promise.withResolvers<string[]>();
    await bot(sim, async (interaction) => {
      if (!interaction.isChatInputCommand()) return;
      await interaction.reply('one');
      await interaction.editReply('two');
      const follow = await interaction.followUp('three');
      const read = [(await interaction.fetchReply()).content, follow.content];
      await interaction.deleteReply();
      done.resolve(read);
    });
    await sim.command({ ...BY_OPERATOR, name: 'close', options: { symbol: 'X' } });
    expect(await done.promise).toEqual(['two', 'three']);
    expect(sim.messages(ids.trades).map((message) => message.content)).toEqual(['three']);
  });

  test.each([
    ['an unknown command', { name: 'nope' }, /no command/],
    ['a missing option', { name: 'close' }, /needs the option "symbol"/],
    ['a number out of range', { name: 'close', options: { symbol: 'X', percent: 101 } }, /at most 100/],
    ['a text for a number', { name: 'close', options: { symbol: 'X', percent: 'all' } }, /takes a number/],
    ['an option that is not there', { name: 'close', options: { symbol: 'X', zap: 1 } }, /no option "zap"/],
    ['a command without its subcommand', { name: 'risk' }, /needs a subcommand/],
  ])('cannot be run with %s', async (_what, spec, error) => {
    const sim = await startSim();
    await bot(sim, () => undefined);
    await expect(sim.command({ ...BY_OPERATOR, ...spec })).rejects.toThrow(error);
  });

  test('is hidden from members without its default_member_permissions', async () => {
    const sim = await startSim();
    const client = await bot(sim, (interaction) =>
      interaction.isChatInputCommand() ? interaction.reply('x') : undefined,
    );
    await client.application?.commands.set(
      [{ name: 'panic', description: 'Stop', defaultMemberPermissions: PermissionFlagsBits.ManageGuild }],
      ids.guild,
    );
    await expect(sim.command({ ...BY_OPERATOR, name: 'panic' })).rejects.toThrow(/hidden/);
    expect(
      (await sim.command({ user: '800000000000000001', channel: ids.trades, name: 'panic' })).outcome,
    ).toBe('message');
  });
});

describe('the three seconds', () => {
  test('pass: the person sees that the app did not respond, and a late answer gets 10062', async () => {
    const sim = await startSim();
    const late = Promise.withResolvers<unknown>();
    const client = await bot(sim, () => undefined);
    client.once(Events.InteractionCreate, (interaction) => {
      if (!interaction.isChatInputCommand()) return;
      sim.advance(3_001);
      interaction.reply('late').catch(late.resolve);
    });
    const answer = sim.command({ ...BY_OPERATOR, name: 'close', options: { symbol: 'X' } });
    await expect(answer).rejects.toThrow('The application did not respond');
    expect(await late.promise).toMatchObject({ code: 10062, status: 404 });
    expect(sim.messages(ids.trades)).toEqual([]);
  });

  test('are met once: a second answer gets 40060', async () => {
    const sim = await startSim();
    const second = Promise.withResolvers<unknown>();
    const client = await bot(sim, () => undefined);
    client.once(Events.InteractionCreate, (interaction) => {
      const path = `/interactions/${interaction.id}/${interaction.token}/callback`;
      const answer = { type: 4, data: { content: 'one' } };
      void raw(sim, 'POST', path, answer, null).then(() =>
        raw(sim, 'POST', path, answer, null).then(second.resolve),
      );
    });
    await sim.command({ ...BY_OPERATOR, name: 'close', options: { symbol: 'X' } });
    expect(await second.promise).toMatchObject({ status: 400, body: { code: 40060 } });
  });

  test('a wrong token is an unknown interaction; an unanswered one has no webhook', async () => {
    const sim = await startSim();
    const client = await bot(sim, () => undefined);
    const received = once(client, Events.InteractionCreate);
    const answer = sim.command({ ...BY_OPERATOR, name: 'close', options: { symbol: 'X' } });
    const failed = expect(answer).rejects.toThrow(/did not respond/);
    const { id, token } = await received;
    const callback = await raw(sim, 'POST', `/interactions/${id}/nonsense/callback`, { type: 5 }, null);
    expect(callback.body.code).toBe(10062);
    const follow = await raw(sim, 'POST', `/webhooks/${ids.application}/${token}`, { content: 'x' }, null);
    expect(follow.body.code).toBe(10015);
    sim.advance(3_001);
    await failed;
  });
});

test('after 15 minutes the token is worth nothing', async () => {
  const sim = await startSim();
  const replied = Promise.withResolvers<ChatInputCommandInteraction>();
  await bot(sim, async (interaction) => {
    if (!interaction.isChatInputCommand()) return;
    await interaction.reply('x');
    replied.resolve(interaction);
  });
  await sim.command({ ...BY_OPERATOR, name: 'close', options: { symbol: 'X' } });
  const interaction = await replied.promise;
  sim.advance(14 * 60_000);
  await interaction.editReply('still');
  sim.advance(61_000);
  await expect(interaction.editReply('late')).rejects.toMatchObject({ code: 50027, status: 401 });
});

test('an answer that is deferred and never given fails when the token ends', async () => {
  const sim = await startSim();
  await bot(sim, (interaction) => (interaction.isChatInputCommand() ? interaction.deferReply() : undefined));
  const first = await sim.command({
    ...BY_OPERATOR,
    name: 'close',
    options: { symbol: 'X' },
    until: 'first',
  });
  expect(first).toMatchObject({ outcome: 'deferred', message: { flags: MessageFlags.Loading } });
  const answer = sim.command({ ...BY_OPERATOR, name: 'close', options: { symbol: 'X' } });
  const failed = expect(answer).rejects.toThrow(/did not respond/);
  await sim.waitForMessage(
    (message) => message.flags === MessageFlags.Loading && message.id !== first.message?.id,
  );
  sim.advance(15 * 60_000);
  await failed;
});

describe('a button', () => {
  async function withButtons(handle: (interaction: Interaction) => Promise<unknown> | undefined) {
    const sim = await startSim();
    const client = await bot(sim, handle);
    const channel = await client.channels.fetch(ids.trades);
    if (!channel?.isSendable()) throw new Error('no channel');
    const message = await channel.send({ content: 'Trade it?', components: [confirmRow()] });
    return { sim, client, message };
  }

  test('edits its own message', async () => {
    const { sim, message } = await withButtons((interaction) =>
      interaction.isButton()
        ? interaction.update({ content: `by ${interaction.customId}`, components: [] })
        : undefined,
    );
    const result = await sim.press({ user: ids.operator, message: message.id, label: 'Confirm' });
    expect(result).toMatchObject({
      outcome: 'update',
      message: { id: message.id, content: 'by confirm:1', components: [] },
    });
  });

  test('can be acknowledged first, the message edited later', async () => {
    const { sim, message } = await withButtons(async (interaction) => {
      if (!interaction.isButton()) return;
      await interaction.deferUpdate();
      await interaction.editReply({ content: 'later', components: [] });
    });
    const result = await sim.press({ user: ids.operator, message: message.id, customId: 'reject:1' });
    expect(result).toMatchObject({ outcome: 'acknowledged', deferred: true });
    await sim.waitForMessage((seen) => seen.id === message.id && seen.content === 'later');
  });

  test('answers with a message that refers to its own', async () => {
    const { sim, message } = await withButtons((interaction) =>
      interaction.isButton()
        ? interaction.reply({ content: 'no', flags: MessageFlags.Ephemeral })
        : undefined,
    );
    const result = await sim.press({ user: ids.stranger, message: message.id, label: 'Reject' });
    expect(result).toMatchObject({
      ephemeral: true,
      message: { message_reference: { message_id: message.id } },
    });
  });

  test('that is gone, disabled or a link cannot be pressed', async () => {
    const { sim, message } = await withButtons(() => undefined);
    const row = new ActionRowBuilder<ButtonBuilder>().addComponents(
      new ButtonBuilder().setCustomId('c').setLabel('Off').setStyle(ButtonStyle.Primary).setDisabled(true),
      new ButtonBuilder().setURL('https://example.com').setLabel('Chart').setStyle(ButtonStyle.Link),
    );
    await message.edit({ components: [row] });
    const press = (label: string) => sim.press({ user: ids.operator, message: message.id, label });
    await expect(press('Confirm')).rejects.toThrow(/no button "Confirm".*there: Off, Chart/);
    await expect(press('Off')).rejects.toThrow(/disabled/);
    await expect(press('Chart')).rejects.toThrow(/link/);
  });

  test('opens a modal, whose answers come back', async () => {
    const modal = new ModalBuilder()
      .setCustomId('edit:1')
      .setTitle('Stop')
      .addComponents(
        new ActionRowBuilder<TextInputBuilder>().addComponents(
          new TextInputBuilder()
            .setCustomId('price')
            .setLabel('Price')
            .setStyle(TextInputStyle.Short)
            .setMaxLength(10),
        ),
      );
    const { sim, message } = await withButtons((interaction) => {
      if (interaction.isButton()) return interaction.showModal(modal);
      if (interaction.isModalSubmit() && interaction.isFromMessage()) {
        return interaction.update({
          content: `stop ${interaction.fields.getTextInputValue('price')}`,
          components: [],
        });
      }
      return undefined;
    });
    const opened = await sim.press({ user: ids.operator, message: message.id, label: 'Confirm' });
    expect(opened).toMatchObject({ outcome: 'modal', modal: { custom_id: 'edit:1', title: 'Stop' } });
    const submit = (price: string) =>
      sim.submitModal({ user: ids.operator, interaction: opened.interactionId, fields: { price } });
    await expect(submit('x'.repeat(11))).rejects.toThrow(/does not take/);
    const result = await submit('64000');
    expect(result).toMatchObject({ outcome: 'update', message: { id: message.id, content: 'stop 64000' } });
  });
});

test('a modal of labels is filled in by the custom ids of its inputs', async () => {
  const sim = await startSim();
  await bot(sim, (interaction) => {
    if (interaction.isChatInputCommand()) {
      const price = new TextInputBuilder()
        .setCustomId('price')
        .setStyle(TextInputStyle.Short)
        .setRequired(false);
      const label = new LabelBuilder().setLabel('Price').setTextInputComponent(price);
      return interaction.showModal(
        new ModalBuilder().setCustomId('m').setTitle('Stop').addLabelComponents(label),
      );
    }
    return interaction.isModalSubmit()
      ? interaction.reply(`stop ${interaction.fields.getTextInputValue('price')}`)
      : undefined;
  });
  const opened = await sim.command({ ...BY_OPERATOR, name: 'close', options: { symbol: 'X' } });
  const result = await sim.submitModal({
    user: ids.operator,
    interaction: opened.interactionId,
    fields: { price: '64000' },
  });
  expect(result).toMatchObject({ outcome: 'message', message: { content: 'stop 64000' } });
});

const option = (value: string) => ({ label: value, value });
const labelled = (component: object) => ({ type: 18, label: 'Input', component });

/** Opens a form of these inputs, fills it in, and answers with what the bot reads in it. */
async function fillForm(
  inputs: object[],
  fields: Record<string, FieldValue>,
  read: (form: ModalSubmitFields) => unknown,
): Promise<unknown> {
  const sim = await startSim();
  let seen: unknown;
  await bot(sim, (interaction) => {
    if (interaction.isModalSubmit()) {
      seen = read(interaction.fields);
      return interaction.reply('thanks');
    }
    return interaction.isChatInputCommand()
      ? interaction.showModal({ custom_id: 'm', title: 'Form', components: inputs.map(labelled) as never })
      : undefined;
  });
  const opened = await sim.command({ ...BY_OPERATOR, name: 'close', options: { symbol: 'X' } });
  await sim.submitModal({ user: ids.operator, interaction: opened.interactionId, fields });
  return seen;
}

test('a modal takes menus, groups and boxes, and sends along who was chosen', async () => {
  const inputs = [
    { type: 3, custom_id: 'side', options: ['long', 'short'].map(option) },
    { type: 5, custom_id: 'who' },
    { type: 22, custom_id: 'ways', options: ['a', 'b', 'c'].map(option), min_values: 2 },
    { type: 21, custom_id: 'size', options: ['s', 'l'].map(option) },
    { type: 23, custom_id: 'sure' },
  ];
  const fields = { side: 'short', who: [ids.analyst], ways: ['a', 'c'], size: 'l', sure: true };
  const read = (form: ModalSubmitFields) => ({
    side: form.getStringSelectValues('side'),
    who: form.getSelectedUsers('who')?.map(({ username }) => username),
    ways: form.getCheckboxGroup('ways'),
    size: form.getRadioGroup('size'),
    sure: form.getCheckbox('sure'),
  });
  expect(await fillForm(inputs, fields, read)).toEqual({
    side: ['short'],
    who: ['analyst'],
    ways: ['a', 'c'],
    size: 'l',
    sure: true,
  });
  await expect(fillForm(inputs, { ...fields, ways: ['a'] }, read)).rejects.toThrow('does not take 1 values');
  await expect(fillForm(inputs, { ...fields, size: 'm' }, read)).rejects.toThrow('no option "m"');
});

test('a modal takes files', async () => {
  const file = { filename: 'a.txt', contentType: 'text/plain', content: 'x' };
  const read = (form: ModalSubmitFields) =>
    form.getUploadedFiles('file')?.map(({ name, size }) => [name, size]);
  const inputs = [{ type: 19, custom_id: 'file' }];
  expect(await fillForm(inputs, { file: [file] }, read)).toEqual([['a.txt', 1]]);
  await expect(fillForm(inputs, {}, read)).rejects.toThrow('does not take 0 values');
});

test('a button on an ephemeral message edits it, for the one person who sees it', async () => {
  const sim = await startSim();
  await bot(sim, (interaction) => {
    if (interaction.isChatInputCommand()) {
      return interaction.reply({ content: '?', components: [confirmRow()], flags: MessageFlags.Ephemeral });
    }
    return interaction.isButton() ? interaction.update({ content: 'sure', components: [] }) : undefined;
  });
  const asked = await sim.command({ ...BY_OPERATOR, name: 'close', options: { symbol: 'X' } });
  const pressed = await sim.press({ user: ids.operator, message: asked.message?.id ?? '', label: 'Confirm' });
  expect(pressed).toMatchObject({
    outcome: 'update',
    ephemeral: true,
    message: { content: 'sure', components: [] },
  });
});

test('a menu sends what was chosen', async () => {
  const sim = await startSim();
  const client = await bot(sim, (interaction) =>
    interaction.isStringSelectMenu()
      ? interaction.update({ content: interaction.values.join(), components: [] })
      : undefined,
  );
  const channel = await client.channels.fetch(ids.trades);
  if (!channel?.isSendable()) throw new Error('no channel');
  const menu = new StringSelectMenuBuilder()
    .setCustomId('pick')
    .addOptions({ label: 'BTC', value: 'BTCUSDT' }, { label: 'ETH', value: 'ETHUSDT' });
  const message = await channel.send({
    components: [{ type: ComponentType.ActionRow, components: [menu.toJSON()] }],
  });
  const choose = (values: string[]) =>
    sim.select({ user: ids.operator, message: message.id, customId: 'pick', values });
  await expect(choose(['XRP'])).rejects.toThrow(/no option "XRP"/);
  expect((await choose(['ETHUSDT'])).message?.content).toBe('ETHUSDT');
});

test('registered commands keep their ids, and show their localizations when asked', async () => {
  const sim = await startSim();
  const client = await bot(sim, () => undefined);
  const before = await client.application?.commands.fetch({ guildId: ids.guild, withLocalizations: true });
  await client.application?.commands.set(COMMANDS, ids.guild);
  const after = await client.application?.commands.fetch({ guildId: ids.guild, withLocalizations: true });
  const close = after?.find((command) => command.name === 'close');
  expect(after?.map((command) => command.id)).toEqual(before?.map((command) => command.id));
  expect(close?.nameLocalizations).toEqual({ 'zh-CN': '平仓' });
  expect(close?.version).toBe(before?.find((command) => command.name === 'close')?.version);
  const plain = await raw(sim, 'GET', `/applications/${ids.application}/guilds/${ids.guild}/commands`);
  expect(JSON.stringify(plain.body)).not.toContain('localizations');
});
