/**
 * What a RAS server sends a caller whom the security DLL has let pass: the LCP Configure-Request
 * with which PPP begins (RFC 1661, in the framing of RFC 1662), byte by byte that of the emulator.
 * A character a byte.
 */
export const LCP_CONFIGURE_REQUEST = Buffer.from(
  '7eff7d23c0217d217d217d207d377d227d267d207d207d207d207d237d25' +
    'c223817d257d26524153217d277d229b737e',
  'hex',
).toString('latin1');

/** Where a server begins PPP: flag, all stations (RFC 1662). No text of a dialog has these. */
const PPP_START = '\x7e\xff';

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
    const at = all.indexOf(PPP_START);
    begun = at >= 0;
    if (begun) {
      show(`${all.slice(0, at)}[PPP begins]\r\n`);
      return;
    }
    // The flag alone may be the tilde of a text: only the next byte tells.
    held = all.endsWith('\x7e') ? '\x7e' : '';
    show(all.slice(0, all.length - held.length));
  };
}
