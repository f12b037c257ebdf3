import { definePolicy, grant, type Dialog, type PolicyOptions } from 'rasshost';
import { dial, type Caller, type DialOptions } from 'rasshost/testing';

/** A call to a policy that asks something, and shows in brackets what it got. */
export function asked(
  ask: (dialog: Dialog) => Promise<unknown>,
  options: DialOptions = {},
  manners: PolicyOptions = {},
): Caller {
  const policy = definePolicy(async (dialog) => {
    const answer = await ask(dialog);
    dialog.print(`[${JSON.stringify(answer)}]`);
    return grant({ userName: 'alice', domain: 'CONTOSO' });
  }, manners);
  return dial(policy, options);
}
