import type { Meter } from '#protocol/cost';
import type { RunSummary } from '#protocol/task';
import { money } from '../shared/money.ts';
import type { TaskModel } from './taskModel.ts';

export interface MoneyShares {
  readonly spentUsd: number;
  readonly reservedUsd: number;
  readonly limitUsd: number | null;
  /** Shares of the limit, in percent; together at most 100. */
  readonly spentPercent: number;
  readonly reservedPercent: number;
  /** Where the meter begins to warn, in percent. */
  readonly alertPercent: number;
  readonly isAlert: boolean;
  /** All of it in one sentence: what the picture says, for those who cannot see it. */
  readonly words: string;
}

interface Window {
  readonly spentUsd: number;
  readonly reservedUsd: number;
  readonly limitUsd: number | null;
}

/** A window of money as shares of its limit. */
export function moneyShares({ spentUsd, reservedUsd, limitUsd }: Window, alertThreshold: number): MoneyShares {
  const whole = limitUsd !== null && limitUsd > 0 ? limitUsd : Math.max(spentUsd + reservedUsd, Number.EPSILON);
  const spentPercent = Math.min(100, (spentUsd / whole) * 100);
  const reservedPercent = Math.min(100 - spentPercent, (reservedUsd / whole) * 100);
  const isAlert = limitUsd !== null && spentUsd >= limitUsd * alertThreshold;
  const alertPercent = Math.min(100, Math.max(0, alertThreshold * 100));
  const reserved = reservedUsd > 0 ? `, ${money(reservedUsd)} reserved` : '';
  const words =
    limitUsd === null
      ? `${money(spentUsd)} spent${reserved}; no limit is set`
      : `${money(spentUsd)} of ${money(limitUsd)} spent (${share(spentUsd, limitUsd)})${reserved}; ${isAlert ? 'beyond' : 'warns at'} ${Math.round(alertPercent)} %`;
  return { spentUsd, reservedUsd, limitUsd, spentPercent, reservedPercent, alertPercent, isAlert, words };
}

/** The task's own window: the meter where it is told, else what the run's events say. */
export function taskWindow(summary: RunSummary, model: TaskModel, meter: Meter | null): Window {
  const isUnderWay = summary.state === 'working' || summary.state === 'awaiting';
  // The meter follows the latest task of the workspace; only the task that is under way is sure to be that one.
  if (isUnderWay && meter?.task && meter.simulated === summary.simulated) return meter.task;
  const { cost, result } = model;
  return {
    spentUsd: result?.costUsd ?? cost?.costUsd ?? summary.costUsd,
    reservedUsd: isUnderWay ? (cost?.reservedUsd ?? 0) : 0,
    limitUsd: cost?.limitUsd ?? summary.limitUsd,
  };
}

function share(part: number, whole: number): string {
  if (whole <= 0) return 'all of it';
  const percent = (part / whole) * 100;
  return percent > 0 && percent < 1 ? 'less than 1 %' : `${Math.round(percent)} %`;
}
