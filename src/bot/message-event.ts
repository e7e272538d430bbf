import type { MessageEvent } from './message.ts';

/**
 * What a message event must be so that everything behind may rely on its type: ids are ids, texts are texts, lists
 * are lists. A part that is none of it counts as absent: Discord adds to its messages, and a signal must not be lost
 * over an ornament. By hand, because a schema takes a tenth of a millisecond for what runs once in a while.
 */

type Fields = Readonly<Record<string, unknown>>;
/** The part as it must be; undefined where it is none. */
type Reader<T> = (raw: unknown) => T | undefined;

const ID = /^\d{1,20}$/;

const text: Reader<string> = (raw) => (typeof raw === 'string' ? raw : undefined);
const count: Reader<number> = (raw) => (Number.isFinite(raw) ? (raw as number) : undefined);
const id: Reader<string> = (raw) => (typeof raw === 'string' && ID.test(raw) ? raw : undefined);

function fieldsOf(raw: unknown): Fields | undefined {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw) ? (raw as Fields) : undefined;
}

/** Without the elements that are none. */
function listOf<T>(raw: unknown, read: Reader<T>): T[] | undefined {
  return Array.isArray(raw) ? raw.flatMap((each) => read(each) ?? []) : undefined;
}

const named: Reader<Fields> = (raw) => {
  const fields = fieldsOf(raw);
  return fields && { ...fields, name: text(fields.name) };
};

const embed: Reader<Fields> = (raw) => {
  const fields = fieldsOf(raw);
  const footer = fieldsOf(fields?.footer);
  return (
    fields && {
      ...fields,
      type: text(fields.type),
      title: text(fields.title),
      description: text(fields.description),
      author: named(fields.author),
      footer: footer && { ...footer, text: text(footer.text) },
      fields: listOf(fields.fields, (each) => {
        const field = named(each);
        return field && { ...field, value: text(field.value) };
      }),
    }
  );
};

const attachment: Reader<Fields> = (raw) => {
  const fields = fieldsOf(raw);
  const isFile =
    text(fields?.url) !== undefined &&
    text(fields?.filename) !== undefined &&
    count(fields?.size) !== undefined;
  return isFile ? { ...fields, content_type: text(fields?.content_type) } : undefined;
};

/** A forwarded message always has all three. */
const snapshot: Reader<Fields> = (raw) => {
  const fields = fieldsOf(raw);
  const message = fieldsOf(fields?.message);
  return (
    message && {
      ...fields,
      message: {
        ...message,
        content: text(message.content) ?? '',
        embeds: listOf(message.embeds, embed) ?? [],
        attachments: listOf(message.attachments, attachment) ?? [],
      },
    }
  );
};

/** Known by an id, or not at all. */
function author(raw: unknown): Fields | undefined {
  const fields = fieldsOf(raw);
  return fields && id(fields.id) !== undefined ? fields : undefined;
}

function reference(raw: unknown): Fields | undefined {
  const fields = fieldsOf(raw);
  return fields && { ...fields, type: count(fields.type), message_id: id(fields.message_id) };
}

/** The same event with all of it as it must be; null for what is no message at all. */
export function messageEventOf(raw: unknown): MessageEvent | null {
  const fields = fieldsOf(raw);
  if (fields === undefined || !isMessageId(fields.id) || !isMessageId(fields.channel_id)) return null;
  const { edited_timestamp: edited, flags } = fields;
  const event: Fields = {
    ...fields,
    content: text(fields.content),
    embeds: listOf(fields.embeds, embed),
    attachments: listOf(fields.attachments, attachment),
    author: author(fields.author),
    message_snapshots: listOf(fields.message_snapshots, snapshot),
    message_reference: reference(fields.message_reference),
    webhook_id: text(fields.webhook_id),
    edited_timestamp: edited === null ? null : text(edited),
    flags: Number.isSafeInteger(flags) ? flags : undefined,
  };
  return event as unknown as MessageEvent;
}

export function isMessageId(raw: unknown): raw is string {
  return id(raw) !== undefined;
}
