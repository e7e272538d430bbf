import { type Config, loadConfig } from './config.ts';
import { type Env, loadEnv, missingToRun } from './env.ts';
import { createExchange, marketsOf } from './exchanges.ts';
import { createLog } from './log.ts';
import type { Exchange } from './trading/exchange.ts';
import type { Market } from './trading/model.ts';

/** One thing looked at: `fix` says what to do when it is not right. */
export interface Finding {
  name: string;
  ok: boolean;
  detail: string;
  fix?: string;
}

/** Looks at everything that a start needs, a line each; 1 when anything is wrong. Changes nothing. */
export async function doctor(): Promise<number> {
  const findings = await examine();
  for (const { name, ok, detail, fix } of findings) {
    console.log(`${ok ? 'ok  ' : 'FAIL'}  ${name}: ${detail}${ok || !fix ? '' : `\n      → ${fix}`}`);
  }
  return findings.every((finding) => finding.ok) ? 0 : 1;
}

async function examine(): Promise<Finding[]> {
  const loaded = loadEnv();
  if (!loaded.ok) return loaded.problems.map((detail) => ({ name: 'environment', ok: false, detail }));
  const { env } = loaded;
  const missing = missingToRun(env);
  const environment: Finding[] =
    missing.length > 0
      ? missing.map((detail) => ({ name: 'environment', ok: false, detail }))
      : [{ name: 'environment', ok: true, detail: `BINANCE_ENV=${env.binance.environment}` }];
  const config = loadConfig(env.configPath);
  const configFindings: Finding[] = config.ok
    ? [
        {
          name: 'config',
          ok: true,
          detail: `${env.configPath}, ${config.config.signals.length} signal channel(s)`,
        },
      ]
    : config.problems.map((detail) => ({
        name: 'config',
        ok: false,
        detail,
        ...(config.missing ? { fix: 'copy config.example.yaml and put in your ids' } : {}),
      }));
  const [store, discord, binance] = await Promise.all([
    checkStore(env),
    env.discord.token && config.ok ? checkDiscord(env, config.config) : [],
    checkBinance(env, config.ok ? marketsOf(config.config, []) : ['usdm']),
  ]);
  return [...environment, ...configFindings, store, ...discord, ...binance];
}

async function checkStore(env: Env): Promise<Finding> {
  const { storeExists } = await import('./trading/ledger.ts');
  const name = 'store';
  if (!storeExists(env.storeUrl)) {
    return { name, ok: true, detail: `${env.storeUrl} does not exist yet and will be made` };
  }
  try {
    return { name, ok: true, detail: await storeDetail(env.storeUrl) };
  } catch (error) {
    const inUse = error instanceof Error && error.name === 'StoreInUse';
    const detail = error instanceof Error ? error.message : String(error);
    // A bot that is running is what a store in use means most of the time.
    return { name, ok: inUse, detail: inUse ? `${env.storeUrl} is in use: the bot is running` : detail };
  }
}

/** Read as it is: an older format is left for the start to bring along. */
async function storeDetail(storeUrl: string): Promise<string> {
  const [{ connect, holdStore }, { inspect }, { storePath }, { StoreTooNew }, { FORMAT }] = await Promise.all(
    [
      import('./trading/store/connection.ts'),
      import('./trading/store/inspect.ts'),
      import('./trading/store/files.ts'),
      import('./trading/store/errors.ts'),
      import('./trading/store/migrations.ts'),
    ],
  );
  const { path, release } = await holdStore(storePath(storeUrl));
  try {
    const connection = connect(path);
    const { format, openTrades } = await inspect(path, connection).finally(connection.close);
    if (format > FORMAT) throw new StoreTooNew(path, format, FORMAT);
    const older = format < FORMAT ? `, format ${format}: the next start brings it to ${FORMAT}` : '';
    return `${path} is whole: ${openTrades} open trades${older}`;
  } finally {
    await release();
  }
}

async function checkDiscord(env: Env, config: Config): Promise<Finding[]> {
  const { examineDiscord } = await import('./bot/examine.ts');
  const channels = [
    { id: config.channels.trades, use: 'trades', for: 'cards' as const },
    ...(config.channels.alerts
      ? [{ id: config.channels.alerts, use: 'alerts', for: 'writing' as const }]
      : []),
    ...config.signals.map((block) => ({
      id: block.channel,
      use: `signals "${block.name}"`,
      for: 'reading' as const,
    })),
  ];
  const token = env.discord.token?.reveal() ?? '';
  return examineDiscord({ apiUrl: env.discord.apiUrl, token, guildId: config.guild, channels });
}

const CLOCK_TOLERANCE_MS = 1_000;

async function checkBinance(env: Env, markets: readonly Market[]): Promise<Finding[]> {
  const { binance } = env;
  if (binance.environment === 'paper' && binance.origin === null) {
    return [{ name: 'binance', ok: true, detail: 'paper trading on the built-in exchange' }];
  }
  if (!binance.credentials) return [];
  const found = await Promise.all(markets.map((market) => checkMarket(env, market)));
  // What they say of the key and the clock is the same.
  const names = new Set<string>();
  return found.flat().filter(({ name }) => !names.has(name) && names.add(name));
}

async function checkMarket(env: Env, market: Market): Promise<Finding[]> {
  const exchange = await createExchange(market, env, env.binance.origin, createLog('silent'));
  try {
    return [...(await checkKey(market, exchange)), checkClock(exchange)];
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    const fix = 'check BINANCE_ENV, the key, its secret and, where it is restricted, the IP address';
    return [{ name: `binance, ${NAME[market]}`, ok: false, detail, fix }];
  } finally {
    await exchange.close();
  }
}

const NAME: Record<Market, string> = { usdm: 'futures', spot: 'spot' };
const RIGHT: Record<Market, string> = { usdm: 'Enable Futures', spot: 'Enable Spot & Margin Trading' };

async function checkKey(market: Market, exchange: Exchange): Promise<Finding[]> {
  const [account, rights] = await Promise.all([exchange.account(), exchange.rights()]);
  const page = 'Binance → API Management → Edit restrictions';
  return [
    {
      name: market === 'usdm' ? 'account' : `account, ${NAME[market]}`,
      ok: true,
      detail:
        market === 'usdm'
          ? `${account.equity.toFixed(2)} USDT, ${account.hedgeMode ? 'hedge' : 'one-way'} mode`
          : `${account.equity.toFixed(2)} USDT`,
    },
    {
      name: market === 'usdm' ? 'key may trade' : `key may trade ${NAME[market]}`,
      ok: rights.trade,
      detail: rights.trade ? 'yes' : 'no',
      fix: `${page}: ${RIGHT[market]}`,
    },
    {
      name: 'key may not withdraw',
      ok: !rights.withdraw,
      detail: rights.withdraw ? 'it may' : 'right',
      fix: `${page}: untick Enable Withdrawals`,
    },
    {
      name: 'key may not transfer',
      ok: !rights.transfer,
      detail: rights.transfer ? 'it may' : 'right',
      fix: `${page}: untick the transfers`,
    },
    {
      name: 'key restricted to IP addresses',
      ok: true,
      detail: rights.ipRestricted ? 'yes' : `no (advised: ${page}: Restrict access to trusted IPs)`,
    },
  ];
}

function checkClock(exchange: Exchange): Finding {
  const offset = exchange.health().clockOffsetMs;
  return {
    name: 'clock',
    ok: Math.abs(offset) < CLOCK_TOLERANCE_MS,
    detail: `${offset} ms away from Binance's`,
    fix: 'turn on time synchronisation (timedatectl set-ntp true)',
  };
}
