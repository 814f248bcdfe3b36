import { demoOpen } from '#protocol/demo';
import { loadScenario } from '../models/demo/loadScenario.ts';
import { copySample } from '../runs/copySample.ts';
import type { World } from '../runs/world.ts';
import type { Rpc } from './rpc.ts';

const scenario = 'sample';

export function bindDemoHandlers(rpc: Rpc, { assetsFolder }: World): void {
  rpc.answer(demoOpen, async () => {
    const { task } = await loadScenario(assetsFolder, scenario);
    return { workspace: await copySample(assetsFolder), task: task ?? 'Mend the failing test', scenario };
  });
}
