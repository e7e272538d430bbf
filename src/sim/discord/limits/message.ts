import { MessageFlag } from '../constants.ts';
import { Form, type Path, textLength } from '../form.ts';
import type { Json, JsonObject } from '../json.ts';
import type { Snowflake } from '../snowflake.ts';
import type { Component, Embed } from '../wire.ts';
import { readComponents } from './components.ts';
import { readEmbeds } from './embeds.ts';

/** https://docs.discord.com/developers/resources/message#create-message */
export const MESSAGE_LIMITS = {
  content: 2000,
  nonce: 25,
  attachments: 10,
  /** Bytes of one file. https://docs.discord.com/developers/reference#uploading-files */
  fileBytes: 10 * 1024 * 1024,
  /** Bytes of a whole request. */
  requestBytes: 25 * 1024 * 1024,
  mentions: 100,
} as const;

export interface AllowedMentions {
  parse: ReadonlySet<string>;
  roles: readonly Snowflake[];
  users: readonly Snowflake[];
  repliedUser: boolean | undefined;
}

export interface ReferenceRequest {
  type: 0 | 1;
  messageId: Snowflake;
  channelId: Snowflake | undefined;
  failIfNotExists: boolean;
}

/** One entry of `attachments`: a kept file by its id, or the metadata of `files[id]`. */
export interface AttachmentRequest {
  id: string;
  filename: string | undefined;
  description: string | undefined;
}

/** What a request wants a message to be. `undefined` means the field was not sent. */
export interface MessageDraft {
  content: string | undefined;
  embeds: Embed[] | undefined;
  components: Component[] | undefined;
  flags: number | undefined;
  tts: boolean;
  nonce: string | number | undefined;
  enforceNonce: boolean;
  allowedMentions: AllowedMentions | undefined;
  reference: ReferenceRequest | undefined;
  attachments: AttachmentRequest[] | undefined;
}

export interface DraftRules {
  /** Where the message sits in the body: `['data']` for interaction callbacks. */
  path?: Path;
  /** Flags that may be set here; others are dropped silently, as Discord does. */
  settableFlags: number;
  /** Flags that the message already has, when it is being edited. */
  presentFlags?: number;
}

export const CREATE_FLAGS =
  MessageFlag.SuppressEmbeds | MessageFlag.SuppressNotifications | MessageFlag.IsComponentsV2;
export const RESPONSE_FLAGS = CREATE_FLAGS | MessageFlag.Ephemeral;
export const EDIT_FLAGS = MessageFlag.SuppressEmbeds | MessageFlag.IsComponentsV2;

/** Reads a message of a create or edit request and refuses what breaks Discord's limits (50035). */
export function readMessage(body: JsonObject, rules: DraftRules): MessageDraft {
  const form = new Form();
  const path = rules.path ?? [];
  const at = (key: string): Path => [...path, key];
  const sent = form.integer(at('flags'), body.flags, { min: 0 });
  const flags = sent === undefined ? undefined : sent & rules.settableFlags;
  const v2 = (((flags ?? 0) | (rules.presentFlags ?? 0)) & MessageFlag.IsComponentsV2) !== 0;
  const draft: MessageDraft = {
    content: readContent(form, at('content'), body.content),
    embeds: body.embeds === null ? [] : readEmbeds(form, at('embeds'), body.embeds),
    components: body.components === null ? [] : readComponents(form, at('components'), body.components, v2),
    flags,
    tts: form.boolean(at('tts'), body.tts) ?? false,
    nonce: readNonce(form, at('nonce'), body.nonce),
    enforceNonce: form.boolean(at('enforce_nonce'), body.enforce_nonce) ?? false,
    allowedMentions: readAllowedMentions(form, at('allowed_mentions'), body.allowed_mentions),
    reference: readReference(form, at('message_reference'), body.message_reference),
    attachments: readAttachments(form, at('attachments'), body.attachments),
  };
  if (v2) refuseLegacyFields(form, path, draft);
  form.assert();
  return draft;
}

/** https://docs.discord.com/developers/components/reference: content and embeds do not go with the flag. */
function refuseLegacyFields(form: Form, path: Path, draft: MessageDraft): void {
  const used = [
    ...((draft.content ?? '') === '' ? [] : ['content']),
    ...((draft.embeds ?? []).length === 0 ? [] : ['embeds']),
  ];
  for (const field of used) {
    form.fail(
      [...path, field],
      'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2',
      `The '${field}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2`,
    );
  }
}

function readContent(form: Form, path: Path, value: Json | undefined): string | undefined {
  if (value === null) return '';
  const content = typeof value === 'number' ? String(value) : value;
  return form.trimmed(path, content, { max: MESSAGE_LIMITS.content });
}

function readNonce(form: Form, path: Path, value: Json | undefined): string | number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  if (typeof value !== 'string') {
    form.fail(path, 'NONCE_TYPE_INVALID_TYPE', 'This field must be a string or integer.');
    return undefined;
  }
  if (textLength(value) > MESSAGE_LIMITS.nonce) {
    form.fail(path, 'NONCE_TYPE_TOO_LONG', `Must be ${MESSAGE_LIMITS.nonce} or fewer in length.`);
  }
  return value;
}

/** https://docs.discord.com/developers/resources/message#allowed-mentions-object */
function readAllowedMentions(form: Form, path: Path, value: Json | undefined): AllowedMentions | undefined {
  const source = form.object(path, value);
  if (source === undefined) return undefined;
  const parse = new Set<string>();
  form.list([...path, 'parse'], source.parse)?.forEach((item, index) => {
    if (item === 'roles' || item === 'users' || item === 'everyone') parse.add(item);
    else {
      form.fail(
        [...path, 'parse', index],
        'BASE_TYPE_CHOICES',
        "Value must be one of ('users', 'roles', 'everyone').",
      );
    }
  });
  const ids = (key: 'roles' | 'users'): Snowflake[] => {
    const list = form.list([...path, key], source[key], { max: MESSAGE_LIMITS.mentions }) ?? [];
    if (list.length > 0 && parse.has(key)) {
      form.fail(
        path,
        'MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE',
        `parse:["${key}"] and ${key}: [ids...] are mutually exclusive.`,
      );
    }
    return list.flatMap((item, index) => form.snowflake([...path, key, index], item, true) ?? []);
  };
  return {
    parse,
    roles: ids('roles'),
    users: ids('users'),
    repliedUser: form.boolean([...path, 'replied_user'], source.replied_user),
  };
}

function readReference(form: Form, path: Path, value: Json | undefined): ReferenceRequest | undefined {
  const source = form.object(path, value);
  if (source === undefined) return undefined;
  const type = form.choice([...path, 'type'], source.type ?? 0, [0, 1]);
  const messageId = form.snowflake([...path, 'message_id'], source.message_id, true);
  const channelId = form.snowflake([...path, 'channel_id'], source.channel_id, type === 1);
  return {
    type: type === 1 ? 1 : 0,
    messageId: messageId ?? '',
    channelId,
    failIfNotExists: form.boolean([...path, 'fail_if_not_exists'], source.fail_if_not_exists) ?? true,
  };
}

function readAttachments(form: Form, path: Path, value: Json | undefined): AttachmentRequest[] | undefined {
  const list = form.list(path, value, { max: MESSAGE_LIMITS.attachments });
  return list?.map((item, index) => {
    const source = form.object([...path, index], item, true) ?? {};
    const id = form.snowflake([...path, index, 'id'], source.id, true);
    return {
      id: id ?? '',
      filename: form.text([...path, index, 'filename'], source.filename, { max: 1024 }),
      description: form.text([...path, index, 'description'], source.description, { max: 1024 }),
    };
  });
}
