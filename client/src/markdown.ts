import { visible } from '#protocol/visible';

/**
 * Text as Markdown that shows this very text: no link, picture, icon or markup comes of it. The editor's own `appendText`
 * would make every space one that does not break, and long text unreadable.
 */
export function plainMarkdown(text: string): string {
  return visible(text)
    .replaceAll('&', '&amp;')
    .replaceAll(/[\\`*_{}[\]()<>#+.!|~$=-]/g, String.raw`\$&`)
    .replaceAll(/[ \t]+/g, ' ')
    .replaceAll(/ ?\n ?/g, '  \n');
}

/** The same in one line, for tables. */
export function plainMarkdownLine(text: string): string {
  return plainMarkdown(text.replaceAll(/\s+/g, ' ').trim());
}
