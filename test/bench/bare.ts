import { createHmac } from 'node:crypto';
import { Agent, request } from 'node:http';
import { DatabaseSync } from 'node:sqlite';

/** Bare requests on a warm connection, and a bare journal, for the floors. */
const { env } = process;
const url = env.BINANCE_URL ?? '';
const agent = new Agent({ keepAlive: true });
const { hostname: host, port } = new URL(url);
const headers = { 'X-MBX-APIKEY': env.BINANCE_API_KEY };

export function send(method: string, path: string, done: (body: string) => void = () => undefined): void {
  const sent = request({ agent, host, port, method, path, headers }, (answer) => {
    let body = '';
    answer.on('data', (chunk) => {
      body += chunk;
    });
    answer.on('end', () => done(body));
  });
  sent.end();
}

export function sendSigned(path: string, query: string): void {
  const whole = `${query}&timestamp=${Date.now()}`;
  const signature = createHmac('sha256', env.BINANCE_API_SECRET ?? '')
    .update(whole)
    .digest('hex');
  send('POST', `${path}?${whole}&signature=${signature}`);
}

/** Synchronous, which nothing undercuts. */
export function openJournal(): (row: string) => void {
  const database = new DatabaseSync('floor.sqlite');
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  database.exec('CREATE TABLE IF NOT EXISTS journal (row TEXT)');
  const insert = database.prepare('INSERT INTO journal VALUES (?)');
  return (row) => void insert.run(row);
}
