import {
  type Client,
  Client as DiscordClient,
  GatewayIntentBits,
  type Interaction,
  type TextChannel,
} from 'discord.js';
import { IDS } from '../../src/sandbox/world.ts';
import type { DiscordSim } from '../../src/sim/discord/server.ts';

/** A bot that posts everything Discord can show, to see how the page shows it. */

const V2 = 1 << 15;

/** A PNG of 200 × 120 grey pixels. */
const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAMgAAAB4CAAAAACS+eI3AAABsElEQVR42u3PdToDAByAYcdxCG2Ynq7pmp6u6Wa6prtrunuY7r6MI/j/e37vDV4LSwgLiUhEIhKRiEQkIhGJSEQiEpGIRCQiEYn86+eXEPn6+iZEPj4Jkbe3d0Lk5ZUQeXp6JkQeHgmRu7t7QuTmlhAxm68JkcsrQsRkuiBEzs4JkZOTU0Lk6JgQOTg4JET29gmRnZ1dQmRrmxDZ2NgkRNbWCRGjcZUQWV4hRBYXlwiR+QVCZHZ2jhCZniFEJienCJHxCUJkdHSMEBkeIUQGB4cIkf4BQsRg6CNEenoJka6ubkKko5MQaWtrJ0RaWgkRvb6ZEGlsIkTq6xsIkdo6QqS6uoYQqawiRMrLKwiR0jJCRKcrIUSKigmRgoJCQiQvnxDJycklRLKyCRGtNpMQSc8gRFJT0wiR5BRCRKNJIkQSEgmRuLh4QiQmlhCJioomRCIiCRG1OpwQCQ0jRIKDQwiRwCBCxN8/gBDx9SNEVCofQsTLmxDx8PAkRNzcCRGl0pUQcXYhRBQKJ0LEwZEQsbOzJ0RsbAkRKytriUhEIhKRiEQkIhGJSEQiEpGIRECRPzf3l0ac5lKdAAAAAElFTkSuQmCC',
  'base64',
);

const option = (value: string, more: object = {}) => ({ label: value, value, ...more });
const row = (...components: object[]) => ({ type: 1, components });
const button = (style: number, label: string, more: object = {}) => ({
  type: 2,
  style,
  label,
  custom_id: label,
  ...more,
});

const MARKUP = `# Heading
## Smaller
### Smallest
-# Subtext
**bold** *italic* __underlined__ ~~struck~~ ||hidden|| \`code\` [a link](https://example.com)
> a quote
- one
  - inside
1. first
\`\`\`js
const x = 1;
\`\`\`
<t:1700000000:R> <t:1700000000:F> <@${IDS.operator}> <#${IDS.alpha}> </status:1> @everyone`;

const EMBED = {
  author: { name: 'An author', url: 'https://example.com' },
  title: 'A **title**',
  url: `https://discord.com/channels/${IDS.guild}/${IDS.trades}`,
  description: 'Text with `code`',
  color: 0xf0b232,
  fields: ['One', 'Two', 'Three', 'Four'].map((name) => ({ name, value: `${name}\nmore`, inline: true })),
  image: { url: 'attachment://chart.png' },
  thumbnail: { url: 'attachment://chart.png' },
  footer: { text: 'A footer', icon_url: 'attachment://chart.png' },
  timestamp: '2026-01-01T00:00:00.000Z',
};

const CONTAINER = {
  type: 17,
  accent_color: 0x2e_a0_43,
  components: [
    { type: 10, content: '### BTCUSDT LONG\nEverything in a container' },
    { type: 14, spacing: 2 },
    {
      type: 9,
      components: [{ type: 10, content: 'A section with a **thumbnail**' }],
      accessory: { type: 11, media: { url: 'attachment://chart.png' }, description: 'A small chart' },
    },
    {
      type: 9,
      components: [{ type: 10, content: 'A section with a button' }],
      accessory: button(2, 'Section button'),
    },
    { type: 12, items: [{ media: { url: 'attachment://chart.png' }, description: 'A chart' }] },
    {
      type: 12,
      items: [1, 2].map(() => ({ media: { url: 'attachment://chart.png' }, spoiler: true })),
    },
    { type: 13, file: { url: 'attachment://trades.csv' } },
    row(button(3, 'Container button')),
  ],
};

const LABELS = [
  { type: 10, content: 'Some **words** ahead' },
  {
    type: 18,
    label: 'Price',
    description: 'Of the stop',
    component: { type: 4, custom_id: 'price', style: 1 },
  },
  {
    type: 18,
    label: 'Side',
    component: { type: 3, custom_id: 'side', options: [option('long'), option('short')] },
  },
  {
    type: 18,
    label: 'Size',
    component: { type: 21, custom_id: 'size', options: [option('small'), option('large')] },
  },
  {
    type: 18,
    label: 'Orders',
    component: {
      type: 22,
      custom_id: 'orders',
      required: false,
      options: [option('stop'), option('targets')],
    },
  },
];

const files = () => [
  { attachment: PICTURE, name: 'chart.png' },
  { attachment: Buffer.from('symbol,net\nBTCUSDT,12.5\n'), name: 'trades.csv' },
];

/** Logs in, posts, and answers clicks with what it has been told. */
export async function playGallery(sim: DiscordSim): Promise<Client<true>> {
  const client = new DiscordClient({
    intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages],
    rest: { api: sim.url },
  });
  client.on('interactionCreate', (interaction) => void answer(interaction));
  const ready = new Promise((resolve) => client.once('clientReady', resolve));
  await client.login(sim.token);
  await ready;
  const channel = (await client.channels.fetch(IDS.trades)) as TextChannel;
  await channel.send(MARKUP);
  await channel.send({ embeds: [EMBED], files: files() });
  await channel.send({ flags: V2, components: [CONTAINER] as never, files: files() });
  await channel.send({
    content: 'Buttons and menus',
    components: [
      row(...[button(1, 'Primary'), button(2, 'Secondary'), button(3, 'Success'), button(4, 'Danger')], {
        type: 2,
        style: 5,
        label: 'Link',
        url: 'https://example.com',
      }),
      row(button(2, 'Open a form', { emoji: { name: '📝' } }), button(1, 'Disabled', { disabled: true })),
      row({
        type: 3,
        custom_id: 'many',
        placeholder: 'Choose two',
        min_values: 2,
        max_values: 2,
        options: [
          option('a', { description: 'The first' }),
          option('b', { emoji: { name: '🅱️' } }),
          option('c'),
        ],
      }),
      row({ type: 5, custom_id: 'who', placeholder: 'Choose a person' }),
      row({ type: 8, custom_id: 'where', placeholder: 'Choose a channel', channel_types: [0] }),
    ] as never,
  });
  const thread = await channel.threads.create({
    name: 'A thread',
    startMessage: (await channel.send('With a thread')).id,
  });
  await thread.send('Inside the thread');
  return client as Client<true>;
}

async function answer(interaction: Interaction): Promise<void> {
  if (interaction.isButton() && interaction.customId === 'Open a form') {
    await interaction.showModal({ custom_id: 'form', title: 'Move the stop', components: LABELS as never });
  } else if (interaction.isButton()) {
    await interaction.reply({ content: `Pressed ${interaction.customId}`, flags: 64 });
  } else if (interaction.isAnySelectMenu()) {
    await interaction.reply(`Chose ${interaction.values.join(' and ')}`);
  } else if (interaction.isModalSubmit()) {
    const { fields } = interaction;
    const said = [
      fields.getTextInputValue('price'),
      fields.getStringSelectValues('side').join(),
      fields.getRadioGroup('size'),
      fields.getCheckboxGroup('orders').join('+'),
    ];
    await interaction.reply(`Form: ${said.join(' ')}`);
  }
}
