'use strict';
// Has apt install packages without starting the services in them, as ppp would: this machine may be
// somebody's server.

const { existsSync, readFileSync, rmSync, writeFileSync } = require('node:fs');

/** What Debian's packages ask before they start a service; exit code 101 forbids it. */
const POLICY = '/usr/sbin/policy-rc.d';

const SCRIPT = `#!/bin/sh
# Made by scripts/without-services.js of rasshost while it runs apt; to be removed if it is still here.
exit 101
`;

/**
 * Runs \`action\`, which may run apt-get, while no package may start a service. Where the machine has
 * a policy of its own that stays in force.
 */
function withoutServices(action, policy = POLICY) {
  const others = existsSync(policy) && readFileSync(policy, 'utf8') !== SCRIPT;
  if (others) return action();
  // Ctrl-C ends apt-get, which then ends the action: so the policy is taken back even so.
  const goOn = () => {};
  process.on('SIGINT', goOn).on('SIGTERM', goOn);
  try {
    writeFileSync(policy, SCRIPT, { mode: 0o755 });
    return action();
  } finally {
    rmSync(policy, { force: true });
    process.off('SIGINT', goOn).off('SIGTERM', goOn);
  }
}

module.exports = { SCRIPT, withoutServices };
