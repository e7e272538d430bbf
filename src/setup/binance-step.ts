import { checkBinance, lineOf } from '../doctor.ts';
import { type BinanceEnvironment, type Env, envLines, readEnv } from '../env.ts';
import type { Language } from '../terminal-language.ts';
import type { Market } from '../trading/model.ts';
import { isWritable } from './files.ts';
import { type Asking, askYes, choose, keysOf } from './questions.ts';

/** The variables that say where to trade. Null: to be taken out; what is not named stays as it is. */
export type BinanceVariables = Record<string, string | null>;

/** Asks for the environment and, where there is one, for a key that does what it must and no more. */
export async function askBinance(
  asking: Asking,
  known: Env['binance'],
  markets: readonly Market[],
  language: Language,
): Promise<BinanceVariables> {
  const { terminal, say } = asking;
  const environment = await askEnvironment(asking);
  const variables = { BINANCE_ENV: environment };
  if (environment === 'paper') return variables;
  terminal.say(say.keysWhere[environment]);
  const { credentials } = known;
  if (credentials && (await askYes(asking, `  ${say.keepKey}`))) {
    const binance = { ...known, environment };
    if (await doesKeyDo(asking, { binance }, markets, language)) return variables;
  }
  for (;;) {
    const key = {
      BINANCE_API_KEY: await terminal.askSecret(say.apiKey),
      BINANCE_API_SECRET: await terminal.askSecret(say.apiSecret),
    };
    const read = readEnv({ ...variables, ...key, ...originOf(known) }, () => '');
    if (!read.ok) for (const line of envLines(read.problems, language)) terminal.say(`  ${line}`);
    else if (!read.env.binance.credentials) terminal.say(`  ${say.required}`);
    else if (!Object.values(key).every(isWritable)) terminal.say(`  ${say.notForEnv}`);
    else if (await doesKeyDo(asking, read.env, markets, language)) {
      return { ...variables, ...key, BINANCE_API_SECRET_FILE: null };
    }
    terminal.say(say.keyWrong);
  }
}

function originOf({ origin }: Env['binance']): { BINANCE_URL?: string } {
  return origin === null ? {} : { BINANCE_URL: origin };
}

async function askEnvironment(asking: Asking): Promise<BinanceEnvironment> {
  const { terminal, say } = asking;
  for (;;) {
    const chosen = await choose(asking, say.environment, keysOf(say.environments));
    if (chosen !== 'live' || (await terminal.ask(say.liveWord)) === 'live') return chosen;
  }
}

/** Shows what the exchange says of the key. Outside `live` its rights are told, and stop nothing. */
async function doesKeyDo(
  { terminal, say, doctor }: Asking,
  env: Pick<Env, 'binance'>,
  markets: readonly Market[],
  language: Language,
): Promise<boolean> {
  for (;;) {
    const findings = await checkBinance(env, markets, language);
    for (const finding of findings) terminal.say(lineOf(finding, doctor));
    if (findings.every(({ ok }) => ok)) return true;
    const unreached = new Set(markets.map(doctor.binance));
    if (findings.some(({ ok, name }) => !ok && unreached.has(name))) return false;
    if ((await terminal.ask(say.keyDoesNotDo)) === '-') return false;
  }
}
