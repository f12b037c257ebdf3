import {
  definePolicy,
  runDialog,
  SimulatedRasServer,
  type DialogReport,
  type PolicyFunction,
  type Policy,
} from 'rasshost';

/** One simulated call whose caller speaks to a policy. */
export function dial(
  policy: Policy | PolicyFunction,
  options?: ConstructorParameters<typeof SimulatedRasServer>[0],
) {
  const server = new SimulatedRasServer(options);
  const reports: DialogReport[] = [];
  const chosen = typeof policy === 'function' ? definePolicy(policy) : policy;
  let done!: Promise<void>;
  const caller = server.call((transaction) => {
    done = runDialog(transaction, chosen, (report) => reports.push(report));
  });
  return {
    server,
    caller,
    reports,
    /** Settles when nothing is left to do for the call. */
    done,
    /** The names of the calls, without `RasSecurityDialog`. */
    calls: (): string[] => server.trace.map(({ call }) => call.replace('RasSecurityDialog', '')),
  };
}
