import { lstatSync, rmdirSync, unlinkSync } from 'node:fs';
import type { ActionOf } from '#protocol/action';
import { systemErrorCode } from '../base/failure.ts';
import { invariant } from '../base/invariant.ts';
import { isPermit, type Permit } from '../policy/permit.ts';
import { inFolder } from '../sandbox/heldFolder.ts';
import { inParent } from './openInside.ts';
import { done, failed, type ToolResult, type Workspace } from './workspace.ts';

/** Deletes one file, one link (never what it leads to) or one empty folder. */
export function deleteFile(permit: Permit<ActionOf<'file_delete'>>, workspace: Workspace): ToolResult {
  invariant(isPermit(permit, 'file_delete'), 'a file is deleted only with a permit for it');
  const { path } = permit.action;
  const used = inParent(workspace, path, { create: false }, (folder, name): ToolResult => {
    const place = inFolder(folder, name);
    if (!lstatSync(place).isDirectory()) {
      unlinkSync(place);
      return done(`deleted ${path}`);
    }
    try {
      rmdirSync(place);
    } catch (error) {
      if (systemErrorCode(error) !== 'ENOTEMPTY' && systemErrorCode(error) !== 'EEXIST') throw error;
      return failed(`${path} is a folder with files in it; delete them one by one`);
    }
    return done(`deleted the empty folder ${path}`);
  });
  return used.kind === 'failed' ? used : used.value;
}
