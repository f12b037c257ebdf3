import { policyManners } from '../policy/policy';
import { attempt } from './attempt';

// What whoever calls the policy by way of somebody else has to know of it.
void attempt(({ policy }) => policyManners(policy).codePage.name);
