/** Discord's links to its messages lead to this page's. */
const pattern = /^https:\/\/discord\.com\/channels\/\d+\/(\d+)\/(\d+)$/;

/** What a link to a message points at. */
export function messageLinkOf(
  url: string,
): { readonly channelId: string; readonly messageId: string } | undefined {
  const [, channelId, messageId] = pattern.exec(url) ?? [];
  return channelId === undefined || messageId === undefined ? undefined : { channelId, messageId };
}

/** Where a link of a message leads here. */
export function localUrl(url: string): string {
  const link = messageLinkOf(url);
  return link ? `/#message-${link.messageId}` : url;
}
