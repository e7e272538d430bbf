import { TRADITIONAL } from '../../../src/trading/signals/fold.ts';

const traditionalOf = new Map<string, string>();
for (let i = TRADITIONAL.length - 2; i >= 0; i -= 2)
  traditionalOf.set(TRADITIONAL.charAt(i + 1), TRADITIONAL.charAt(i));

/** In the characters of Taiwan and Hong Kong. */
export const inTraditional = (content: string): string =>
  content.replace(/[\u4e00-\u9fff]/g, (char) => traditionalOf.get(char) ?? char);

/** Rewritings of whole messages that leave their meaning as it is, whatever the message says. */
export const REWRITINGS: Readonly<Record<string, (content: string) => string>> = {
  'lower case': (content) => content.toLowerCase(),
  'upper case': (content) => content.toUpperCase(),
  'a bullet before every line': (content) => content.replace(/^(?=.*\S)/gm, '🔹 '),
  'a dash before every line': (content) => content.replace(/^(?=[A-Za-z\u4e00-\u9fff])/gm, '- '),
  'an empty line between lines': (content) => content.replaceAll('\n', '\n\n'),
  'a code block': (content) => `\`\`\`\n${content}\n\`\`\``,
  'full-width digits': (content) =>
    content.replace(/\d/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0)),
  'bold labels': (content) => content.replace(/^([^:：\n]{2,28})([:：])/gm, '**$1**$2'),
  'values on the line below their labels': (content) => relabel(content, ':\n'),
  'a greeting and a farewell': (content) =>
    `Hey everyone 👋\n\n${content}\n\nTrade safe! Not financial advice.`,
  'a Chinese greeting and farewell': (content) => `兄弟们注意\n${content}\n仅供参考，注意风险`,
  'advice below': (content) => `${content}\n\nRisk only 1% per trade 🙏`,
  'traditional characters': inTraditional,
  'no-break spaces': (content) => content.replaceAll(' ', '\u00a0'),
  'bold numbers': (content) => content.replace(/(?<![\w.,#$@/-])(\d[\d.,]*\d|\d)(?![\w.,%-])/g, '**$1**'),
  'prices in code': (content) => content.replace(/(?<![\w.,#$@/-])(\d[\d.]*\d)(?![\w.,%-])/g, '`$1`'),
  'thousands parted by commas': (content) =>
    /\d,\d/.test(content)
      ? content
      : content.replace(/(?<![\d.,#\w@/])([3-9]\d{3}|\d{5,6})(?![\d.,\w%])/g, (digits) =>
          digits.replace(/\B(?=(\d{3})+$)/g, ','),
        ),
  'Windows line ends': (content) => content.replaceAll('\n', '\r\n'),
};

/** Another sign between the labels and the values of a message. */
function relabel(content: string, sign: string): string {
  return content
    .split('\n')
    .map((line) => line.replace(/^([^:：\n\d]{2,28})[:：]\s*(?=\S)/, `$1${sign}`))
    .join('\n');
}
