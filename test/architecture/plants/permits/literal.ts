// A literal with every public member.
import type { Action } from '#protocol/action';
import type { RunId } from '../../../../server/src/base/id.ts';
import type { Permit } from '../../../../server/src/policy/permit.ts';

declare const action: Action;
declare const runId: RunId;

export const forged: Permit = { action, actionDigest: '', policyHash: '', runId };
