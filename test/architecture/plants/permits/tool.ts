// A tool without a permit.
import { perform, type ToolDeps } from '../../../../server/src/tools/perform.ts';

declare const deps: ToolDeps;

export const outcome = perform({ kind: 'file_read', path: 'README.md' }, deps, new AbortController().signal);
