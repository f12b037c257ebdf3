/**
 * What a string of a dial-up script means when it is sent or waited for: `^M` and the like are
 * control characters, `<cr>` and `<lf>` the ends of lines, and a backslash takes away the meaning
 * of what follows it.
 */
export function scpText(text: string): string {
  return text.replace(
    /\\(.)|\^(.)|<(cr|lf)>/gis,
    (_, escaped?: string, control?: string, end?: string) => {
      if (escaped !== undefined) return escaped;
      if (end !== undefined) return end.toLowerCase() === 'cr' ? '\r' : '\n';
      const code = (control ?? '').toUpperCase().charCodeAt(0);
      return code >= 0x40 && code <= 0x5f ? String.fromCharCode(code - 0x40) : (control ?? '');
    },
  );
}
