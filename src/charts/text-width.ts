/**
 * How wide a text is in the charts' font (Noto Sans SC Medium), so that layouts can be made, and tested, without a
 * painter. Advances in thousandths of the size, read off the font; read with `measureText`.
 */
const ADVANCES: readonly (readonly [advance: number, characters: string])[] = [
  [225, ' '],
  [285, '|ij'],
  [298, "',.:;l"],
  [309, 'I'],
  [345, '!f'],
  [357, '()[]{}-'],
  [393, '/\\t'],
  [409, 'r'],
  [485, 's*'],
  [492, 'z?'],
  [520, 'c"x'],
  [546, 'yvJY–'],
  [564, 'L_Fe'],
  [570, '#$+0123456789<=>^~'],
  [577, 'akg'],
  [596, 'VX'],
  [606, 'EZST'],
  [618, '`ou'],
  [623, 'hAn'],
  [630, 'bdpq'],
  [648, 'CP'],
  [664, 'RKB'],
  [702, 'DGN✓&'],
  [737, 'UNH'],
  [754, 'OQ'],
  [830, 'wM'],
  [894, 'W'],
  [942, '%m'],
  [972, '@'],
];

const advanceOf = new Map(
  ADVANCES.flatMap(([advance, characters]) =>
    [...characters].map((character) => [character, advance] as const),
  ),
);

/** Chinese characters and their punctuation, and the signs that the font draws as wide as them. */
const FULL_WIDTH = 1_000;

export function textWidth(text: string, size: number): number {
  let thousandths = 0;
  for (const character of text) thousandths += advanceOf.get(character) ?? FULL_WIDTH;
  return (thousandths * size) / 1_000;
}

/** The beginning of a text that fits, with a sign that something is missing. */
export function fitText(text: string, size: number, width: number): string {
  if (textWidth(text, size) <= width) return text;
  const characters = [...text];
  while (characters.length > 0 && textWidth(`${characters.join('')}…`, size) > width) characters.pop();
  return `${characters.join('')}…`;
}
