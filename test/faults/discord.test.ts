import { expect } from 'vitest';
import { IDS } from '../e2e/rig.ts';
import { quick } from './quick.ts';
import { row } from './row.ts';
import { AT_LIMIT, AT_MARKET } from './signals.ts';
import {
  alerted,
  buys,
  isFlat,
  isProtected,
  openAtMarket,
  protectedWithTargets,
  restingEntry,
} from './steps.ts';

/** Rows 38 to 46: Discord. */

const POSTING = 'POST /channels/:channel/messages';
const CALLBACK = 'POST /interactions/:interaction/:token/callback';

row(
  {
    id: '38',
    fault: 'gateway session lost with a signal inside',
    does: 'reads the channel back and trades what is younger than maxAge',
    sees: 'the trade, a few seconds late',
  },
  async (scene) => {
    scene.strike();
    scene.discord.dropGateway({ resumable: false });
    scene.post(AT_LIMIT);
    await scene.eventually('the entry rests', () => scene.resting('BTCUSDT').length === 1);
    scene.recovered();
    await scene.says('### BTCUSDT LONG');
    expect(buys(scene)).toBe(1);
  },
);

row(
  {
    id: '38b',
    fault: 'invalid session (op 9) with a signal inside that has grown old',
    does: 'reads it back and does not trade it',
    sees: '“Expired” in one summary',
    rig: { maxAge: '1s' },
  },
  async (scene) => {
    scene.strike();
    scene.discord.dropGateway({ resumable: false });
    scene.discord.post({ channel: IDS.alpha, author: IDS.analyst, content: AT_LIMIT, agoMs: 5_000 });
    await scene.says('Expired', 'BTCUSDT LONG');
    scene.recovered();
    expect(scene.orders()).toEqual([]);
  },
);

row(
  {
    id: '38c',
    fault: 'the gateway connection breaks and is resumed, with a signal inside',
    does: 'takes the replayed message; reading back finds nothing new',
    sees: 'the trade',
  },
  async (scene) => {
    scene.strike();
    scene.discord.dropGateway({ resumable: true });
    scene.post(AT_LIMIT);
    await scene.eventually('the entry rests', () => scene.resting('BTCUSDT').length === 1);
    scene.recovered();
    await scene.says('### BTCUSDT LONG');
    expect(buys(scene)).toBe(1);
  },
);

row(
  {
    id: '38d',
    fault: 'the bot is down while a signal is posted',
    does: 'reads it at the start and trades it while it is fresh',
    sees: 'the trade',
  },
  async (scene) => {
    await scene.end('SIGTERM');
    scene.post(AT_LIMIT);
    scene.strike();
    await scene.start();
    await scene.eventually('the entry rests', () => scene.resting('BTCUSDT').length === 1);
    scene.recovered();
    await scene.says('### BTCUSDT LONG');
    expect(buys(scene)).toBe(1);
  },
);

row(
  {
    id: '39',
    fault: 'a message delivered three times, and again after a restart',
    does: 'one trade',
    sees: 'one card',
  },
  async (scene) => {
    const message = scene.post(AT_LIMIT);
    scene.discord.redeliver(message.id);
    scene.discord.redeliver(message.id);
    await scene.eventually('the entry rests', () => scene.resting('BTCUSDT').length === 1);
    await scene.end('SIGTERM');
    await scene.start();
    scene.discord.redeliver(message.id);
    scene.post('good morning');
    scene.price('BTCUSDT', 59_990);
    await scene.says('Filled BTCUSDT LONG entry');
    await isProtected(scene);
    expect(buys(scene)).toBe(1);
    expect(scene.count('Filled BTCUSDT LONG entry')).toBe(1);
  },
);

row(
  {
    id: '40',
    fault: 'the signal is edited three times before its entry fills',
    does: 'the plan follows the edit; one entry at a time, never a second beside it',
    sees: 'the new plan on the card',
  },
  async (scene) => {
    const message = scene.post(AT_LIMIT);
    await scene.eventually('the entry rests', () => scene.resting('BTCUSDT').length === 1);
    for (const entry of ['59900', '59800', '59700'])
      scene.discord.edit({ message: message.id, content: AT_LIMIT.replace('60000', entry) });
    await scene.eventually('the last plan rests, alone', () => {
      const resting = scene.resting('BTCUSDT');
      return resting.length === 1 && resting[0]?.price === '59700';
    });
    scene.price('BTCUSDT', 59_690);
    await scene.says('Filled BTCUSDT LONG entry');
    await isProtected(scene);
    expect(scene.count('Filled BTCUSDT LONG entry')).toBe(1);
  },
);

row(
  {
    id: '40b',
    fault: 'the signal is edited after its entry has filled, and then deleted',
    does: 'proposes the change and asks about the deletion; sends no entry',
    sees: 'two questions',
  },
  async (scene) => {
    const message = scene.post(AT_MARKET);
    await scene.says('Filled BTCUSDT LONG entry');
    await protectedWithTargets(scene);
    scene.discord.edit({ message: message.id, content: AT_MARKET.replace('59500', '59000') });
    await scene.says('edited the signal');
    scene.discord.delete(message.id);
    await scene.says('deleted the signal');
    expect(buys(scene)).toBe(1);
    expect(scene.stops('BTCUSDT')).toMatchObject([{ trigger: '59500' }]);
  },
);

row(
  {
    id: '41',
    fault: 'the message content intent is off',
    does: 'refuses to start, exit code 1',
    sees: 'one line that says where to switch it on',
    rig: { start: false, discord: { messageContentIntent: false } },
    check: { ended: true },
  },
  async (scene) => {
    const { code, stderr } = await scene.refused();
    expect(code).toBe(1);
    expect(stderr).toMatch(/^The message content intent is off: .*\n$/);
  },
);

row(
  {
    id: '41b',
    fault: 'Discord closes for good while the bot runs (4014)',
    does: 'stops in order with exit code 1; the position keeps its stop',
    sees: 'the reason in the log',
    check: { ended: true },
  },
  async (scene) => {
    await openAtMarket(scene);
    scene.strike();
    scene.discord.dropGateway({ code: 4014 });
    expect(await scene.exited()).toEqual({ code: 1, signal: null });
    scene.recovered();
    expect(scene.output()).toContain('message content intent is off');
  },
);

row(
  {
    id: '42',
    fault: '10062: the interaction is dead when it is answered',
    does: 'the action runs once',
    sees: 'the answer as a message in the channel',
  },
  async (scene) => {
    await openAtMarket(scene);
    scene.discord.faults.add({
      kind: 'status',
      status: 404,
      body: { code: 10_062, message: 'Unknown interaction' },
      route: CALLBACK,
    });
    scene.strike();
    void scene.command('close', { symbol: 'BTCUSDT', percent: 50 }).catch(() => {});
    await scene.says('BTCUSDT LONG: closing 50%');
    scene.recovered();
    await scene.eventually('half is left', () => scene.position('BTCUSDT') === 0.05);
    await isProtected(scene);
  },
);

row(
  {
    id: '42b',
    fault: 'the answer to a click breaks after Discord has taken it',
    does: 'the action runs once',
    sees: 'the card of the trade',
  },
  async (scene) => {
    scene.post(AT_MARKET);
    const card = await scene.says('BTCUSDT LONG: open', 'Close 50%');
    await protectedWithTargets(scene);
    scene.discord.faults.add({ kind: 'dropAfter', route: CALLBACK });
    scene.strike();
    void scene.press(card, 'Close 50%').catch(() => {});
    await scene.eventually('half is left', () => scene.position('BTCUSDT') === 0.05);
    scene.recovered();
    await isProtected(scene);
  },
);

for (const [name, what, fault] of [
  ['', '500 three times', { kind: 'status', status: 500, times: 3 }],
  ['b', '429 twice', { kind: 'rateLimit', retryAfterS: 1, scope: 'shared', times: 2 }],
  ['c', 'an HTML 502', { kind: 'status', status: 502, times: 2 }],
  ['d', 'a connection that breaks after the message was taken', { kind: 'dropAfter', times: 2 }],
] as const) {
  row(
    {
      id: `43${name}`,
      fault: `${what} when fills are posted`,
      does: 'trading does not wait; the outbox repeats with the same nonce',
      sees: 'each message once',
    },
    async (scene) => {
      await restingEntry(scene);
      await scene.says('waiting for entry');
      scene.discord.faults.add({ ...fault, route: POSTING });
      scene.strike();
      scene.price('BTCUSDT', 59_990);
      await isProtected(scene);
      await scene.says('Filled BTCUSDT LONG entry: 0.1 @ 60000');
      scene.recovered();
      await scene.eventually('the DM too', () => scene.dms().some((line) => line.startsWith('Filled')));
      expect(scene.count('Filled BTCUSDT LONG entry')).toBe(1);
    },
  );
}

row(
  {
    id: '43e',
    fault: 'Discord takes no message, and kill -9 before it does again',
    does: 'the outbox is kept over the restart',
    sees: 'each message once, after the restart',
  },
  async (scene) => {
    await restingEntry(scene);
    await scene.says('waiting for entry');
    scene.discord.faults.add({ kind: 'status', status: 503, route: POSTING, times: 0 });
    scene.price('BTCUSDT', 59_990);
    await isProtected(scene);
    const tried = () =>
      scene.discord.requests.filter(
        ({ method, path }) => method === 'POST' && path.endsWith(`${IDS.trades}/messages`),
      ).length;
    const before = tried();
    await scene.eventually('it was tried', () => tried() > before);
    await scene.end('SIGKILL');
    scene.discord.faults.clear();
    scene.strike();
    await scene.start();
    await scene.says('Filled BTCUSDT LONG entry: 0.1 @ 60000');
    scene.recovered();
    await scene.eventually('the DM too', () => scene.dms().some((line) => line.startsWith('Filled')));
    expect(scene.count('Filled BTCUSDT LONG entry')).toBe(1);
  },
);

row(
  {
    id: '44',
    fault: 'double click on Confirm by two operators, and once more on the old message',
    does: 'one trade',
    sees: 'one decision; the others are told that it was taken',
    rig: { mode: 'confirm' },
  },
  async (scene) => {
    scene.post(AT_MARKET);
    const question = await scene.says('trade this?');
    await Promise.allSettled([
      scene.press(question, 'Confirm'),
      scene.press(question, 'Confirm'),
      scene.press(question, 'Confirm', IDS.deputy),
    ]);
    await scene.says('Filled BTCUSDT LONG entry');
    await isProtected(scene);
    await scene.press(question, 'Confirm').catch(() => {});
    expect(buys(scene)).toBe(1);
  },
);

row(
  {
    id: '44b',
    fault: 'a double click on Close 50%',
    does: 'one action',
    sees: 'the second one is told that it was asked for already, by whom and when',
  },
  async (scene) => {
    scene.post(AT_MARKET);
    const card = await scene.says('BTCUSDT LONG: open', 'Close 50%');
    await protectedWithTargets(scene);
    await Promise.allSettled([scene.press(card, 'Close 50%'), scene.press(card, 'Close 50%')]);
    await scene.eventually('half is left', () => scene.position('BTCUSDT') === 0.05);
    await isProtected(scene);
    expect(scene.position('BTCUSDT')).toBe(0.05);
  },
);

row(
  {
    id: '45',
    fault: 'the trades channel is deleted',
    does: 'trading goes on',
    sees: 'an alert by direct message that nothing can be posted there; fills by direct message',
  },
  async (scene) => {
    await openAtMarket(scene);
    scene.strike();
    scene.discord.deleteChannel(IDS.trades);
    scene.price('BTCUSDT', 61_010);
    await alerted(scene, 'cannot be posted');
    scene.recovered();
    await alerted(scene, 'Filled BTCUSDT LONG target 1');
    await isProtected(scene);
    scene.price('BTCUSDT', 62_010);
    await isFlat(scene);
  },
);

row(
  {
    id: '45b',
    fault: '50013: the bot may no longer write in the trades channel',
    does: 'trading goes on; posts again when it may',
    sees: 'an alert by direct message',
  },
  async (scene) => {
    await openAtMarket(scene);
    scene.strike();
    scene.discord.setPermissions({ channel: IDS.trades, deny: ['SendMessages'] });
    scene.price('BTCUSDT', 61_010);
    await alerted(scene, 'cannot be posted');
    scene.recovered();
    await isProtected(scene);
    scene.discord.setPermissions({ channel: IDS.trades, allow: ['SendMessages'] });
    scene.price('BTCUSDT', 62_010);
    await scene.says('Filled BTCUSDT LONG target 2');
    await isFlat(scene);
  },
);

row(
  {
    id: '45c',
    fault: 'the operator does not accept direct messages',
    does: 'trading goes on',
    sees: 'alerts in the channel instead',
  },
  async (scene) => {
    scene.discord.setAcceptsDms({ user: IDS.operator, accepts: false });
    await openAtMarket(scene);
    await scene.says('does not accept direct messages');
    await isProtected(scene);
  },
);

row(
  {
    id: '46',
    fault: 'an identify loop: every session is invalid at once',
    does: 'after three, each attempt waits twice as long, up to half a minute, after a hundred in a day up to five: under 400 a day; positions stay managed',
    sees: 'fills go on; signals are heard when a session holds again',
    rig: quick(20),
    rate: 20,
  },
  async (scene) => {
    await openAtMarket(scene);
    scene.strike();
    const before = scene.discord.gateway.identifies;
    const loop = setInterval(
      () => scene.discord.gateway.connected > 0 && scene.discord.invalidateSession(),
      5,
    );
    await scene.eventually('it identifies again', () => scene.discord.gateway.identifies > before);
    const until = Date.now() + 5_000;
    await scene.eventually('a hundred seconds of it', () => Date.now() > until);
    clearInterval(loop);
    expect(scene.discord.gateway.identifies - before).toBeLessThanOrEqual(7);
    scene.price('BTCUSDT', 61_010);
    await scene.says('Filled BTCUSDT LONG target 1');
    scene.recovered();
    await isProtected(scene);
  },
);

row(
  {
    id: '46b',
    fault: 'the daily limit of identifies is used up',
    does: 'does not identify again; ends with exit code 1, the position keeps its stop',
    sees: 'one line that says from when it can be started again',
    rig: { discord: { gateway: { identifyWindowMs: 0, identifyLimit: 1 } } },
    check: { ended: true },
  },
  async (scene) => {
    await openAtMarket(scene);
    await scene.end('SIGTERM');
    const { code, stderr } = await scene.refused();
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Discord takes no new connection of this bot before 20\S+Z: .*\n$/);
    expect(scene.discord.gateway.identifies).toBe(1);
  },
);
