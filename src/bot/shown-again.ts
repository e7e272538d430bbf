/** Decisions this young are shown again at a start. */
const SHOWN_AGAIN_MS = 10 * 60_000;
/** And so many of the last ones: the clock may have been set ahead meanwhile. */
const LAST = 20;

/**
 * Which decisions a start shows again, by key: a crash between a decision and its post would leave the buttons standing.
 * What stands there as it is to stand is not sent again.
 */
export function shownAgain(
  rows: readonly (readonly [string, { decidedAt: number | null }])[],
  now: number,
): ReadonlySet<string> {
  const decided = rows
    .flatMap(([key, { decidedAt }]) => (decidedAt === null ? [] : [{ key, decidedAt }]))
    .sort((a, b) => a.decidedAt - b.decidedAt);
  const young = decided.filter(({ decidedAt }) => now - decidedAt < SHOWN_AGAIN_MS);
  return new Set([...decided.slice(-LAST), ...young].map(({ key }) => key));
}
