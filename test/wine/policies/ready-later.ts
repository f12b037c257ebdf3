import { definePolicy, grant } from 'rasshost';

let checks = 0;

/** Is able to decide only when it is asked a second time. */
export default definePolicy(() => grant({ userName: 'alice', domain: 'CONTOSO' }), {
  selfCheck() {
    if (++checks === 1) throw new Error('no token server yet');
  },
});
