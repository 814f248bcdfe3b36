import * as z from 'zod';

/** What kind of work a model is asked for, as far as it matters to the choice of the model. */
export const taskType = z.enum([
  'boilerplate',
  'formatting',
  'implementation',
  'review',
  'security_review',
  'architecture',
]);
export type TaskType = z.infer<typeof taskType>;
