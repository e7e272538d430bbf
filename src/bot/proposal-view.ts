import type { APIEmbed } from 'discord.js';
import { buttonRows } from './buttons.ts';
import { cut, quote, relative } from './format.ts';
import type { Catalogue } from './locales/index.ts';
import { planFields, planLines, signalLine, tradeName } from './plan-view.ts';
import type { MessageBody } from './ports.ts';
import { messageLink } from './posts.ts';
import type { Proposal } from './records.ts';
import { denialLines } from './reports.ts';

const COLOURS = { long: 0x2e_a0_43, short: 0xd2_3b_3b } as const;
const DECIDED = 0x80_80_80;

/** The question while it is open, the decision once there is one. */
export function proposalBody(proposal: Proposal, t: Catalogue): MessageBody {
  const name = tradeName(proposal.plan, t);
  const open = proposal.state === 'open';
  const lines = open
    ? [`${t.proposal.question(proposal.source.channel)} ${name}`, ...planLines(proposal.plan, t)]
    : [`${proposal.source.channel} · ${name}`, ...decisionLines(proposal, t)];
  if (open && proposal.sourceDeleted) lines.push(t.proposal.sourceDeleted);
  if (open) lines.push(t.proposal.expires(relative(proposal.expiresAt)));
  return {
    content: cut(lines.join('\n'), 1_900),
    embeds: [embed(proposal, t)],
    components: open
      ? buttonRows([
          {
            label: t.button.confirm,
            press: { type: 'proposal', id: proposal.id, choice: 'confirm' },
            style: 'success',
          },
          {
            label: t.button.reject,
            press: { type: 'proposal', id: proposal.id, choice: 'reject' },
            style: 'danger',
          },
        ])
      : [],
  };
}

/** What became of it, by whom and when. */
export function decisionLines(proposal: Proposal, t: Catalogue): string[] {
  const when = relative(proposal.decidedAt ?? proposal.expiresAt);
  const by = proposal.by === null ? '' : `<@${proposal.by}>`;
  const detail = quote(proposal.detail ?? '');
  switch (proposal.state) {
    case 'open':
      return [];
    case 'confirmed':
      return [t.proposal.confirmed(by, when)];
    case 'rejected':
      return [t.proposal.rejected(by, when)];
    case 'expired':
      return [t.proposal.expired(when)];
    case 'withdrawn':
      return [t.proposal.withdrawn(when)];
    case 'denied': {
      const [first = '', ...rest] = proposal.denial ? denialLines(proposal.denial, t) : [];
      return [`${t.denied} · ${first}`, ...rest, ...clickedLine(by, when, t)];
    }
    case 'refused':
      return [`${t.rejected} · ${detail}`, ...clickedLine(by, when, t)];
    case 'failed':
      return [`${t.failed} · ${t.report.failed(detail)}`, ...clickedLine(by, when, t)];
  }
}

function clickedLine(by: string, when: string, t: Catalogue): string[] {
  return by === '' ? [] : [t.proposal.denied(by, when)];
}

function embed(proposal: Proposal, t: Catalogue): APIEmbed {
  const { plan, signal, source } = proposal;
  return {
    title: tradeName(plan, t),
    url: messageLink(source),
    description: cut(signalLine(signal, t), 1_000),
    color: proposal.state === 'open' ? COLOURS[plan.side] : DECIDED,
    fields: planFields(plan, t).map((field) => ({ ...field, value: cut(field.value, 1_000) })),
    footer: { text: source.channel },
    timestamp: new Date(source.postedAt).toISOString(),
  };
}
