import { DiscordAPIError, type REST } from 'discord.js';
import { describe, expect, test } from 'vitest';
import { messages, read } from '../../src/bot/discord-answers.ts';
import { refusalOf, describe as told } from '../../src/bot/discord-errors.ts';
import { restMessenger } from '../../src/bot/messenger.ts';
import { restHistory } from '../../src/bot/rest-history.ts';

const answering = (answer: unknown): REST => {
  const give = async () => answer;
  return { get: give, post: give } as unknown as REST;
};

describe('a message that Discord does not give', () => {
  const refused = async (code: number) => {
    const error = new DiscordAPIError({ code, message: '' }, code, 404, 'GET', 'https://discord.com', {});
    const rest = { get: () => Promise.reject(error) } as unknown as REST;
    return restHistory(
      rest,
      () => '1',
      () => '2',
    ).message('1', '1');
  };

  test('exists no more where it is the message that is not known', async () => {
    expect(await refused(10_008)).toBeNull();
  });

  test('may exist where it is its channel that is not known', async () => {
    await expect(refused(10_003)).rejects.toThrow();
  });
});

describe('an answer of Discord’s that is none', () => {
  test.each([[null], ['<html>'], [{}], [[null]], [[{ id: '1' }]], [[{ id: 'x', channel_id: '1' }]]])(
    'GIVEN history %j THEN it counts as not read, and is asked for again',
    async (answer) => {
      const reading = restHistory(
        answering(answer),
        () => '1',
        () => '2',
      ).after('1', '1');
      const error = await reading.catch((reason: unknown) => reason);
      expect(error).toMatchObject({ name: 'UnreadableAnswer' });
      expect(refusalOf(error).kind).toBe('retry');
    },
  );

  test('to a post is no message of ours: it is posted again under the same nonce', async () => {
    const posting = restMessenger(answering({ id: {} })).create('1', { content: 'x' }, 'nonce', null);
    await expect(posting).rejects.toMatchObject({ name: 'UnreadableAnswer' });
  });

  test('is said in one line that names the place and quotes nothing', () => {
    const answer = [{ id: 'a\nsecret', channel_id: '1' }];
    expect(() => read(messages, answer)).toThrow(/^Discord's answer is none that can be read \(0\.id\)$/);
    expect(told(new Error('a\n\u001b[2Jb'))).toBe('Error: a [2Jb');
  });
});
