import { developmentTools } from './developmentTools.ts';
import { gitTools } from './gitTools.ts';
import { readingTools } from './readingTools.ts';
import { shellTools } from './shellTools.ts';
import type { Tool } from './tool.ts';
import { writingTools } from './writingTools.ts';

/**
 * What is known about programs, by name, or by name and subcommand for git. A program that is not here has words that may
 * be paths and options that nobody knows: it runs when `allowed_commands` lists it, and its words are taken for paths.
 */
export const tools: ReadonlyMap<string, Tool> = new Map([
  ...shellTools,
  ...readingTools,
  ...writingTools,
  ...developmentTools,
  ...gitTools,
]);
