/**
 * Folding for keyword matching: lower case, no accents, simplified characters. One UTF-16 unit in, one out,
 * so that offsets stay the same.
 */

/** Traditional characters that occur in trading words, each followed by its simplified form. */
const TRADITIONAL =
  '場场進进損损價价現现倉仓輕轻開开點点補补單单掛挂幣币餅饼賺赚槓杠桿杆標标離离區区間间訊讯號号減减設设觀观時时後后餘余達达觸触發发' +
  '護护獲获買买賣卖對对長长無无狀状態态當当帳账戶户請请問问嗎吗還还會会過过這这個个們们說说給给讓让計计劃划廢废銷销鎖锁盤盘壓压線线' +
  '圖图總总結结報报績绩戰战實实虧亏強强費费資资擁拥擠挤頭头縮缩網网邊边應应該该從从來来關关風风險险穩稳難难約约級级體体優优佈布監监' +
  '測测連连續续飽饱姨姨輪轮據据數数萬万與与為为動动換换並并調调選选擇择範范圍围類类轉转認认錯错誤误確确預预測测隨随時时雙双邏逻輯辑' +
  '漲涨兩两歲岁檔档買买順顺勢势彈弹蝕蚀負负責责務务歸归適适層层隔隔擔担見见證证試试論论譯译議议項项領领題题願愿聽听樓楼東东車车門门' +
  '們们準准備备慮虑漸渐滿满漲涨災灾爾尔萊莱蘭兰鮑鲍紀纪約约經经給给統统綜综締缔緩缓緊紧編编練练縣县縱纵繼继續续義义習习職职聯联';

const SIMPLIFIED = new Map<string, string>();
for (let i = 0; i + 1 < TRADITIONAL.length; i += 2)
  SIMPLIFIED.set(TRADITIONAL.charAt(i), TRADITIONAL.charAt(i + 1));

const folded = new Map<string, string>();

function foldChar(char: string): string {
  const known = folded.get(char);
  if (known !== undefined) return known;
  let result = SIMPLIFIED.get(char) ?? char;
  if (result === 'ı' || result === 'İ') result = 'i';
  else if (/[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Arabic}\p{Script=Greek}]/u.test(result)) {
    const base = result.normalize('NFD').charAt(0).toLowerCase();
    result = base.length === 1 ? base : result;
  }
  folded.set(char, result);
  return result;
}

const BEYOND_ASCII = /[\u0080-\uffff]/;

export function fold(text: string): string {
  if (!BEYOND_ASCII.test(text)) return text.toLowerCase();
  let result = '';
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 65 && code <= 90) result += String.fromCharCode(code + 32);
    else result += code < 128 ? text.charAt(i) : foldChar(text.charAt(i));
  }
  return result;
}

export const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const isAsciiLetter = (code: number): boolean => (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
export const isUpper = (char: string): boolean => char !== char.toLowerCase();

/** Scripts written without spaces: a keyword may begin and end anywhere in them. */
export const isUnspaced = (code: number): boolean =>
  (code >= 0x3040 && code <= 0x30ff) ||
  (code >= 0x3400 && code <= 0x9fff) ||
  (code >= 0xac00 && code <= 0xd7af);

const letters = new Map<number, boolean>();

/** Letters of scripts that put spaces between words. */
export function isLetter(code: number): boolean {
  if (code < 128) return isAsciiLetter(code);
  if (isUnspaced(code)) return false;
  const known = letters.get(code);
  if (known !== undefined) return known;
  const result = /\p{L}/u.test(String.fromCharCode(code));
  letters.set(code, result);
  return result;
}
