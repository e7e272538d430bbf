/**
 * Makes the charts' font: Noto Sans SC Medium (SIL Open Font License 1.1, src/charts/fonts/OFL.txt), cut down to
 * Latin letters, signs and the 6,763 characters of GB 2312, which is a tenth of its size. Neither the whole font nor
 * the tool is a dependency; to run it again:
 *
 *   npm install --no-save --ignore-scripts subset-font@2 @expo-google-fonts/noto-sans-sc@0.4
 *   node scripts/font.js
 */
import { readFileSync, writeFileSync } from 'node:fs';

const SOURCE = new URL(
  '../node_modules/@expo-google-fonts/noto-sans-sc/500Medium/NotoSansSC_500Medium.ttf',
  import.meta.url,
);
const TARGET = new URL('../src/charts/fonts/NotoSansSC-Medium.woff2', import.meta.url);

const range = (from, until) => Array.from({ length: until - from + 1 }, (_, index) => from + index);

const latin = [...range(0x20, 0x7e), ...range(0xa0, 0x17f)]
  .map((code) => String.fromCodePoint(code))
  .join('');
const signs = '–—‘’“”…•·×÷≈≤≥±→←↑↓▲▼●○■□✓✗✕−∞△▽◆◇★☆①②③④⑤⑥';

/** Rows 1 to 3 are punctuation and full-width forms, 16 to 87 the characters. */
const decoder = new TextDecoder('gb18030');
const rows = [...range(0xa1, 0xa3), ...range(0xb0, 0xf7)];
const chinese = rows
  .flatMap((row) => range(0xa1, 0xfe).map((cell) => decoder.decode(Uint8Array.of(row, cell))))
  .filter((character) => /^[^\ufffd\p{Co}]$/u.test(character))
  .join('');

const { default: subset } = await import('subset-font');
writeFileSync(TARGET, await subset(readFileSync(SOURCE), latin + signs + chinese, { targetFormat: 'woff2' }));
