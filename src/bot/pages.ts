import { type ButtonSpec, buttonRows, type PagedList, type Row } from './buttons.ts';
import { cut } from './format.ts';
import type { Catalogue } from './locales/index.ts';
import type { MessageBody } from './ports.ts';

/** Of the 2,000 characters of a message; an embed's description takes 4,096. */
const CONTENT_ROOM = 1_950;

/** Lines that are to be seen at once: what does not fit into the text stands below it. */
export function listBody(lines: readonly string[]): MessageBody {
  let count = lines.length;
  while (lines.slice(0, count).join('\n').length > CONTENT_ROOM) count -= 1;
  const content = lines.slice(0, count).join('\n');
  const rest = lines.slice(count).join('\n');
  return rest === '' ? { content } : { content, embeds: [{ description: cut(rest, 4_000) }] };
}

/** A list that is longer than a message, page by page. Pages count from 0. */
export interface Page<T> {
  items: readonly T[];
  page: number;
  pages: number;
}

/** What has become shorter since its buttons were made still has a last page. */
export function pageOf<T>(all: readonly T[], wanted: number, size: number): Page<T> {
  const pages = Math.max(Math.ceil(all.length / size), 1);
  const page = Math.min(wanted, pages - 1);
  return { items: all.slice(page * size, (page + 1) * size), page, pages };
}

/** `7 open trades · page 1 of 2`; the page only where there are several. */
export function pageTitle(title: string, { page, pages }: Page<unknown>, t: Catalogue): string {
  return pages === 1 ? title : `${title} · ${t.command.pages.of(page + 1, pages)}`;
}

/** Back, the same again as it is now, and on. */
export function pageButtons(list: PagedList, { page, pages }: Page<unknown>, t: Catalogue): Row[] {
  const { previous, refresh, next } = t.command.pages;
  const turn = (label: string, to: number): ButtonSpec => ({
    label,
    press: { type: 'list', list, page: to },
  });
  return buttonRows([
    ...(page > 0 ? [turn(previous, page - 1)] : []),
    turn(refresh, page),
    ...(page < pages - 1 ? [turn(next, page + 1)] : []),
  ]);
}
