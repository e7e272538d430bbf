import { describe, expect, test } from 'vitest';
import type { ChannelTally, Pause } from '../../src/risk/book.ts';
import {
  activePauses,
  addPause,
  liftPauses,
  lossPauses,
  pausesFor,
  pausesSince,
} from '../../src/risk/guard.ts';
import { dayOf, dayStart, isTimezone, nextDayStart, nextTimeOfDay } from '../../src/trading/timezone.ts';
import { book, channel, d, NOW } from './fixtures.ts';

const at = (iso: string) => Date.parse(iso);

describe('days in a timezone', () => {
  test.each([
    {
      given: 'UTC',
      zone: 'UTC',
      now: '2026-11-22T12:00:00Z',
      start: '2026-11-22T00:00:00Z',
      next: '2026-11-23T00:00:00Z',
    },
    {
      given: 'exactly 00:00',
      zone: 'UTC',
      now: '2026-11-22T00:00:00Z',
      start: '2026-11-22T00:00:00Z',
      next: '2026-11-23T00:00:00Z',
    },
    {
      given: 'a millisecond before 00:00',
      zone: 'UTC',
      now: '2026-11-21T23:59:59.999Z',
      start: '2026-11-21T00:00:00Z',
      next: '2026-11-22T00:00:00Z',
    },
    {
      given: 'a zone ahead',
      zone: 'Asia/Shanghai',
      now: '2026-11-22T17:00:00Z',
      start: '2026-11-22T16:00:00Z',
      next: '2026-11-23T16:00:00Z',
    },
    {
      given: 'a half-hour zone',
      zone: 'Asia/Kolkata',
      now: '2026-11-22T12:00:00Z',
      start: '2026-11-21T18:30:00Z',
      next: '2026-11-22T18:30:00Z',
    },
    {
      given: 'a year end',
      zone: 'America/New_York',
      now: '2027-01-01T03:00:00Z',
      start: '2026-12-31T05:00:00Z',
      next: '2027-01-01T05:00:00Z',
    },
    {
      given: 'a day of 23 hours',
      zone: 'America/New_York',
      now: '2026-03-08T12:00:00Z',
      start: '2026-03-08T05:00:00Z',
      next: '2026-03-09T04:00:00Z',
    },
    {
      given: 'a day of 25 hours',
      zone: 'Europe/Berlin',
      now: '2026-10-25T12:00:00Z',
      start: '2026-10-24T22:00:00Z',
      next: '2026-10-25T23:00:00Z',
    },
    {
      given: 'the hour that comes twice',
      zone: 'Europe/Berlin',
      now: '2026-10-25T01:30:00Z',
      start: '2026-10-24T22:00:00Z',
      next: '2026-10-25T23:00:00Z',
    },
    {
      given: 'a day that begins at 01:00',
      zone: 'America/Santiago',
      now: '2026-09-06T12:00:00Z',
      start: '2026-09-06T04:00:00Z',
      next: '2026-09-07T03:00:00Z',
    },
    {
      given: 'the evening before it',
      zone: 'America/Santiago',
      now: '2026-09-06T03:59:59Z',
      start: '2026-09-05T04:00:00Z',
      next: '2026-09-06T04:00:00Z',
    },
    {
      given: 'a day whose 00:00 comes twice',
      zone: 'America/Havana',
      now: '2026-11-01T12:00:00Z',
      start: '2026-11-01T04:00:00Z',
      next: '2026-11-02T05:00:00Z',
    },
  ])('GIVEN $given ($zone, $now) THEN it began $start and ends $next', ({ zone, now, start, next }) => {
    expect(new Date(dayStart(at(now), zone)).toISOString()).toBe(new Date(start).toISOString());
    expect(new Date(nextDayStart(at(now), zone)).toISOString()).toBe(new Date(next).toISOString());
  });

  test('every moment of a year lies within its day', () => {
    for (const zone of ['UTC', 'Europe/Berlin', 'America/Santiago', 'Australia/Lord_Howe', 'Africa/Cairo']) {
      for (let now = at('2026-01-01T00:10:00Z'); now < at('2027-01-01T00:00:00Z'); now += 29.5 * 3_600_000) {
        const [start, next] = [dayStart(now, zone), nextDayStart(now, zone)];
        expect(start <= now && now < next, `${zone} ${new Date(now).toISOString()}`).toBe(true);
        expect([dayOf(start, zone), dayOf(next - 1, zone)]).toEqual([dayOf(now, zone), dayOf(now, zone)]);
        expect(dayOf(start - 1, zone)).not.toBe(dayOf(now, zone));
      }
    }
  });

  test('the next time of day is today or tomorrow', () => {
    expect(nextTimeOfDay(at('2026-11-22T12:00:00Z'), 21, 0, 'UTC')).toBe(at('2026-11-22T21:00:00Z'));
    expect(nextTimeOfDay(at('2026-11-22T21:00:00Z'), 21, 0, 'UTC')).toBe(at('2026-11-23T21:00:00Z'));
    expect(nextTimeOfDay(at('2026-03-28T21:30:00Z'), 21, 0, 'Europe/Berlin')).toBe(
      at('2026-03-29T19:00:00Z'),
    );
  });

  test('a name is a timezone only if the runtime knows it', () => {
    expect([isTimezone('Europe/Berlin'), isTimezone('Mars/Base')]).toEqual([true, false]);
  });
});

describe('pauses', () => {
  const everywhere: Pause = {
    reason: 'user',
    channelId: null,
    since: NOW,
    until: null,
    by: '200000000000000001',
    detail: '',
  };
  const brief: Pause = { ...everywhere, channelId: 'a', until: NOW + 60_000 };

  test('GIVEN an end THEN the pause is over at it', () => {
    expect(activePauses([everywhere, brief], NOW + 59_999)).toEqual([everywhere, brief]);
    expect(activePauses([everywhere, brief], NOW + 60_000)).toEqual([everywhere]);
  });

  test('GIVEN a channel THEN its own pauses and those for everywhere hold in it', () => {
    expect(pausesFor([everywhere, brief], 'a', NOW)).toEqual([everywhere, brief]);
    expect(pausesFor([everywhere, brief], 'b', NOW)).toEqual([everywhere]);
  });

  test('GIVEN a pause of the same reason and place THEN the newer one replaces it; reasons are kept apart', () => {
    const longer: Pause = { ...brief, until: NOW + 600_000 };
    const fault: Pause = { ...brief, reason: 'fault' };
    expect(addPause([everywhere, brief, fault], longer, NOW)).toEqual([everywhere, fault, longer]);
  });

  test('lifting takes the reasons that are named, of one channel or of all', () => {
    const fault: Pause = { ...everywhere, reason: 'fault' };
    expect(liftPauses([everywhere, brief, fault], ['user'], null, NOW)).toEqual([fault]);
    expect(liftPauses([everywhere, brief, fault], ['user'], 'a', NOW)).toEqual([everywhere, fault]);
  });
});

describe('pauses that a start finds', () => {
  const begun = {
    reason: 'user',
    channelId: null,
    since: NOW,
    until: NOW + 60_000,
    by: 'u',
    detail: '',
  } as const;

  test.each([
    { given: 'the clock went on', now: NOW + 10_000, since: NOW, until: NOW + 60_000 },
    { given: 'the clock was set ahead', now: NOW + 36_000_000, since: NOW, until: NOW + 60_000 },
    {
      given: 'the clock was set back by hours',
      now: NOW - 36_000_000,
      since: NOW - 36_000_000,
      until: NOW - 35_940_000,
    },
  ])('last no longer than they were to where $given', ({ now, since, until }) => {
    expect(pausesSince([begun], now)).toEqual([{ ...begun, since, until }]);
  });

  test('without an end have none then either', () => {
    expect(pausesSince([{ ...begun, until: null }], NOW - 1_000)).toEqual([
      { ...begun, since: NOW - 1_000, until: null },
    ]);
  });
});

describe('pauses that losses call for', () => {
  const { accountRisk } = channel({ maxConsecutiveLosses: 3 });
  const tally = (changes: Partial<ChannelTally>): ChannelTally => ({
    dayPnl: d(0),
    dailyLossLiftedUntil: null,
    lossStreak: 0,
    entryOrderTimes: [],
    ...changes,
  });
  const midnight = at('2026-11-22T23:00:00Z');
  const due = (changes: Parameters<typeof book>[0], own: Record<string, unknown> = {}) =>
    lossPauses(book(changes), accountRisk, NOW, 'Europe/Berlin', [channel({}, {}, { own, id: 'a' })]);

  test('GIVEN a loss at the limit THEN entries pause until the next 00:00', () => {
    expect(due({ dayPnl: d('-499.99') })).toEqual([]);
    expect(due({ dayPnl: d(-500) })).toEqual([
      { reason: 'daily_loss', channelId: null, since: NOW, until: midnight, by: null, detail: '5% of 5%' },
    ]);
  });

  test('GIVEN it was lifted by hand THEN it does not come back the same day', () => {
    expect(due({ dayPnl: d(-600), dailyLossLiftedUntil: midnight })).toEqual([]);
    expect(due({ dayPnl: d(-600), dailyLossLiftedUntil: NOW })).toHaveLength(1);
  });

  test('GIVEN losses in a row THEN entries pause until /resume', () => {
    expect(due({ lossStreak: 2 })).toEqual([]);
    expect(due({ lossStreak: 3 })).toMatchObject([{ reason: 'loss_streak', until: null, detail: '3 of 3' }]);
  });

  test('GIVEN a pause that stands THEN it is not due again', () => {
    const [pause] = due({ dayPnl: d(-500) });
    expect(due({ dayPnl: d(-700), pauses: pause ? [pause] : [] })).toEqual([]);
  });

  test("GIVEN a channel's losses THEN only limits of its own pause it", () => {
    const channels = new Map([['a', tally({ dayPnl: d(-900), lossStreak: 9 })]]);
    expect(due({ channels })).toEqual([]);
    expect(due({ channels }, { maxDailyLossPct: 5, maxConsecutiveLosses: 9 })).toMatchObject([
      { reason: 'daily_loss', channelId: 'a' },
      { reason: 'loss_streak', channelId: 'a' },
    ]);
  });

  test('GIVEN no equity yet and no loss THEN nothing is due', () => {
    expect(due({ dayStartEquity: d(0), dayPnl: d(0) })).toEqual([]);
  });
});
