import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig } from '../../../server/src/config/loadConfig.ts';

const key = 'witness.example/w1+f5f1ad4c+BAcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH';
let base: string;

beforeEach(async () => {
  base = await realpath(await mkdtemp(path.join(os.tmpdir(), 'loki-config-')));
  await mkdir(path.join(base, 'workspace/.loki'), { recursive: true });
  await mkdir(path.join(base, 'home'));
});
afterEach(async () => {
  await rm(base, { recursive: true, force: true });
});

async function load(project: string, user = '', isTrusted = true) {
  await writeFile(path.join(base, 'workspace/.loki/config.yaml'), project);
  await writeFile(path.join(base, 'home/config.yaml'), user);
  const [workspace, lokiHome] = [path.join(base, 'workspace'), path.join(base, 'home')];
  return await loadConfig({ workspace, env: {}, lokiHome, isTrusted });
}

const all = (remote: string, every = '') =>
  `audit:\n  anchors:\n    git_note: { remote: ${remote} }\n    syslog: { host: logs.example }\n    witness: { url: 'https://w.example/log', key: '${key}' }\n${every}`;

describe('places for the state of the audit log', () => {
  test('are read with what is usual for them', async () => {
    const { auditAnchors } = await load('', all('origin'));
    expect(auditAnchors).toEqual({
      gitNote: { remote: 'origin' },
      syslog: { host: 'logs.example', port: 514, protocol: 'udp' },
      witness: { url: 'https://w.example/log', key },
      everyMinutes: 10,
    });
  });

  test('are each chosen by the highest tier that names one', async () => {
    const user = 'audit: { anchors: { git_note: { remote: backup }, every: 5 } }\n';
    const { auditAnchors } = await load(all('origin', '    every: 60\n'), user);
    expect(auditAnchors).toMatchObject({
      gitNote: { remote: 'backup' },
      syslog: { host: 'logs.example' },
      everyMinutes: 5,
    });
  });

  test('need the agreement of the user where a project names them, and again when they change', async () => {
    const { confirmations, hash } = await load(all('origin'));
    expect(confirmations.map(({ key: name, value }) => [name, value])).toEqual([
      ['audit.anchors.git_note', '{"remote":"origin"}'],
      ['audit.anchors.syslog', '{"host":"logs.example"}'],
      ['audit.anchors.witness', `{"key":"${key}","url":"https://w.example/log"}`],
    ]);
    const changed = await load(all('other'));
    expect(changed.confirmations[0]?.sha256).not.toBe(confirmations[0]?.sha256);
    expect(changed.hash).not.toBe(hash);
    expect((await load('', all('origin'))).confirmations).toEqual([]);
  });

  test('are none that a workspace names which nobody trusts', async () => {
    expect((await load(all('origin'), '', false)).auditAnchors).toMatchObject({ gitNote: null, witness: null });
  });

  test.each([
    ['git_note: { remote: "--upload-pack=x" }', 'must be the name of a remote'],
    ['git_note: { remote: "https://x.example" }', 'must be the name of a remote'],
    ['git_note: {}', 'git_note'],
    ['syslog: { host: "udp://x" }', 'must be a host or an address'],
    ['syslog: { host: x, port: 0 }', 'must be a port from 1 to 65535'],
    ['syslog: { host: x, protocol: tls }', 'must be udp or tcp'],
    [`witness: { url: "ftp://x", key: "${key}" }`, 'must be an http or https address'],
    [`witness: { url: "https://a:b@x", key: "${key}" }`, 'without user name'],
    ['witness: { url: "https://x", key: "x" }', 'must be the verifier key of a witness'],
    [`witness: { url: "https://x", key: "${key.replace('f5f1ad4c', '00000000')}" }`, 'must be the verifier key'],
    ['every: 0', 'must be a whole number of minutes from 1 to 1440'],
    ['letter: {}', 'unknown key "letter"'],
  ])('%s is an error', async (anchor, says) => {
    await expect(load(`audit:\n  anchors:\n    ${anchor}\n`)).rejects.toThrow(says);
  });
});
