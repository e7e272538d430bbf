import { USDMClient } from 'binance';
import {
  ActionRowBuilder,
  ButtonBuilder,
  ButtonStyle,
  Client,
  GatewayIntentBits,
  TextChannel,
} from 'discord.js';

/**
 * A copier as most are written: discord.js and the SDK as they come, one request after the other, no journal, and the
 * stop placed right after the entry. The same environment as the bot; says `ready` on its standard output.
 */
const { env } = process;
const exchange = new USDMClient({
  api_key: env.BINANCE_API_KEY ?? '',
  api_secret: env.BINANCE_API_SECRET ?? '',
  baseUrl: env.BINANCE_URL ?? '',
  disableTimeSync: true,
});
const client = new Client({
  intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages, GatewayIntentBits.MessageContent],
  rest: { api: env.DISCORD_API_URL ?? '' },
});

async function trade(call: string): Promise<void> {
  const [coin, text] = call.split(' ');
  const [symbol, price] = [`${coin}USDT`, Number(text)];
  await exchange.setLeverage({ symbol, leverage: 5 });
  const account = await exchange.getAccountInformation();
  const quantity = ((Number(account.availableBalance) * 0.02) / price).toFixed(price > 500 ? 2 : 0);
  await exchange.submitNewOrder({
    symbol,
    side: 'BUY',
    type: 'LIMIT',
    timeInForce: 'GTC',
    quantity: Number(quantity),
    price,
  });
  const channel = await client.channels.fetch('400000000000000001');
  if (channel instanceof TextChannel) await channel.send(`${symbol} LONG ${price}`);
}

client.on('messageCreate', async (message) => {
  const found = /#(\w+)\/USDT (?:LONG|SHORT)\s+Entry: ([\d.]+)/.exec(message.content);
  if (found === null) return;
  const call = `${found[1]} ${found[2]}`;
  if (message.channelId !== env.CONFIRM_CHANNEL) return trade(call);
  const confirm = new ButtonBuilder().setCustomId(call).setLabel('Confirm').setStyle(ButtonStyle.Primary);
  const channel = await client.channels.fetch('400000000000000001');
  if (channel instanceof TextChannel)
    await channel.send({
      content: call,
      components: [new ActionRowBuilder<ButtonBuilder>().addComponents(confirm)],
    });
});
client.on('interactionCreate', async (press) => {
  if (!press.isButton()) return;
  await press.deferUpdate();
  await trade(press.customId);
});
for (const failure of ['unhandledRejection', 'uncaughtException'])
  process.on(failure, (error: Error) => console.error(error.message));
client.once('clientReady', () => console.log('"msg":"ready"'));
await client.login(env.DISCORD_TOKEN);
