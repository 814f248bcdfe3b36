/** Folders of installed or built things: large, not the project's own work, and never walked unless asked for by name. */
export const dependencyFolders: ReadonlySet<string> = new Set([
  'node_modules',
  'bower_components',
  '.venv',
  'venv',
  '__pycache__',
  '.tox',
  '.mypy_cache',
  '.pytest_cache',
  'target',
  '.gradle',
  '.next',
  '.nuxt',
]);

/** Source may lie in a folder of this name too, and work that is lost is worse than a build that is committed. */
const uncertain = 'target';

/** The names of folders whose untracked files belong into no commit, as if `.gitignore` named them. */
export const uncommittedFolders: readonly string[] = [...dependencyFolders].filter((name) => name !== uncertain);

/** The outermost such folder that a path (forward slashes) lies below; null where it lies below none. */
export function uncommittedFolderOf(path: string): string | null {
  const segments = path.split('/');
  const at = segments.slice(0, -1).findIndex((name) => uncommittedFolders.includes(name));
  return at === -1 ? null : segments.slice(0, at + 1).join('/');
}
