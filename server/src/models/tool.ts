/** A JSON Schema (draft 7) of one tool's arguments, as `z.toJSONSchema` makes it. */
export type JsonSchema = Readonly<Record<string, unknown>>;
