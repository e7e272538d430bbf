import { writeFileSync } from 'node:fs';
import {
  CAUSES,
  ORDER_TRANSITIONS,
  SPOT_STOP_TRANSITIONS,
  SPOT_TRANSITIONS,
  STOP_TRANSITIONS,
  TRADE_STATES,
  TRADE_TRANSITIONS,
  type Transitions,
} from '../../src/trading/lifecycle/states.ts';

/** Draws docs/trade-states.md from the tables of the code: `npm run states`. */

export const PATH = 'docs/trade-states.md';

export function statesDocument(): string {
  return `# The states of a trade
Drawn from \`src/trading/lifecycle/states.ts\` by \`npm run states\`; a test fails when the two differ, another one walks every arrow, and no other change of state may happen in any test.

\`step(trade, event)\` first takes in what the event tells, then decides. An arrow says which of the two made the change:

${list(CAUSES)}

Funding, ticks and what has been told to the user change no state. Every step ends in the same comparison of what should stand on the exchange with what is known to stand there.

## Trade
${list(TRADE_STATES)}

${diagram(TRADE_TRANSITIONS, 'entering', ['closed'])}

On spot in addition, where an order locks the coins that it would sell, so that the old one goes before the new one:

${diagram(SPOT_TRANSITIONS, null, [])}

## Stop
Where the wanted stop comes from. A move that the exchange refuses goes back to the last one that stood.

${diagram(STOP_TRANSITIONS, 'initial', [])}

On spot in addition, where the old stop is gone by then:

${diagram(SPOT_STOP_TRANSITIONS, null, [])}

## Order
\`pending\`: journalled, no answer yet. \`unknown\`: neither yes nor no. \`triggered\`: a conditional one whose market order is under way. \`failed\`: our own conclusion from silence.

${diagram(ORDER_TRANSITIONS, 'pending', ['filled'])}
`;
}

function list(words: Record<string, string>): string {
  return Object.entries(words)
    .map(([name, text]) => `- \`${name}\`: ${text}`)
    .join('\n');
}

function diagram(transitions: Transitions<string>, first: string | null, last: readonly string[]): string {
  const arrows = Object.entries(transitions).flatMap(([from, targets]) =>
    Object.entries(targets).map(([to, causes = []]) => `  ${from} --> ${to}: ${causes.join(', ')}`),
  );
  const start = first === null ? [] : [`  [*] --> ${first}`];
  const lines = [...start, ...arrows, ...last.map((state) => `  ${state} --> [*]`)];
  return ['```mermaid', 'stateDiagram-v2', ...lines, '```'].join('\n');
}

if (import.meta.main) writeFileSync(PATH, statesDocument());
