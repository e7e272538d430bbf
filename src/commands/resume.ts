import { pauseLine } from '../bot/pauses.ts';
import { changePauses, resumedLine } from '../bot/pausing.ts';
import { activePauses } from '../risk/guard.ts';
import { type Command, say, whisper } from './command.ts';
import { inGuild, words } from './definition.ts';

export default {
  data: {
    ...words(['resume', '恢复'], ['Open new trades again', '恢复开仓']),
    ...inGuild,
  },
  viewers: [],
  async run({ id, userId, desk, settings, actions, now, channelId, t }) {
    const pauses = activePauses(desk.book.pauses, now());
    if (pauses.length === 0) return whisper(t.command.notPaused);
    const reasons = [...new Set(pauses.map((pause) => pause.reason))];
    if (reasons.includes('daily_loss')) {
      const named = pauses.map((pause) =>
        pauseLine(pause, t, (channel) => settings.channel(channel)?.name ?? channel),
      );
      return {
        type: 'ask',
        asked: {
          id: `resume${id}`,
          channelId,
          text: [...named, t.question.resumeEarly].join('\n'),
          options: [
            { label: t.button.confirm, action: { type: 'resume', reasons, channelId: null, askAgain: true } },
          ],
          timeoutMs: settings.config().confirm.timeout,
        },
      };
    }
    return say(resumedLine(await changePauses(actions, userId, t, () => desk.resume(reasons, null)), t));
  },
} satisfies Command;
