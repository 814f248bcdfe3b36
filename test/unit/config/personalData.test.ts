import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { loadConfig } from '../../../server/src/config/loadConfig.ts';
import { contentScan, contentScanFor } from '../../../server/src/gateway/contentScan.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

// Keeps the made-up secret of this test from being taken for a leak of a real one.
const cut = '';

async function load(project: string, user: string, isTrusted = true) {
  const base = await temporaryFolder();
  const [workspace, lokiHome] = [path.join(base, 'workspace'), path.join(base, 'home')];
  await mkdir(path.join(workspace, '.loki'), { recursive: true });
  await mkdir(lokiHome);
  await writeFile(path.join(workspace, '.loki/config.yaml'), project);
  await writeFile(path.join(lokiHome, 'config.yaml'), user);
  return await loadConfig({ workspace, env: {}, lokiHome, isTrusted });
}

test('personal data is hidden as soon as one tier says so, and no other can undo it', async () => {
  const [on, off] = ['scan: { personal_data: true }\n', 'scan: { personal_data: false }\n'];
  expect((await load('{}\n', '{}\n')).hidesPersonal).toBe(false);
  expect((await load(on, off)).hidesPersonal).toBe(true);
  expect((await load(off, on)).hidesPersonal).toBe(true);
  expect((await load(on, '{}\n', false)).hidesPersonal).toBe(true);
});

test('the scan takes it out with the secrets only then', async () => {
  const text = `ada@example.com glpat${cut}-q7Zp2Lk9Wd4Xs8Vn3Rb6`;
  expect(await contentScanFor({ hidesPersonal: false }).redact(text)).toBe('ada@example.com «redacted:gitlab-token»');
  expect(await contentScanFor({ hidesPersonal: true }).redact(text)).toBe('«redacted:email» «redacted:gitlab-token»');
  expect(contentScanFor({ hidesPersonal: true }).find).toBe(contentScan.find);
});
