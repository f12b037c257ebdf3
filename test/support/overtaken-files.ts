/** Files in the directory of a service, which test/wine/policies/overtaken.ts and the test share. */
export const VERDICTS = 'verdicts';
/** The test: the service is STOP_PENDING, or further. */
export const STOPPING = 'while-stopping';
/** The test: it is STOPPED. */
export const STOPPED = 'when-stopped';
