import { expect, test } from 'vitest';
import type { Limiter } from '../../../src/sim/binance/limits.ts';
import type { BinanceSim } from '../../../src/sim/binance/server.ts';
import { KEY, type Params, type RawAnswer, RawClient, steer } from './raw-client.ts';

/** What provokes refusals on either market: a market adds what it needs beside this. */
export interface Stage {
  sim: BinanceSim;
  client: RawClient;
  /** A limit order that would be taken, but for what is changed. */
  order(params?: Params): Promise<RawAnswer>;
}

export interface Case<Own extends Stage = Stage> {
  code: number;
  when: string;
  /** Where it is documented. */
  page: string;
  status?: number;
  text?: string;
  provoke(stage: Own): Promise<RawAnswer>;
}

/** Parameters set to '' are left out. */
export function filled(params: Params): Params {
  return Object.fromEntries(Object.entries(params).filter(([, value]) => value !== ''));
}

/** @param stage made anew for each test */
export function testCases<Own extends Stage>(cases: readonly Case<Own>[], stage: () => Own): void {
  test.each(cases)('$code when $when ($page)', async ({ code, status = 400, text = '', provoke }) => {
    const { body, status: given } = await provoke(stage());
    expect(body).toMatchObject({ code, msg: expect.stringContaining(text) });
    expect(body.msg).not.toContain('%s');
    expect(given).toBe(status);
  });
}

interface Market {
  /** The page of error codes, whose anchors both markets name alike. */
  errors: string;
  /** Of what only the account's key may read. */
  account: string;
  order: string;
  limiter(sim: BinanceSim): Limiter;
  /** The limiter's own command. */
  ban: string;
}

/** The refusals that do not depend on what is traded. */
export function commonCases({ errors, account, order: path, limiter, ban }: Market): Case[] {
  return [
    {
      code: -1003,
      when: 'the weight of the minute is used up',
      page: `${errors}#-1003-too_many_requests`,
      status: 429,
      provoke: ({ sim, client }) => {
        limiter(sim).count(limiter(sim).rules.weightPerMinute, 0, sim.usdm.now());
        return client.get(account);
      },
    },
    {
      code: -1003,
      when: 'the requests go on after that',
      page: `${errors}#-1003-too_many_requests`,
      status: 418,
      text: 'IP banned until',
      provoke: async ({ sim, client }) => {
        await steer(sim, ban, { seconds: 60 });
        return client.get(account);
      },
    },
    {
      code: -1007,
      when: 'the matching engine does not answer in time',
      page: `${errors}#-1007-timeout`,
      status: 408,
      provoke: async ({ sim, order }) => {
        await steer(sim, 'fault', { preset: 'timeout', path });
        return order();
      },
    },
    {
      code: -1021,
      when: 'the timestamp is older than recvWindow',
      page: `${errors}#-1021-invalid_timestamp`,
      text: 'outside of the recvWindow',
      provoke: ({ sim, client }) => client.get(account, { timestamp: sim.usdm.now() - 6_000 }),
    },
    {
      code: -1021,
      when: "the timestamp is a second and more ahead of the server's",
      page: `${errors}#-1021-invalid_timestamp`,
      text: "1000ms ahead of the server's time",
      provoke: ({ sim, client }) => client.get(account, { timestamp: sim.usdm.now() + 5_000 }),
    },
    {
      code: -1022,
      when: 'the signature was made with another secret',
      page: `${errors}#-1022-invalid_signature`,
      provoke: ({ sim }) => new RawClient(sim, KEY, 'another').get(account),
    },
    {
      code: -1100,
      when: 'a number has an exponent',
      page: `${errors}#-1100-illegal_chars`,
      text: "Illegal characters found in parameter 'quantity'",
      provoke: ({ order }) => order({ quantity: '1e-2' }),
    },
    {
      code: -1100,
      when: 'the client id has a character that it may not have',
      page: `${errors}#-1100-illegal_chars`,
      text: "Illegal characters found in parameter 'newClientOrderId'",
      provoke: ({ order }) => order({ newClientOrderId: 'no spaces' }),
    },
    {
      code: -1121,
      when: 'the symbol is not listed',
      page: `${errors}#-1121-bad_symbol`,
      provoke: ({ order }) => order({ symbol: 'NOPEUSDT' }),
    },
    {
      code: -2011,
      when: 'an order that nobody knows is cancelled',
      page: `${errors}#-2011-cancel_rejected`,
      provoke: ({ client }) => client.delete(path, { symbol: 'BTCUSDT', orderId: 1 }),
    },
    {
      code: -2013,
      when: 'an order that nobody knows is asked for',
      page: `${errors}#-2013-no_such_order`,
      provoke: ({ client }) => client.get(path, { symbol: 'BTCUSDT', origClientOrderId: 'nobody' }),
    },
    {
      code: -2014,
      when: 'the API key is malformed',
      page: `${errors}#-2014-bad_api_key_fmt`,
      status: 401,
      provoke: ({ sim }) => new RawClient(sim, 'not a key').get(account),
    },
    {
      code: -2015,
      when: 'the API key is unknown',
      page: `${errors}#-2015-rejected_mbx_key`,
      status: 401,
      provoke: ({ sim }) => new RawClient(sim, 'a'.repeat(64)).get(account),
    },
  ];
}
