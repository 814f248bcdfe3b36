import { spawn } from 'node:child_process';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';

test('a command learns that whoever read its output has left', async () => {
  const script = path.join(import.meta.dirname, 'printProcess.ts');
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.once('data', () => child.stdout.destroy());
  expect(await text(child.stderr)).toMatch(/nobody reads\n$/);
});
