import { rules } from '@secretlint/secretlint-rule-preset-recommend';
import { expect, test } from 'vitest';
import { hasRedactionMarker } from '../../../server/src/scan/redact.ts';

test.each([
  'a = «redacted:jwt»',
  'a = « Redacted : jwt »',
  String.raw`echo -e 'a = \u00abredacted:jwt\u00bb' > f`,
  String.raw`printf 'a = \xc2\xabredacted:jwt\xc2\xbb' >> f`,
  'x = "«redac" + "ted:jwt»"',
  "cat > f <<'EOF'\na = «redacted:private-key»\nEOF",
])('%j carries a redaction marker into a file', (text) => {
  expect(hasRedactionMarker(text)).toBe(true);
});

test.each(['«quoted»', 'redacted: yes', ''])('%j carries none', (text) => {
  expect(hasRedactionMarker(text)).toBe(false);
});

// With another rule there, think of what switches secretlint on: a hint in scan/secretlint.ts.
test('the rules of secretlint are those that the hints were made for', () => {
  expect(rules.map(({ meta }) => meta.id.replace('@secretlint/secretlint-rule-', '')).join(' ')).toBe(
    'aws gcp privatekey npm basicauth slack sendgrid shopify stripe github gitlab grafana openai anthropic groq huggingface linear notion 1password database-connection-string hashicorp-vault vercel databricks docker figma cloudflare tailscale filter-comments',
  );
});
