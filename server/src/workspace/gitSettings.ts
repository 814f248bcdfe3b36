import type { Git } from './git.ts';

/** One setting of git's configuration, and which file's it is. */
export interface ConfigSetting {
  readonly scope: string;
  /** Section and last part in lower case, what stands between them as it was written. */
  readonly key: string;
  readonly value: string;
}

/** All settings that count in a repository, included files too, without those that Loki itself gives to every git. */
export async function readSettings(repo: Git, signal?: AbortSignal): Promise<readonly ConfigSetting[]> {
  const listed = await repo.names(['config', '--list', '--show-scope', '--null'], { signal });
  // Scope and setting alternate; a setting is its key, a line feed and its value.
  return listed.flatMap((scope, index): ConfigSetting[] => {
    if (index % 2 !== 0 || scope === 'command') return [];
    const setting = listed[index + 1] ?? '';
    const cut = setting.indexOf('\n');
    return [{ scope, key: cut < 0 ? setting : setting.slice(0, cut), value: cut < 0 ? '' : setting.slice(cut + 1) }];
  });
}
