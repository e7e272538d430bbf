import { createHmac } from 'node:crypto';
import { Agent, request } from 'node:http';
import { DatabaseSync } from 'node:sqlite';
import { ButtonStyle, Client, ComponentType, GatewayIntentBits, Routes } from 'discord.js';
import { WebSocket } from 'ws';

/**
 * What cannot be undercut: bare discord.js, a regular expression, one signed request on a warm connection. No checks
 * and no protection but one stop; a journal only with `--journal`: one durable row before the order. The same
 * environment as the bot; says `ready` on its standard output.
 */
const { BINANCE_URL: url = '', BINANCE_API_KEY: key = '', BINANCE_API_SECRET: secret = '' } = process.env;
const { CONFIRM_CHANNEL, DISCORD_API_URL: api = '', DISCORD_TOKEN: token } = process.env;
const TRADES = '400000000000000001';
const agent = new Agent({ keepAlive: true });
const { hostname: host, port } = new URL(url);

function send(method: string, path: string, done: (body: string) => void = () => undefined): void {
  request({ agent, host, port, method, path, headers: { 'X-MBX-APIKEY': key } }, async (answer) => {
    done((await answer.toArray()).join(''));
  }).end();
}
function sendSigned(path: string, query: string): void {
  const whole = `${query}&timestamp=${Date.now()}`;
  send('POST', `${path}?${whole}&signature=${createHmac('sha256', secret).update(whole).digest('hex')}`);
}

let journal = (_row: string): unknown => undefined;
if (process.argv.includes('--journal')) {
  const database = new DatabaseSync('floor.sqlite');
  database.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE IF NOT EXISTS journal (row)',
  );
  const insert = database.prepare('INSERT INTO journal VALUES (?)');
  // Synchronous, which nothing undercuts.
  journal = (row) => insert.run(row);
}
function order(call: string): void {
  const [coin, price] = call.split(' ');
  journal(call);
  const limit = 'side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.01';
  sendSigned('/fapi/v1/order', `symbol=${coin}USDT&${limit}&price=${price}`);
}

const { Guilds, GuildMessages, MessageContent } = GatewayIntentBits;
const client = new Client({ intents: [Guilds, GuildMessages, MessageContent], rest: { api } });
const say = (body: object): unknown => client.rest.post(Routes.channelMessages(TRADES), { body });
client.on('messageCreate', ({ content, channelId }) => {
  const found = /#(\w+)\/USDT (?:LONG|SHORT)\s+Entry: ([\d.]+)/.exec(content);
  if (found === null) return;
  const call = `${found[1]} ${found[2]}`;
  if (channelId !== CONFIRM_CHANNEL) return order(call);
  const { Button: type, ActionRow } = ComponentType;
  const button = { type, style: ButtonStyle.Primary, label: 'Confirm', custom_id: call };
  say({ content: call, components: [{ type: ActionRow, components: [button] }] });
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
  say({ content: `Filled: ${o.s} ${o.p}` });
}
client.once('clientReady', () =>
  send('POST', '/fapi/v1/listenKey', (body) => {
    const stream = new WebSocket(`${url.replace('http', 'ws')}/private/ws/${JSON.parse(body).listenKey}`);
    stream.on('message', (data) => onAccount(String(data)));
    stream.once('open', () => console.log('"msg":"ready"'));
  }),
);
await client.login(token);
setInterval(() => send('GET', '/fapi/v1/ping'), 4_000);
