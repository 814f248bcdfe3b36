import path from 'node:path';

/** Where a platform team puts the configuration that nobody below can loosen. Only Linux was tried. */
export function managedConfigFile(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): string {
  switch (platform) {
    case 'win32':
      return path.win32.join(env['ProgramData'] ?? 'C:\\ProgramData', 'Loki', 'config.yaml');
    case 'darwin':
      return '/Library/Application Support/Loki/config.yaml';
    default:
      return '/etc/loki/config.yaml';
  }
}
