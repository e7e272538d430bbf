import {
  type APIActionRowComponent,
  type APIComponentInMessageActionRow,
  ButtonStyle,
  ComponentType,
} from 'discord.js';

/**
 * What a button means, in the 100 characters of its custom id. Ids outlive the program, so that a button works after
 * a restart.
 */
export type Press =
  /** `revision`: how often what is asked had been changed when the button was shown. */
  | { type: 'proposal'; id: string; choice: ProposalButton; revision: number }
  | { type: 'question'; id: string; option: number }
  | { type: 'trade'; tradeId: string; what: TradeButton }
  /** A page of the audit. */
  | { type: 'audit'; anchor: string; page: number }
  /** A page of a list as it is now. */
  | { type: 'list'; list: PagedList; page: number };

export const pagedLists = ['positions', 'orders'] as const;
export type PagedList = (typeof pagedLists)[number];

export const proposalButtons = ['confirm', 'half', 'reject', 'adjust'] as const;
export type ProposalButton = (typeof proposalButtons)[number];

export const tradeButtons = [
  'close25',
  'close50',
  'close100',
  'breakEven',
  'cancelEntries',
  'details',
] as const;
export type TradeButton = (typeof tradeButtons)[number];

const PREFIX = { proposal: 'p', question: 'q', trade: 't', audit: 'a', list: 'l' } as const;

export function customId(press: Press): string {
  switch (press.type) {
    case 'proposal':
      return `${PREFIX.proposal}:${press.id}:${press.choice}${press.revision === 0 ? '' : `.${press.revision}`}`;
    case 'question':
      return `${PREFIX.question}:${press.id}:${press.option}`;
    case 'trade':
      return `${PREFIX.trade}:${press.tradeId}:${press.what}`;
    case 'audit':
      return `${PREFIX.audit}:${press.anchor}:${press.page}`;
    case 'list':
      return `${PREFIX.list}:${press.list}:${press.page}`;
  }
}

/** Null for buttons that are not ours. */
export function readCustomId(text: string): Press | null {
  const [prefix, id, rest] = text.split(':');
  if (!id || !rest) return null;
  switch (prefix) {
    case PREFIX.proposal:
      return proposalPress(id, rest);
    case PREFIX.question:
      return /^\d{1,2}$/.test(rest) ? { type: 'question', id, option: Number(rest) } : null;
    case PREFIX.trade: {
      const what = tradeButtons.find((button) => button === rest);
      return what ? { type: 'trade', tradeId: id, what } : null;
    }
    case PREFIX.audit:
      return isPage(rest) ? { type: 'audit', anchor: id, page: Number(rest) } : null;
    case PREFIX.list: {
      const list = pagedLists.find((known) => known === id);
      return list && isPage(rest) ? { type: 'list', list, page: Number(rest) } : null;
    }
    default:
      return null;
  }
}

function isPage(text: string): boolean {
  return /^\d{1,4}$/.test(text);
}

function proposalPress(id: string, rest: string): Press | null {
  const [, word, revision = '0'] = /^(\w+)(?:\.(\d{1,4}))?$/.exec(rest) ?? [];
  const choice = proposalButtons.find((button) => button === word);
  return choice ? { type: 'proposal', id, choice, revision: Number(revision) } : null;
}

export type Row = APIActionRowComponent<APIComponentInMessageActionRow>;

export interface ButtonSpec {
  label: string;
  press: Press;
  style?: 'primary' | 'secondary' | 'success' | 'danger';
  disabled?: boolean;
}

const STYLES = {
  primary: ButtonStyle.Primary,
  secondary: ButtonStyle.Secondary,
  success: ButtonStyle.Success,
  danger: ButtonStyle.Danger,
} as const;

/** Rows of at most five: https://discord.com/developers/docs/components/reference#action-row */
export function buttonRows(buttons: readonly ButtonSpec[]): Row[] {
  const rows: Row[] = [];
  for (let start = 0; start < buttons.length; start += 5) {
    rows.push({
      type: ComponentType.ActionRow,
      components: buttons.slice(start, start + 5).map(({ label, press, style, disabled }) => ({
        type: ComponentType.Button,
        style: STYLES[style ?? 'secondary'],
        label: label.slice(0, 80),
        custom_id: customId(press),
        ...(disabled ? { disabled } : {}),
      })),
    });
  }
  return rows;
}
