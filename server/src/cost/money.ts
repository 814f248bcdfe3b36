import { limitText } from '#protocol/limitText';
import { invariant } from '../base/invariant.ts';

/** Money in whole millionths of a US dollar. Never negative, always a safe integer. */
export type MicroUsd = number & { readonly brand: 'MicroUsd' };

export function microUsd(amount: number): MicroUsd {
  invariant(Number.isSafeInteger(amount) && amount >= 0, `not an amount of micro-dollars: ${amount}`);
  return amount as MicroUsd;
}

/** Dollars for people and reports; micro-dollars stay the unit of every calculation. */
export function toUsd(amount: MicroUsd): number {
  return amount / 1_000_000;
}

/** A limit in words. */
export function limitWords(amount: MicroUsd): string {
  return `$${limitText(toUsd(amount))}`;
}

/** A limit as people write it, any number of decimals, rounded down to the micro-dollar; null when it is no positive number. */
export function parseLimitUsd(text: string): MicroUsd | null {
  const match = /^(\d{1,9})(?:\.(\d+))?$/.exec(text.trim());
  if (match === null) return null;
  const whole = Number(match[1]) * 1_000_000;
  const fraction = Number((match[2] ?? '').slice(0, 6).padEnd(6, '0'));
  const amount = whole + fraction;
  return amount > 0 ? microUsd(amount) : null;
}
