import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { Permission } from '../../src/sim/discord/constants.ts';
import { DEFAULT_IDS } from '../../src/sim/discord/seed.ts';
import { Decimal } from '../../src/trading/decimal.ts';
import { openLedger } from '../../src/trading/ledger.ts';
import { IDS, type Rig, startRig } from './rig.ts';

let rig: Rig;
afterEach(() => rig.close());

async function doctor(env: Record<string, string> = {}): Promise<{ code: number; said: string }> {
  const main = join(import.meta.dirname, '../../src/main.ts');
  const options = { cwd: rig.folder, env: { ...rig.env, LANG: 'C.UTF-8', ...env } };
  const child = spawn(process.execPath, [main, 'doctor'], options);
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (part: string) => {
      said += part;
    });
  const [code] = await once(child, 'close');
  return { code, said };
}

const failures = (said: string): string[] => said.split('\n').filter((line) => line.startsWith('FAIL'));
const PORTAL = `https://discord.com/developers/applications/${DEFAULT_IDS.application}/bot`;

function deny(channel: string, permissions: bigint): void {
  const found = rig.discord.world.channels.get(channel);
  if (!found) throw new Error(`no channel ${channel}`);
  const target = { id: rig.discord.world.botId, type: 1 } as const;
  found.permission_overwrites = [{ ...target, allow: '0', deny: String(permissions) }];
}

test('GIVEN a bot that is well THEN a line for each thing, also while it runs', async () => {
  rig = await startRig({ env: { BINANCE_ENV: 'live' } });
  const { code, said } = await doctor();
  expect(failures(said)).toEqual([]);
  expect(code).toBe(0);
  expect(said.split('\n').map((line) => line.slice(0, line.indexOf(':')))).toEqual([
    'ok    environment',
    'ok    config',
    'ok    store',
    'ok    token',
    'ok    message content intent',
    'ok    guild',
    'ok    channel for trades',
    'ok    channel for signals "alpha"',
    'ok    channel for signals "beta"',
    'ok    account',
    'ok    key may trade',
    'ok    key may not withdraw',
    'ok    key may not transfer',
    'ok    key restricted to IP addresses',
    'ok    clock',
    '',
  ]);
  expect(said).toMatch(/is in use: the bot is running/);
});

test('GIVEN margin in several assets, and credits THEN each is named, and that credits are not supported', async () => {
  rig = await startRig({ start: false, env: { BINANCE_ENV: 'live' } });
  const { others } = rig.binance.usdm.account;
  others.set('USDC', new Decimal(250));
  expect((await doctor()).said).toMatch(/^ok {4}account: [\d.]+ USDT \+ 250 USDC, one-way mode$/m);
  others.set('BNFCR', new Decimal('12.5'));
  const { code, said } = await doctor();
  expect(code, said).toBe(1);
  expect(said).toMatch(/\+ 250 USDC \+ 12\.5 BNFCR, /);
  expect(failures(said)).toEqual(['FAIL  margin: Credits Trading Mode (BNFCR), which is not supported']);
});

test('GIVEN a Chinese config THEN what is wrong, and what to do, is said in Chinese', async () => {
  rig = await startRig({ start: false, language: 'zh-CN', env: { BINANCE_ENV: 'live' } });
  rig.binance.usdm.keys.revoked = true;
  await mkdir(join(rig.folder, 'data'), { recursive: true });
  await writeFile(join(rig.folder, 'data', 'signalbox.sqlite'), 'x'.repeat(5_000));
  const { code, said } = await doctor({ DISCORD_TOKEN: 'MzAwMDAw.wrong.token' });
  expect(code, said).toBe(1);
  for (const line of [
    /^异常 {2}令牌：Discord 不接受$/m,
    /^异常 {2}存储：STORE_URL：\S+ 不是 Signalbox 的存储，已保持原样/m,
    /^异常 {2}币安，合约：.* -2015 .*\n {6}→ 请检查 BINANCE_API_KEY 是否正确、是否属于 BINANCE_ENV=live/m,
  ])
    expect(said).toMatch(line);
});

test.each<[wrong: string, spoil: () => unknown, says: string | RegExp, does: string]>([
  [
    'the token',
    () => ({ DISCORD_TOKEN: 'MzAwMDAw.wrong.token' }),
    'token: Discord does not accept it',
    'Bot → Reset Token, then DISCORD_TOKEN',
  ],
  [
    'the intent',
    () => {
      rig.discord.world.application.privileged.messageContent = 'off';
    },
    'message content intent: off: every message would arrive empty',
    `${PORTAL} → Privileged Gateway Intents → Message Content Intent`,
  ],
  [
    'the server',
    () => void rig.discord.world.members.delete(rig.discord.world.botId),
    `guild: the bot is not in ${IDS.guild}`,
    'let it in: https://discord.com/oauth2/authorize?',
  ],
  [
    'a permission',
    () => deny(IDS.trades, Permission.AttachFiles | Permission.EmbedLinks),
    'channel for trades: #trades lacks Embed Links, Attach Files',
    'channel settings → Permissions → add the bot and allow them',
  ],
  [
    'a channel that is gone',
    () => rig.discord.deleteChannel(IDS.beta),
    /^channel for signals "beta": /,
    'check the id in the config',
  ],
  [
    'a key that is refused',
    () => {
      rig.binance.usdm.keys.revoked = true;
    },
    /^binance, futures: /,
    'check that BINANCE_API_KEY is right and of BINANCE_ENV=live, that it may be used from this machine',
  ],
  [
    'a key that may not trade',
    () => {
      rig.binance.usdm.keys.rights.enableFutures = false;
    },
    'key may trade: no',
    'Binance → API Management → Edit restrictions: Enable Futures',
  ],
  [
    'a key that may withdraw',
    () => {
      rig.binance.usdm.keys.rights.enableWithdrawals = true;
    },
    'key may not withdraw: it may',
    'Binance → API Management → Edit restrictions: untick Enable Withdrawals',
  ],
  [
    'a key that may transfer',
    () => {
      rig.binance.usdm.keys.rights.permitsUniversalTransfer = true;
    },
    'key may not transfer: it may',
    'Binance → API Management → Edit restrictions: untick the transfers',
  ],
  [
    'the clock',
    () => rig.binance.setClockOffset(-90_000),
    /^clock: -(89|90)\d{3} ms away from Binance's/,
    'timedatectl set-ntp true',
  ],
  [
    'the exchange’s address',
    () => ({ BINANCE_URL: 'http://127.0.0.1:9' }),
    /^binance, futures: /,
    'check the network, and BINANCE_URL where it is set',
  ],
  [
    'Discord’s address',
    () => ({ DISCORD_API_URL: 'http://127.0.0.1:9/api' }),
    /^token: /,
    'check the network',
  ],
  [
    'the config',
    async () => rig.writeConfig((await rig.config()).replace('mode: auto', 'mode: sometimes')),
    /^config: .*line \d+.*mode/,
    '',
  ],
  ['no config', () => rm(join(rig.folder, 'config.yaml')), /config\.yaml does not exist/, 'npm run setup'],
  ['a variable', () => ({ LOG_LEVEL: 'loud' }), /^environment: LOG_LEVEL must be one of/, ''],
  [
    'the store',
    async () => {
      const store = join(rig.folder, 'data', 'signalbox.sqlite');
      await (await openLedger(`sqlite://${store}`)).close();
      await writeFile(store, 'x'.repeat(5_000));
    },
    /^store: .* is damaged or not a Signalbox store/,
    'rebuild',
  ],
  [
    'a file that is no store',
    async () => {
      await mkdir(join(rig.folder, 'data'), { recursive: true });
      await writeFile(join(rig.folder, 'data', 'signalbox.sqlite'), 'x'.repeat(5_000));
    },
    /^store: .* is no Signalbox store, and was left as it is/,
    'name a file',
  ],
])('GIVEN %s THEN it is named, with what to do', async (_, spoil, says, does) => {
  rig = await startRig({ start: false, env: { BINANCE_ENV: 'live' } });
  const env = (await spoil()) as Record<string, string> | undefined;
  const { code, said } = await doctor(env);
  expect(code, said).toBe(1);
  const found = failures(said).map((line) => line.replace(/^FAIL {2}/, ''));
  expect(found[0]).toMatch(says);
  expect(said).toContain(does);
  expect(said).not.toMatch(/wrong\.token/);
});
