import type { DiscordRefused } from './bot/client.ts';
import type { BinanceEnvironment } from './env.ts';
import { type StartWords, startWords } from './start-words.ts';
import type { Language } from './terminal-language.ts';
import { Unreachable } from './trading/exchange.ts';
import { StoreRefusal } from './trading/store/errors.ts';
import { storeFaultText } from './trading/store/fault-words.ts';

/** Why the program does not start: a line for the user in either language, and the exit code. */
export class StartRefused extends Error {
  override name = 'StartRefused';
  readonly say: (words: StartWords, language: Language) => string;
  readonly exitCode: number;

  constructor(say: StartRefused['say'], exitCode: number) {
    super(say(startWords.en, 'en'));
    this.say = say;
    this.exitCode = exitCode;
  }

  in(language: Language): string {
    return this.say(startWords[language], language);
  }
}

/** What the store, Discord and the exchange say, as a `StartRefused`; any other error is a fault, and stays as it is. */
export function refusalOf(error: unknown, environment: BinanceEnvironment): unknown {
  if (error instanceof StoreRefusal)
    return new StartRefused((_, language) => storeFaultText(error.fault, language), error.exitCode);
  if (isDiscordRefused(error)) return new StartRefused((words) => words.discord(error.refusal), 1);
  if (error instanceof Unreachable)
    return new StartRefused((words) => {
      const advice = error.because && words.advice(error.because, environment);
      return words.binance(error.message, advice);
    }, 1);
  return error;
}

/** By name: the library behind it is not loaded for this. */
function isDiscordRefused(error: unknown): error is DiscordRefused {
  return error instanceof Error && error.name === 'DiscordRefused';
}
