import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { costReport as costReportSchema } from '../../../server/protocol/cost.ts';
import { sha256 } from '../../../server/src/base/digest.ts';
import type { CliContext } from '../../../server/src/cli/command.ts';
import { costCommand } from '../../../server/src/cli/cost.ts';
import type { Ledger, ReservationRequest } from '../../../server/src/cost/ledger.ts';
import { openLedger } from '../../../server/src/cost/openLedger.ts';
import { aClock, aFolder, reserved, used } from './aLedger.ts';

const groupings = ['task', 'day', 'agent', 'phase', 'model', 'provider'];

/** A home, a workspace in it, and the command as it runs there. */
function aWorkspace() {
  const folder = aFolder();
  const home = path.join(folder, 'home');
  const workspace = path.join(folder, 'workspace');
  mkdirSync(workspace);
  const clock = aClock();
  return {
    folder,
    home,
    workspace,
    clock,
    spend: (requests: (ledger: Ledger, here: Partial<ReservationRequest>) => void): void => {
      const ledger = openLedger({ lokiHome: home, clock });
      requests(ledger, { project: workspace });
      ledger.close();
    },
    run: async (...args: readonly string[]): Promise<string> => {
      let output = '';
      const ctx: CliContext = {
        env: { LOKI_HOME: home },
        cwd: workspace,
        stdin: process.stdin,
        print: (text) => {
          output += text;
        },
        tell: () => undefined,
        isInteractive: false,
        printsToTerminal: false,
        signal: new AbortController().signal,
      };
      expect(await costCommand.run(args, ctx)).toBe(0);
      return output;
    },
  };
}

function spendVariously(ledger: Ledger, here: Partial<ReservationRequest>): void {
  const settle = (changes: Partial<ReservationRequest>, input: number, output: number) =>
    ledger.settle(reserved(ledger, { ...here, ...changes }).reservationId, used(input, output));
  settle({ taskId: 'task-a', agent: 'architect' }, 700, 33);
  settle({ taskId: 'task-a' }, 900, 101);
  settle({ taskId: 'task-b', model: 'gpt-5', provider: 'openai' }, 123, 456);
  settle({ taskId: 'task-c', provider: 'demo', isSimulated: true }, 1000, 2000);
  ledger.release(reserved(ledger, here).reservationId);
  settle({ taskId: 'task-elsewhere', project: '/nowhere/else' }, 50, 50);
}

describe('loki cost', () => {
  it('reports rows and sums as JSON', async () => {
    const { spend, run } = aWorkspace();
    spend(spendVariously);
    expect(JSON.parse(await run('--by', 'task', '--format', 'json'))).toEqual({
      rows: [
        { key: 'task-a', simulated: false, costUsd: 0.001734, inputTokens: 1600, outputTokens: 134, calls: 2 },
        { key: 'task-b', simulated: false, costUsd: 0.000579, inputTokens: 123, outputTokens: 456, calls: 1 },
        { key: 'task-c', simulated: true, costUsd: 0.003, inputTokens: 1000, outputTokens: 2000, calls: 1 },
      ],
      totalUsd: 0.002313,
      simulatedUsd: 0.003,
    });
  });

  it('adds up to the same by every grouping, real and simulated money apart', async () => {
    const { spend, run } = aWorkspace();
    spend(spendVariously);
    for (const by of groupings) {
      const report = costReportSchema.parse(JSON.parse(await run('--by', by, '--json')));
      const sum = (isSimulated: boolean) =>
        report.rows.reduce((total, row) => (row.simulated === isSimulated ? total + row.costUsd : total), 0);
      expect(sum(false), by).toBeCloseTo(0.002313, 9);
      expect(sum(true), by).toBeCloseTo(0.003, 9);
      expect(report.totalUsd).toBe(0.002313);
    }
  });

  it('never puts real and simulated money of one key into one row', async () => {
    const { spend, run } = aWorkspace();
    spend((ledger, here) => {
      for (const isSimulated of [true, false]) {
        ledger.settle(reserved(ledger, { ...here, isSimulated }).reservationId, used(10, 10));
      }
    });
    for (const by of groupings) {
      const report = costReportSchema.parse(JSON.parse(await run('--by', by, '--json')));
      expect(report.rows.map((row) => row.simulated)).toEqual([false, true]);
    }
  });

  it('lists days in their order', async () => {
    const { spend, run, clock } = aWorkspace();
    spend((ledger, here) => {
      for (const [day, output] of [
        ['2026-03-09', 1],
        ['2026-03-10', 900],
        ['2026-03-11', 5],
      ] as const) {
        clock.set(`${day}T10:00:00`);
        ledger.settle(reserved(ledger, here).reservationId, used(10, output));
      }
    });
    const report = costReportSchema.parse(JSON.parse(await run('--by', 'day', '--json')));
    expect(report.rows.map((row) => row.key)).toEqual(['2026-03-09', '2026-03-10', '2026-03-11']);
  });

  it('draws a table that marks what is simulated', async () => {
    const { spend, run, workspace } = aWorkspace();
    spend(spendVariously);
    expect(await run()).toBe(
      [
        `Spending of ${workspace}`,
        '',
        'task         cost  input  output  calls',
        'task-a  $0.001734  1,600     134      2',
        'task-b  $0.000579    123     456      1',
        'task-c  $0.003000  1,000   2,000      1  simulated',
        '',
        'Total      $0.002313',
        'Simulated  $0.003000  (scripted models at real prices: nobody charges this)',
        '',
      ].join('\n'),
    );
  });

  it('tells what is unmeasured and what is still held, and puts neither into a sum as nothing', async () => {
    const { spend, run } = aWorkspace();
    spend((ledger, here) => {
      ledger.settle(reserved(ledger, here).reservationId, null);
      reserved(ledger, here);
    });
    const table = await run();
    expect(table).toContain('task-1  $0.003000  unmeasured  unmeasured      1');
    expect(table).toContain('1 call came back without usage');
    expect(table).toContain('Not in these numbers: $0.003000 reserved for 1 call under way');
  });

  it('shows control characters of a name instead of obeying them', async () => {
    const { spend, run } = aWorkspace();
    spend((ledger, here) => {
      ledger.settle(reserved(ledger, { ...here, model: 'evil\u001b[2Jmodel\u202e' }).reservationId, used(1, 1));
    });
    expect(await run('--by', 'model')).toContain('evil\\u{1b}[2Jmodel\\u{202e}');
  });

  it('finds a workspace through a link and from elsewhere', async () => {
    const { spend, run, folder, workspace } = aWorkspace();
    spend(spendVariously);
    symlinkSync(workspace, path.join(folder, 'link'));
    const expected = await run('--json');
    expect(await run('--json', '--workspace', path.join(folder, 'link'))).toBe(expected);
    expect(await run('--json', '--workspace', '../workspace/.')).toBe(expected);
  });
});

describe('loki cost without anything spent', () => {
  it('says so, and creates nothing where there is no ledger', async () => {
    const { run, folder } = aWorkspace();
    expect(await run()).toContain('Nothing has been spent here');
    expect(JSON.parse(await run('--json'))).toEqual({ rows: [], totalUsd: 0, simulatedUsd: 0 });
    expect(readdirSync(folder)).toEqual(['workspace']);
  });

  it('names workspaces that have spent something', async () => {
    const { spend, run } = aWorkspace();
    spend((ledger) => {
      ledger.settle(reserved(ledger, { project: '/nowhere/else' }).reservationId, used(1, 1));
    });
    expect(await run()).toContain('/nowhere/else');
  });

  it('does not call a held reservation spent', async () => {
    const { spend, run } = aWorkspace();
    spend((ledger, here) => {
      reserved(ledger, here);
    });
    const table = await run();
    expect(table).toContain('Nothing has been spent here');
    expect(table).toContain('Not in these numbers: $0.003000');
  });
});

describe('loki cost on disk', () => {
  it('leaves the ledger and its folder exactly as they were', async () => {
    const { spend, run, home } = aWorkspace();
    spend(spendVariously);
    const state = () => readdirSync(home).map((name) => [name, sha256(readFileSync(path.join(home, name)))]);
    const before = state();
    for (const by of groupings) await run('--by', by);
    expect(state()).toEqual(before);
  });

  it('fails on a broken ledger instead of reporting nothing', async () => {
    const { run, home } = aWorkspace();
    mkdirSync(home);
    writeFileSync(path.join(home, 'loki.db'), 'not a database '.repeat(1000));
    await expect(run()).rejects.toMatchObject({ code: 'ledger_unusable' });
  });
});

describe('loki cost called wrongly', () => {
  it.each([
    [['--by', 'person'], 'task, day, agent, phase, model, provider'],
    [['--by', 'constructor'], 'task, day, agent, phase, model, provider'],
    [['--format', 'focus', '--json'], 'contradict'],
    [['--format', 'xml'], 'table, json or focus'],
    [['--format', 'table', '--json'], 'contradict'],
    [['--by'], '--by'],
    [['--unknown'], '--unknown'],
    [['task-1'], 'does not take the argument "task-1"'],
  ])('%j says what is wrong', async (args, message) => {
    const { run } = aWorkspace();
    await expect(run(...args)).rejects.toMatchObject({ code: 'usage', message: expect.stringContaining(message) });
  });
});
