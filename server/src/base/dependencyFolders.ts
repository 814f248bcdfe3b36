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
