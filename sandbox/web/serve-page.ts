import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { isOwn } from '../control/guard.js';
import type { Extension } from '../discord/server.js';
import { projectRoot } from '../launch/project-root.js';
import { importMap, vendorFile } from './vendor.js';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.ttf': 'font/ttf',
};

/** The one inline script is the import map, named by its hash: nothing else that gets into the page can run. */
const policy = [
  "default-src 'none'",
  `script-src 'self' 'sha256-${createHash('sha256').update(importMap).digest('base64')}'`,
  "style-src 'self'",
  // discord-components colours names and embeds through style attributes; the values are numbers of our own.
  "style-src-attr 'unsafe-inline'",
  "font-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** `GET /` and what the page loads. */
export function createPage(): Extension {
  return (request, response, url) => {
    const file = fileOf(url.pathname);
    if (file === undefined || request.method !== 'GET') return false;
    if (!isOwn(request)) {
      response.statusCode = 403;
      response.end('Only from this machine.');
    } else void send(file, response);
    return true;
  };
}

/** Characters of paths are few, and there is no way up. */
function fileOf(pathname: string): string | undefined {
  if (pathname === '/') return join(projectRoot, 'sandbox/page/index.html');
  if (pathname.includes('..') || !/^\/[-@\w./]+\.(?:js|css|ttf)$/.test(pathname)) return undefined;
  if (pathname.startsWith('/vendor/')) return vendorFile(pathname);
  const name = /^\/page\/([-\w]+\.(?:js|css))$/.exec(pathname)?.[1];
  if (name === undefined) return undefined;
  return join(projectRoot, name.endsWith('.css') ? 'sandbox/page' : 'dist/sandbox/page', name);
}

async function send(file: string, response: ServerResponse): Promise<void> {
  const content = await readFile(file).catch(() => undefined);
  response.setHeader('Content-Security-Policy', policy);
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('Cache-Control', 'no-cache');
  if (!content) {
    response.statusCode = 404;
    response.end('Not found. Was the page built? npm run build');
    return;
  }
  response.setHeader('Content-Type', types[extname(file)] ?? 'text/plain');
  response.end(file.endsWith('.html') ? withImportMap(content) : content);
}

/** The server puts it in, so that its hash is that of what is sent. */
function withImportMap(content: Buffer): string {
  return content
    .toString('utf8')
    .replace('<!-- import map -->', `<script type="importmap">${importMap}</script>`);
}
