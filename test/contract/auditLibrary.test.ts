import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../unit/storage/temporaryFolder.ts';

const root = path.join(import.meta.dirname, '..', '..');

/** Runs a program that uses the built package by its name, as another program would. */
function run(program: string, env: NodeJS.ProcessEnv): unknown {
  const { PATH } = process.env;
  const printed = execFileSync(process.execPath, ['--no-warnings', '--input-type=commonjs', '-e', program], {
    cwd: root,
    env: { PATH, ...env },
    encoding: 'utf8',
  });
  return JSON.parse(printed);
}

test('the package exports the audit log, as the older tool did', () => {
  const project = temporaryFolder();
  const home = temporaryFolder();
  const program = `
    const audit = require('loki/audit');
    (async () => {
      audit.init(${JSON.stringify(project)});
      const before = audit.verifyChain();
      const one = await audit.record({ who: 'bot', what: 'deployment', where: 'production', why: 'release', metadata: { n: 1 } });
      await audit.record({ who: 'bot', what: 'deployment' });
      await audit.close();
      console.log(JSON.stringify({ before, one, entries: audit.readEntries(), second: audit.readEntries({ from: 1 }), after: audit.verifyChain() }));
    })();`;
  expect(run(program, { LOKI_HOME: home })).toMatchObject({
    before: { valid: false, entries: 0, brokenAt: null, error: expect.stringContaining('no audit log') },
    one: { seq: 0, who: 'bot', what: 'deployment', where: 'production', why: 'release', metadata: { n: 1 } },
    entries: [{ seq: 0 }, { seq: 1, where: null, why: null }],
    second: [{ seq: 1 }],
    after: { valid: true, entries: 2, brokenAt: null, error: null, integrity: 'intact', completeness: 'complete' },
  });
});

test('nothing is recorded before it is said whose log is meant', () => {
  const program = `
    const audit = require('loki/audit');
    audit.record({ who: 'bot', what: 'x' }).catch((error) => console.log(JSON.stringify(error.message)));`;
  expect(run(program, {})).toContain('audit.init');
});

test('a log that may not be switched off refuses to record', () => {
  const project = temporaryFolder();
  const program = `
    const audit = require('loki/audit');
    audit.init(${JSON.stringify(project)});
    audit.record({ who: 'bot', what: 'x' }).catch((error) => console.log(JSON.stringify(error.message)));`;
  expect(run(program, { LOKI_HOME: temporaryFolder(), LOKI_AUDIT_DISABLED: 'true' })).toContain(
    'the managed configuration does not allow it',
  );
  expect(existsSync(path.join(project, '.loki'))).toBe(false);
});

test('what is no entry is refused with the words for one, and nothing is written', () => {
  const project = temporaryFolder();
  const program = `
    const audit = require('loki/audit');
    audit.init(${JSON.stringify(project)});
    const wrong = [null, 'x', {}, { who: 1, what: 'x' }, { who: 'bot', what: '' }, { who: 'bot', what: 'x', metadata: [1] }];
    Promise.all(wrong.map((one) => audit.record(one).catch((error) => error.message))).then((all) => console.log(JSON.stringify(all)));`;
  const said = expect.stringContaining('audit.record takes { who, what, where, why, metadata }');
  expect(run(program, { LOKI_HOME: temporaryFolder() })).toEqual(Array.from({ length: 6 }, () => said));
  expect(existsSync(path.join(project, '.loki'))).toBe(false);
});

test('residency is answered at once, and strictly where the configuration is broken', () => {
  const project = temporaryFolder();
  const program = `
    const fs = require('node:fs');
    const audit = require('loki/audit');
    audit.init(${JSON.stringify(project)});
    fs.mkdirSync(${JSON.stringify(`${project}/.loki`)});
    const answers = [];
    for (const text of ['', 'residency: { allowed_providers: [anthropic], allowed_regions: [us] }', 'residency: { air_gapped: true }', 'residency: nonsense']) {
      fs.writeFileSync(${JSON.stringify(`${project}/.loki/config.yaml`)}, text + '\\n');
      answers.push([audit.checkProvider('anthropic', 'us'), audit.checkProvider('anthropic', 'eu'), audit.checkProvider('openai', 'us'), audit.isAirGapped()]);
    }
    console.log(JSON.stringify(answers));`;
  expect(run(program, { LOKI_HOME: temporaryFolder() })).toEqual([
    [true, true, true, false],
    [true, false, false, false],
    [false, false, false, true],
    [false, false, false, true],
  ]);
});
