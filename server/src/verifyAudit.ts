import { verifyStandalone } from './audit/verify/standalone.ts';

// The composition root of the verifier that stands alone, `dist/verify-audit.mjs`.

try {
  process.exitCode = await verifyStandalone({
    args: process.argv.slice(2),
    print: (text) => process.stdout.write(text),
    tell: (text) => process.stderr.write(text),
  });
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 3;
}
