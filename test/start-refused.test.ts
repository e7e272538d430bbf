import { describe, expect, test } from 'vitest';
import { type DiscordRefusal, DiscordRefused } from '../src/bot/client.ts';
import { commandWords } from '../src/command-words.ts';
import { refusalOf, StartRefused } from '../src/start-refused.ts';
import { startWords } from '../src/start-words.ts';
import { Unreachable, type UnreachableCause } from '../src/trading/exchange.ts';
import {
  BackupUnusable,
  StoreCorrupt,
  StoreInUse,
  StoreMismatch,
  StoreMisplaced,
  StoreNotDurable,
  StorePackageMissing,
  StorePooled,
  StoreTooNew,
  StoreUnreachable,
  StoreUnusable,
  UnreadableRecord,
} from '../src/trading/store/errors.ts';
import type { Forgetful, StoreFault } from '../src/trading/store/faults.ts';

function refused(error: unknown): StartRefused {
  const refusal = refusalOf(error, 'testnet');
  if (!(refusal instanceof StartRefused)) throw new Error(`not refused: ${error}`);
  return refusal;
}

/** In both languages one line, each with these words and the Chinese one in Chinese. */
function says(error: unknown, english: RegExp, chinese: RegExp): void {
  const refusal = refused(error);
  expect(refusal.message).toBe(refusal.in('en'));
  expect(refusal.in('en')).toMatch(english);
  expect(refusal.in('en')).not.toMatch(/[\n\u4e00-\u9fff]|undefined|null|object/);
  expect(refusal.in('zh-CN')).toMatch(chinese);
  expect(refusal.in('zh-CN')).toMatch(/[\u4e00-\u9fff]/);
  expect(refusal.in('zh-CN')).not.toMatch(/\n|undefined|null|object/);
}

describe('the store', () => {
  const full = Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' });
  const untrusted = Object.assign(new Error('self-signed; more'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  const cases: [given: string, error: Error, exitCode: number, en: RegExp, zh: RegExp][] = [
    [
      'held by another',
      new StoreInUse('/s'),
      1,
      /^STORE_URL: \/s is in use by another/,
      /^STORE_URL：\/s 正被/,
    ],
    [
      'damaged',
      new StoreCorrupt('/s', full),
      1,
      /\/s is damaged.*restore FILE.*rebuild/,
      /\/s 已损坏.*restore.*rebuild/,
    ],
    [
      'no permission',
      new StoreUnusable('/s', full),
      1,
      /EACCES.*owner, its permissions/,
      /EACCES.*所有者、权限/,
    ],
    [
      'at a folder',
      new StoreMisplaced('/s', 'folder'),
      2,
      /^STORE_URL: \/s is a folder: name a file/,
      /^STORE_URL：\/s 是一个文件夹：/,
    ],
    [
      'below a file',
      new StoreMisplaced('/s', 'below_file'),
      2,
      /\/s lies below a file: name/,
      /\/s 位于一个文件之下：/,
    ],
    [
      'at a file of something else',
      new StoreMisplaced('/s', 'foreign'),
      2,
      /\/s is no Signalbox store, and was left as it is: name a file/,
      /\/s 不是 Signalbox 的存储，已保持原样：/,
    ],
    ['at a device', new StoreMisplaced('/s', 'no_file'), 2, /\/s is no file: name/, /\/s 不是文件：/],
    [
      'of a newer program',
      new StoreTooNew('/s', 9, 7, '/s.7'),
      2,
      /format 9.* 7\).*\/s\.7/,
      /格式 9.* 7）.*\/s\.7/,
    ],
    [
      'of a server without the package',
      new StorePackageMissing('pg', '8'),
      2,
      /npm install .*pg@8$/,
      /npm install .*pg@8$/,
    ],
    ['behind a pooler', new StorePooled('/s'), 2, /pool_mode = session/, /pool_mode = session/],
    [
      'unreachable',
      new StoreUnreachable('/s', full),
      1,
      /cannot be used: EACCES.*denied$/,
      /无法使用：EACCES.*denied$/,
    ],
    [
      'not trusted',
      new StoreUnreachable('/s', untrusted),
      1,
      /self-signed \(add sslrootcert/,
      /self-signed（.*sslrootcert/,
    ],
    [
      'with a row that is none',
      new UnreadableRecord('trades', 'x', 'no JSON'),
      1,
      /trades\/x is not/,
      /trades\/x 无法/,
    ],
  ];
  test.each(cases)('%s', (_, error, exitCode, english, chinese) => {
    says(error, english, chinese);
    expect(refused(error).exitCode).toBe(exitCode);
  });

  test.each<[StoreFault['code'], StoreFault, RegExp]>([
    [
      'other_environment',
      { code: 'other_environment', name: '/s', bound: 'live', now: 'demo' },
      /=live.*demo.*BINANCE_ENV/,
    ],
    ['other_account', { code: 'other_account', name: '/s', bound: '11', now: '22' }, /11.*22/],
  ])('of another owner: %s', (_, fault, words) => says(new StoreMismatch(fault), words, words));

  test.each<[Forgetful, RegExp]>([
    [{ code: 'off', settings: 'fsync and full_page_writes' }, /fsync (and|和) full_page_writes/],
    [{ code: 'setting', setting: 'appendonly', is: 'no', needed: 'yes' }, /appendonly.*no.*yes.*redis\.conf/],
    [{ code: 'setting', setting: 'appendonly', is: null, needed: 'yes' }, /not known|未知/],
    [{ code: 'unsaid' }, /CONFIG GET/],
    [{ code: 'evicts' }, /noeviction/],
  ])('that may lose what it confirms: %j', (why, words) => {
    says(new StoreNotDurable('redis://h#a', why), words, words);
  });

  test.each<[StoreFault, RegExp]>([
    [{ code: 'no_store', name: '/s' }, /\/s/],
    [{ code: 'file_exists', file: '/b' }, /\/b/],
    [{ code: 'no_file', file: '/b' }, /\/b/],
    [{ code: 'is_store', file: '/b' }, /\/b/],
    [{ code: 'backup_too_new', file: '/b', found: 9, known: 7 }, /\/b.*9.*7/],
    [{ code: 'backup_damaged', file: '/b', why: 'malformed' }, /\/b.*malformed/],
    [
      {
        code: 'backup_of_other',
        file: '/b',
        of: { environment: 'live', uid: '1' },
        running: { environment: 'demo', uid: '2' },
      },
      /\/b.*live (account|账户) 1.*demo (账户 )?2/,
    ],
    [{ code: 'restore_under_way', name: '/s' }, /\/s/],
    [{ code: 'restore_unanswered', name: '/s' }, /\/s.*(log|日志)/],
    [{ code: 'restore_not_taken_up', name: '/s', seconds: 30 }, /\/s.* 30 /],
    [{ code: 'restore_forgotten' }, /too old|过期/],
    [{ code: 'restore_unreadable' }, /read|读取/],
    [{ code: 'restore_refused', why: { en: 'line 3', 'zh-CN': '第 3 行' } }, /line 3|第 3 行/],
  ])('a backup: $code', (fault, words) => says(new BackupUnusable(fault), words, words));
});

test.each<[DiscordRefusal, RegExp]>([
  [{ code: 'wrong_token' }, /DISCORD_TOKEN.*Reset Token/],
  [{ code: 'message_content_off' }, /Message Content Intent/],
  [{ code: 'unreachable', why: 'HTTP 502' }, /HTTP 502.*DISCORD_API_URL/],
  [{ code: 'sessions_used_up', until: '2026-11-28T00:00:00Z' }, /2026-11-28T00:00:00Z/],
  [{ code: 'closed_for_good', closeCode: 4_012 }, /4012/],
])('Discord: $code', (refusal, words) => says(new DiscordRefused(refusal), words, words));

test.each<[UnreachableCause | null, RegExp]>([
  ['key', /: account: -1: .*BINANCE_API_KEY.*testnet.*IP|：account: -1：.*BINANCE_API_KEY.*testnet.*IP/],
  ['signature', /BINANCE_API_SECRET/],
  ['clock', /timedatectl/],
  ['place', /does not serve|不向/],
  ['limits', /few minutes|几分钟/],
  ['network', /BINANCE_URL/],
  ['uncompared', /log|日志/],
  [null, /^(Binance: |币安：)account: -1$/],
])('Binance: %s', (because, words) => says(new Unreachable('account: -1', because), words, words));

test('a fault of the program itself stays what it is', () => {
  const fault = new TypeError('x is not a function');
  expect(refusalOf(fault, 'paper')).toBe(fault);
});

test.each(['en', 'zh-CN'] as const)('what the key may do is told by its right (%s)', (language) => {
  const words = startWords[language];
  expect(words.mayNotTrade('usdm')).toMatch(/Enable Futures|允许合约/);
  expect(words.mayNotTrade('spot')).toMatch(/Enable Spot|允许现货/);
});

test.each(['en', 'zh-CN'] as const)(
  'what the file system says is told in words, with its own (%s)',
  (language) => {
    const { file } = commandWords[language];
    expect(file('ENOSPC', 'ENOSPC: no space')).toMatch(/^(The disk is full: |磁盘已满：)ENOSPC: no space$/);
    expect(file('EIO', 'EIO: i/o error')).toMatch(/EIO: i\/o error$/);
  },
);
