import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkProof } from '../../../server/src/audit/proof/checkProof.ts';
import { temporaryFolder } from '../storage/temporaryFolder.ts';
import { makeSignedLog } from './proof/aSignedLog.ts';
import { runAudit, type Ran } from './runAudit.ts';
import { parse } from './theRecipe.ts';

const run = async (workspace: string, ...args: string[]): Promise<Ran> => await runAudit(workspace, ['prove', ...args]);

describe('loki audit prove', () => {
  test('prints one document, for people or on one line, and says beside it how to check it', async () => {
    const workspace = temporaryFolder();
    const { keys } = await makeSignedLog(path.join(workspace, 'audit'), { entries: 9, signedAt: [4, 9] });
    for (const args of [['2'], ['--from', '4'], ['--from', '3', '--to', '4']]) {
      const people = await run(workspace, ...args);
      const line = await run(workspace, ...args, '--json');
      expect(line.printed).toMatch(/^\{.*\}\n$/);
      expect(parse(people.printed)).toEqual(parse(line.printed));
      expect([people.code, line.code]).toEqual([0, 0]);
      expect(people.told).toMatch(
        /^Proved: .*\.\nTo check it, without Loki: node verify-audit\.mjs --proof FILE --key 'loki\//,
      );
      expect(checkProof(line.printed, keys[0]?.key)).toMatchObject({ kind: 'good' });
    }
  });

  test('says what to do about an entry that is not covered yet, and where there is no log', async () => {
    const workspace = temporaryFolder();
    await makeSignedLog(path.join(workspace, 'audit'), { entries: 9, signedAt: [4] });
    await expect(run(workspace, '6')).rejects.toMatchObject({
      code: 'audit_unproved',
      message: expect.stringContaining('ask again then'),
    });
    await expect(run(temporaryFolder(), '6')).rejects.toMatchObject({ code: 'audit_missing' });
  });

  test.each([
    [[], 'say what to prove'],
    [['three'], '"three" is not the number of an entry'],
    [['3', '4'], '"4"'],
    [['3', '--from', '1'], 'not both'],
    [['--to', '3'], 'say what to prove'],
    [['--from', '0'], '"0" is not a number of entries'],
    [['--from', '4', '--to', '3'], 'the log only grows'],
  ])('with %j is not understood and says why', async (args, why) => {
    await expect(run(temporaryFolder(), ...args)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining(why),
    });
  });
});
