import type { TaskType } from '../base/taskType.ts';
import type { Agent } from './agent.ts';

const formatting =
  /\b(re)?format(s|ted|ting)?\b|\b(prettier|whitespace|indentation|typos?|spelling)\b|\blint(er|ing)?\b/i;
const boilerplate = /\b(boiler-?plate|scaffold(s|ing)?|skeleton|stubs?|licen[cs]e headers?)\b/i;

/** What kind of work an agent does at a task: what its role says, else what the words of the task name. */
export function taskTypeOf({ taskType, phase }: Pick<Agent, 'taskType' | 'phase'>, task: string): TaskType {
  if (taskType !== undefined) return taskType;
  if (phase === 'reason') return 'architecture';
  if (phase === 'reflect') return 'review';
  if (formatting.test(task)) return 'formatting';
  return boilerplate.test(task) ? 'boilerplate' : 'implementation';
}
