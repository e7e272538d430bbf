import { ComponentType, type TextChannel } from 'discord.js';
import { expect, test } from 'vitest';
import { MessageFlag } from '../../../src/sim/discord/constants.ts';
import type { DiscordSim } from '../../../src/sim/discord/server.ts';
import { ids, login, startSim } from './harness.ts';

/** A PNG of one grey pixel. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==',
  'base64',
);

async function channelOf(sim: DiscordSim): Promise<TextChannel> {
  const client = await login(sim);
  return (await client.channels.fetch(ids.trades)) as TextChannel;
}

test('files that components show are linked and described, and are not among the attachments', async () => {
  const sim = await startSim();
  const channel = await channelOf(sim);
  const sent = await channel.send({
    flags: MessageFlag.IsComponentsV2,
    files: [
      { attachment: PIXEL, name: 'chart.png' },
      { attachment: Buffer.from('a,b'), name: 'trades.csv' },
    ],
    components: [
      {
        type: ComponentType.Container,
        accent_color: 0x00ff00,
        components: [
          { type: ComponentType.TextDisplay, content: '# Closed' },
          { type: ComponentType.Separator, spacing: 2, divider: true },
          {
            type: ComponentType.MediaGallery,
            items: [{ media: { url: 'attachment://chart.png' }, description: 'BTCUSDT' }],
          },
          {
            type: ComponentType.Section,
            components: [{ type: ComponentType.TextDisplay, content: 'small' }],
            accessory: { type: ComponentType.Thumbnail, media: { url: 'attachment://chart.png' } },
          },
          { type: ComponentType.File, file: { url: 'attachment://trades.csv' } },
        ],
      },
    ],
  });
  const inside = sim.messages(ids.trades)[0]?.components[0]?.components ?? [];
  expect(inside[2]?.items?.[0]?.media).toMatchObject({
    url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/attachments\/.*chart\.png/),
    width: 1,
    height: 1,
    attachment_id: expect.any(String),
  });
  expect(inside[3]?.accessory?.media?.url).toBe(inside[2]?.items?.[0]?.media.url);
  expect(inside[4]?.file?.url).toContain('trades.csv');
  expect(sent.attachments.size).toBe(0);
  expect((await channel.messages.fetch(sent.id)).attachments.size).toBe(0);
});

test('a file that was not uploaded is refused', async () => {
  const sim = await startSim();
  const channel = await channelOf(sim);
  const gallery = {
    type: ComponentType.MediaGallery,
    items: [{ media: { url: 'attachment://no.png' } }],
  } as const;
  await expect(
    channel.send({ flags: MessageFlag.IsComponentsV2, components: [gallery] }),
  ).rejects.toMatchObject({ code: 50035 });
  expect(sim.messages(ids.trades)).toEqual([]);
});

test('an edit may name a file that is there, as long as it keeps it', async () => {
  const sim = await startSim();
  const channel = await channelOf(sim);
  const gallery = {
    type: ComponentType.MediaGallery,
    items: [{ media: { url: 'attachment://chart.png' } }],
  } as const;
  const sent = await channel.send({
    flags: MessageFlag.IsComponentsV2,
    files: [{ attachment: PIXEL, name: 'chart.png' }],
    components: [gallery],
  });
  await sent.edit({ components: [gallery, { type: ComponentType.TextDisplay, content: 'new' }] });
  const media = () => sim.messages(ids.trades)[0]?.components[0]?.items?.[0]?.media;
  const first = media()?.attachment_id;
  await expect(sent.edit({ components: [gallery], attachments: [] })).rejects.toMatchObject({ code: 50035 });
  await sent.edit({
    components: [gallery],
    attachments: [],
    files: [{ attachment: PIXEL, name: 'chart.png' }],
  });
  expect(media()?.attachment_id).not.toBe(first);
});

test('a message becomes one of components when its content, embeds and files are taken away as Discord wants it', async () => {
  const sim = await startSim();
  const channel = await channelOf(sim);
  const sent = await channel.send({ content: 'old', embeds: [{ title: 'old' }] });
  const flags = MessageFlag.IsComponentsV2;
  const components = [{ type: ComponentType.TextDisplay, content: 'new' }] as const;
  const patch = (body: object) =>
    sent.client.rest.patch(`/channels/${channel.id}/messages/${sent.id}`, { body });
  for (const left of [{}, { content: null }, { embeds: [] }, { content: null, embeds: null }]) {
    await expect(patch({ flags, components, ...left })).rejects.toMatchObject({ code: 50035 });
  }
  await patch({ flags, components, content: null, embeds: [] });
  expect(sim.messages(ids.trades)[0]).toMatchObject({ content: '', embeds: [], flags });
  await patch({ components });
});

test('icons of an embed may be uploaded files too', async () => {
  const sim = await startSim();
  const channel = await channelOf(sim);
  await channel.send({
    files: [{ attachment: PIXEL, name: 'icon.png' }],
    embeds: [
      {
        author: { name: 'a', icon_url: 'attachment://icon.png' },
        footer: { text: 'f', icon_url: 'attachment://icon.png' },
        image: { url: 'attachment://icon.png' },
      },
    ],
  });
  const [message] = sim.messages(ids.trades);
  expect(message?.attachments).toEqual([]);
  expect(message?.embeds[0]?.image).toMatchObject({ width: 1, height: 1 });
  expect(message?.embeds[0]?.footer?.icon_url).toBe(message?.embeds[0]?.image?.url);
});
