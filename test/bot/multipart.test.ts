import { describe, expect, test } from 'vitest';
import { multipart } from '../../src/bot/multipart.ts';

/** As any reader of forms has it. */
async function readBack({ body, contentType }: ReturnType<typeof multipart>) {
  const form = await new Response(new Uint8Array(body), {
    headers: { 'content-type': contentType },
  }).formData();
  const file = form.get('files[0]');
  if (!(file instanceof File)) throw new Error('no file');
  return {
    fields: [...form.keys()],
    message: JSON.parse(String(form.get('payload_json'))),
    file: { name: file.name, type: file.type, bytes: Buffer.from(await file.arrayBuffer()) },
  };
}

describe('a message with a picture', () => {
  test('is read back as it was, whatever bytes the picture has', async () => {
    const bytes = Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 31) % 256));
    const message = { content: 'Gewinn: 3 €\r\n--x', attachments: [{ id: 0, filename: 'chart-1.png' }] };

    const read = await readBack(multipart(message, { name: 'chart-1.png', bytes }));

    expect(read).toEqual({
      fields: ['files[0]', 'payload_json'],
      message,
      file: { name: 'chart-1.png', type: 'image/png', bytes },
    });
  });

  test('keeps its form where the name has quotes and line ends', async () => {
    const read = await readBack(multipart({}, { name: 'a"\r\nb.png', bytes: Buffer.from('png') }));

    expect(read.fields).toEqual(['files[0]', 'payload_json']);
    expect(read.file.bytes.toString()).toBe('png');
  });
});
