import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { definePolicy, deny, grant } from 'rasshost';

const domain = 'CONTOSO';

/** Whoever calls themselves so makes the worker collect its garbage, so that its memory can be read. */
const COLLECTOR = 'collect';

/** What is measured: the dialog that bench/native/reference.cc holds in C++. */
export default definePolicy(async (dialog) => {
  const userName = await dialog.ask('User name: ');
  if (userName === COLLECTOR) collectGarbage();
  const passcode = await dialog.askSecret('Passcode: ', { mask: '*' });
  if (userName !== 'alice' || !passcode.equals('123456')) return deny({ userName, domain });
  dialog.print('Welcome.\r\n');
  return grant({ userName, domain });
});

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc()');
}
