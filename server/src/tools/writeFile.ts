import type { ActionOf } from '#protocol/action';
import { invariant } from '../base/invariant.ts';
import { isPermit, type Permit } from '../policy/permit.ts';
import { inParent } from './openInside.ts';
import { replaceFile } from './replaceFile.ts';
import { done, failed, type ToolResult, type Workspace } from './workspace.ts';

/** Writes a whole file, with the folders above it. Never through a link, so what was decided is what is written. */
export function writeFile(permit: Permit<ActionOf<'file_write'>>, workspace: Workspace): ToolResult {
  invariant(isPermit(permit, 'file_write'), 'a file is written only with a permit for it');
  const { path, content } = permit.action;
  const used = inParent(workspace, path, { create: true }, (folder, name) => replaceFile(folder, name, content));
  if (used.kind === 'failed') return used;
  if (used.value === 'not_a_file') return failed(`${path} is a folder or a link; write to the real path of a file`);
  return done(`wrote ${path} (${Buffer.byteLength(content)} bytes)`);
}
