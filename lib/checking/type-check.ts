import { typeErrors } from './type-errors';

// The process of `rasshost check` that checks types, which takes seconds in which nothing else
// happens: `node type-check.js POLICY` writes a TypeReport, or null, as JSON to standard output.
const [, , policy = ''] = process.argv;
process.stdout.write(JSON.stringify(typeErrors(policy) ?? null));
