import type { Asked, Questions } from './questions.ts';
import type { PlannedRequest } from './records.ts';
import type { Settings } from './settings.ts';

/** What an author's words would have done with open trades, for a human to decide. */
export interface TradeQuestion extends Pick<Asked, 'id' | 'text' | 'decline' | 'insteadOf'> {
  options: readonly { label: string; tradeId: string; requests: PlannedRequest[] }[];
}

/** It may be answered later than a question about an entry. */
const TRADE_QUESTION_MS = 3_600_000;

export function askAboutTrades(
  { questions, settings }: { questions: Pick<Questions, 'ask'>; settings: Pick<Settings, 'config'> },
  { options, ...asked }: TradeQuestion,
): Promise<void> {
  const { channels, confirm } = settings.config();
  return questions.ask({
    ...asked,
    channelId: channels.trades,
    options: options.map(({ label, tradeId, requests }) => ({
      label,
      action: { type: 'trade', tradeId, requests },
    })),
    timeoutMs: Math.max(confirm.timeout, TRADE_QUESTION_MS),
  });
}
