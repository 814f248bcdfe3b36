import { rmSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { noAnchors } from '../../../server/src/audit/anchor/settings.ts';
import { loadConfig } from '../../../server/src/config/loadConfig.ts';
import { acknowledgeLoss } from '../../../server/src/runs/acknowledgeLoss.ts';
import { openAudit } from '../../../server/src/runs/openAudit.ts';
import { verifyWorkspace } from '../../../server/src/runs/verifyWorkspace.ts';
import { testWorld } from '../../scenario/play.ts';
import { temporaryFolder } from '../storage/temporaryFolder.ts';

test('a loss is acknowledged once there is one, and not beforehand', async () => {
  const lokiHome = temporaryFolder();
  const workspace = temporaryFolder();
  const folder = path.join(workspace, '.loki', 'audit');
  const world = testWorld(lokiHome);
  const write = async () => {
    const config = await loadConfig({ workspace, env: world.env, lokiHome });
    const { log } = await openAudit(world, workspace, config);
    await log.append({ who: 'loki', what: 'command', where: null, why: null, metadata: {} });
    await log.close();
  };
  const refused = { code: 'usage', message: expect.stringContaining('there is nothing to acknowledge') };
  const verdict = async () => await verifyWorkspace({ workspace, lokiHome, folder, anchors: noAnchors });

  await expect(acknowledgeLoss(world, workspace, 'for later')).rejects.toMatchObject(refused);
  await write();
  await expect(acknowledgeLoss(world, workspace, 'for later')).rejects.toMatchObject(refused);

  // Whether the next log was begun already or not.
  for (const isBegun of [false, true]) {
    rmSync(folder, { recursive: true });
    if (isBegun) await write();
    expect(await verdict()).toMatchObject({ valid: false, completeness: 'incomplete' });
    await acknowledgeLoss(world, workspace, 'the disk was replaced');
    expect(await verdict()).toMatchObject({ valid: true, warnings: [expect.stringContaining('acknowledged')] });
  }
});
