import { lstatSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { isBelow } from './toolchain.ts';

/** One thing laid over the workspace. Absolute paths without links in them. */
export type Mask =
  /** A folder mounted on itself, so that it cannot be renamed and take what is masked in it somewhere else. */
  | { readonly kind: 'pin'; readonly at: string; readonly isReadOnly: boolean }
  | { readonly kind: 'readOnly'; readonly at: string }
  | { readonly kind: 'hiddenFolder'; readonly at: string }
  | { readonly kind: 'hiddenFile'; readonly at: string };

export interface MaskRequest {
  readonly workspace: string;
  readonly hidden: readonly string[];
  readonly readOnly: readonly string[];
  /** Places in the workspace that something else is mounted on. */
  readonly covered: readonly string[];
}

/**
 * What must be laid over the workspace, outer folders first. A path that is a link is resolved: its target is masked
 * where that lies in the workspace, and elsewhere there is nothing of the host to see.
 */
export function findMasks(request: MaskRequest): readonly Mask[] {
  const { workspace, covered } = request;
  const isFree = (place: string): boolean => !covered.some((other) => isBelow(place, other));
  const resolved = (names: readonly string[]): readonly string[] => [
    ...new Set(names.flatMap((name) => resolveInside(workspace, name) ?? []).filter(isFree)),
  ];
  const hidden = outermost(resolved([...request.hidden]));
  const isShown = (place: string): boolean => !hidden.some((other) => isBelow(place, other));
  const readOnly = outermost(resolved(request.readOnly).filter((place) => isShown(place) && place !== workspace));

  const pins = new Set([...hidden, ...readOnly].flatMap((place) => foldersAbove(place, workspace)));
  const masks: Mask[] = [
    ...readOnly.map((at) => ({ kind: 'readOnly', at }) as const),
    ...hidden.map((at) => ({ kind: statSync(at).isDirectory() ? 'hiddenFolder' : 'hiddenFile', at }) as const),
  ];
  const isMasked = new Set(masks.map(({ at }) => at));
  for (const at of pins) {
    if (isMasked.has(at)) continue;
    masks.push({ kind: 'pin', at, isReadOnly: readOnly.some((other) => isBelow(at, other)) });
  }
  return masks.sort((a, b) => depth(a.at) - depth(b.at) || (a.at < b.at ? -1 : 1));
}

function resolveInside(workspace: string, name: string): string | null {
  const lexical = path.resolve(workspace, name);
  if (!isBelow(lexical, workspace) || lstatSync(lexical, { throwIfNoEntry: false }) === undefined) return null;
  try {
    const real = realpathSync(lexical);
    return isBelow(real, workspace) ? real : null;
  } catch {
    // A dangling link shows nothing.
    return null;
  }
}

function outermost(places: readonly string[]): readonly string[] {
  return places.filter((place) => !places.some((other) => other !== place && isBelow(place, other)));
}

function foldersAbove(place: string, workspace: string): readonly string[] {
  const above: string[] = [];
  for (
    let folder = path.dirname(place);
    folder !== workspace && isBelow(folder, workspace);
    folder = path.dirname(folder)
  ) {
    above.push(folder);
  }
  return above;
}

const depth = (place: string): number => place.split('/').length;
