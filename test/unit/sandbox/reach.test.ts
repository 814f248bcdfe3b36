import { expect, test } from 'vitest';
import { kindOfAddress } from '../../../server/src/base/addresses.ts';
import { isWithin } from '../../../server/src/sandbox/network/reach.ts';

const near = ['127.0.0.1', '::1'];
const inner = ['10.0.0.1', 'fd12::1'];
const outer = ['8.8.8.8', '2606:4700::1111'];
const never = ['169.254.169.254', '::ffff:127.0.0.1', 'nonsense'];

test.each([
  ['public', outer],
  ['private', [...inner, ...outer]],
  ['loopback', near],
] as const)('a host that is %s leads to its own addresses only', (reach, within) => {
  const all = [...near, ...inner, ...outer, ...never];
  expect(all.filter((address) => isWithin(kindOfAddress(address), reach))).toEqual(within);
});
