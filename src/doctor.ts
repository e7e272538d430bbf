import { problemLines } from './config/problem.ts';
import { type Config, type LoadedConfig, loadConfig, spokenLanguage } from './config.ts';
import { type Env, envLines, loadEnv, missingToRun } from './env.ts';
import { createExchange, marketsOf } from './exchanges.ts';
import { createLog } from './log.ts';
import { words } from './setup/words/index.ts';
import type { DoctorWords } from './setup/words/words.ts';
import { startWords } from './start-words.ts';
import type { Language } from './terminal-language.ts';
import { type Account, type Exchange, Unreachable } from './trading/exchange.ts';
import { isInCredits } from './trading/holding.ts';
import type { Market } from './trading/model.ts';
import { StoreRefusal } from './trading/store/errors.ts';
import { storeFaultText } from './trading/store/fault-words.ts';

/** One thing looked at: `fix` says what to do when it is not right. */
export interface Finding {
  name: string;
  ok: boolean;
  detail: string;
  fix?: string;
}

/**
 * Looks at everything that a start needs, a line each; 1 when anything is wrong. Changes nothing.
 * @param language that of the config unless given, else the terminal's
 */
export async function doctor(language?: Language): Promise<number> {
  const loaded = loadEnv();
  const config = loadConfig(loaded.ok ? loaded.env.configPath : 'config.yaml');
  const spoken = language ?? spokenLanguage(config);
  const say = words[spoken].doctor;
  const findings = loaded.ok
    ? await examine(loaded.env, config, spoken)
    : envLines(loaded.problems, spoken).map((detail) => ({ name: say.environment, ok: false, detail }));
  for (const finding of findings) console.log(lineOf(finding, say));
  return findings.every((finding) => finding.ok) ? 0 : 1;
}

/** `ok    token: of Signalbox`; what to do about it goes on the next line. */
export function lineOf({ name, ok, detail, fix }: Finding, say: DoctorWords): string {
  return `${ok ? say.ok : say.fail}  ${name}${say.colon}${detail}${ok || !fix ? '' : `\n      → ${fix}`}`;
}

async function examine(env: Env, config: LoadedConfig, language: Language): Promise<Finding[]> {
  const say = words[language].doctor;
  const missing = envLines(missingToRun(env), language);
  const environment: Finding[] =
    missing.length > 0
      ? missing.map((detail) => ({ name: say.environment, ok: false, detail }))
      : [{ name: say.environment, ok: true, detail: `BINANCE_ENV=${env.binance.environment}` }];
  const [store, discord, binance] = await Promise.all([
    checkStore(env, language),
    env.discord.token && config.ok ? checkDiscord(env, config.config, say) : [],
    checkBinance(env, config.ok ? marketsOf(config.config, []) : ['usdm'], language),
  ]);
  return [...environment, ...checkConfig(env.configPath, config, language), store, ...discord, ...binance];
}

function checkConfig(path: string, config: LoadedConfig, language: Language): Finding[] {
  const say = words[language].doctor;
  const name = say.config;
  if (config.ok) {
    return [{ name, ok: true, detail: say.configDetail(path, config.config.signals.length) }];
  }
  const fix = config.missing ? { fix: say.configFix } : {};
  return problemLines(config.problems, language).map((detail) => ({ name, ok: false, detail, ...fix }));
}

async function checkStore(env: Env, language: Language): Promise<Finding> {
  const { storeExists, storeName } = await import('./trading/store/address.ts');
  const say = words[language].doctor;
  const name = say.store;
  const shown = storeName(env.storeUrl);
  const exists = storeExists(env.storeUrl);
  if (exists === false) return { name, ok: true, detail: say.storeMissing(env.storeUrl) };
  try {
    const detail =
      exists === null ? await serverDetail(env.storeUrl, shown, say) : await storeDetail(env.storeUrl, say);
    return { name, ok: true, detail };
  } catch (error) {
    const fault = error instanceof StoreRefusal ? error.fault : null;
    // A bot that is running is what a store in use means most of the time.
    if (fault?.code === 'in_use') return { name, ok: true, detail: say.storeInUse(shown) };
    return { name, ok: false, detail: fault ? storeFaultText(fault, language) : messageOf(error) };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function serverDetail(storeUrl: string, shown: string, say: DoctorWords): Promise<string> {
  const [{ examineServer }, { FORMAT }] = await Promise.all([
    import('./trading/store/examine.ts'),
    import('./trading/store/migrations.ts'),
  ]);
  const examined = await examineServer(storeUrl);
  if (examined === null) return say.storeMissing(shown);
  const { name, format, openTrades } = examined;
  return `${say.storeWhole(name, openTrades)}${format < FORMAT ? say.storeOlder(format, FORMAT) : ''}`;
}

/** Read as it is: an older format is left for the start to bring along. */
async function storeDetail(storeUrl: string, say: DoctorWords): Promise<string> {
  const [{ connect, holdStore }, { inspect }, { storePath }, { StoreTooNew }, { copyBefore }, { FORMAT }] =
    await Promise.all([
      import('./trading/store/connection.ts'),
      import('./trading/store/inspect.ts'),
      import('./trading/store/address.ts'),
      import('./trading/store/errors.ts'),
      import('./trading/store/migrate.ts'),
      import('./trading/store/migrations.ts'),
    ]);
  const { path, release } = await holdStore(storePath(storeUrl));
  try {
    const connection = connect(path);
    const { format, openTrades } = await inspect(path, connection).finally(connection.close);
    if (format > FORMAT) throw new StoreTooNew(path, format, FORMAT, copyBefore(path, FORMAT));
    return `${say.storeWhole(path, openTrades)}${format < FORMAT ? say.storeOlder(format, FORMAT) : ''}`;
  } finally {
    await release();
  }
}

async function checkDiscord(env: Env, config: Config, say: DoctorWords): Promise<Finding[]> {
  const { examineDiscord } = await import('./bot/examine.ts');
  const token = env.discord.token?.reveal() ?? '';
  const channels = channelsOf(config);
  return examineDiscord({ apiUrl: env.discord.apiUrl, token, guildId: config.guild, channels }, say);
}

/** The channels of a config, with what the bot does there. */
export function channelsOf({ channels, signals }: Pick<Config, 'channels' | 'signals'>) {
  return [
    { id: channels.trades, use: 'trades', for: 'cards' as const },
    ...(channels.alerts ? [{ id: channels.alerts, use: 'alerts', for: 'writing' as const }] : []),
    ...signals.map((block) => ({
      id: block.channel,
      use: `signals "${block.name}"`,
      for: 'reading' as const,
    })),
  ];
}

const CLOCK_TOLERANCE_MS = 1_000;

/** What the markets say of the key, the account and the clock. */
export async function checkBinance(
  env: Pick<Env, 'binance'>,
  markets: readonly Market[],
  language: Language,
): Promise<Finding[]> {
  const { binance } = env;
  const say = words[language].doctor;
  if (binance.environment === 'paper' && binance.origin === null) {
    return [{ name: say.binance(null), ok: true, detail: say.paper }];
  }
  if (!binance.credentials) return [];
  const found = await Promise.all(markets.map((market) => checkMarket(env, market, language)));
  // What they say of the key and the clock is the same.
  const names = new Set<string>();
  return found.flat().filter(({ name }) => !names.has(name) && names.add(name));
}

async function checkMarket(
  env: Pick<Env, 'binance'>,
  market: Market,
  language: Language,
): Promise<Finding[]> {
  const say = words[language].doctor;
  const exchange = await createExchange(market, env, env.binance.origin, createLog('silent'));
  try {
    return [...(await checkKey(market, exchange, say)), checkClock(exchange, say)];
  } catch (error) {
    const because = error instanceof Unreachable ? error.because : null;
    const fix = because && startWords[language].advice(because, env.binance.environment);
    return [{ name: say.binance(market), ok: false, detail: messageOf(error), ...(fix ? { fix } : {}) }];
  } finally {
    await exchange.close();
  }
}

async function checkKey(market: Market, exchange: Exchange, say: DoctorWords): Promise<Finding[]> {
  const [account, rights] = await Promise.all([exchange.account(), exchange.rights()]);
  const mode = market === 'usdm' ? say.mode(account.hedgeMode) : '';
  return [
    { name: say.account(market), ok: true, detail: `${amounts(account)}${mode}` },
    ...(isInCredits(account)
      ? [{ name: say.credits, ok: false, detail: say.creditsMode, fix: say.creditsFix }]
      : []),
    {
      name: say.mayTrade(market),
      ok: rights.trade,
      detail: rights.trade ? say.yes : say.no,
      fix: say.tradeFix(market),
    },
    {
      name: say.mayNotWithdraw,
      ok: !rights.withdraw,
      detail: rights.withdraw ? say.itMay : say.right,
      fix: say.withdrawFix,
    },
    {
      name: say.mayNotTransfer,
      ok: !rights.transfer,
      detail: rights.transfer ? say.itMay : say.right,
      fix: say.transferFix,
    },
    { name: say.ipRestricted, ok: true, detail: rights.ipRestricted ? say.yes : say.ipAdvice },
  ];
}

/** USDT, and what else is margin. */
function amounts({ equity, wallets }: Account): string {
  const others = [...(wallets ?? [])].filter(([asset, { balance }]) => asset !== 'USDT' && !balance.isZero());
  const texts = others.map(([asset, { balance }]) => `${balance.toDecimalPlaces(6).toFixed()} ${asset}`);
  return [`${equity.toFixed(2)} USDT`, ...texts].join(' + ');
}

function checkClock(exchange: Exchange, say: DoctorWords): Finding {
  const offset = exchange.health().clockOffsetMs;
  return {
    name: say.clock,
    ok: Math.abs(offset) < CLOCK_TOLERANCE_MS,
    detail: say.clockDetail(offset),
    fix: say.clockFix,
  };
}
