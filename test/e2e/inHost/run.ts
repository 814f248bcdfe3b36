import { writeFileSync } from 'node:fs';
import path from 'node:path';
import Mocha from 'mocha';

// What VS Code calls inside of its extension host. The results go to a file: nothing else leaves the host in one piece.

export interface InHostResult {
  readonly title: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  readonly error: string | null;
}

export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'tdd', timeout: 120_000 });
  mocha.addFile(path.join(__dirname, 'stories.cjs'));
  const results: InHostResult[] = [];
  const note = (title: string, state: InHostResult['state'], error: string | null = null): void => {
    results.push({ title, state, error });
  };
  await new Promise<void>((resolve) => {
    mocha
      .run(() => resolve())
      .on('pass', ({ title }) => note(title, 'passed'))
      .on('pending', ({ title }) => note(title, 'skipped'))
      .on('fail', ({ title }, error: unknown) => note(title, 'failed', String(error)));
  });
  writeFileSync(path.join(process.env['HOME'] ?? '', 'in-host.json'), JSON.stringify(results));
}
