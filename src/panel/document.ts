import { createHash } from 'node:crypto';
import type { Assets } from './assets.ts';

/** A page as it is sent: an empty body that its script fills. */
export interface Document {
  html: string;
  /** Content-Security-Policy: this origin alone, and the one inline script that names the modules. */
  policy: string;
}

export interface DocumentOptions {
  title: string;
  assets: Assets;
  /** Names of assets: style sheets in their order, and the module that draws the page. */
  styles: readonly string[];
  script: string;
}

export function createDocument({ title, assets, styles, script }: DocumentOptions): Document {
  const importMap = JSON.stringify(assets.importMap);
  const hash = createHash('sha256').update(importMap).digest('base64');
  const links = styles.map((name) => `<link rel="stylesheet" href="${assets.url(name)}">`).join('\n');
  const html = `<!doctype html>
<html lang="en" data-theme="dark">
<head>
<meta charset="utf-8">
<title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" type="image/svg+xml" href="${assets.url('web/icon.svg')}">
<script src="${assets.url('web/theme-boot.js')}"></script>
${links}
<script type="importmap">${importMap}</script>
<script type="module" src="${assets.url(script)}"></script>
</head>
<body><noscript>This page needs JavaScript.</noscript></body>
</html>
`;
  const policy = [
    "default-src 'none'",
    `script-src 'self' 'sha256-${hash}'`,
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
  return { html, policy };
}
