/** An embed of a Discord message, as the gateway sends it; absent parts may be missing or null. */
export interface EmbedText {
  readonly author?: { readonly name?: string | null | undefined } | null | undefined;
  readonly title?: string | null | undefined;
  readonly description?: string | null | undefined;
  readonly fields?:
    | readonly { readonly name?: string | null | undefined; readonly value?: string | null | undefined }[]
    | null
    | undefined;
  readonly footer?: { readonly text?: string | null | undefined } | null | undefined;
}

export interface MessageText {
  readonly content: string;
  readonly embeds?: readonly EmbedText[] | undefined;
  /** Forwarded snapshots and text attachments, each as plain text, in the order in which they are shown. */
  readonly parts?: readonly string[] | undefined;
}

/** The message as one text in reading order: content, embeds (author, title, description, fields, footer), parts. */
export function flatten(message: MessageText): string {
  const lines = [message.content];
  for (const embed of message.embeds ?? []) {
    lines.push(embed.author?.name ?? '', embed.title ?? '', unquote(embed.description ?? ''));
    for (const field of embed.fields ?? [])
      lines.push(fieldLine(field.name ?? '', unquote(field.value ?? '')));
    lines.push(embed.footer?.text ?? '');
  }
  lines.push(...(message.parts ?? []));
  return lines.filter((line) => line !== '').join('\n');
}

/** Nobody quotes inside an embed: there a leading `>` is decoration. */
const unquote = (text: string): string => text.replace(/^[ \t]*>{1,3}[ \t]?/gm, '');

function fieldLine(name: string, value: string): string {
  if (value.includes('\n')) return `${name}:\n${value}`;
  return /[:：]\s*$/.test(name) ? `${name} ${value}` : `${name}: ${value}`;
}
