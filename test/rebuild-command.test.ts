import { expect, onTestFinished, test } from 'vitest';
import { createBotStore } from '../src/bot/store.ts';
import { incident, openIncidents } from '../src/incidents.ts';
import { createLog } from '../src/log.ts';
import { SCHEMAS } from '../src/rebuild-command.ts';
import { openRunRecord } from '../src/run-record.ts';
import { createDeskStore } from '../src/trading/desk-store.ts';
import type { Ledger } from '../src/trading/ledger.ts';
import { temporaryLedger } from './trading/store/temporary-store.ts';

/** A ledger that notes by which names, and as what, the parts of the bot ask for their tables. */
function noted(ledger: Ledger): { ledger: Ledger; names: Map<string, unknown> } {
  const names = new Map<string, unknown>();
  return {
    names,
    ledger: {
      ...ledger,
      collection(name, schema) {
        names.set(name, schema);
        return ledger.collection(name, schema);
      },
      document(name, schema) {
        names.set(`meta/${name}`, schema);
        return ledger.document(name, schema);
      },
    },
  };
}

test('every row that a start reads is judged by a rebuild as the start would', async () => {
  const { ledger, names } = noted((await temporaryLedger()).ledger);
  createBotStore(ledger);
  createDeskStore(ledger);
  await openIncidents(ledger.collection('incidents', incident), createLog('silent'));
  const record = await openRunRecord(ledger, createLog('silent'));
  onTestFinished(() => record.end());
  expect(new Set(Object.keys(SCHEMAS))).toEqual(new Set([...names.keys(), 'meta/binding']));
});
