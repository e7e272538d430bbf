import { ApplicationCommandType, ButtonStyle, Client, ComponentType, MessageFlags, Routes } from 'discord.js';

/** Bare discord.js that answers a command and a button with two letters; what cannot be undercut. Says `ready`. */
const { DISCORD_TOKEN = '', DISCORD_API_URL = '' } = process.env;
const GUILD = '100000000000000001';
const TRADES = '400000000000000001';

const client = new Client({ intents: [], rest: { api: DISCORD_API_URL } });
client.on('interactionCreate', async (interaction) => {
  if (interaction.isChatInputCommand() || interaction.isButton())
    await interaction.reply({ content: 'ok', flags: MessageFlags.Ephemeral });
});
client.once('clientReady', async ({ application }) => {
  await client.rest.put(Routes.applicationGuildCommands(application.id, GUILD), {
    body: [{ name: 'ping', description: 'ping', type: ApplicationCommandType.ChatInput }],
  });
  const button = {
    type: ComponentType.Button,
    style: ButtonStyle.Primary,
    label: 'Press',
    custom_id: 'press',
  };
  await client.rest.post(Routes.channelMessages(TRADES), {
    body: { content: 'ok', components: [{ type: ComponentType.ActionRow, components: [button] }] },
  });
  console.log('"msg":"ready"');
});
await client.login(DISCORD_TOKEN);
