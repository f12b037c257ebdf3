/**
 * How a frame of PPP begins (RFC 1662): flag, all stations. No text of a dialog has these two
 * characters in a row. Each character stands for one byte.
 */
export const PPP_BEGINNING = '\x7e\xff';

/**
 * The LCP Configure-Request with which a RAS server begins PPP (RFC 1661, in the framing of
 * RFC 1662). It is byte for byte that of the emulator. A client's may differ, but not in what a dialog
 * looks at. Each character stands for one byte.
 */
export const LCP_CONFIGURE_REQUEST = Buffer.from(
  '7eff7d23c0217d217d217d207d377d227d267d207d207d207d207d237d25' +
    'c223817d257d26524153217d277d229b737e',
  'hex',
).toString('latin1');
