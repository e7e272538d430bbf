import type { Markets } from './generate.ts';

/**
 * Seeds that once found a bug, by what the bug did. They stay: the run that found it has to go through now. A seed means
 * what `generate` makes of it, each part from a stream of its own; the mutation of the same bug tells whether it still
 * does, and where no seed is near, `stories.ts` has it written down.
 */
export const REGRESSIONS: readonly { seed: number; markets?: Markets; bug: string }[] = [
  { seed: 4, bug: 'funding charged while the program was away was lost' },
  {
    seed: 122,
    bug: 'an entry that never left was unknown for ever, because a closed trade had executions in its direction',
  },
  { seed: 302, bug: 'a message read twice in one turn was traded twice' },
  { seed: 817, bug: 'executions were looked for by a clock that was an hour ahead, and never found' },
  { seed: 424, bug: 'the id of a stop sent while nothing could be journalled was used again after a crash' },
  { seed: 191, bug: 'in one-way mode two signals read at once were opened against each other' },
  { seed: 1517, bug: 'a stop that the exchange said not to exist had its execution counted twice' },
  {
    seed: 50054,
    bug: 'executions of two stops, taken for a close by hand, were counted again when the stops were known',
  },
  { seed: 50949, bug: 'an order was swept while its trade was about to rely on it' },
  { seed: 50957, bug: 'ids were used again after a restart with the clock set back' },
  { seed: 1244, markets: 'spot', bug: 'a removal that never left was sent again without a pause' },
  {
    seed: 1276,
    markets: 'spot',
    bug: 'a breakout whose limit the price had left behind could not be removed, and its trade not be closed',
  },
  {
    seed: 1363,
    markets: 'spot',
    bug: 'what a stop sold that was sent while nothing could be written was found and not taken in',
  },
  {
    seed: 1154,
    markets: 'spot',
    bug: "an entry that never left was unknown for ever, because the user's own orders had bought the same coin",
  },
  { seed: 1054, markets: 'spot', bug: 'coins waited for the answer to a list until the time-out' },
  { seed: 1270, markets: 'spot', bug: 'a balance that was told late replaced a newer one' },
  { seed: 51362, bug: "what one trade's question told of another's entry was not taken in" },
  { seed: 5383, bug: 'all that had waited for a rate limit was sent at once into the ban that still stood' },
  { seed: 54159, bug: 'the removal of targets overtook them, and they stood in the way of a close' },
  {
    seed: 78787,
    bug: 'after a crash a stop was sent by a journal that was behind, before anything else was known',
  },
  {
    seed: 11260,
    bug: 'the removal of a stop that had waited for a rate limit went although the stop was needed again',
  },
  {
    seed: 104,
    markets: 'spot',
    bug: 'what a close sold that was sent while nothing could be written was not known after a crash',
  },
  {
    seed: 1548,
    markets: 'spot',
    bug: 'a price came before the trade knew that the program had been away, and an id was used again',
  },
  {
    seed: 3918,
    markets: 'spot',
    bug: 'the answer to the sale of a target was waited for, with nothing covered',
  },
  {
    seed: 439,
    markets: 'spot',
    bug: "what one market had to protect waited for the other market's exchange",
  },
  {
    seed: 18,
    markets: 'mixed',
    bug: 'the sale of a target that the exchange refused was sent again with every price, and no stop was',
  },
  {
    seed: 10643,
    markets: 'mixed',
    bug: 'after the clock was set back, balances that were told counted as older than those that were read',
  },
  {
    seed: 13310,
    markets: 'mixed',
    bug: 'a stop that stood alone went as a whole, because the first list was too large for its coins',
  },
  {
    seed: 13839,
    markets: 'mixed',
    bug: 'a moved stop that had sold before the program knew that it stood was followed by a looser one',
  },
  {
    seed: 9912,
    markets: 'mixed',
    bug: "covers that had been given up were carried out after all, and sold the user's own coins",
  },
  {
    seed: 11227,
    markets: 'mixed',
    bug: 'two rests came to light apart, each too little to sell, and were left although both together were not',
  },
  {
    seed: 21809,
    markets: 'mixed',
    bug: 'the removal of a stop overtook it, and for two seconds it kept the coins that were to be sold',
  },
  {
    seed: 30064,
    markets: 'mixed',
    bug: "a list that had been given up was carried out after its trade had closed, and sold the user's own coins",
  },
  {
    seed: 32005,
    markets: 'mixed',
    bug: 'the sale of a target waited for a stop whose removal had overtaken it',
  },
  {
    seed: 33438,
    markets: 'mixed',
    bug: "an entry that had filled while the program was away was not asked for before the other market's exchange answered",
  },
  {
    seed: 34545,
    markets: 'mixed',
    bug: 'two covers went for a sale that one of them had coins enough for',
  },
  {
    seed: 56442,
    markets: 'mixed',
    bug: 'of two balances of the same time that changed places the earlier one counted, and a trade was sized by it',
  },
  {
    seed: 5670,
    markets: 'mixed',
    bug: 'money that an order had locked and spent in one millisecond counted beside the coins, and a trade was sized by it',
  },
  {
    seed: 18115,
    markets: 'mixed',
    bug: 'an execution that was read at the start was not taken in, and the order itself was asked for in vain',
  },
  {
    seed: 95134,
    markets: 'mixed',
    bug: 'an execution whose price was not known was to be asked for in an hour, by a clock that had been set back since',
  },
  {
    seed: 41150,
    markets: 'mixed',
    bug: 'three covers went for a sale that two of them had coins enough for',
  },
  {
    seed: 77092,
    markets: 'mixed',
    bug: 'a close that was refused while the symbol took no orders was tried again ever more rarely',
  },
  {
    seed: 223128,
    markets: 'usdm',
    bug: 'an entry that came with the wrong time was sent once more although entries had been paused meanwhile',
  },
  {
    seed: 102545,
    markets: 'mixed',
    bug: 'an entry filled while its stop made room for a list, and of the two that were to come the smaller one came first',
  },
  {
    seed: 107014,
    markets: 'mixed',
    bug: 'coins bought beside a list that could not be moved for the moment waited, without a stop, until it could',
  },
  {
    seed: 311252,
    markets: 'mixed',
    bug: 'the same, beside a stop that stands alone',
  },
  {
    seed: 242205,
    markets: 'usdm',
    bug: 'a stop whose removal was still on its way was relied on after a crash, and the other one taken away',
  },
  {
    seed: 249778,
    markets: 'usdm',
    bug: 'an entry that never left was unknown for ever, because two trades had shared a liquidation on its symbol',
  },
  {
    seed: 259084,
    markets: 'usdm',
    bug: 'after a crash with the journal locked a stop and targets were sent for what had been closed since',
  },
  {
    seed: 260869,
    markets: 'usdm',
    bug: 'the clock was set back while entries waited to be sent once more, and after a crash they went on waiting for what had been the time',
  },
  {
    seed: 288732,
    markets: 'usdm',
    bug: 'after a crash with the disk full a stop was sent for what had been closed, and after its refusal a looser one',
  },
  {
    seed: 283076,
    markets: 'usdm',
    bug: 'a fill that the open orders told was not taken in before another answer came, and a stop went meanwhile',
  },
  {
    seed: 286846,
    markets: 'usdm',
    bug: "a breakout's fill that was read as nobody's execution waited for the next comparison",
  },
  {
    seed: 803529,
    markets: 'usdm',
    bug: 'an entry filled while it was found out who had closed another trade, and was taken for closed with it',
  },
  {
    seed: 949206,
    markets: 'usdm',
    bug: 'a pause was lifted although that could not be written, and was never written again',
  },
  {
    seed: 2034872,
    markets: 'usdm',
    bug: 'a stop at break-even that nothing could be written of had closed what was held while the program was away, and another entry got the looser one of the journal',
  },
  {
    seed: 3000723,
    markets: 'mixed',
    bug: 'positions that were read before a stop executed were taken for what was there, so that equity was counted too high and a trade sized by it',
  },
  {
    seed: 3096352,
    markets: 'mixed',
    bug: 'a stop was refused again and again for a price step that had been read, but not told to its trade',
  },
  {
    seed: 3022317,
    markets: 'mixed',
    bug: 'a target whose list was refused once, and stood since, was sold at market beside it when its price came',
  },
  {
    seed: 3063195,
    markets: 'mixed',
    bug: 'three lists at once took the place of one stop on a symbol that took no further stop, and what they were refused for was bare',
  },
  {
    seed: 5105615,
    markets: 'spot',
    bug: 'after a start, until the account could be compared, coins beside a stop that was to make room for a list had none',
  },
  {
    seed: 5124441,
    markets: 'spot',
    bug: 'the stop was moved while a list made room on a symbol that took no further stop, and what came before it had gone was refused',
  },
  {
    seed: 6707881,
    bug: 'a refused close waited for targets whose fate was unknown, and each one that was asked to go once more began that wait anew',
  },
  {
    seed: 6013789,
    markets: 'mixed',
    bug: 'coins that had been sold counted beside their price while the row before was written, and a signal was sized by that',
  },
  {
    seed: 7204597,
    markets: 'mixed',
    bug: 'a balance was told again after another one of the same millisecond, the account could not be read, and a signal was sized by money that had been spent',
  },
  {
    seed: 7202410,
    markets: 'mixed',
    bug: 'a stop was moved while the leverage was set; that was lost, and another attempt placed the stop of the signal',
  },
  {
    seed: 931508,
    markets: 'spot',
    bug: 'an entry of which a part had filled before a crash was covered at the start beside the stop that the exchange had placed',
  },
  {
    seed: 700929,
    markets: 'mixed',
    bug: 'the first form of stops that go with their entries, several to a trade',
  },
  {
    seed: 914267,
    markets: 'mixed',
    bug: 'the first form of stops that go with their entries, several to a trade',
  },
  {
    seed: 920260,
    markets: 'mixed',
    bug: 'the first form of stops that go with their entries, several to a trade',
  },
  {
    seed: 63,
    markets: 'talk',
    bug: 'of what came while the program was away nothing was told where it ended again before its summary',
  },
  {
    seed: 2456,
    markets: 'talk',
    bug: 'a summary of fewer messages took the place of the one before, which had not been posted yet',
  },
  {
    seed: 682,
    markets: 'talk',
    bug: 'Discord had taken a question without answering, and kept showing it after it had been decided',
  },
  {
    seed: 1058,
    markets: 'talk',
    bug: 'a yes to what was shown before an edit was taken for one to what the edit had made of it',
  },
  {
    seed: 126,
    markets: 'talk',
    bug: 'an edit that a crash had cut off was never followed',
  },
  {
    seed: 2285,
    markets: 'talk',
    bug: 'a message that could not be handled, as the store could not be read, counted as read',
  },
  {
    seed: 2473,
    markets: 'talk',
    bug: 'a signal was traded five times as long after it was said as maxAge allows, when an exchange answered again',
  },
  {
    seed: 7001225,
    markets: 'talk',
    bug: 'history that Discord gave to nobody for a while was not read again before the next connection',
  },
  {
    seed: 7001424,
    markets: 'talk',
    bug: 'the first signal had the id up to which the channel counted as read (the simulation had made it so)',
  },
  {
    seed: 7002157,
    markets: 'talk',
    bug: 'a question of an earlier run kept its buttons: over while the store could not be read, it was posted anew',
  },
  {
    seed: 7002359,
    markets: 'talk',
    bug: 'an edit of a resting signal, made a minute before the start that read it, was traded however old it was',
  },
  {
    seed: 7002618,
    markets: 'talk',
    bug: 'an edit that a crash had cut off before the old entries were cancelled was traded however old it was',
  },
  {
    seed: 7003020,
    markets: 'talk',
    bug: 'a no was lost that came while an edit was being judged, and a later yes traded',
  },
  {
    seed: 7000392,
    markets: 'talk',
    bug: 'a deletion that came while the program was away was not asked about, as one entry of two had filled',
  },
  {
    seed: 7003601,
    markets: 'talk',
    bug: 'a card was posted a second time while the store could not be read',
  },
  {
    seed: 7031548,
    markets: 'talk',
    bug: 'a question showed what its signal had been before an edit: the program ended before it was posted',
  },
  {
    seed: 7032640,
    markets: 'talk',
    bug: 'an edit that came while the store took nothing was not followed any more',
  },
  {
    seed: 7031525,
    markets: 'talk',
    bug: 'a decision was shown late after an outage: an edit and a new message that failed together counted twice',
  },
  {
    seed: 24349,
    markets: 'talk',
    bug: 'a signal that its author had taken back stayed a question: the program ended after the receipt of that',
  },
  {
    seed: 10621,
    markets: 'talk',
    bug: 'a message was brought again, and its deletion was not (the simulation had made it so)',
  },
  {
    seed: 8302339,
    markets: 'spot',
    bug: 'a trade was sized by money that the user had just spent: two balances of one millisecond had changed places',
  },
  {
    seed: 7041406,
    markets: 'talk',
    bug: 'a failed signal was forgotten: neither store nor Discord had taken what was to be said, but its receipt was written',
  },
  {
    seed: 9003137,
    markets: 'mixed',
    bug: 'a stop went back to where it had been moved from, because the exchange had ended a list that still stood there',
  },
  {
    seed: 9026178,
    markets: 'mixed',
    bug: 'a position that was closed while the account was being read was told as one of the user’s own',
  },
  {
    seed: 9060538,
    markets: 'mixed',
    bug: 'an entry that filled while the account was being read was told as a position of the user’s own, by the event ahead of its order’s',
  },
  {
    seed: 9091882,
    markets: 'mixed',
    bug: 'ids that could not be journalled were used again by the next run, because the clock had been set back before both',
  },
  {
    seed: 9044389,
    markets: 'mixed',
    bug: 'a stop moved to a price between two steps went to the one with more risk',
  },
  {
    seed: 9076208,
    markets: 'mixed',
    bug: 'the answer that refused a stop was lost, and the event that told of the refusal was not heeded: a panic waited for it',
  },
  {
    seed: 9068513,
    markets: 'mixed',
    bug: 'of a stop that was taken by hand every event was lost (the checker took its fill, told later, for news of that)',
  },
  {
    seed: 11015862,
    markets: 'mixed',
    bug: 'a part of an entry filled and its event was lost; of the end of its list, which came long after, the checker thought that it had told so then',
  },
  {
    seed: 3528,
    markets: 'talk',
    bug: 'a position that grew and was closed while the account was being read was told as one of the user’s own',
  },
  {
    seed: 30,
    markets: 'talk',
    bug: 'a signal that its author had changed while its price was being read was opened as it had been',
  },
  {
    seed: 9039804,
    markets: 'mixed',
    bug: 'on a symbol that took no further stop, two stops gave way for a list, and less than one of them came in their place',
  },
  {
    seed: 9083447,
    markets: 'mixed',
    bug: 'a list that was refused for its prices counted as standing, and all stops went before the next cover came',
  },
  {
    seed: 11077615,
    markets: 'mixed',
    bug: 'coins that were bought while two stops made room for a list were covered ahead of it (the checker took that for what came in their place)',
  },
  {
    seed: 10004324,
    markets: 'twins',
    bug: 'four trades on two markets asked for what an outage had left unknown (the checker took both exchanges for one)',
  },
  {
    seed: 10005482,
    markets: 'twins',
    bug: 'a stop went for a sale that a target’s fill overtook (the checker wanted all of it in one order’s place)',
  },
  {
    seed: 10012320,
    markets: 'mixed',
    bug: 'a stop was moved, its signal said to be denied, and opened when it was read once more (the checker held the move against that)',
  },
  {
    seed: 20,
    markets: 'clocks',
    bug: 'a pause with an end lasted until a moment that a clock set back had moved away by hours',
  },
  {
    seed: 92,
    markets: 'clocks',
    bug: 'a cooldown began in what was the future after the clock had been set back',
  },
  {
    seed: 227,
    markets: 'clocks',
    bug: 'a question kept its buttons after it had been decided, as the clock was set ahead before the next start',
  },
  {
    seed: 22,
    markets: 'clocks',
    bug: 'an old signal was traded as a young one by a clock that was behind',
  },
  {
    seed: 8100417,
    markets: 'clocks',
    bug: 'after the clock had been set back a newer state of a card went ahead of the one that Discord had taken, as a second message',
  },
  {
    seed: 10004795,
    markets: 'spot',
    bug: 'each start waited the whole time of a close that had no answer from its own beginning, and a row of crashes left coins bare',
  },
  {
    seed: 12100586,
    markets: 'usdm',
    bug: "what an order had executed that was in no journal, of a trade that was over, was in no trade's result: it went out while nothing could be written, and the program ended",
  },
  {
    seed: 12004411,
    markets: 'talk',
    bug: 'a signal that waited for the exchange began its time anew once the first question had been given up',
  },
  {
    seed: 13036329,
    markets: 'mixed',
    bug: 'a trailing stop went back for a part that was refused, and then for the part that stood, which loosened it',
  },
  {
    seed: 13023741,
    markets: 'mixed',
    bug: 'the checker: what a target that is executing binds counted as what a sale had made room for',
  },
  {
    seed: 13088819,
    markets: 'mixed',
    bug: 'what both stops of a trade had closed in the moment in which one took the place of the other was told to another trade of the position as closed by the user',
  },
  {
    seed: 14000992,
    markets: 'talk',
    bug: 'the checker: a yes to a question that says the message was deleted counted as unaware of it once Discord told of the deletion again',
  },
  {
    seed: 20000254,
    markets: 'talk',
    bug: 'what was denied was judged again, and opened, as another signal of its message had been changed while it was decided',
  },
  {
    seed: 20000903,
    markets: 'talk',
    bug: 'after a crash ahead of its receipt, what was denied beside a signal that was traded was judged again',
  },
  {
    seed: 20002246,
    markets: 'talk',
    bug: 'a second edit after a crash in the first one opened a signal once more beside the entries that the first had placed',
  },
  {
    seed: 20002285,
    markets: 'talk',
    bug: 'after a crash, what was told of one signal was taken for the answer to every one of its message, and nothing was told of the others',
  },
  {
    seed: 20001791,
    markets: 'talk',
    bug: 'after a crash, a signal that had not been decided was forgotten where the program ended again once it had noted what the others had come to',
  },
  {
    seed: 20009145,
    markets: 'talk',
    bug: 'after a crash, a signal of which nothing was known took the id of another one whose question was over, and was forgotten',
  },
  {
    seed: 20005537,
    markets: 'talk',
    bug: 'a question about a trade whose message was deleted was never posted, as the program had ended right after it had written it down',
  },
  {
    seed: 20001857,
    markets: 'talk',
    bug: 'the checker: where the exchange grants a fifth of the requests, an edit may wait for more than half a minute',
  },
  {
    seed: 20022902,
    markets: 'talk',
    bug: 'the checker: requests that came twice to an exchange that had banned the program counted as sent twice by it',
  },
  {
    seed: 20013030,
    markets: 'talk',
    bug: 'of two signals on one symbol, of which one was taken out and the other changed, the one that stayed was taken for the other, whose trade was over, and forgotten',
  },
  {
    seed: 14100717,
    markets: 'talk',
    bug: 'after a crash the message that said that a signal had failed said again that it waits: that was still kept, though the newer state counted as told',
  },
  {
    seed: 20024537,
    markets: 'talk',
    bug: 'after a crash ahead of the receipt a signal got the place of another one that had been told as denied, and was told in its message',
  },
  {
    seed: 20024676,
    markets: 'talk',
    bug: 'the same, by which one of three signals was forgotten',
  },
  {
    seed: 20027816,
    markets: 'talk',
    bug: 'where an edit was one that the open trade cannot follow, an entry of it that still rested was neither cancelled nor asked about',
  },
  {
    seed: 15020598,
    markets: 'mixed',
    bug: 'a stop on spot was taken away by itself, as the clock was set ahead while the request that replaces it was under way',
  },
];
