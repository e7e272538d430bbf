import { z } from 'zod';
import { StoreNotDurable } from './errors.ts';
import type { Forgetful } from './faults.ts';
import type { RedisConnection } from './redis-client.ts';

/** What it has to run with: https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/ */
const NEEDED: Readonly<Record<string, string>> = {
  appendonly: 'yes',
  appendfsync: 'always',
  'no-appendfsync-on-rewrite': 'no',
};

const texts = z.array(z.string());

/**
 * Why a Redis would lose what it confirms; null where it would not. An order must not leave before its row is on the
 * disk: it confirms no sooner than that only with these settings. Nor may it make room by dropping rows.
 */
export async function forgetsWhy({ send }: Pick<RedisConnection, 'send'>): Promise<Forgetful | null> {
  let said: string[];
  try {
    said = texts.parse(await send('CONFIG', 'GET', '*append*'));
    said.push(...texts.parse(await send('CONFIG', 'GET', 'maxmemory*')));
  } catch (error) {
    if (!(error instanceof Error && /NOPERM|unknown command/i.test(error.message))) throw error;
    return { code: 'unsaid' };
  }
  const settings = new Map(
    Array.from({ length: said.length / 2 }, (_, at) => [said[2 * at], said[2 * at + 1]]),
  );
  for (const [setting, needed] of Object.entries(NEEDED)) {
    const is = settings.get(setting) ?? null;
    if (is !== needed) return { code: 'setting', setting, is, needed };
  }
  if (settings.get('maxmemory') !== '0' && settings.get('maxmemory-policy') !== 'noeviction')
    return { code: 'evicts' };
  return null;
}

/** Throws `StoreNotDurable`. */
export async function refuseForgetful(
  connection: Pick<RedisConnection, 'send'>,
  name: string,
): Promise<void> {
  const forgets = await forgetsWhy(connection);
  if (forgets !== null) throw new StoreNotDurable(name, forgets);
}
