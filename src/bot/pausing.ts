import { activePauses } from '../risk/guard.ts';
import type { Desk } from '../trading/desk-types.ts';
import type { ActionDeps, Performed } from './actions.ts';
import type { Catalogue } from './locales/index.ts';
import { pauseLine } from './pauses.ts';

/** Does something that changes what keeps entries back, and writes down by whom, with what held before and after. */
export async function changePauses<T>(
  deps: Pick<ActionDeps, 'desk' | 'settings' | 'audit' | 'now'>,
  by: string,
  t: Catalogue,
  change: () => Promise<T>,
): Promise<T> {
  const before = standing(deps, t);
  const result = await change();
  await deps.audit.write(by, 'setting', t.command.status.entries, `${before} → ${standing(deps, t)}`);
  return result;
}

/** What was paused; where the disk does not have that yet, what a crash would do to it, and later that it has. */
export function keptAnswer(
  said: string,
  stored: boolean,
  desk: Pick<Desk, 'pausesStored'>,
  t: Catalogue,
): Performed {
  if (stored) return { said };
  return {
    said: `${said}\n${t.command.pauseNotStored}`,
    later: async () => {
      await desk.pausesStored();
      return `${said}\n${t.command.pauseStored}`;
    },
  };
}

export function resumedLine(resumed: boolean, t: Catalogue): string {
  return resumed ? t.command.resumed : t.command.notResumed;
}

function standing({ desk, settings, now }: Pick<ActionDeps, 'desk' | 'settings' | 'now'>, t: Catalogue) {
  const lines = activePauses(desk.book.pauses, now()).map((pause) =>
    pauseLine(pause, t, (id) => settings.channel(id)?.name ?? id),
  );
  return lines.join(t.semicolon) || t.command.status.allowed;
}
