import type { Interaction, ResponseLike } from 'discord.js';
import { proposalButtons, tradeButtons } from '../../src/bot/buttons.ts';
import { createClient } from '../../src/bot/client.ts';
import { catalogues } from '../../src/bot/locales/index.ts';
import { commands } from '../../src/commands/index.ts';
import type { Random } from '../../src/sim/binance/random.ts';
import { asObject } from '../../src/sim/discord/json.ts';
import { RESPONSE_FLAGS, readMessage } from '../../src/sim/discord/limits/message.ts';
import { tradeIdOf } from '../../src/trading/lifecycle/ids.ts';
import { aChannel, aConfig, aSignal, aTrade, filledTrade, IDS, silentLog } from '../bot/fakes.ts';
import { aMessage, type Rig, startRig } from '../bot/rig.ts';
import { type Json, mutate, mutateText, pick } from './mutate.ts';
import { Broken, requireFinite, type Target } from './target.ts';

const READY = 0;
const TYPE = { command: 2, press: 3, typing: 4, form: 5 } as const;
const [SUBCOMMAND, STRING] = [1, 3];
const FAILED = Object.values(catalogues).map(({ gate }) => gate.failed);

/** Commands, presses, forms and half-typed options as Discord dispatches them, through discord.js to the parts. */
export const interactions: Target = {
  name: 'interaction payloads',
  batch: 20,
  async open() {
    let rig: Rig;
    let proposal = '';
    let count = 0;
    const answers: Json[] = [];
    const client = createClient('http://127.0.0.1:9/api', { waitForIdentify: async () => {} }, silentLog);
    let handled: Promise<void> | null = null;
    client.on('interactionCreate', (interaction: Interaction) => {
      handled = rig.parts.interactions.handle(interaction);
    });
    client.ws.status = READY;
    const { handlePacket } = client.ws as unknown as { handlePacket(packet: object): boolean };
    const dispatch = handlePacket.bind(client.ws);
    client.rest.setToken('x');
    client.rest.options.makeRequest = async (_url, { body }): Promise<ResponseLike> => {
      // With files it is a form.
      const text = body instanceof FormData ? body.get('payload_json') : body;
      answers.push(JSON.parse(String(text)));
      const message = { id: '1', channel_id: IDS.trades, author: { id: '2' }, content: '' };
      const answer = { ...message, interaction: { id: '1', type: 2 }, resource: { type: 4, message } };
      return Response.json(answer) as unknown as ResponseLike;
    };

    async function renew(): Promise<void> {
      await rig?.close();
      rig = await startRig(aConfig({ signals: [aChannel({ mode: 'confirm' })] }));
      rig.meanings.set('long btc', { kind: 'signal', signals: [aSignal()] });
      rig.desk.open_ = [filledTrade(aTrade())];
      const signal = aMessage(rig.clock, 'long btc');
      await rig.parts.intake.created(signal);
      proposal = tradeIdOf(signal.id, 0);
    }
    await renew();

    /** What has been done so far. */
    const done = (): string => {
      const { desk, store } = rig;
      const changed = [store.overrides, store.watches, store.alertLevels].map(({ rows }) => [...rows]);
      return JSON.stringify([desk.opens, desk.requests, desk.panics, desk.pauses, desk.resumed, changed]);
    };

    return {
      async once(random) {
        count += 1;
        if (count % 200 === 0) await renew();
        rig.clock.at += 60_000;
        const isStranger = random.next() < 0.3;
        const user = isStranger ? IDS.stranger : IDS.operator;
        const [audited = ''] = [...rig.store.audit.rows.keys()];
        const customIds = {
          buttons: [
            ...proposalButtons.map((choice) => `p:${proposal}:${choice}`),
            ...tradeButtons.map((what) => `t:${rig.desk.open_[0]?.id}:${what}`),
            ...[`a:${audited}:0`, 'l:positions:0', 'l:orders:3', 'q:gone:0'],
          ],
          form: `a:${proposal}`,
        };
        const right = payload(random, user, `${1_400_000_000_000_000_000n + BigInt(count)}`, customIds);
        const isRight = random.next() < 0.4;
        const sent = isRight ? right : mutate(random, right);
        const before = done();
        answers.length = 0;
        handled = null;
        try {
          dispatch({ op: 0, s: count, t: 'INTERACTION_CREATE', d: sent });
          await handled;
        } catch (error) {
          throw new Broken(`it threw: ${error}`, sent, error);
        }
        if (isStranger && done() !== before) throw new Broken('a stranger has done something', sent);
        if (isRight) requireAnswer(answers, sent);
        requireFinite(rig.desk.requests, sent);
        rig.desk.requests.length = 0;
      },
      async close() {
        await client.destroy();
        await rig.close();
      },
    };
  },
};

/** One answer at least, that Discord would take, and none that says that it went wrong. */
function requireAnswer(answers: readonly Json[], sent: Json): void {
  if (answers.length === 0) throw new Broken('no answer', sent);
  for (const answer of answers) {
    const { type, data } = asObject(answer);
    if (type !== 4 && type !== 7) continue;
    const body = asObject(data);
    if (FAILED.includes(String(body.content))) throw new Broken('it failed', sent);
    try {
      readMessage(body, { settableFlags: RESPONSE_FLAGS });
    } catch (error) {
      throw new Broken(`Discord would refuse ${JSON.stringify(answer)}: ${error}`, sent, error);
    }
  }
}

interface CustomIds {
  buttons: readonly string[];
  form: string;
}

/** https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-object */
function payload(random: Random, userId: string, id: string, customIds: CustomIds): Json {
  const kind = pick(random, Object.keys(TYPE) as (keyof typeof TYPE)[]);
  const user = { id: userId, username: 'someone', discriminator: '0', global_name: null, avatar: null };
  const channel = { id: IDS.trades, type: 0, guild_id: IDS.guild, name: 'trades', permissions: '0' };
  return {
    id,
    application_id: '800000000000000001',
    type: TYPE[kind],
    token: 'token',
    version: 1,
    guild_id: IDS.guild,
    channel_id: IDS.trades,
    channel,
    member: { user, roles: [], permissions: '8', joined_at: '2020-01-01T00:00:00Z', flags: 0 },
    app_permissions: '0',
    locale: pick(random, ['en-US', 'zh-CN', 'de']),
    entitlements: [],
    authorizing_integration_owners: {},
    context: 0,
    attachment_size_limit: 1_000_000,
    data: dataOf(random, kind, customIds),
    ...(kind === 'press' || kind === 'form' ? { message: messageWith(user) } : {}),
  };
}

function messageWith(author: Json): Json {
  const sentAt = '2026-11-22T12:00:00.000Z';
  return {
    id: '900000000000000001',
    channel_id: IDS.trades,
    author,
    content: 'trade this?',
    timestamp: sentAt,
    edited_timestamp: null,
    tts: false,
    mention_everyone: false,
    mentions: [],
    mention_roles: [],
    attachments: [],
    embeds: [],
    components: [],
    pinned: false,
    type: 0,
    flags: 0,
  };
}

function dataOf(random: Random, kind: keyof typeof TYPE, { buttons, form }: CustomIds): Json {
  switch (kind) {
    case 'command':
      return commandOf(random, false);
    case 'typing':
      return commandOf(random, true);
    case 'press':
      return { custom_id: pick(random, buttons), component_type: 2, id: 1 };
    case 'form':
      return {
        custom_id: form,
        components: ['stop', 'targets', 'size'].map((field) => ({
          type: 18,
          id: 1,
          component: { type: 4, id: 2, custom_id: field, value: strange(random, pick(random, WRITTEN)) },
        })),
      };
  }
}

const WRITTEN = ['58000', '62000\n64000 50%', '0.05 BTC', '1%', '', 'BTCUSDT', 'maxLeverage', '7d', 'all'];

/** What a person has typed. */
function strange(random: Random, text: string): string {
  return random.next() < 0.5 ? text : mutateText(random, text, WRITTEN).slice(0, 1_000);
}

interface Option {
  type: number;
  name: string;
  required?: boolean;
  choices?: { value: string }[];
  options?: Option[];
}

/** One of the bot's own commands; the required options are there, the others sometimes. The one being typed comes last. */
function commandOf(random: Random, isTyping: boolean): Json {
  const { data } = pick(random, isTyping ? commands.filter(({ complete }) => complete) : commands);
  const filled = (options: readonly Option[] = []): Json[] =>
    options
      .filter(({ required }) => required || random.next() < 0.5)
      .map(({ type, name, choices = [] }) => {
        const text = pick(random, [...WRITTEN, ...choices.map(({ value }) => value)]);
        return { type, name, value: type === STRING ? strange(random, text) : pick(random, [0, 50, 100]) };
      });
  const typed = { type: STRING, name: 'symbol', value: strange(random, 'BTC'), focused: true };
  const ofOne = (options?: readonly Option[]): Json[] => [...filled(options), ...(isTyping ? [typed] : [])];
  const all = data.options as Option[] | undefined;
  const subcommands = all?.filter(({ type }) => type === SUBCOMMAND) ?? [];
  const chosen = subcommands.length > 0 ? pick(random, subcommands) : null;
  const options = chosen
    ? [{ type: SUBCOMMAND, name: chosen.name, options: ofOne(chosen.options) }]
    : ofOne(all);
  return { id: '1', name: data.name, type: 1, guild_id: IDS.guild, options };
}
