import { createHmac } from 'node:crypto';
import { Agent, request } from 'node:http';
import { DatabaseSync } from 'node:sqlite';
import { Client, GatewayIntentBits } from 'discord.js';

/**
 * What cannot be undercut: bare discord.js, a regular expression, one signed request on a warm connection. No
 * checks and no protection; a journal only with `--journal`: one durable row before the order. The same environment as the bot; says `ready` on its standard output.
 */
const {
  DISCORD_TOKEN = '',
  DISCORD_API_URL = '',
  BINANCE_URL = '',
  BINANCE_API_KEY = '',
  BINANCE_API_SECRET = '',
} = process.env;
const agent = new Agent({ keepAlive: true });
const origin = new URL(BINANCE_URL);

function send(method: string, path: string, done: () => void): void {
  const options = { agent, host: origin.hostname, port: origin.port, method, path };
  const sent = request({ ...options, headers: { 'X-MBX-APIKEY': BINANCE_API_KEY } }, (answer) => {
    answer.resume();
    answer.on('end', done);
  });
  sent.end();
}

/** Synchronous, which nothing undercuts. */
function openJournal(): (id: string, row: string) => void {
  const database = new DatabaseSync('floor.sqlite');
  database.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE journal (id TEXT PRIMARY KEY, row TEXT)',
  );
  const insert = database.prepare('INSERT INTO journal VALUES (?, ?)');
  return (id, row) => void insert.run(id, row);
}

const journal = process.argv.includes('--journal') ? openJournal() : () => undefined;

function order(symbol: string, side: string, price: string): void {
  const query = `symbol=${symbol}&side=${side}&type=LIMIT&timeInForce=GTC&quantity=0.01&price=${price}&timestamp=${Date.now()}`;
  const signature = createHmac('sha256', BINANCE_API_SECRET).update(query).digest('hex');
  send('POST', `/fapi/v1/order?${query}&signature=${signature}`, () => undefined);
}

const client = new Client({
  intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages, GatewayIntentBits.MessageContent],
  rest: { api: DISCORD_API_URL },
});
client.on('messageCreate', (message) => {
  const found = /#(\w+)\/USDT (LONG|SHORT)\s+Entry: ([\d.]+)/.exec(message.content);
  if (!found) return;
  journal(message.id, JSON.stringify(found));
  order(`${found[1]}USDT`, found[2] === 'LONG' ? 'BUY' : 'SELL', found[3] ?? '');
});
client.once('clientReady', () => send('GET', '/fapi/v1/ping', () => console.log('"msg":"ready"')));
await client.login(DISCORD_TOKEN);
setInterval(() => send('GET', '/fapi/v1/ping', () => undefined), 4_000);
