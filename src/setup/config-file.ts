/** What a set-up has asked for; the rest of the config is the example's. */
export interface Answers {
  guild: string;
  language: 'en' | 'zh-CN';
  timezone: string;
  operators: readonly string[];
  trades: string;
  riskPerTradePct: string;
  signals: readonly SignalAnswer[];
}

export interface SignalAnswer {
  channel: string;
  name: string;
  authors: readonly string[];
  market: 'usdm' | 'spot';
  mode: 'confirm' | 'auto' | 'observe';
}

/**
 * The example's text with the answers in their places, its comments kept. Throws when the example has no such place.
 * @param heading instead of the example's own, which tells how to fill it in; comment lines
 */
export function composeConfig(example: string, heading: string, answers: Answers): string {
  const [, body = ''] = /^(?:#.*\n)*([\s\S]*)$/.exec(example) ?? [];
  const place = /^signals:\n([\s\S]*?)(?=^\S)/m;
  const [, block] = place.exec(body) ?? [];
  if (block === undefined) throw new Error('the example has no signals');
  const signals = answers.signals.map((signal, index) =>
    withSignal(index === 0 ? block : bare(block), signal),
  );
  const filled = body.replace(place, () =>
    signals.length === 0 ? 'signals: []\n' : `signals:\n${signals.join('')}`,
  );
  return `${heading}${withValues(filled, {
    guild: quote(answers.guild),
    language: answers.language,
    timezone: answers.timezone,
    '  users': list(answers.operators),
    '  trades': quote(answers.trades),
    '  dm': list(answers.operators),
    '  riskPerTradePct': answers.riskPerTradePct,
  })}`;
}

function withSignal(block: string, signal: SignalAnswer): string {
  return withValues(block, {
    '  - channel': quote(signal.channel),
    '    name': quote(signal.name),
    '    authors': list(signal.authors),
    '    market': signal.market,
    '    mode': signal.mode,
  });
}

/** Puts each value behind the first line that begins with its key; the comment behind it stays where it stood. */
function withValues(text: string, values: Readonly<Record<string, string>>): string {
  return Object.entries(values).reduce((result, [key, value]) => {
    const line = new RegExp(
      `^${RegExp.escape(key)}: (?:"[^"\\n]*"|\\[[^\\]\\n]*\\]|[^#\\n]*?)( *)(#.*)?$`,
      'm',
    );
    if (!line.test(result)) throw new Error(`the example has no line ${key}`);
    return result.replace(line, (old: string, _gap: string, comment?: string) => {
      const start = `${key}: ${value}`;
      return comment === undefined ? start : `${start.padEnd(old.indexOf(comment) - 1)} ${comment}`;
    });
  }, text);
}

/** Without comments: they stand at the first entry. */
function bare(block: string): string {
  return block.replaceAll(/\s+#.*$/gm, '');
}

/** JSON's strings are YAML's. */
function quote(text: string): string {
  return JSON.stringify(text);
}

function list(ids: readonly string[]): string {
  return `[${ids.map(quote).join(', ')}]`;
}
