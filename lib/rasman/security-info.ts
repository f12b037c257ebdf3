/**
 * RAS_SECURITY_INFO, as RasSecurityDialogGetInfo fills it.
 * @category Transactions
 */
export interface RasSecurityInfo {
  /** State of the last Receive: SUCCESS (0), PENDING (600) while it runs, else why it failed. */
  readonly lastError: number;
  /** Meaningful only when {@link lastError} is SUCCESS. */
  readonly bytesReceived: number;
  /** Friendly name of the modem, at most 128 single-byte characters. */
  readonly deviceName: string;
}
