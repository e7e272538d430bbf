import { ButtonStyle, Client, ComponentType, GatewayIntentBits, Routes } from 'discord.js';
import { WebSocket } from 'ws';
import { openJournal, send, sendSigned } from './bare.ts';

/**
 * What cannot be undercut: bare discord.js, a regular expression, one signed request on a warm connection. No checks
 * and no protection but one stop; a journal only with `--journal`: one durable row before the order. The same
 * environment as the bot; says `ready` on its standard output.
 */
const { env } = process;
const url = env.BINANCE_URL ?? '';
const TRADES = '400000000000000001';
const journal = process.argv.includes('--journal') ? openJournal() : () => undefined;

function order(call: string): void {
  const [coin, price] = call.split(' ');
  journal(call);
  sendSigned(
    '/fapi/v1/order',
    `symbol=${coin}USDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.01&price=${price}`,
  );
}

const { Guilds, GuildMessages, MessageContent } = GatewayIntentBits;
const client = new Client({
  intents: [Guilds, GuildMessages, MessageContent],
  rest: { api: env.DISCORD_API_URL ?? '' },
});
const say = (body: object): unknown => client.rest.post(Routes.channelMessages(TRADES), { body });
client.on('messageCreate', ({ content, channelId }) => {
  const found = /#(\w+)\/USDT (?:LONG|SHORT)\s+Entry: ([\d.]+)/.exec(content);
  if (found === null) return;
  const call = `${found[1]} ${found[2]}`;
  if (channelId !== env.CONFIRM_CHANNEL) return order(call);
  const button = {
    type: ComponentType.Button,
    style: ButtonStyle.Primary,
    label: 'Confirm',
    custom_id: call,
  };
  say({ content: call, components: [{ type: ComponentType.ActionRow, components: [button] }] });
});
client.on('interactionCreate', (press) => {
  if (!press.isButton()) return;
  order(press.customId);
  void press.deferUpdate();
});
function onAccount(data: string): void {
  const { e, o } = JSON.parse(data);
  if (e !== 'ORDER_TRADE_UPDATE' || o.X !== 'FILLED' || o.S !== 'BUY') return;
  const stop = `algoType=CONDITIONAL&symbol=${o.s}&side=SELL&type=STOP_MARKET&triggerPrice=58500`;
  sendSigned('/fapi/v1/algoOrder', `${stop}&quantity=${o.q}&reduceOnly=true`);
  say({ content: `filled ${o.p}` });
}
client.once('clientReady', () =>
  send('POST', '/fapi/v1/listenKey', (body) => {
    const stream = new WebSocket(`${url.replace('http', 'ws')}/private/ws/${JSON.parse(body).listenKey}`);
    stream.on('message', (data) => onAccount(String(data)));
    stream.once('open', () => console.log('"msg":"ready"'));
  }),
);
await client.login(env.DISCORD_TOKEN);
setInterval(() => send('GET', '/fapi/v1/ping'), 4_000);
