import type { MessageEvent } from '../../src/bot/message.ts';
import { aSignal, IDS } from '../bot/fakes.ts';
import { aMessage, startRig } from '../bot/rig.ts';
import { type Json, mutate, pick } from './mutate.ts';
import { Broken, type Target } from './target.ts';

/** What Discord's gateway dispatches about messages, as it reaches the intake. */
export const gateway: Target = {
  name: 'gateway payloads',
  batch: 20,
  async open() {
    let rig = await startRig();
    let heard = 0;
    const renew = async (): Promise<void> => {
      await rig.close();
      rig = await startRig();
      rig.meanings.set('long btc', { kind: 'signal', signals: [aSignal()] });
    };
    await renew();
    return {
      async once(random) {
        // What was heard is kept: a fresh bot now and then.
        heard += 1;
        if (heard % 500 === 0) await renew();
        rig.clock.at += 60_000;
        const right = aMessage(rig.clock, 'long btc', {
          embeds: [{ title: 'long', fields: [{ name: 'a', value: 'b' }] }],
          attachments: [],
          message_reference: { type: 0, message_id: IDS.trades, channel_id: IDS.alpha },
          edited_timestamp: null,
        } as never);
        const event = mutate(random, right as unknown as Json) as unknown as MessageEvent;
        const opens = rig.desk.opens.length;
        try {
          await pick(random, [
            () => rig.parts.intake.created(event),
            () => rig.parts.intake.created(event),
            () => rig.parts.intake.edited(event),
            () => rig.parts.intake.deleted(event?.channel_id, [event?.id]),
          ])();
        } catch (error) {
          throw new Broken(`the intake threw: ${error}`, event, error);
        }
        for (const { source } of rig.desk.opens.slice(opens)) {
          if (source.authorId !== IDS.analyst || source.channelId !== IDS.alpha)
            throw new Broken('somebody else was heard', event);
        }
      },
      close: () => rig.close(),
    };
  },
};
