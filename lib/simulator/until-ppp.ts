import { PPP_BEGINNING } from '../dialog/ppp-frames';

const [PPP_FLAG = ''] = PPP_BEGINNING;

/**
 * Passes on what a caller sees of a call, up to where PPP takes over from the terminal, which is
 * shown as `[PPP begins]`.
 */
export function untilPpp(show: (text: string) => void): (text: string) => void {
  let begun = false;
  let held = '';
  return (text) => {
    if (begun) return;
    const all = held + text;
    const at = all.indexOf(PPP_BEGINNING);
    begun = at >= 0;
    if (begun) {
      show(`${all.slice(0, at)}[PPP begins]\r\n`);
      return;
    }
    // The flag alone may be the tilde of a text: only the next byte tells.
    held = all.endsWith(PPP_FLAG) ? PPP_FLAG : '';
    show(all.slice(0, all.length - held.length));
  };
}
