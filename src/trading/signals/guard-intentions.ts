import type { Line, Refusal } from './guard-lines.ts';

/** Longer, it is a text and no heading. */
const MAX_HEADING = 25;

const LATER =
  /\b(?:tomorrow|tmrw?|tomo|next (?:week|weekend|month|session)|later (?:this week|today|tonight)|this weekend|(?:on|next) (?:mon|tues|wednes|thurs|fri|satur|sun)day)\b|明 ?天|明 ?[早晚日]|后 ?天|下 ?[周週] ?|周 ?末|下 ?个? ?月/i;

/** What is taken is the call: "take some profit" and 考虑到波动 speak of something else. */
const TAKES =
  '(?:(?:take|taking|open|opening|enter|entering|trade|trading|buy|buying|long|longing|short|shorting|place|placing|set|setting|do|doing)\\b(?! (?:some|profit|partial|half|it off))|[:.…\\s]*$)';
const TAKES_HAN = '(?:[开進进做入买卖挂上建] ?[^到]?|布局|操作|[::.…\\s]*$)';

/** "Tomorrow I plan to", "next week we will open": an intention that is none before its day. */
const INTENDS = new RegExp(
  `\\b(?:plan(?:ning)? (?:to|on)|intend(?:ing)? to|going to|gonna|want to|wanna|looking to|hope to|hoping to|aim to|aiming to|will|['’]ll)(?: be)?(?: looking to)? ?${TAKES}`,
  'i',
);
const INTENDS_HAN = new RegExp(`(?:准 ?备|打 ?算|计 ?划|想|预 ?计|會|会|要) ?${TAKES_HAN}`);

/** "I might take this", "thinking of": whether it will be done is open. */
const DOUBTS = new RegExp(
  `(?:^|\\b(?:i|we)(?: am| are|['’]m|['’]re)? )(?:(?:just|still|also) )?(?:might|may|thinking (?:of|about)|considering|tempted to) ?(?:(?:this|the) (?:trade|setup|one|call)[:.…\\s]*$|${TAKES})`,
  'i',
);
const DOUBTS_HAN = new RegExp(`(?:在 ?考 ?虑|考 ?虑|可 ?能 ?会?) ?${TAKES_HAN}`);

/** A heading that says the author means to make the call some other day, or perhaps never. */
export function intention({ tokens }: Line): Refusal | null {
  const [first] = tokens;
  if (first === undefined || tokens.length > MAX_HEADING) return null;
  const text = tokens.map(({ token }) => token.text).join(' ');
  const means = LATER.test(text) && (INTENDS.test(text) || INTENDS_HAN.test(text));
  return means || DOUBTS.test(text) || DOUBTS_HAN.test(text) ? { code: 'intent', token: first.token } : null;
}
