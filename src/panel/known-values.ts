import { catalogues } from '../bot/locales/index.ts';
import { outcome, proposal, receipt } from '../bot/records.ts';
import { parts } from '../incidents.ts';
import { COUNTED, type Counted } from '../telemetry/counters.ts';
import type { Outcome } from '../trading/exchange.ts';
import { denialCode, orderRole } from '../trading/model.ts';
import type { Reading } from './metrics.ts';

const ANSWERS: readonly Outcome<unknown>['kind'][] = ['confirmed', 'rejected', 'throttled', 'unknown'];

/**
 * Every combination of label values that can be counted: told as 0 until it is. A collector that sees a series first
 * with 1 cannot know that it has grown, and with signals as rare as they are the first one is often the only one.
 */
export function knownValues(what: Counted, reading: Reading): readonly (readonly string[])[] {
  const byLabel = COUNTED[what].map((label) => valuesOf(what, label, reading));
  return byLabel.reduce<string[][]>(
    (combinations, values) =>
      combinations.flatMap((combination) => values.map((value) => [...combination, value])),
    [[]],
  );
}

function valuesOf(
  what: Counted,
  label: (typeof COUNTED)[Counted][number],
  { services, exchanges }: Reading,
): readonly string[] {
  switch (label) {
    case 'channel':
      return services.settings.channels().map(({ name }) => name);
    case 'market':
      return [...exchanges.keys()];
    case 'kind':
      return receipt.shape.kind.options;
    case 'role':
      return orderRole.options;
    case 'outcome':
      return ANSWERS;
    case 'state':
      return proposal.shape.state.options.filter((state) => state !== 'open');
    case 'part':
      return parts;
    case 'result':
      return what === 'closed'
        ? ['win', 'loss', 'even', 'unfilled']
        : [...outcome.shape.result.options, 'invalid'];
    case 'code':
      return codesOf(what);
  }
}

/** The words for codes are complete by type. */
function codesOf(what: Counted): readonly string[] {
  switch (what) {
    case 'denials':
      return denialCode.options;
    case 'findings':
      return Object.keys(catalogues.en.recoveries);
    case 'alerts':
      return Object.keys(catalogues.en.alerts);
    default:
      return [];
  }
}
