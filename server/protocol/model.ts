import * as z from 'zod/mini';
import { clientRequest, serverRequest } from './message.ts';
import { workspaceFolder } from './workspace.ts';

const name = z.string().check(z.minLength(1), z.maxLength(200));
const text = z.string().check(z.maxLength(4 * 1024 * 1024));

/** What can really be asked: providers with a key, servers of this machine that answer, the editor's own models. */
export const modelList = clientRequest(
  'loki/model/list',
  z.strictObject({ workspace: workspaceFolder }),
  z.strictObject({
    providers: z.array(
      z.strictObject({
        name: z.string(),
        detail: z.string(),
        isReady: z.boolean(),
        /** A key is what it lacks, and all that a person could give it here. */
        lacksKey: z.boolean(),
        isSimulated: z.boolean(),
        models: z.array(z.strictObject({ name: z.string(), tier: z.nullable(z.enum(['fast', 'balanced', 'best'])) })),
      }),
    ),
  }),
);

/** The server asks which language models the editor has, as `vendor/id`. Asks no person and sends nothing to a model. */
export const editorModelList = serverRequest(
  'loki/editorModel/list',
  z.strictObject({}),
  z.strictObject({ models: z.array(name) }),
);

const call = z.strictObject({ callId: text, tool: text, input: z.unknown() });

/** One turn of a conversation, as the client hands it to the editor's model. */
const turn = z.discriminatedUnion('role', [
  z.strictObject({ role: z.literal('user'), text }),
  z.strictObject({ role: z.literal('assistant'), text, calls: z.array(call) }),
  z.strictObject({ role: z.literal('tool'), results: z.array(z.strictObject({ callId: text, text })) }),
]);

const editorModelRequest = z.strictObject({
  model: name,
  instructions: text,
  turns: z.array(turn),
  tools: z.array(z.strictObject({ name: text, description: text, inputSchema: z.record(z.string(), z.unknown()) })),
  maxOutputTokens: z.int(),
});
export type EditorModelRequest = Readonly<z.infer<typeof editorModelRequest>>;

const editorModelAnswer = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('answered'), text, calls: z.array(call) }),
  /** No such model, no consent, no quota, or it refused: `why` is for people. `isSent`: something may be owed. */
  z.strictObject({ kind: z.literal('failed'), why: z.string(), isSent: z.boolean() }),
]);
export type EditorModelAnswer = Readonly<z.infer<typeof editorModelAnswer>>;

/**
 * The server asks one of the editor's models, after it has decided, reserved and recorded the request. The editor asks the
 * user for consent the first time.
 */
export const editorModelAsk = serverRequest('loki/editorModel/ask', editorModelRequest, editorModelAnswer);
