import type { AuditPage } from './audit.ts';
import { buttonRows } from './buttons.ts';
import { clock, cut, quote } from './format.ts';
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
  // What is given on the panel has no user of Discord behind it.
  const who = /^\d+$/.test(userId) ? `<@${userId}>` : userId;
  return `${clock(at)} ${who} ${t.command.audit.kinds[kind]}: ${quote(what, 80)} → ${quote(result, 90)}`;
}
