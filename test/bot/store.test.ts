import { expect, test } from 'vitest';
import type { Receipt } from '../../src/bot/records.ts';
import { createBotStore } from '../../src/bot/store.ts';
import { temporaryLedger } from '../trading/store/temporary-store.ts';

const receipt = (messageId: string): Receipt => ({
  messageId,
  channelId: '1',
  authorId: '2',
  readAt: 0,
  kind: 'none',
  meaning: '',
  revision: 0,
  detail: null,
  outcomes: [],
  tradeIds: [],
  deleted: false,
  text: null,
  textLength: 0,
  evidence: [],
  effects: [],
});

test('whoever shows decisions learns that there are new ones, and gets the newest in their order', async () => {
  const { ledger } = await temporaryLedger();
  const { receipts, decisions } = createBotStore(ledger);
  expect(decisions.revision).toBe(0);
  for (const id of ['3', '1', '2']) await receipts.set(id, receipt(id));
  expect(decisions.revision).toBe(3);
  expect((await decisions.last(2)).map(({ messageId }) => messageId)).toEqual(['2', '3']);
  await receipts.set('2', { ...receipt('2'), deleted: true });
  expect(decisions.revision).toBe(4);
});
