import { definePolicy, deny, grant } from 'rasshost';

/** Lets in whoever types an even number, as the user of that number. */
export default definePolicy(async (dialog) => {
  const number = await dialog.ask('Number: ');
  if (number === 'none') throw new Error('that is no number');
  const identity = { userName: `user-${number}`, domain: 'CONTOSO' };
  return Number(number) % 2 === 0 ? grant(identity) : deny(identity);
});
