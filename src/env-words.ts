import type { Language } from './terminal-language.ts';

/** What is wrong with the environment, in both languages; each goes behind the name of its variable. */
const en = {
  about: (name: string, what: string) => `${name} ${what}`,
  dotenvUnreadable: (why: string) => `.env cannot be read: ${why}`,
  bothSecrets: () => 'and BINANCE_API_SECRET_FILE are both set: keep one of them',
  secretMissing: () => 'is missing: BINANCE_API_KEY is set and needs it',
  keyMissing: () => 'is missing: its secret is set',
  tokenMissing: () => 'is missing: create a bot at https://discord.com/developers and copy its token',
  keysMissing: (environment: string) => `and BINANCE_API_SECRET are missing: ${environment} needs both`,
  oneOf: (values: string, got: string) => `must be one of ${values}, not ${got}`,
  oneWord: () => 'must not contain spaces or line breaks',
  apiSecret: () => 'must be an HMAC secret or an unencrypted Ed25519 or RSA private key in PEM form',
  fileUnreadable: (path: string, code: string) => `names a file that cannot be read (${code}): ${path}`,
  fileEmpty: (path: string) => `names an empty file: ${path}`,
  httpAddress: () => 'must be an address that begins with http:// or https://',
  noLogin: () => 'must not carry a user name or password',
  noQuery: () => 'must not have a query or a fragment',
  noVersion: () => 'must end before the version (the client appends /v10)',
  origin: () => 'must be one origin such as http://127.0.0.1:8080, without a path',
  store: () =>
    'must look like sqlite://data/signalbox.sqlite, postgres://user:password@host/database or redis://:password@host',
  storeUnreadable: () =>
    'is no address that can be read: encode the password as in a link (@ is %40, / is %2F)',
  schema: () => 'has a schema that is none: small letters, digits and underscores, at most 40',
  prefix: () => 'has a prefix that is none: letters, digits, dots, hyphens and underscores, at most 60',
  port: () => 'must be a port from 1 to 65535, or 0 for no panel',
};
export type EnvWords = typeof en;

const zhCN: EnvWords = {
  about: (name, what) => `${name}：${what}`,
  dotenvUnreadable: (why) => `无法读取 .env：${why}`,
  bothSecrets: () => '与 BINANCE_API_SECRET_FILE 同时设置了：只保留其中一个',
  secretMissing: () => '缺少；设置了 BINANCE_API_KEY，就必须有它',
  keyMissing: () => '缺少；已经设置了它的密钥',
  tokenMissing: () => '缺少；请在 https://discord.com/developers 创建机器人并复制它的令牌',
  keysMissing: (environment) => `与 BINANCE_API_SECRET 都缺少；${environment} 两者都需要`,
  oneOf: (values, got) => `必须是以下之一：${values}，而不是 ${got}`,
  oneWord: () => '不能含有空格或换行',
  apiSecret: () => '必须是 HMAC 密钥，或者未加密的 PEM 格式 Ed25519 或 RSA 私钥',
  fileUnreadable: (path, code) => `所指的文件无法读取（${code}）：${path}`,
  fileEmpty: (path) => `所指的文件是空的：${path}`,
  httpAddress: () => '必须是以 http:// 或 https:// 开头的地址',
  noLogin: () => '不能带用户名或密码',
  noQuery: () => '不能带查询参数或片段',
  noVersion: () => '不能包含版本号（客户端会自己加上 /v10）',
  origin: () => '必须是一个源，例如 http://127.0.0.1:8080，不带路径',
  store: () =>
    '应形如 sqlite://data/signalbox.sqlite、postgres://user:password@host/database 或 redis://:password@host',
  storeUnreadable: () => '不是可以读懂的地址：密码要像链接里那样编码（@ 写成 %40，/ 写成 %2F）',
  schema: () => 'schema 无效：只能用小写字母、数字和下划线，最多 40 个字符',
  prefix: () => 'prefix 无效：只能用字母、数字、点、连字符和下划线，最多 60 个字符',
  port: () => '必须是 1 到 65535 的端口，或用 0 关闭控制面板',
};

export const envWords: Readonly<Record<Language, EnvWords>> = { en, 'zh-CN': zhCN };
