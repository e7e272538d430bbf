import { expect, test } from 'vitest';
import { messageOfSlot, signalOfSlot } from '../../src/bot/slots.ts';
import { tradeIdOf } from '../../src/trading/lifecycle/ids.ts';

const MESSAGE = '1574204381010591744';
const TRADE = tradeIdOf(MESSAGE, 0);
const EDITED = tradeIdOf(MESSAGE, 201);

test.each([
  `report:${MESSAGE}:0`,
  `update:${MESSAGE}`,
  `edit:${MESSAGE}:${TRADE}:1`,
  `edit:${TRADE}:2`,
  `card:${TRADE}`,
  `card:${EDITED}`,
  `closed:${TRADE}`,
  `proposal:${TRADE}`,
  `fill:${TRADE}:sb-${TRADE}-e0-0`,
  `elsewhere:${TRADE}:user:0.5`,
  `dm:200000000000000001:fill:${TRADE}:sb-${TRADE}-e0-0`,
  `question:s${MESSAGE}-${TRADE}-0`,
  `question:h${MESSAGE}-${TRADE}`,
  `question:w${MESSAGE}`,
  `question:e${TRADE}-1`,
  `question:d${TRADE}`,
  `question:x1${TRADE}`,
  `question:x12${EDITED}`,
])('GIVEN the slot %s THEN it is about the signal', (slot) => {
  expect(messageOfSlot(slot)).toBe(MESSAGE);
});

test.each([
  'alert:1795389972000:3',
  'closed:channel:400000000000000001',
  'dm:200000000000000001:closed:channel:400000000000000001',
  'question:1574204381010591744',
  'question:panic-again',
  'summary',
  '',
])('GIVEN the slot %s THEN it is about no message', (slot) => {
  expect(messageOfSlot(slot)).toBeNull();
});

test.each([
  [`fill:${TRADE}:sb-${TRADE}-e0-0`, TRADE],
  [`proposal:${EDITED}`, EDITED],
  [`report:${MESSAGE}:0`, TRADE],
  [`dm:200000000000000001:fill:${TRADE}:sb-${TRADE}-e0-0`, null],
  [`card:${TRADE}`, null],
  ['alert:1795389972000:3', null],
])('GIVEN the slot %s THEN it tells what became of %s', (slot, signal) => {
  expect(signalOfSlot(slot)).toBe(signal);
});
