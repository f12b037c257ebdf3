import { attempt } from '../loading/attempt';
import { policyFacts } from './policy-facts';

void attempt(policyFacts);
