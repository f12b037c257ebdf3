/** As node.exe ends whose token may not open its window station: STATUS_DLL_INIT_FAILED. */
process.exit(0xc0000142 | 0);
