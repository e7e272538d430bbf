import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { ChannelType, Permission } from '../../src/sim/discord/constants.ts';
import { DEFAULT_IDS as IDS } from '../../src/sim/discord/seed.ts';
import type { DiscordSimOptions } from '../../src/sim/discord/server.ts';
import { type SetupRig, startSetupRig } from './setup-rig.ts';

const KEY = 'a1b2'.repeat(16);
const SECRET = 'c3d4'.repeat(16);

let rig: SetupRig;
afterEach(() => rig.close());

async function given(options: DiscordSimOptions = {}): Promise<void> {
  rig = await startSetupRig(options);
}

const file = (name: string): string => readFileSync(join(rig.folder, name), 'utf8');
const mode = (name: string): string => (statSync(join(rig.folder, name)).mode & 0o777).toString(8);
const files = (): string[] => readdirSync(rig.folder).filter((name) => name !== 'data');

/** From the language to the server, with the right token. */
async function signIn(): Promise<void> {
  await rig.answer('Language / 语言', '');
  await rig.answer('Token (nothing is shown', rig.discord.token);
  await rig.sees('The server is Trading.');
}

/** #trades, signals of the analyst in #alpha-signals, everything else as proposed. */
async function chooseChannels(): Promise<void> {
  await rig.answer('tell of trades?', '1');
  await rig.answer('are signals?', '2');
  await rig.answer('or ids', IDS.analyst);
  await rig.answer('What happens to a signal', '');
  await rig.answer('Which market', '');
  await rig.answer('Who may give commands', '');
  await rig.answer('Time zone', '');
  await rig.answer('What may one trade lose', '');
}

test('from nothing to a bot that is looked at and found well', async () => {
  await given();
  rig.discord.post({
    channel: IDS.alphaSignals,
    author: IDS.analyst,
    content: 'BTC long\n\u001b[2J\u202e here',
  });
  rig.start();
  await signIn();
  const link = new URL(/https:\/\/discord\.com\/oauth2\S+/.exec(rig.shown())?.[0] ?? '');
  expect(Object.fromEntries(link.searchParams)).toEqual({
    client_id: IDS.application,
    scope: 'bot applications.commands',
    permissions: String(
      Permission.ViewChannel |
        Permission.ReadMessageHistory |
        Permission.SendMessages |
        Permission.EmbedLinks |
        Permission.AttachFiles |
        Permission.CreatePublicThreads |
        Permission.SendMessagesInThreads,
    ),
  });
  await rig.answer('tell of trades?', '1');
  await rig.answer('are signals?', '1');
  await rig.sees('choose another one');
  await rig.answer('are signals?', '2');
  await rig.sees('Analyst (user, 1 of the newest 100): BTC long [2J here');
  await rig.answer('or ids', '9');
  await rig.sees('9 is neither a number of the list nor an id');
  await rig.answer('or ids', '900000000000000009');
  await rig.sees('Discord knows no user 900000000000000009');
  await rig.answer('or ids', `1, ${IDS.stranger}`);
  await rig.answer('What happens to a signal', 'auto');
  await rig.answer('Which market', '3');
  await rig.answer('a number from 1 to 2', '2');
  await rig.answer('Who may give commands', IDS.operator);
  await rig.answer('Time zone', 'Mars/Olympus');
  await rig.answer('must be a time zone', 'Europe/Berlin');
  await rig.answer('What may one trade lose', '1e9');
  await rig.answer('What may one trade lose', '0.5');
  await rig.answer('Where shall it trade?', 'testnet');
  await rig.answer('API key', KEY);
  await rig.answer('Its secret', '"');
  await rig.sees('.env cannot carry');
  await rig.answer('API key', KEY);
  await rig.answer('Its secret', SECRET);
  await rig.sees('ok    key may trade spot: yes');
  expect(files()).toEqual([]);
  await rig.answer('Write?', '');
  await rig.sees('All is well. Start it with: npm start');
  await rig.sees('sudo systemctl restart signalbox. In Docker: docker compose up -d');
  expect(await rig.ended()).toBe(0);

  for (const steering of ['\u001b', '\u202e']) expect(rig.shown()).not.toContain(steering);
  for (const secret of [rig.discord.token, KEY, SECRET]) expect(rig.shown()).not.toContain(secret);
  expect(files().sort()).toEqual(['.env', 'config.yaml']);
  expect(mode('.env')).toBe('600');
  expect({ ...parseEnv(file('.env')) }).toEqual({
    DISCORD_TOKEN: rig.discord.token,
    BINANCE_ENV: 'testnet',
    BINANCE_API_KEY: KEY,
    BINANCE_API_SECRET: SECRET,
  });
  const loaded = loadConfig(join(rig.folder, 'config.yaml'));
  expect(loaded).toMatchObject({
    ok: true,
    config: {
      guild: IDS.guild,
      language: 'en',
      timezone: 'Europe/Berlin',
      operators: { users: [IDS.operator] },
      channels: { trades: IDS.trades },
      alerts: { dm: [IDS.operator] },
      signals: [
        {
          channel: IDS.alphaSignals,
          name: 'alpha-signals',
          authors: [IDS.analyst, IDS.stranger],
          market: 'spot',
          mode: 'auto',
        },
      ],
    },
  });
  expect(file('config.yaml')).toMatch(/ {4}mode: auto +# confirm \| auto \| observe\n/);
});

test('a wrong token, an intent that is off and a server without the bot are each asked for until they are right', async () => {
  await given({ messageContentIntent: false });
  const me = rig.discord.world.members.get(rig.discord.world.botId);
  if (!me) throw new Error('the bot is no member');
  rig.discord.world.members.delete(rig.discord.world.botId);
  rig.start({ env: { BINANCE_URL: '' } });
  await rig.answer('Language / 语言', '1');
  await rig.answer('Token (nothing is shown', 'wrong.secret.token');
  await rig.sees('Discord does not accept this token');
  await rig.answer('Token (nothing is shown', rig.discord.token);
  await rig.sees(
    `https://discord.com/developers/applications/${IDS.application}/bot → Privileged Gateway Intents`,
  );
  await rig.answer('Switch it on now?', 'n');
  await rig.answer('It is still off', '');
  await rig.sees('It is still off');
  rig.discord.world.application.privileged.messageContent = 'limited';
  await rig.answer('Enter tries again', '');
  await rig.sees('The Message Content Intent is on.');
  await rig.answer('The bot is in no server yet.', '');
  await rig.sees('The bot is in no server yet.');
  rig.discord.world.members.set(rig.discord.world.botId, me);
  await rig.answer('Enter once it is in', '');
  await chooseChannels();
  await rig.answer('Where shall it trade?', '');
  await rig.answer('Write?', 'y');
  await rig.sees('paper trading on the built-in exchange');
  expect(await rig.ended()).toBe(0);
  expect(rig.shown()).not.toContain('wrong.secret.token');
});

test('the intent is switched on for who wants that', async () => {
  await given({ messageContentIntent: false });
  rig.start();
  await rig.answer('Language / 语言', '');
  await rig.answer('Token (nothing is shown', rig.discord.token);
  await rig.answer('Switch it on now?', '');
  await rig.sees('The Message Content Intent is on.');
  expect(rig.discord.world.application.privileged.messageContent).toBe('limited');
});

test('what the bot lacks in a channel is named with the place to click, until it is there', async () => {
  await given();
  const lack = Permission.AttachFiles | Permission.ReadMessageHistory;
  const overwrite = { id: rig.discord.world.botId, type: 1, allow: '0', deny: String(lack) } as const;
  const channel = rig.discord.world.channels.get(IDS.trades);
  if (!channel) throw new Error('no channel');
  channel.permission_overwrites = [overwrite];
  rig.start();
  await signIn();
  await chooseChannels();
  await rig.sees('FAIL  channel for trades: #trades lacks Read Message History, Attach Files');
  await rig.sees('channel settings → Permissions → add the bot');
  channel.permission_overwrites = [];
  await rig.answer('Enter looks again', '');
  await rig.answer('Where shall it trade?', '');
});

test('live asks twice, and a key that may withdraw is not taken', async () => {
  await given();
  const { rights } = rig.binance.usdm.keys;
  rights.enableWithdrawals = true;
  rights.ipRestrict = false;
  rig.start();
  await signIn();
  await chooseChannels();
  await rig.answer('Where shall it trade?', 'live');
  await rig.answer('Type live to go on', 'yes');
  await rig.answer('Where shall it trade?', 'live');
  await rig.answer('Type live to go on', 'live');
  rig.binance.usdm.keys.revoked = true;
  await rig.answer('API key', KEY);
  await rig.answer('Its secret', SECRET);
  await rig.sees('FAIL  binance, futures:');
  await rig.sees('This key does not do');
  rig.binance.usdm.keys.revoked = false;
  await rig.answer('API key', KEY);
  await rig.answer('Its secret', SECRET);
  await rig.sees('FAIL  key may not withdraw: it may');
  await rig.sees('untick Enable Withdrawals');
  await rig.sees('Restrict access to trusted IPs');
  rights.enableWithdrawals = false;
  await rig.answer('Enter looks again', '');
  await rig.answer('Write?', 'n');
  await rig.sees('Nothing was written.');
  expect(await rig.ended()).toBe(1);
  expect(files()).toEqual([]);
});

test.each(['SIGINT', 'SIGTERM'] as const)('%s in the middle leaves nothing behind', async (name) => {
  await given();
  rig.start();
  await signIn();
  await rig.sees('tell of trades?');
  rig.signal(name);
  await rig.sees('Nothing was written.');
  expect(await rig.ended()).toBe(130);
  expect(files()).toEqual([]);
});

test('answers that end too early leave nothing behind', async () => {
  await given();
  rig.start();
  await signIn();
  expect(await rig.ended()).toBe(130);
  expect(files()).toEqual([]);
});

test('in a terminal nothing of a secret is shown, no arrow key brings it back, and Ctrl-C ends it', async () => {
  await given({ channels: [{ id: IDS.trades, name: '交易', type: ChannelType.GuildText }] });
  rig.start({ terminal: true, env: { LANG: 'zh_CN.UTF-8', TERM: 'xterm' } });
  await rig.answer('Language / 语言', '');
  await rig.answer('Token（粘贴时不显示）', rig.discord.token);
  await rig.sees('服务器是 Trading');
  await rig.sees('#交易');
  await rig.sees('>');
  rig.type('\u001b[A\u001b[A');
  rig.type('\u0003');
  await rig.sees('没有写入任何文件');
  expect(await rig.ended()).toBe(130);
  expect(rig.shown()).not.toContain(rig.discord.token);
  expect(files()).toEqual([]);
});

test('a file that was there is kept, and other lines of it stay', async () => {
  await given();
  const before = `# mine\nDISCORD_TOKEN=${rig.discord.token}\nLOG_LEVEL=debug\nBINANCE_API_SECRET=alone\n`;
  writeFileSync(join(rig.folder, '.env'), before);
  rig.start();
  await rig.answer('Language / 语言', '2');
  await rig.sees('.env 已存在');
  await rig.answer('Token（粘贴时不显示）', rig.discord.token);
  await rig.answer('报告交易', '1');
  await rig.answer('发布信号', '2');
  await rig.answer('或 ID', IDS.analyst);
  await rig.answer('如何处理', '');
  await rig.answer('哪个市场', '');
  await rig.answer('谁可以使用命令', '');
  await rig.answer('时区', 'Mars/Olympus');
  await rig.answer('必须是时区，例如 UTC', '');
  await rig.answer('百分之几', '');
  await rig.answer('在哪里交易', 'demo');
  await rig.answer('API Key（不显示）', KEY);
  await rig.answer('不显示', SECRET);
  await rig.answer('写入？', '是');
  await rig.sees('一切正常');
  expect(await rig.ended()).toBe(0);
  const kept = files().find((name) => name.endsWith('.bak')) ?? '';
  expect(file(kept)).toBe(before);
  expect(mode(kept)).toBe('600');
  expect({ ...parseEnv(file('.env')) }).toMatchObject({ LOG_LEVEL: 'debug', BINANCE_API_SECRET: SECRET });
  expect(file('.env')).toMatch(/^# mine\n/);
  expect(file('config.yaml')).toContain('# 谁可以使用命令和按钮');

  rig.start();
  await rig.answer('Language / 语言', '');
  await rig.answer('config.yaml exists', 'keep');
  await rig.answer('Keep it?', '');
  await rig.answer('Where shall it trade?', 'demo');
  await rig.answer('Keep it?', '');
  await rig.answer('Write?', '');
  await rig.sees('All is well');
  expect(await rig.ended()).toBe(0);
  expect(file('config.yaml')).toContain('# 谁可以使用命令和按钮');
  expect({ ...parseEnv(file('.env')) }).toMatchObject({ BINANCE_ENV: 'demo', BINANCE_API_KEY: KEY });
});
