import type { State } from './state.js';

/** Discord's links to its messages lead to this page's. */
const pattern = /^https:\/\/discord\.com\/channels\/\d+\/(\d+)\/(\d+)$/;

/** What a link to a message points at. */
export function messageLinkOf(
  url: string,
): { readonly channelId: string; readonly messageId: string } | undefined {
  const [, channelId, messageId] = pattern.exec(url) ?? [];
  return channelId === undefined || messageId === undefined ? undefined : { channelId, messageId };
}

/** Where the panel shows a repository of the stand-in Hub. */
export function hubAnchor(repoId: string): string {
  return `hub-${repoId}`;
}

/** Where a link of a message leads here: messages and repositories are shown by this page. */
export function localUrl({ hubUrl }: State, url: string): string {
  const link = messageLinkOf(url);
  if (link) return `/#message-${link.messageId}`;
  if (hubUrl === '' || !url.startsWith(`${hubUrl}/`)) return url;
  const [namespace, name] = url.slice(hubUrl.length + 1).split(/[/?#]/);
  return `/#${hubAnchor(`${namespace}/${name}`)}`;
}
