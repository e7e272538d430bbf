import type { DiscordWords } from '../../bot/examine.ts';
import type { Market } from '../../trading/model.ts';

/** Every text of the commands that look at an installation and set one up. */
export interface Words {
  /** The language's own name. */
  name: string;
  doctor: DoctorWords;
  setup: SetupWords;
}

/** A `fix` says where to click, or what to write. */
export interface DoctorWords extends DiscordWords {
  ok: string;
  fail: string;
  colon: string;
  environment: string;
  config: string;
  configDetail(path: string, channels: number): string;
  configFix: string;
  store: string;
  storeMissing(url: string): string;
  storeInUse(url: string): string;
  storeWhole(path: string, openTrades: number): string;
  storeOlder(format: number, next: number): string;
  binance(market: Market | null): string;
  paper: string;
  account(market: Market): string;
  credits: string;
  creditsMode: string;
  creditsFix: string;
  mode(hedge: boolean): string;
  mayTrade(market: Market): string;
  tradeFix(market: Market): string;
  mayNotWithdraw: string;
  withdrawFix: string;
  mayNotTransfer: string;
  transferFix: string;
  ipRestricted: string;
  ipAdvice: string;
  yes: string;
  no: string;
  right: string;
  itMay: string;
  clock: string;
  clockDetail(offsetMs: number): string;
  clockFix: string;
}

export interface SetupWords {
  title: string;
  /** The words for yes, the first letter of either may be typed. */
  yesNo: string;
  isYes: RegExp;
  isNo: RegExp;
  again: string;
  notANumber(highest: number): string;
  required: string;
  envExists(path: string): string;
  configExists(path: string): string;
  keepConfig: string;
  newConfig: string;
  environmentWins(name: string): string;

  tokenWhere: string;
  keepToken: string;
  token: string;
  tokenRefused: string;
  silent(reason: string): string;
  pressEnter: string;
  isBot(name: string): string;
  intentOff(page: string): string;
  switchOn: string;
  intentOn: string;
  intentStill(page: string): string;
  invite(link: string): string;
  inviteNobody: string;
  invited: string;
  guild: string;
  inGuild(name: string): string;

  channels: string;
  noChannels: string;
  trades: string;
  signals: string;
  ownTrades: string;
  authors(channel: string): string;
  wrote(kind: 'user' | 'bot' | 'webhook', messages: number): string;
  authorsNobody: string;
  authorsAsk: string;
  notAnId(text: string): string;
  noSuchUser(id: string): string;
  mode(channel: string): string;
  modes: Record<'confirm' | 'auto' | 'observe', string>;
  market(channel: string): string;
  markets: Record<Market, string>;
  ownedBy(name: string, id: string): string;
  operators: string;
  timezone: string;
  riskPerTradePct: string;
  lacking: string;
  goOn: string;

  environment: string;
  environments: Record<'paper' | 'testnet' | 'demo' | 'live', string>;
  liveWord: string;
  keysWhere: Record<'testnet' | 'demo' | 'live', string>;
  keepKey: string;
  apiKey: string;
  apiSecret: string;
  /** The key, or its secret. */
  notForEnv: string;
  keyWrong: string;
  keyDoesNotDo: string;

  configHeading: string;
  willWrite(files: readonly string[]): string;
  write: string;
  nothingWritten: string;
  written(path: string): string;
  kept(path: string): string;
  cannotWrite(reason: string): string;
  checking: string;
  ready: string;
  notYet: string;
}
