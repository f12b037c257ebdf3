import { Option } from 'commander';
import { LOAD_SECONDS } from '../loading/load-bounds';
import { wholeNumber } from './whole-number';

/** For each command that loads a policy. */
export function loadSecondsOption(): Option {
  const description = `longest loading of the policy (default ${LOAD_SECONDS})`;
  return new Option('--load-seconds <n>', description).argParser(wholeNumber(1, 600));
}
