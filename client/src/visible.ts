import { visible } from '#protocol/visible';

/**
 * Visible text for a notification, where the editor turns `[words](address)` into a link, also one that runs a command,
 * and for labels, where it turns `$(name)` into an icon.
 */
export function plainWords(text: string): string {
  return visible(text).replaceAll('](', '] (').replaceAll('$(', '$ (');
}
