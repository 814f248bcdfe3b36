import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ActionOf } from '#protocol/action';
import { evaluate } from '../../../server/src/policy/evaluate.ts';
import { servicePathUses, serviceUrls } from '../../../server/src/policy/serviceArguments.ts';
import { entries, factsOf, implementer, policyOf } from './fixtures.ts';

const policy = policyOf({
  allowedServices: entries('files:*'),
  allowedHosts: entries('docs.example.org'),
  deniedPaths: entries('secrets/'),
  deniedCommands: entries('curl'),
});

function call(args: Record<string, unknown>, tool = 'write_file'): ActionOf<'mcp_call'> {
  return { kind: 'mcp_call', server: 'files', tool, arguments: args };
}

function decide(args: Record<string, unknown>, tool?: string) {
  const action = call(args, tool);
  return evaluate(policy, implementer, action, factsOf(action)).kind;
}

describe('what a server is one more way to', () => {
  const scope = {
    allowedServices: entries('*'),
    deniedPaths: entries('secrets/'),
    deniedCommands: entries('rm', 'terraform apply'),
    deniedBranches: entries('main'),
  };
  const decided = (tool: string, args: Record<string, unknown>) => {
    const action = call(args, tool);
    return evaluate(policyOf(scope), implementer, action, factsOf(action)).kind;
  };

  test.each<[string, Record<string, unknown>]>([
    ['run', { command: 'rm', args: ['-rf', 'src'] }],
    ['run', { program: 'terraform', args: ['apply'] }],
    ['run', { argv: ['terraform', 'apply', '-auto-approve'] }],
    ['run', { command: ['bash', '-c', 'terraform apply'] }],
    ['run', { steps: [{ cmd: 'sh', argv: ['-c', "echo 'a b'; rm x"] }] }],
    ['run', { script: 'rm -rf src' }],
    ['bash', { input: 'rm -rf src' }],
    ['execute_command', { line: 'ls; terraform apply' }],
    ['run', { command: 'git', args: ['push', 'origin', 'HEAD:main'] }],
    ['push_files', { branch: 'main' }],
    ['push_files', { targetBranch: 'refs/heads/main' }],
    ['update', { ref: 'heads/MAIN' }],
    ['write', { p: '.loki/config.yaml' }],
    ['write', { anything: ['x/../.loki/policies.yaml'] }],
    ['write', { name: './.git/hooks/pre-commit' }],
    ['read', { p: 'secrets/key' }],
  ])('%s %j is refused', (tool, args) => {
    expect(decided(tool, args)).toBe('DENY');
  });

  test.each<[string, Record<string, unknown>]>([
    ['create_branch', { branch: 'feature/a', from_branch: 'main' }],
    ['create_pull_request', { head: 'feature/a', base: 'main' }],
    ['get_file_contents', { ref: 'main', repo: 'owner/repo' }],
    ['search_code', { q: '.github/workflows' }],
    ['query', { sql: 'SELECT count(*) FROM t -- rm' }],
    ['run_migration', { script: 'SELECT count(*) FROM t;' }],
    ['create_issue', { title: 'rm is denied', body: 'see secrets/ and .loki/config.yaml of it' }],
    ['set', { type: 'text/html', ratio: '16/9', owner: 'a/b' }],
  ])('%s %j is not', (tool, args) => {
    expect(decided(tool, args)).toBe('ALLOW');
  });
});

describe('a path outside, or a denied one, is refused wherever and however it is written', () => {
  test.each<Record<string, unknown>>([
    { path: '/etc/passwd' },
    { path: '../outside' },
    { filePath: '/etc/passwd' },
    { 'target-dir': '/etc' },
    { FILEPATH: 'secrets/key' },
    { oldPath: 'a.txt', newPath: 'secrets/key' },
    { options: { nested: [{ deep: { sourceFile: '/etc/passwd' } }] } },
    { paths: ['a.txt', ['b.txt', 'secrets/key']] },
    { files: { '/etc/passwd': 'root' } },
    { anything: '/etc/passwd' },
    { anything: '~/.ssh/id_rsa' },
    { path: '~/.ssh/id_rsa' },
    { path: '~root/.ssh/id_rsa' },
    { anything: 'src/../../outside' },
    { uri: 'file:///etc/passwd' },
    { uri: 'FILE:///etc/passwd' },
    { uri: 'file:/etc/passwd' },
    { uri: 'file://localhost/etc/passwd' },
    { uri: 'file://host/share' },
    { anything: 'file:///etc/passwd' },
    { anything: ' \tfile:///etc/passwd' },
    { anything: 'fi\nle:///etc/passwd' },
    { anything: 'view-source:file:///etc/passwd' },
    { anything: 'git+file:///etc/passwd' },
    { uri: 'file:///etc/passwd#x' },
    { path: '%2e%2e%2foutside' },
    { path: '%252e%252e%252foutside' },
    { path: '..%2foutside' },
    { path: 'secrets%2Fkey' },
    { uri: 'file:%2f%2f%2fetc%2fpasswd' },
    { path: '.%6coki/config.yaml' },
    { command: 'cat /etc/passwd' },
    { command: 'curl https://docs.example.org' },
    { args: { shellCommand: 'ls && curl x' } },
  ])('%j', (args) => {
    expect(decide(args)).toBe('DENY');
  });

  test('a path that policy refuses is refused in any member that is named like one, at any depth', () => {
    const name = fc.constantFrom('path', 'filePath', 'source_file', 'TargetDir', 'file-name', 'uri', 'cwd', 'srcPath');
    const place = fc.constantFrom('/etc/passwd', '../x', 'secrets/key', 'file:///etc/passwd', '.loki/config.yaml');
    const wrap = fc.array(fc.constantFrom('list', 'object'), { maxLength: 6 });
    const escape = fc.nat(3);
    fc.assert(
      fc.property(name, place, wrap, escape, (key, written, wraps, times) => {
        let text: string = written;
        for (let round = 0; round < times; round += 1) text = encodeURIComponent(text);
        let value: unknown = { [key]: text };
        for (const kind of wraps) value = kind === 'list' ? [value] : { inner: value };
        expect(decide({ value })).toBe('DENY');
      }),
    );
  });
});

describe('an address that scope does not allow is refused wherever it stands', () => {
  test.each<Record<string, unknown>>([
    { url: 'https://evil.example' },
    { baseUrl: 'http://169.254.169.254/latest' },
    { options: { hooks: [{ webhookUrl: 'https://evil.example/x' }] } },
    { anything: 'https://evil.example/x' },
    { anything: ' https://evil.example' },
    { anything: 'https%3A%2F%2Fevil.example' },
    { url: 'gopher://docs.example.org' },
    { anything: 'ws://docs.example.org' },
  ])('%j', (args) => {
    expect(decide(args)).toBe('DENY');
  });
});

describe('what leads nowhere is left alone', () => {
  test.each<Record<string, unknown>>([
    { path: 'src/a.ts', content: 'see /etc/passwd and file:///etc/passwd\nand more' },
    { files: [{ path: 'src/a.ts', content: 'text\nwith lines, and ../ in it' }] },
    { body: 'Do not read ../secrets or https://evil.example please' },
    { text: '/remind me tomorrow' },
    { text: 'in ~5 minutes' },
    { endpoint: '/repos/a/b' },
    { url: 'https://docs.example.org/a' },
    { profile: 'dev', count: 3, on: true, none: null },
    { query: '100% of a/b' },
    { command: 'ls src' },
  ])('%j', (args) => {
    expect(decide(args, 'read_it')).toBe('ALLOW');
  });
});

test.each(['C:\\Users\\ann', '\\\\host\\share\\x', 'c:/x'])('%s is taken for a path in any member', (anything) => {
  expect(servicePathUses(call({ anything })).map(({ path }) => path)).toEqual([anything]);
});

test('the same arguments always name the same things, and nothing is thrown for any JSON', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 6 })), (args) => {
      const action = call(args);
      expect(servicePathUses(action)).toEqual(servicePathUses(action));
      expect(serviceUrls(action)).toEqual(serviceUrls(action));
    }),
  );
});
