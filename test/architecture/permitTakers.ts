import os from 'node:os';
import path from 'node:path';
import type { Action } from '#protocol/action';
import type { ModelRequest } from '../../server/src/models/conversation.ts';
import { loadModel } from '../../server/src/models/load.ts';
import type { Endpoint, Model } from '../../server/src/models/model.ts';
import { modelCallOf } from '../../server/src/models/modelCall.ts';
import { bareSandbox } from '../../server/src/sandbox/bare.ts';
import { bubblewrapSandbox } from '../../server/src/sandbox/bubblewrapSandbox.ts';
import type { Sandbox } from '../../server/src/sandbox/confinement.ts';
import { detectSandbox } from '../../server/src/sandbox/detect.ts';
import { sampleActions } from './actions.ts';

export interface PermitTaker {
  /** What a permit would have to be for: so that nothing but the forgery is wrong. */
  readonly action: Action;
  /** Makes it, and answers with what it does when it is given this instead of a permit. */
  readonly make: () => Promise<(permit: unknown) => Promise<unknown>>;
}

const signal = new AbortController().signal;
const request: ModelRequest = { agent: 'implementer', cycle: 1, instructions: 'x', turns: [], tools: [] };
// Nobody listens there; nothing may be sent there anyway.
const endpoint: Endpoint = {
  provider: 'anthropic',
  model: 'm',
  api: 'anthropic',
  baseUrl: 'http://127.0.0.1:1/v1',
  proxy: null,
  region: null,
  isSimulated: false,
  pricedAs: { provider: 'anthropic', model: 'm' },
};

/** What gives out a sandbox or a model, by file and name; each of those demands a permit. */
export const permitTakers: Readonly<Record<string, PermitTaker>> = {
  'sandbox/bare.ts:bareSandbox': sandbox(() => bareSandbox({}, 'a test')),
  'sandbox/bubblewrapSandbox.ts:bubblewrapSandbox': sandbox(() =>
    bubblewrapSandbox({ program: '/no/such/bwrap', env: {} }),
  ),
  'sandbox/detect.ts:detectSandbox': sandbox(async () => await detectSandbox({}, 'win32')),
  'models/load.ts:loadModel': model(() => loadModel({ kind: 'provider', endpoint, key: null })),
};

function sandbox(make: () => Sandbox | Promise<Sandbox>): PermitTaker {
  const enclosure = {
    workspace: path.join(os.tmpdir(), 'no-such-folder'),
    hidden: [],
    readOnly: [],
    dependencies: [],
    network: null,
  };
  return {
    action: sampleActions.command,
    make: async () => {
      const made = await make();
      return async (permit): Promise<unknown> => await call(made, 'run', [permit, enclosure, signal]);
    },
  };
}

function model(make: () => Model | Promise<Model>): PermitTaker {
  return {
    action: { ...modelCallOf(endpoint, request), maxOutputTokens: 1 },
    make: async () => {
      const made = await make();
      return async (permit): Promise<unknown> => await call(made, 'send', [permit, request, () => undefined, signal]);
    },
  };
}

/** Calls a method with arguments that its types would refuse: forgeries are what this is about. */
async function call(made: object, method: string, args: readonly unknown[]): Promise<unknown> {
  const called: unknown = Reflect.get(made, method);
  if (typeof called !== 'function') throw new Error(`there is no method ${method}`);
  return await Reflect.apply(called, made, args);
}
