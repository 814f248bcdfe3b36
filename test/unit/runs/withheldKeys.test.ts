import path from 'node:path';
import { expect, test } from 'vitest';
import { loadConfig } from '../../../server/src/config/loadConfig.ts';
import { openRooms } from '../../../server/src/runs/openRooms.ts';
import { testWorld } from '../../scenario/play.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

test('no server of a run gets a key of the environment or of the keychain', async () => {
  const workspace = await temporaryFolder({ 'home/': '' });
  const lokiHome = path.join(workspace, 'home');
  const world = {
    ...testWorld(lokiHome, { ANTHROPIC_API_KEY: 'of-the-environment', GEMINI_API_KEY: 'unused' }),
    keyOf: async (provider: string) => (provider === 'anthropic' ? 'of-the-keychain' : null),
  };
  const config = await loadConfig({ workspace, env: world.env, lokiHome });
  const rooms = await openRooms(world, workspace, config, { provider: 'anthropic' });
  await rooms.close();
  const held = rooms.withheld.filter(({ values }) => values.length > 0);
  expect(held).toEqual([
    { provider: 'anthropic', variable: 'ANTHROPIC_API_KEY', values: ['of-the-environment', 'of-the-keychain'] },
    { provider: 'google', variable: 'GEMINI_API_KEY', values: ['unused'] },
  ]);
});
