import type { WorldOptions } from '../sim/discord/seed.ts';
import type { Language } from '../terminal-language.ts';

/** Who and what there is in the sandbox's Discord. */
export const IDS = {
  guild: '100000000000000001',
  trades: '400000000000000001',
  alpha: '500000000000000001',
  beta: '500000000000000002',
  gamma: '500000000000000003',
  operator: '200000000000000001',
  analyst: '600000000000000001',
  stranger: '700000000000000001',
  alphaWebhook: '900000000000000001',
  betaWebhook: '900000000000000002',
} as const;

export const CHANNELS: ReadonlyMap<string, string> = new Map([
  [IDS.trades, 'trades'],
  [IDS.alpha, 'alpha-signals'],
  [IDS.beta, 'beta-signals'],
  [IDS.gamma, 'gamma-spot'],
]);

export const WORLD: WorldOptions = {
  guild: { id: IDS.guild, name: 'Sandbox' },
  channels: [...CHANNELS].map(([id, name]) => ({ id, name })),
  webhooks: [
    { id: IDS.alphaWebhook, channel: IDS.alpha, name: 'Alpha feed' },
    { id: IDS.betaWebhook, channel: IDS.beta, name: 'Beta feed' },
  ],
  users: [
    { id: IDS.operator, username: 'you', displayName: 'You' },
    { id: IDS.analyst, username: 'analyst', displayName: 'Analyst' },
    { id: IDS.stranger, username: 'stranger', displayName: 'Stranger' },
  ],
};

/** What the sandbox begins with: the page, the bot and the terminal speak the same. */
export const configIn = (
  language: Language,
): string => `# The sandbox's config. Edit it while the sandbox runs: changes take effect at once.
guild: "${IDS.guild}"
language: ${language}
timezone: UTC
operators:
  users: ["${IDS.operator}"]
channels:
  trades: "${IDS.trades}"
alerts:
  dm: ["${IDS.operator}"]
signals:
  - channel: "${IDS.alpha}"
    name: alpha
    authors: ["${IDS.analyst}", "${IDS.alphaWebhook}"]
    mode: confirm
  - channel: "${IDS.beta}"
    name: beta
    authors: ["${IDS.analyst}", "${IDS.betaWebhook}"]
    mode: auto
  - channel: "${IDS.gamma}"
    name: gamma
    market: spot
    authors: ["${IDS.analyst}"]
    mode: auto
`;
