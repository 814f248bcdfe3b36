/** Where in `docs` people read what the audit log proves and against whom: a heading, as Markdown previews name it. */
export const threatModel = { file: 'audit-format.md', heading: 'against-whom' } as const;
