import { definePolicy, grant } from 'rasshost';
import { chooseCase, DOMAIN } from './cases';
import { Probe } from './probe';

/** Runs the contract case that the caller names: SUCCESS with its id, or ERROR. */
export default definePolicy(async (dialog) => {
  const probe = new Probe(dialog.transaction);
  const { id, body } = await chooseCase(probe);
  await body(probe);
  return grant({ userName: id, domain: DOMAIN });
});
