import type { LoadedPolicy } from '../loading/load-policy';
import { checkPolicy } from '../policy/check-policy';
import { policySelfCheck } from '../policy/policy';
import { policyTexts, type PolicyTexts } from './policy-texts';

/** What only the loaded policy can tell. */
export interface PolicyFacts {
  /** What has come of the policy's self-check: an error in words. */
  readonly selfCheck: 'none' | 'ok' | { readonly error: string };
  readonly texts: PolicyTexts;
}

export async function policyFacts(loaded: LoadedPolicy): Promise<PolicyFacts> {
  const texts = policyTexts(loaded);
  if (policySelfCheck(loaded.policy) === undefined) return { selfCheck: 'none', texts };
  try {
    await checkPolicy(loaded.policy);
    return { selfCheck: 'ok', texts };
  } catch (error) {
    return { selfCheck: { error: (error as Error).message }, texts };
  }
}
