import { afterEach, beforeEach, expect, it } from 'vitest';
import { catalogues } from '../../src/bot/locales/index.ts';
import { askAboutTrades } from '../../src/bot/trade-questions.ts';
import type { Trade } from '../../src/trading/model.ts';
import { aSource, aTrade, d, filledTrade, IDS } from './fakes.ts';
import { type Rig, startRig } from './rig.ts';

/** Questions about trades end with them. */

let rig: Rig;
let btc: Trade;
let eth: Trade;

beforeEach(async () => {
  rig = await startRig();
  btc = filledTrade(aTrade({ id: 'btc', source: aSource({ messageId: '1' }) }));
  eth = filledTrade(aTrade({ id: 'eth', source: aSource({ messageId: '2' }) }));
  rig.desk.open_.push(btc, eth);
});

afterEach(() => rig.close());

const says = (...words: string[]) => rig.messenger.says(IDS.trades, ...words);
const ended = catalogues.en.question.tradeEnded;

function ask(id: string, ...about: Trade[]): Promise<void> {
  return askAboutTrades(
    { questions: rig.parts.questions, settings: rig.settings },
    {
      id,
      text: `What of ${id}?`,
      options: about.map((trade) => ({
        label: `Confirm ${trade.id}`,
        tradeId: trade.id,
        requests: [{ type: 'close', fraction: d(1), reason: 'message' }],
      })),
    },
  );
}

async function close(trade: Trade): Promise<void> {
  rig.desk.open_ = rig.desk.open_.filter(({ id }) => id !== trade.id);
  await rig.tell({ type: 'closed', trade: { ...trade, phase: 'closed', closedAt: rig.clock.at } });
}

it('loses its buttons and says so', async () => {
  await ask('q1', btc);
  await says('What of q1?');
  await close(btc);
  const { body } = await says('What of q1?', ended);
  expect(body.components ?? []).toEqual([]);
  expect(await rig.parts.questions.answer('q1', 0, IDS.operator)).toContain('Already decided');
  expect(rig.desk.requests).toEqual([]);
  expect(rig.store.questions.rows.get('q1')).toContain('"state":"expired"');
});

it('stays while another trade may be meant, and ends with the last of them', async () => {
  await ask('q2', btc, eth);
  await ask('q3', eth);
  await close(btc);
  const open = ['q2', 'q3'].map((id) => rig.store.questions.rows.get(id)?.includes('"state":"open"'));
  expect(open).toEqual([true, true]);
  await close(eth);
  await says('What of q2?', ended);
  await says('What of q3?', ended);
});

it('ends after a restart, too, with what had closed meanwhile', async () => {
  await ask('q4', btc);
  await says('What of q4?');
  await rig.close();
  rig = await startRig(undefined, rig);
  await close(btc);
  await says('What of q4?', ended);
});
