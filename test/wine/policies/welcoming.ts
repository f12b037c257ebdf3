import { definePolicy, grant } from 'rasshost';

/** Lets everybody in who calls, without a word. */
export default definePolicy(async () => grant({ userName: 'alice', domain: 'CONTOSO' }));
