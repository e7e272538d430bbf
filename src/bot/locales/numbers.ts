import { relative } from '../format.ts';

/** The numbers of a denial, note or alert, by the names of risk/denials.ts. */
export type Numbers = Readonly<Record<string, string>>;

/** Absent ones read as "?". */
export function known(numbers: Numbers, name: string): string {
  return numbers[name] ?? '?';
}

/** An ISO time as Discord shows it in the reader's own timezone. */
export function moment(iso: string | undefined): string {
  return iso ? relative(Date.parse(iso)) : '';
}

/** The words for a reason; what is none of ours stays as it is. */
export function reasonText(texts: Readonly<Record<string, string>>, reason: string | undefined): string {
  const own = Object.entries(texts).find(([name]) => name === reason);
  return own?.[1] ?? reason ?? '';
}
