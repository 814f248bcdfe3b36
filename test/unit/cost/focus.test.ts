import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { costGrouping } from '../../../server/protocol/cost.ts';
import { focusCharges } from '../../../server/src/cost/focusCharges.ts';
import { focusCsv } from '../../../server/src/cost/focusCsv.ts';
import { projectPath } from '../../../server/src/cost/projectPath.ts';
import { costReport } from '../../../server/src/cost/report.ts';
import type { Ledger, ReservationRequest } from '../../../server/src/cost/ledger.ts';
import { aClock, aLedger, reserved, used } from './aLedger.ts';

// The columns of FOCUS 1.2, from its specification (https://focus.finops.org/focus-specification/v1-2/, "Columns"): their
// names in its order, and those that every dataset must have.
const columns = `AvailabilityZone BilledCost! BillingAccountId! BillingAccountName! BillingAccountType BillingCurrency!
  BillingPeriodEnd! BillingPeriodStart! CapacityReservationId CapacityReservationStatus ChargeCategory! ChargeClass!
  ChargeDescription! ChargeFrequency ChargePeriodEnd! ChargePeriodStart! CommitmentDiscountCategory CommitmentDiscountId
  CommitmentDiscountName CommitmentDiscountQuantity CommitmentDiscountStatus CommitmentDiscountType
  CommitmentDiscountUnit ConsumedQuantity ConsumedUnit ContractedCost! ContractedUnitPrice EffectiveCost! InvoiceId
  InvoiceIssuerName! ListCost! ListUnitPrice PricingCategory PricingCurrency PricingCurrencyContractedUnitPrice
  PricingCurrencyEffectiveCost PricingCurrencyListUnitPrice PricingQuantity! PricingUnit! ProviderName! PublisherName!
  RegionId RegionName ResourceId ResourceName ResourceType ServiceCategory! ServiceName! ServiceSubcategory SkuId SkuMeter
  SkuPriceDetails SkuPriceId SubAccountId SubAccountName SubAccountType Tags`
  .split(/\s+/)
  .map((name) => ({ name: name.replace('!', ''), isMandatory: name.endsWith('!') }));

/** May be null in a mandatory column: no charge of ours corrects another. */
const nullable = new Set(['ChargeClass']);

/** By the specification not null for the use of something that is no correction, or where the column beside it is not. */
const neverNull = ['ConsumedQuantity', 'ConsumedUnit', 'ListUnitPrice', 'ContractedUnitPrice', 'BillingAccountType']
  .concat(['PricingCategory', 'PricingCurrency', 'PricingCurrencyContractedUnitPrice', 'PricingCurrencyListUnitPrice'])
  .concat(['SkuId', 'SkuMeter', 'SkuPriceId', 'SubAccountType', 'ChargeFrequency']);

describe('the columns of FOCUS', () => {
  it('are all of the specification, in its order, then ours with its prefix', () => {
    const [header = []] = parseCsv(focusCsv([]));
    expect(header.slice(0, columns.length)).toEqual(columns.map(({ name }) => name));
    for (const name of header.slice(columns.length)) expect(name).toMatch(/^x_[A-Z][A-Za-z]+$/);
    expect(new Set(header).size).toBe(header.length);
  });

  it('hold what the specification asks of them', () => {
    const { rows } = reportOf((ledger) => {
      ledger.settle(reserved(ledger, { organisation: 'acme' }).reservationId, used(700, 33));
      ledger.settle(reserved(ledger).reservationId, null);
    });
    expect(rows).toHaveLength(2);
    for (const row of rows) {
      for (const { name, isMandatory } of columns) {
        if (isMandatory && !nullable.has(name)) expect(row[name], name).not.toBe('');
      }
      for (const name of neverNull) expect(row[name], name).not.toBe('');
      const [unitPrice, quantity] = [Number(row['ListUnitPrice']), Number(row['PricingQuantity'])];
      expect(unitPrice * quantity).toBeCloseTo(Number(row['ListCost']), 9);
      for (const name of ['BillingPeriodStart', 'BillingPeriodEnd', 'ChargePeriodStart', 'ChargePeriodEnd']) {
        expect(row[name], name).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      }
      for (const name of ['BilledCost', 'EffectiveCost', 'ListCost', 'ContractedCost']) {
        expect(row[name], name).toMatch(/^\d+\.\d{6}$/);
      }
      expect(row).toMatchObject({
        BillingCurrency: 'USD',
        BillingPeriodStart: '2026-03-01T00:00:00Z',
        BillingPeriodEnd: '2026-04-01T00:00:00Z',
        ChargeCategory: 'Usage',
        ChargeClass: '',
        ChargeFrequency: 'Usage-Based',
        PricingCategory: 'Standard',
        ServiceCategory: 'AI and Machine Learning',
        ServiceSubcategory: 'Generative AI',
      });
      expect(JSON.parse(row['Tags'] ?? '')).toMatchObject({ task: 'task-1', agent: 'implementer', phase: 'act' });
    }
    const measured = rows.find((row) => row['x_IsMeasured'] === 'true');
    expect(measured).toMatchObject({
      BilledCost: '0.000733',
      ConsumedQuantity: '733',
      ConsumedUnit: 'Tokens',
      BillingAccountId: 'acme',
      BillingAccountType: 'Organisation',
    });
    const unmeasured = rows.find((row) => row['x_IsMeasured'] === 'false');
    expect(unmeasured).toMatchObject({
      BilledCost: '0.003000',
      BillingAccountType: 'User',
      ConsumedQuantity: '1',
      ConsumedUnit: 'Requests',
      PricingQuantity: '1',
      PricingUnit: 'Requests',
      ListUnitPrice: '0.003000000000000',
      x_InputTokens: '',
      x_OutputTokens: '',
    });
  });

  it('have no simulated money: nobody charged it', () => {
    const { rows } = reportOf((ledger) => {
      ledger.settle(reserved(ledger, { isSimulated: true }).reservationId, used(700, 33));
    });
    expect(rows).toEqual([]);
  });
});

describe('a name from elsewhere', () => {
  it.each(['=1+1', '+1', '-1+cmd', '@SUM(A1)', '\t=1', ' =1', '\r=1', '＝1'])(
    '%j is no formula in a table',
    (model) => {
      const { rows } = reportOf((ledger) => {
        ledger.settle(reserved(ledger, { model }).reservationId, used(1, 1));
      });
      expect(rows[0]?.['ResourceId']).toBe(`'${model}`);
    },
  );

  it('stays one field, whatever it contains', () => {
    const model = 'a,"b"\r\nc';
    const { rows } = reportOf((ledger) => {
      ledger.settle(reserved(ledger, { model }).reservationId, used(1, 1));
    });
    expect(rows.map((row) => row['ResourceId'])).toEqual([model]);
  });
});

describe('numbers', () => {
  const request = fc.record({
    taskId: fc.constantFrom('task-a', 'task-b'),
    agent: fc.constantFrom('architect', 'implementer'),
    phase: fc.constantFrom('reason', 'act'),
    model: fc.constantFrom('m1', 'm2'),
    provider: fc.constantFrom('anthropic', 'openai'),
    isSimulated: fc.boolean(),
    day: fc.integer({ min: 10, max: 12 }),
    output: fc.option(fc.integer({ min: 0, max: 2000 })),
  });

  it('add up to the same by every grouping and in FOCUS, to the micro-dollar', () => {
    fc.assert(
      fc.property(fc.array(request, { maxLength: 15 }), (requests) => {
        let [real, simulated] = [0, 0];
        const { lokiHome, rows } = reportOf((ledger, clock) => {
          for (const { day, output, ...who } of requests) {
            clock.set(`2026-03-${day}T12:00:00`);
            const usage = output === null ? null : used(1000, output);
            const { amount } = ledger.settle(reserved(ledger, who).reservationId, usage);
            if (who.isSimulated) simulated += amount;
            else real += amount;
          }
        });
        for (const by of costGrouping.options) {
          const report = costReport(lokiHome, { by, project: projectPath('/nowhere/project') });
          const sum = (isSimulated: boolean) =>
            report.rows.reduce((total, row) => total + (row.simulated === isSimulated ? micro(row.costUsd) : 0), 0);
          expect([sum(false), sum(true)], by).toEqual([real, simulated]);
          expect([micro(report.totalUsd), micro(report.simulatedUsd)]).toEqual([real, simulated]);
        }
        expect(rows.reduce((sum, row) => sum + micro(Number(row['BilledCost'])), 0)).toBe(real);
      }),
      { numRuns: 20 },
    );
  });
});

function micro(usd: number): number {
  return Math.round(usd * 1_000_000);
}

/** What a project's FOCUS report says after some spending. */
function reportOf(spend: (ledger: Ledger, clock: ReturnType<typeof aClock>) => void) {
  const clock = aClock();
  const { ledger, lokiHome } = aLedger(clock);
  spend(ledger, clock);
  const [header = [], ...lines] = parseCsv(focusCsv(focusCharges(lokiHome, projectPath(here.project))));
  const rows = lines.map((line) => Object.fromEntries(header.map((name, index) => [name, line[index] ?? ''])));
  return { lokiHome, rows };
}

const here: Pick<ReservationRequest, 'project'> = { project: '/nowhere/project' };

/** A reader of RFC 4180 that knows nothing of the writer. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let [row, cell, isQuoted] = [[] as string[], '', false];
  for (let index = 0; index < text.length; index += 1) {
    const char = text[index] ?? '';
    if (isQuoted && char === '"' && text[index + 1] === '"') {
      cell += char;
      index += 1;
    } else if (char === '"') isQuoted = !isQuoted;
    else if (!isQuoted && char === ',') {
      row.push(cell);
      cell = '';
    } else if (!isQuoted && char === '\r' && text[index + 1] === '\n') {
      rows.push([...row, cell]);
      [row, cell] = [[], ''];
      index += 1;
    } else cell += char;
  }
  expect(isQuoted || cell !== '' || row.length > 0, 'the text ends with a whole record').toBe(false);
  return rows;
}
