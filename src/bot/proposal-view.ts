import type { APIEmbed } from 'discord.js';
import type { Decimal } from '../trading/decimal.ts';
import { type ButtonSpec, buttonRows, type ProposalButton } from './buttons.ts';
import { closeLine } from './decision-view.ts';
import { cut, price, quote, relative } from './format.ts';
import type { Catalogue } from './locales/index.ts';
import {
  liquidationText,
  noteLines,
  ordersField,
  type PlanSight,
  planLines,
  signalLine,
  tradeName,
} from './plan-view.ts';
import type { MessageBody } from './ports.ts';
import { messageLink } from './posts.ts';
import type { Proposal } from './records.ts';
import { denialLines } from './reports.ts';

const COLOURS = { long: 0x2e_a0_43, short: 0xd2_3b_3b } as const;
const DECIDED = 0x80_80_80;

/** The market and the exchange's terms as they are now. */
export interface ProposalSight extends PlanSight {
  mark: Decimal | null;
}

/** The question while it is open, the decision once there is one. */
export function proposalBody(
  proposal: Proposal,
  t: Catalogue,
  sight: ProposalSight,
  carriedOutFor: string | null = null,
): MessageBody {
  const name = tradeName(proposal.plan, t);
  const open = proposal.state === 'open';
  const lines = open
    ? [
        `${t.proposal.question(proposal.source.channel)} ${name}`,
        ...previewLines(proposal, t, sight),
        ...(carriedOutFor === null ? [] : [t.proposal.unanswered(`<@${carriedOutFor}>`)]),
      ]
    : [`${proposal.source.channel} · ${name}`, ...decisionLines(proposal, t)];
  return {
    content: cut(lines.join('\n'), 1_900),
    embeds: [embed(proposal, t, sight)],
    components: open ? buttonRows(proposalButtons(proposal, t)) : [],
  };
}

function proposalButtons({ id, revision = 0 }: Proposal, t: Catalogue): ButtonSpec[] {
  const button = (choice: ProposalButton, style: ButtonSpec['style']): ButtonSpec => ({
    label: t.button[choice],
    press: { type: 'proposal', id, choice, revision },
    ...(style ? { style } : {}),
  });
  return [
    button('confirm', 'success'),
    button('half', 'primary'),
    button('reject', 'danger'),
    button('adjust', 'secondary'),
  ];
}

/** What would be done, what it risks, and what speaks against it. */
function previewLines(proposal: Proposal, t: Catalogue, sight: ProposalSight): string[] {
  const { plan, checks, adjustedBy, sourceDeleted, expiresAt } = proposal;
  const liquidation = liquidationText(plan, t);
  const drift = driftOf(proposal, sight.mark);
  const close = closeLine(checks, t);
  return [
    ...planLines(plan, t, sight),
    ...(liquidation === null ? [] : [`${t.plan.liquidation} ${liquidation}`]),
    ...(drift === null || sight.mark === null
      ? []
      : [t.proposal.price(price(sight.mark.toSignificantDigits(6)), drift)]),
    ...noteLines(plan, t),
    ...(close === null ? [] : [`⚠️ ${close}`]),
    ...(adjustedBy === undefined ? [] : [t.proposal.adjusted(`<@${adjustedBy}>`)]),
    ...(sourceDeleted ? [t.proposal.sourceDeleted] : []),
    t.proposal.expires(relative(expiresAt)),
  ];
}

/** How far the market has moved since the signal was read, in tenths of a percent: `+0.4%`; null where not known. */
export function driftOf({ signalPrice }: Proposal, mark: Decimal | null): string | null {
  if (signalPrice === undefined || mark === null || signalPrice.isZero()) return null;
  const moved = mark.minus(signalPrice).div(signalPrice).times(100).toDecimalPlaces(1);
  return `${moved.gt(0) ? '+' : ''}${(moved.isZero() ? moved.abs() : moved).toFixed(1)}%`;
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
      return [proposal.halved ? t.proposal.confirmedHalf(by, when) : t.proposal.confirmed(by, when)];
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

function embed(proposal: Proposal, t: Catalogue, sight: ProposalSight): APIEmbed {
  const { plan, signal, source } = proposal;
  const orders = ordersField(plan, t, sight);
  return {
    title: cut(tradeName(plan, t), 200),
    url: messageLink(source),
    description: cut(signalLine(signal, t), 1_000),
    color: proposal.state === 'open' ? COLOURS[plan.side] : DECIDED,
    // What has been traded is not always what was asked: half of it, or what the rules made of it at the click. The card has it.
    fields: proposal.state === 'confirmed' ? [] : [{ ...orders, value: cut(orders.value, 1_000) }],
    footer: { text: source.channel },
    timestamp: new Date(source.postedAt).toISOString(),
  };
}
