import { expect, test } from 'vitest';
import { plainMarkdown, plainMarkdownLine } from '../../../client/src/markdown.ts';

test.each<[string, string, string]>([
  ['links', '[Approve](command:loki.acceptResult)', String.raw`\[Approve\]\(command:loki\.acceptResult\)`],
  ['pictures', '![x](https://evil.example/a)', String.raw`\!\[x\]\(https://evil\.example/a\)`],
  ['icons', '$(check) fine', String.raw`\$\(check\) fine`],
  ['HTML and entities', '<img src=x> &lt;', String.raw`\<img src\=x\> &amp;lt;`],
  ['headings and rules', '# a\n===\n---', `${String.raw`\# a`}  \n${String.raw`\=\=\=`}  \n${String.raw`\-\-\-`}`],
  ['code by indentation', 'a\n\n      b', 'a  \n  \nb'],
  ['hidden characters', 'a\u202eb', String.raw`a\\u\{202e\}b`],
])('%s are shown, not made', (_title, text, markdown) => expect(plainMarkdown(text)).toBe(markdown));

test('a line is one line', () => expect(plainMarkdownLine(' a\n| b |\r\nc ')).toBe(String.raw`a \| b \| c`));
