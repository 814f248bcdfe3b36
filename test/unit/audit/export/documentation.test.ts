import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { exportFormats } from '../../../../server/src/audit/export/exportFormats.ts';
import { anEntry, exported } from './anEntry.ts';

const page = readFileSync(path.join(import.meta.dirname, '../../../../docs/audit-export.md'), 'utf8');

test('the page describes every format and every column, key and version that there is', () => {
  for (const format of exportFormats.keys()) expect(page).toContain(`### \`${format}\``);
  const [columns = ''] = exported('csv').split('\r\n');
  expect(page.replaceAll(/\s+/g, ' ')).toContain(columns.replaceAll(',', ', '));
  const keys = [...exported('cef', anEntry()).matchAll(/ (\w+)=/g)].map(([, key = '']) => key);
  for (const key of keys.filter((name) => !/^c(s|n|fp)\d/.test(name))) expect(page).toContain(`\`${key}\``);
  for (const version of ['1.5.0', '8.17', 'CloudEvents 1.0', 'RFC 4180', 'version 0']) expect(page).toContain(version);
});
