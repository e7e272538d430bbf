import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lastMessages } from '../../src/bot/last-messages.ts';

const last = (id: string, last_message_id?: string | null) => ({ id, last_message_id });

describe('what a server says of its last messages', () => {
  it.each([
    { given: 'a channel', server: { channels: [last('1', '50')] }, told: { 1: '50' } },
    { given: 'one where nothing was ever said', server: { channels: [last('1', null)] }, told: { 1: '0' } },
    { given: 'one without the field', server: { channels: [{ id: '1' }] }, told: { 1: '0' } },
    {
      given: 'a thread in which the last was said',
      server: { channels: [last('1', '50')], threads: [{ parent_id: '1', ...last('2', '60') }] },
      told: { 1: '60' },
    },
    {
      given: 'a thread that is behind its channel',
      server: { channels: [last('1', '100')], threads: [{ parent_id: '1', ...last('2', '60') }] },
      told: { 1: '100' },
    },
    {
      given: 'a thread of a channel that is not told of',
      server: { channels: [], threads: [{ parent_id: '1', ...last('2', '60') }] },
      told: {},
    },
    { given: 'ids that are none', server: { channels: [last('x', '5'), last('1', 'y')] }, told: {} },
    { given: 'a server in an outage', server: { id: '9', unavailable: true }, told: {} },
  ])('of $given is $told', ({ server, told }) => {
    expect(Object.fromEntries(lastMessages(server))).toEqual(told);
  });

  it('never throws, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.anything(), fc.record({ channels: fc.anything(), threads: fc.array(fc.anything()) })),
        (server) => lastMessages(server) instanceof Map,
      ),
    );
  });
});
