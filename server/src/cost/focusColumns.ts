import type { FocusCharge } from './focusCharges.ts';
import { toUsd } from './money.ts';

// A charge in the columns of FOCUS 1.2, the FinOps Open Cost and Usage Specification (https://focus.finops.org/): every
// column of the specification, in its alphabetical order, then ours with the prefix that it keeps for others. What does
// not apply is null.

export type FocusCell = string | number | null;

type Columns = readonly (readonly [name: string, cell: (charge: FocusCharge) => FocusCell])[];

const none = (): null => null;
const cost = ({ amount }: FocusCharge): string => toUsd(amount).toFixed(6);
// What nobody measured has no tokens, but FOCUS wants a quantity for every use: then it is the requests.
const quantity = ({ measured, input, output, calls }: FocusCharge): number => (measured === 1 ? input + output : calls);
const unit = ({ measured }: FocusCharge): string => (measured === 1 ? 'Tokens' : 'Requests');
const counted = (value: (charge: FocusCharge) => number) => (charge: FocusCharge) =>
  charge.measured === 1 ? value(charge) : null;

/** What a token came to: prices differ by kind of token, so it is the charge spread over all of them. */
function unitPrice(charge: FocusCharge): string {
  return (toUsd(charge.amount) / quantity(charge)).toFixed(15);
}

const payer = ({ organisation, person }: FocusCharge): string => organisation || person || 'unknown';
const issuer = ({ provider }: FocusCharge): string => provider;

export const focusColumns: Columns = [
  ['AvailabilityZone', none],
  ['BilledCost', cost],
  ['BillingAccountId', payer],
  ['BillingAccountName', payer],
  ['BillingAccountType', ({ organisation }) => (organisation === '' ? 'User' : 'Organisation')],
  ['BillingCurrency', () => 'USD'],
  ['BillingPeriodEnd', ({ hour }) => monthAfter(hour, 1)],
  ['BillingPeriodStart', ({ hour }) => monthAfter(hour, 0)],
  ['CapacityReservationId', none],
  ['CapacityReservationStatus', none],
  ['ChargeCategory', () => 'Usage'],
  ['ChargeClass', none],
  ['ChargeDescription', describe],
  ['ChargeFrequency', () => 'Usage-Based'],
  ['ChargePeriodEnd', ({ hour }) => hourAfter(hour, 1)],
  ['ChargePeriodStart', ({ hour }) => hourAfter(hour, 0)],
  ['CommitmentDiscountCategory', none],
  ['CommitmentDiscountId', none],
  ['CommitmentDiscountName', none],
  ['CommitmentDiscountQuantity', none],
  ['CommitmentDiscountStatus', none],
  ['CommitmentDiscountType', none],
  ['CommitmentDiscountUnit', none],
  ['ConsumedQuantity', quantity],
  ['ConsumedUnit', unit],
  ['ContractedCost', cost],
  ['ContractedUnitPrice', unitPrice],
  ['EffectiveCost', cost],
  ['InvoiceId', none],
  ['InvoiceIssuerName', issuer],
  ['ListCost', cost],
  ['ListUnitPrice', unitPrice],
  ['PricingCategory', () => 'Standard'],
  ['PricingCurrency', () => 'USD'],
  ['PricingCurrencyContractedUnitPrice', unitPrice],
  ['PricingCurrencyEffectiveCost', cost],
  ['PricingCurrencyListUnitPrice', unitPrice],
  ['PricingQuantity', quantity],
  ['PricingUnit', unit],
  ['ProviderName', issuer],
  ['PublisherName', issuer],
  ['RegionId', none],
  ['RegionName', none],
  ['ResourceId', ({ model }) => model],
  ['ResourceName', ({ model }) => model],
  ['ResourceType', () => 'Model'],
  ['ServiceCategory', () => 'AI and Machine Learning'],
  ['ServiceName', ({ provider }) => `${provider} models`],
  ['ServiceSubcategory', () => 'Generative AI'],
  ['SkuId', ({ provider, model }) => `${provider}/${model}`],
  ['SkuMeter', unit],
  ['SkuPriceDetails', none],
  ['SkuPriceId', ({ provider, model }) => `${provider}/${model}`],
  ['SubAccountId', ({ project }) => project],
  ['SubAccountName', ({ project }) => project.split(/[\\/]/).at(-1) ?? project],
  ['SubAccountType', () => 'Project'],
  ['Tags', ({ task, agent, phase, person }) => JSON.stringify({ task, agent, phase, user: person })],
  ['x_Agent', ({ agent }) => agent],
  ['x_CacheReadTokens', counted(({ cacheRead }) => cacheRead)],
  ['x_CacheWriteTokens', counted(({ cacheWrite }) => cacheWrite)],
  ['x_Calls', ({ calls }) => calls],
  ['x_InputTokens', counted(({ input }) => input)],
  ['x_IsMeasured', ({ measured }) => (measured === 1 ? 'true' : 'false')],
  ['x_OutputTokens', counted(({ output }) => output)],
  ['x_Phase', ({ phase }) => phase],
  ['x_TaskId', ({ task }) => task],
];

function describe({ calls, model, agent, phase, measured }: FocusCharge): string {
  const requests = calls === 1 ? '1 request' : `${calls} requests`;
  const doubt = measured === 1 ? '' : ', unmeasured: charged at the worst case that was reserved';
  return `${requests} to ${model} by ${agent} in the phase ${phase}${doubt}`;
}

function hourAfter(hour: string, hours: number): string {
  return iso(new Date(Date.parse(`${hour}:00:00Z`) + hours * 3_600_000));
}

function monthAfter(hour: string, months: number): string {
  const [year, month] = [Number(hour.slice(0, 4)), Number(hour.slice(5, 7))];
  return iso(new Date(Date.UTC(year, month - 1 + months, 1)));
}

function iso(at: Date): string {
  return `${at.toISOString().slice(0, 19)}Z`;
}
