import type { AuditPage } from './audit.ts';
import { buttonRows, type Press, readCustomId, type TradeButton } from './buttons.ts';
import { clock, cut, mention, quote } from './format.ts';
import type { Catalogue } from './locales/index.ts';
import type { MessageBody } from './ports.ts';
import type { AuditEntry } from './records.ts';

/** A page of the audit, newest first, with buttons to the pages beside it. */
export function auditBody(shown: AuditPage | null, t: Catalogue): MessageBody {
  if (shown === null) return { content: t.command.audit.empty };
  const { entries, anchor, page, more } = shown;
  const turn = (label: string, to: number, possible: boolean) => ({
    label,
    press: { type: 'audit' as const, anchor, page: to },
    disabled: !possible,
  });
  const buttons = [
    turn(t.command.audit.newer, Math.max(page - 1, 0), page > 0),
    turn(t.command.audit.older, page + 1, more),
  ];
  return {
    content: cut(
      [t.command.audit.title(page + 1), ...entries.map((entry) => line(entry, t))].join('\n'),
      1_990,
    ),
    components: page > 0 || more ? buttonRows(buttons) : [],
  };
}

function line({ at, userId, kind, what, result }: AuditEntry, t: Catalogue): string {
  const press = readCustomId(what);
  const done = press === null ? shown(what, 70) : pressText(press, t);
  // Of a setting the result is what it was before and is now.
  const between = kind === 'setting' ? t.colon : ' → ';
  const told = result === '' ? '' : `${between}${shown(result, 120)}`;
  return `${clock(at)} ${mention(userId)} ${t.command.audit.kinds[kind]}${t.colon}${done}${told}`;
}

function pressText(press: Press, t: Catalogue): string {
  switch (press.type) {
    case 'proposal':
      return t.button[press.choice];
    case 'question':
      return t.command.audit.answer;
    case 'trade':
      return tradeButtonText(press.what, t);
    case 'audit':
    case 'list':
      return t.command.pages.title(press.page + 1);
  }
}

function tradeButtonText(what: TradeButton, t: Catalogue): string {
  switch (what) {
    case 'close25':
      return t.button.close(25);
    case 'close50':
      return t.button.close(50);
    case 'close100':
      return t.button.close(100);
    default:
      return t.button[what];
  }
}

/** As quoted, but for times and people, which Discord shows in the reader's own way, whole or not at all. */
function shown(text: string, length: number): string {
  return quote(text, length)
    .replace(/\\<[^>]*…$/, '…')
    .replace(/\\<t:(\d+):([A-Za-z])\\>/g, '<t:$1:$2>')
    .replace(/\\<\\@(\d+)\\>/g, '<@$1>');
}
