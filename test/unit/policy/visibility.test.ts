import { describe, expect, it } from 'vitest';
import { hiddenPaths, isPassable, isProtected, isVisible } from '../../../server/src/policy/visibility.ts';
import { entries, implementer, policyOf } from './fixtures.ts';

const policy = policyOf({ allowedPaths: entries('src', 'secrets'), deniedPaths: entries('secrets', '**/*.pem') });

describe('visibility', () => {
  it('an agent sees what is allowed and not denied', () => {
    const paths = ['src', 'src/a.ts', 'src/a.pem', 'secrets', 'secrets/key', 'secrets-old', 'docs/x', ''];
    expect(paths.filter((path) => isVisible(policy, implementer, path))).toEqual(['src', 'src/a.ts']);
  });

  it('an agent may pass through the folders on the way to what it may see', () => {
    const narrow = policyOf({
      allowedPaths: entries('packages/ui/src', 'docs/**/*.md'),
      deniedPaths: entries('docs/private'),
    });
    const folders = [
      '',
      'packages',
      'packages/ui',
      'packages/ui/src',
      'packages/api',
      'docs',
      'docs/a/b',
      'docs/private',
      'src',
    ];
    const passable = folders.filter((folder) => isPassable(narrow, implementer, folder));
    expect(passable).toEqual(['', 'packages', 'packages/ui', 'packages/ui/src', 'docs', 'docs/a/b']);
    expect(isVisible(narrow, implementer, 'packages/README.md')).toBe(false);
  });

  it('the sandbox hides what is denied and nothing else', () => {
    expect(hiddenPaths(policy, implementer, ['docs/x', 'secrets/key', 'a/b.pem'])).toEqual(['secrets/key', 'a/b.pem']);
  });

  it('only what no agent writes is protected there', () => {
    expect(['.git/config', '.loki', 'package.json', 'src/a.ts'].filter(isProtected)).toEqual(['.git/config', '.loki']);
  });
});
