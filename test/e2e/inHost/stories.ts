import * as assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite, test } from 'mocha';
import * as vscode from 'vscode';

// What has no surface, told by the extension host itself. The folder that is open has no `.loki` in it.

const loki = (): vscode.Extension<unknown> => {
  const extension = vscode.extensions.getExtension('loki.loki');
  if (extension === undefined) throw new Error('the extension is not installed');
  return extension;
};

/** The commands that the manifest offers. */
function offered(): readonly string[] {
  const manifest = loki().packageJSON as { contributes: { commands: readonly { command: string }[] } };
  return manifest.contributes.commands.map(({ command }) => command).toSorted();
}

async function registered(): Promise<readonly string[]> {
  const commands = await vscode.commands.getCommands(true);
  return commands.filter((command) => offered().includes(command)).toSorted();
}

/** The process of the sidecar, which is a child of this one. */
function sidecar(): number | null {
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const parent = /\) \S (?<parent>\d+)/.exec(readFileSync(`/proc/${name}/stat`, 'utf8'))?.groups?.['parent'];
      const isOurs = Number(parent) === process.pid;
      if (isOurs && readFileSync(`/proc/${name}/cmdline`, 'utf8').includes('dist/sidecar.js')) return Number(name);
    } catch {
      // It ended in between.
    }
  }
  return null;
}

async function sidecarThere(timeoutMs: number): Promise<number | null> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const pid = sidecar();
    if (pid !== null || performance.now() > end) return pid;
    await sleep(20);
  }
}

suite('inside of the extension host', () => {
  test('in a folder without rules nothing of Loki is loaded', async () => {
    assert.equal(loki().isActive, false);
    assert.deepEqual(await registered(), []);
    assert.equal(sidecar(), null);
  });

  test('the extension becomes active, and all its commands are registered', async () => {
    await loki().activate();
    assert.equal(loki().isActive, true);
    assert.deepEqual(await registered(), offered());
  });

  test('a sidecar that dies starts again, later each time, is given up after five tries, and a person can start it', async () => {
    for (const waitMs of [1000, 2000, 4000, 8000, 8000]) {
      const pid = await sidecarThere(60_000);
      assert.ok(pid !== null, 'the sidecar did not start');
      process.kill(pid, 'SIGKILL');
      const killedAt = performance.now();
      while (sidecar() === pid) await sleep(5);
      const next = await sidecarThere(60_000);
      assert.ok(next !== null, 'the sidecar did not come back');
      const tookMs = performance.now() - killedAt;
      assert.ok(tookMs >= waitMs, `it came back after ${tookMs} ms, and ${waitMs} ms were to be waited`);
    }
    const last = sidecar();
    assert.ok(last !== null);
    process.kill(last, 'SIGKILL');
    while (sidecar() === last) await sleep(5);
    assert.equal(await sidecarThere(10_000), null);

    await vscode.commands.executeCommand('loki.restartSidecar');
    assert.notEqual(await sidecarThere(60_000), null);
  });
});
