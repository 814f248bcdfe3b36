// The sandbox without a permit.
import type { ActionOf } from '#protocol/action';
import type { Enclosure, Sandbox } from '../../../../server/src/sandbox/confinement.ts';

declare const sandbox: Sandbox;
declare const enclosure: Enclosure;
declare const action: ActionOf<'command'>;

export const outcome = sandbox.run(action, enclosure, new AbortController().signal);
