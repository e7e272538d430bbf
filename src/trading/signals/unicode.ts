/** Marks that survive normalisation as one private character, because NFKC would turn them into plain digits. */
export const INDEX_MARK = 0xe000; // + n: ①, 1️⃣, 🔟
export const SUBSCRIPT_MARK = 0xe040; // + d: ₅ in 0.0₅123
export const EMOJI_MARK = '\ue060'; // a custom emoji of a guild

export const KEYCAP = 0x20e3;
export const SMALL_CAPITALS = new Map(
  Array.from('ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘǫʀꜱᴛᴜᴠᴡʏᴢ', (char, i): [string, string] => [
    char,
    'ABCDEFGHIJKLMNOPQRSTUVWYZ'.charAt(i),
  ]),
);

export const isCombining = (code: number): boolean =>
  (code >= 0x300 && code <= 0x36f) || (code >= 0x64b && code <= 0x65f);

export function isInvisible(point: number): boolean {
  return (
    (point >= 0x200b && point <= 0x200f) ||
    (point >= 0x202a && point <= 0x202e) ||
    (point >= 0x2060 && point <= 0x206f) ||
    (point >= 0xfe00 && point <= 0xfe0f) ||
    (point >= 0xe0000 && point <= 0xe0fff) ||
    (point >= 0x1f3fb && point <= 0x1f3ff) ||
    (point >= 0xe000 && point <= 0xf8ff) ||
    point === KEYCAP ||
    point === 0xfeff ||
    point === 0xad ||
    point === 0x180e ||
    point === 0x34f ||
    point === 0x115f ||
    point === 0x3164
  );
}

export function markOf(point: number): string | null {
  if (point >= 0x2080 && point <= 0x2089) return String.fromCharCode(SUBSCRIPT_MARK + point - 0x2080);
  if (point >= 0x2460 && point <= 0x2473) return String.fromCharCode(INDEX_MARK + point - 0x245f);
  if (point >= 0x2474 && point <= 0x2487) return String.fromCharCode(INDEX_MARK + point - 0x2473);
  if (point >= 0x2776 && point <= 0x277f) return String.fromCharCode(INDEX_MARK + point - 0x2775);
  if (point >= 0x2780 && point <= 0x2793)
    return String.fromCharCode(INDEX_MARK + ((point - 0x2780) % 10) + 1);
  if (point === 0x1f51f) return String.fromCharCode(INDEX_MARK + 10);
  if (point >= 0x1f170 && point <= 0x1f189) return String.fromCharCode(65 + point - 0x1f170);
  if (point >= 0x1f150 && point <= 0x1f169) return String.fromCharCode(65 + point - 0x1f150);
  return foreignDigit(point) ?? PUNCTUATION.get(point) ?? null;
}

/** Digits of other scripts; NFKC leaves them as they are. */
function foreignDigit(point: number): string | null {
  for (const zero of [0x660, 0x6f0, 0x966, 0xe50])
    if (point >= zero && point <= zero + 9) return String(point - zero);
  return null;
}

const PUNCTUATION = new Map<number, string>([
  [0x66b, '.'],
  [0x66c, ','],
  [0x60c, '，'],
  ...[0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2212, 0x2796, 0xfe58, 0xfe63, 0xff0d, 0x30fc].map(
    (point): [number, string] => [point, point === 0x30fc ? 'ー' : '-'],
  ),
  [0x301c, '~'],
  [0x223c, '~'],
  [0x2053, '~'],
  // List separators that NFKC would turn into an ASCII comma, which between digits means something else.
  [0xff0c, '，'],
  [0x3001, '、'],
  [0xff64, '、'],
  [0x3002, '。'],
  [0xff61, '。'],
  [0xff1b, '；'],
  [0x3010, '['],
  [0x3011, ']'],
  [0x300c, '['],
  [0x300d, ']'],
  [0x3014, '['],
  [0x3015, ']'],
  [0x3016, '['],
  [0x3017, ']'],
  [0x201c, '"'],
  [0x201d, '"'],
  [0x2018, "'"],
  [0x2019, "'"],
  [0x2715, '×'],
  [0x2716, '×'],
  [0xd7, '×'],
  [0x2a2f, '×'],
  [0xa0, ' '],
  [0x2007, ' '],
  [0x202f, ' '],
  [0x2009, ' '],
  [0x3000, ' '],
  [0xb2, ' '],
  [0xb3, ' '],
  [0xb9, ' '],
]);

const compatibleCache = new Map<string, string>();

export function compatible(cluster: string): string {
  if (cluster.length > 2) return cluster.normalize('NFKC');
  let result = compatibleCache.get(cluster);
  if (result === undefined) {
    result = cluster.normalize('NFKC');
    if (compatibleCache.size < 20_000) compatibleCache.set(cluster, result);
  }
  return result;
}
