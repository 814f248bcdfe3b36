import { Failure } from '../base/failure.ts';
import type { Profile } from './profile.ts';

interface Settings {
  testsRequired: boolean;
  minCoverage: number;
  peerReviewCount: number;
  performanceCheck: boolean;
}

type Read = (value: string, settings: Settings) => string | null;

const onOff = (set: (settings: Settings, value: boolean) => void): Read => {
  return (value, settings) => {
    if (value !== 'true' && value !== 'false') return 'must be true or false';
    set(settings, value === 'true');
    return null;
  };
};
const whole = (max: number, set: (settings: Settings, value: number) => void): Read => {
  return (value, settings) => {
    if (!/^\d{1,4}$/.test(value) || Number(value) > max) return `must be a whole number from 0 to ${max}`;
    set(settings, Number(value));
    return null;
  };
};

const keys: Readonly<Record<string, Read>> = {
  GATE_TESTS_REQUIRED: onOff((settings, value) => (settings.testsRequired = value)),
  GATE_MIN_COVERAGE: whole(100, (settings, value) => (settings.minCoverage = value)),
  GATE_SECURITY_SCAN: (value) => {
    if (value === 'true') return null;
    return value === 'false' ? 'cannot be false: the secret scan is part of every profile' : 'must be true';
  },
  GATE_PEER_REVIEW_COUNT: whole(100, (settings, value) => (settings.peerReviewCount = value)),
  GATE_PERFORMANCE_CHECK: onOff((settings, value) => (settings.performanceCheck = value)),
};

/**
 * Reads a profile of `KEY=value` lines; `#` begins a comment line. Strict: an unknown or doubled key or a value that
 * does not fit refuses the file, for a gate that was switched off by a slip would go unnoticed.
 */
export function parseProfile(name: string, text: string, file: string): Profile {
  const settings: Settings = { testsRequired: true, minCoverage: 0, peerReviewCount: 0, performanceCheck: false };
  const seen = new Set<string>();
  for (const [index, raw] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const problem = readLine(line, settings, seen);
    if (problem !== null) throw new Failure('config_invalid', `${file}:${index + 1}: ${problem}`);
  }
  return {
    name,
    gates: [
      { id: 'tests', isRequired: settings.testsRequired },
      { id: 'secrets', isRequired: true },
      ...(settings.minCoverage > 0 ? [{ id: 'coverage', isRequired: true } as const] : []),
      ...(settings.peerReviewCount > 0 ? [{ id: 'peer_review', isRequired: true } as const] : []),
      ...(settings.performanceCheck ? [{ id: 'performance', isRequired: true } as const] : []),
    ],
  };
}

function readLine(line: string, settings: Settings, seen: Set<string>): string | null {
  const parts = /^([A-Z_]+)=(\S*)$/.exec(line);
  if (parts === null) return `${JSON.stringify(line.slice(0, 80))} is not KEY=value`;
  const [, key = '', value = ''] = parts;
  const read = Object.hasOwn(keys, key) ? keys[key] : undefined;
  if (read === undefined) return `${key} is not known; known: ${Object.keys(keys).join(', ')}`;
  if (seen.has(key)) return `${key} is set twice`;
  seen.add(key);
  const problem = read(value, settings);
  return problem === null ? null : `${key} ${problem}`;
}
