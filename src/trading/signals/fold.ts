/**
 * Folding for keyword matching: lower case, no accents, simplified characters. One UTF-16 unit in, one out,
 * so that offsets stay the same.
 */

/** Traditional characters of trading words and of the words around them, each followed by its simplified form. */
export const TRADITIONAL =
  '場场進进損损價价現现倉仓輕轻開开點点補补單单掛挂幣币餅饼賺赚槓杠桿杆標标離离區区間间訊讯號号減减設设觀观時时後后餘余達达觸触發发' +
  '護护獲获買买賣卖對对長长無无狀状態态當当帳账戶户請请問问嗎吗還还會会過过這这個个們们說说給给讓让計计劃划廢废銷销鎖锁盤盘壓压線线' +
  '圖图總总結结報报績绩戰战實实虧亏強强費费資资擁拥擠挤頭头縮缩網网邊边應应該该從从來来關关風风險险穩稳難难約约級级體体優优佈布監监' +
  '測测連连續续飽饱姨姨輪轮據据數数萬万與与為为動动換换並并調调選选擇择範范圍围類类轉转認认錯错誤误確确預预測测隨随時时雙双邏逻輯辑' +
  '漲涨兩两歲岁檔档買买順顺勢势彈弹蝕蚀負负責责務务歸归適适層层隔隔擔担見见證证試试論论譯译議议項项領领題题願愿聽听樓楼東东車车門门' +
  '們们準准備备慮虑漸渐滿满漲涨災灾爾尔萊莱蘭兰鮑鲍紀纪約约經经給给統统綜综締缔緩缓緊紧編编練练縣县縱纵繼继續续義义習习職职聯联' +
  '嚴严麼么麽么舉举億亿僅仅眾众衆众傳传儲储兌兑冊册寫写軍军農农衝冲沖冲況况剛刚則则別别製制參参變变員员週周塊块復复複复媽妈孫孙學学師师帶带幹干乾干執执掃扫擬拟曬晒暫暂條条構构樣样沒没著着種种筍笋筆笔簽签' +
  '終终羅罗勝胜規规覺觉訂订許许評评話话課课誰谁謝谢貨货賠赔贏赢裡里裏里鏈链聞闻靜静顧顾額额驗验魚鱼鯨鲸恆恒碼码趕赶馬马儘尽盡尽鐘钟謹谨斷断極极輸输響响錢钱貼贴賭赌隊队閉闭銀银檢检積积歐欧寶宝權权階阶環环' +
  '創创歷历團团專专業业產产樂乐債债凍冻華华國国處处夠够獎奖導导將将屬属莊庄錄录憶忆懷怀驚惊慣惯戲戏搶抢舊旧顯显曉晓術术機机殺杀歡欢畢毕匯汇淺浅溫温遊游滅灭靈灵熱热爛烂煩烦燒烧愛爱牽牵獨独電电畫画瘋疯競竞' +
  '紅红純纯紙纸組组細细絕绝維维罰罚脫脱臉脸節节雖虽裝装視视覽览記记講讲識识訴诉詞词誘诱談谈謀谋財财敗败貪贪購购貴贵賀贺賞赏贈赠趨趋躍跃軌轨軟软載载較较運运遲迟遞递遺遗釋释針针鐵铁鍵键鏡镜閃闪閒闲悶闷鬧闹' +
  '閱阅陽阳陰阴陣阵際际陸陆隱隐頁页頂顶須须頻频顆颗飛飞飯饭館馆驅驱騙骗幫帮佔占衹只籌筹啟启檯台臺台鬆松聲声燈灯獅狮';

const SIMPLIFIED = new Map<string, string>();
for (let i = 0; i + 1 < TRADITIONAL.length; i += 2)
  SIMPLIFIED.set(TRADITIONAL.charAt(i), TRADITIONAL.charAt(i + 1));

const ANY_TRADITIONAL = new RegExp(`[${[...SIMPLIFIED.keys()].join('')}]`);
const EVERY_TRADITIONAL = new RegExp(ANY_TRADITIONAL, 'g');

/** The text in simplified characters, unit by unit: every rule is written once. */
export const simplified = (text: string): string =>
  ANY_TRADITIONAL.test(text) ? text.replace(EVERY_TRADITIONAL, (char) => SIMPLIFIED.get(char) ?? char) : text;

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
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) < 128) continue;
    if (i > start) result += text.slice(start, i).toLowerCase();
    result += foldChar(text.charAt(i));
    start = i + 1;
  }
  return start < text.length ? result + text.slice(start).toLowerCase() : result;
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
