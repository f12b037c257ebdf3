/**
 * The codes of raserror.h, and the ones of winerror.h that a security DLL meets, by number.
 * Numbers are those of every Windows version, whichever of them still documents a code.
 */
const CODES = [
  [0, 'SUCCESS', 'done (also NO_ERROR and ERROR_SUCCESS)'],
  [5, 'ERROR_ACCESS_DENIED', 'access is denied'],
  [13, 'ERROR_INVALID_DATA', 'the data (here: the configuration) is invalid'],
  [14, 'ERROR_OUTOFMEMORY', 'out of memory'],
  [87, 'ERROR_INVALID_PARAMETER', 'a parameter is wrong'],
  [126, 'ERROR_MOD_NOT_FOUND', 'a module was not found'],
  [127, 'ERROR_PROC_NOT_FOUND', 'an entry point was not found'],
  [170, 'ERROR_BUSY', 'what is asked for is in use'],
  [600, 'PENDING', 'accepted and still running: how Send and Receive succeed'],
  [601, 'ERROR_INVALID_PORT_HANDLE', 'the handle names no RAS port'],
  [602, 'ERROR_PORT_ALREADY_OPEN', 'the port is already open'],
  [603, 'ERROR_BUFFER_TOO_SMALL', "the caller's buffer cannot hold the data"],
  [604, 'ERROR_WRONG_INFO_SPECIFIED', 'wrong port information supplied'],
  [605, 'ERROR_CANNOT_SET_PORT_INFO', 'the port information could not be set'],
  [606, 'ERROR_PORT_NOT_CONNECTED', 'port exists but has no connection'],
  [607, 'ERROR_EVENT_INVALID', 'invalid event object'],
  [608, 'ERROR_DEVICE_DOES_NOT_EXIST', 'no such device'],
  [609, 'ERROR_DEVICETYPE_DOES_NOT_EXIST', 'no such device type'],
  [610, 'ERROR_BUFFER_INVALID', 'bad buffer pointer'],
  [611, 'ERROR_ROUTE_NOT_AVAILABLE', 'the network route is not available'],
  [612, 'ERROR_ROUTE_NOT_ALLOCATED', 'the network route is not allocated'],
  [613, 'ERROR_INVALID_COMPRESSION_SPECIFIED', 'bad choice of compression'],
  [614, 'ERROR_OUT_OF_BUFFERS', 'RAS buffer pool exhausted'],
  [615, 'ERROR_PORT_NOT_FOUND', 'port name not found'],
  [616, 'ERROR_ASYNC_REQUEST_PENDING', 'an asynchronous request is already outstanding'],
  [617, 'ERROR_ALREADY_DISCONNECTING', 'port is already being disconnected'],
  [618, 'ERROR_PORT_NOT_OPEN', 'port not open'],
  [
    619,
    'ERROR_PORT_DISCONNECTED',
    'the port is disconnected; what RasSecurityDialogEnd returns to end a transaction',
  ],
  [620, 'ERROR_NO_ENDPOINTS', 'no endpoints could be determined'],
  [621, 'ERROR_CANNOT_OPEN_PHONEBOOK', 'the phone book could not be opened'],
  [622, 'ERROR_CANNOT_LOAD_PHONEBOOK', 'the phone book could not be loaded'],
  [623, 'ERROR_CANNOT_FIND_PHONEBOOK_ENTRY', 'the phone book entry was not found'],
  [624, 'ERROR_CANNOT_WRITE_PHONEBOOK', 'the phone book could not be written'],
  [625, 'ERROR_CORRUPT_PHONEBOOK', 'the phone book holds invalid information'],
  [626, 'ERROR_CANNOT_LOAD_STRING', 'a string could not be loaded'],
  [627, 'ERROR_KEY_NOT_FOUND', 'a key was not found'],
  [628, 'ERROR_DISCONNECTION', 'connection on the port was dropped'],
  [629, 'ERROR_REMOTE_DISCONNECTION', 'remote computer dropped the connection'],
  [630, 'ERROR_HARDWARE_FAILURE', 'dropped because of hardware failure'],
  [631, 'ERROR_USER_DISCONNECTION', 'dropped by the (local) user'],
  [632, 'ERROR_INVALID_SIZE', 'the structure has the wrong size'],
  [633, 'ERROR_PORT_NOT_AVAILABLE', 'the port is busy or not configured'],
  [634, 'ERROR_CANNOT_PROJECT_CLIENT', 'the caller could not be registered on the network'],
  [635, 'ERROR_UNKNOWN', 'unknown failure'],
  [636, 'ERROR_WRONG_DEVICE_ATTACHED', 'wrong device on port'],
  [637, 'ERROR_BAD_STRING', 'a string could not be converted'],
  [638, 'ERROR_REQUEST_TIMEOUT', 'request timed out'],
  [639, 'ERROR_CANNOT_GET_LANA', 'no free NetBIOS adapter number'],
  [640, 'ERROR_NETBIOS_ERROR', 'a NetBIOS error occurred'],
  [641, 'ERROR_SERVER_OUT_OF_RESOURCES', 'server out of resources'],
  [642, 'ERROR_NAME_EXISTS_ON_NET', 'a NetBIOS name of the caller is already in use'],
  [643, 'ERROR_SERVER_GENERAL_NET_FAILURE', 'a network adapter of the server failed'],
  [644, 'WARNING_MSG_ALIAS_NOT_ADDED', 'network message pop-ups will not be received'],
  [645, 'ERROR_AUTH_INTERNAL', 'internal authentication error'],
  [646, 'ERROR_RESTRICTED_LOGON_HOURS', 'the account may not log on at this hour'],
  [647, 'ERROR_ACCT_DISABLED', 'account disabled'],
  [648, 'ERROR_PASSWD_EXPIRED', 'password expired'],
  [649, 'ERROR_NO_DIALIN_PERMISSION', 'account lacks dial-in permission'],
  [650, 'ERROR_SERVER_NOT_RESPONDING', 'remote access server not responding'],
  [651, 'ERROR_FROM_DEVICE', 'modem/device reported an error'],
  [652, 'ERROR_UNRECOGNIZED_RESPONSE', 'device answer not understood'],
  [653, 'ERROR_MACRO_NOT_FOUND', 'a modem script macro was not found'],
  [654, 'ERROR_MACRO_NOT_DEFINED', 'a modem script macro is not defined'],
  [655, 'ERROR_MESSAGE_MACRO_NOT_FOUND', 'the message macro was not found'],
  [656, 'ERROR_DEFAULTOFF_MACRO_NOT_FOUND', 'the defaultoff macro was not found'],
  [657, 'ERROR_FILE_COULD_NOT_BE_OPENED', 'a file could not be opened'],
  [658, 'ERROR_DEVICENAME_TOO_LONG', 'the device name is too long'],
  [659, 'ERROR_DEVICENAME_NOT_FOUND', 'the device name was not found in the .INF file'],
  [660, 'ERROR_NO_RESPONSES', 'the .INF file has no responses'],
  [661, 'ERROR_NO_COMMAND_FOUND', 'the .INF file lacks a command'],
  [662, 'ERROR_WRONG_KEY_SPECIFIED', 'an unexpected keyword was set in the .INF file'],
  [663, 'ERROR_UNKNOWN_DEVICE_TYPE', 'unknown device type in the .INF file'],
  [664, 'ERROR_ALLOCATING_MEMORY', 'memory allocation failed'],
  [665, 'ERROR_PORT_NOT_CONFIGURED', 'port not configured for remote access'],
  [666, 'ERROR_DEVICE_NOT_READY', 'modem/device not functioning'],
  [667, 'ERROR_READING_INI_FILE', 'the .INF file could not be read'],
  [668, 'ERROR_NO_CONNECTION', 'connection was dropped'],
  [669, 'ERROR_BAD_USAGE_IN_INI_FILE', 'bad usage keyword in the .INF file'],
  [670, 'ERROR_READING_SECTIONNAME', 'a section name of the .INF file could not be read'],
  [671, 'ERROR_READING_DEVICETYPE', 'a device type of the .INF file could not be read'],
  [672, 'ERROR_READING_DEVICENAME', 'a device name of the .INF file could not be read'],
  [673, 'ERROR_READING_USAGE', 'a usage value of the .INF file could not be read'],
  [674, 'ERROR_READING_MAXCONNECTBPS', 'the highest connect speed could not be read'],
  [675, 'ERROR_READING_MAXCARRIERBPS', 'the highest carrier speed could not be read'],
  [676, 'ERROR_LINE_BUSY', 'line busy'],
  [677, 'ERROR_VOICE_ANSWER', 'a human answered'],
  [678, 'ERROR_NO_ANSWER', 'no answer'],
  [679, 'ERROR_NO_CARRIER', 'no carrier'],
  [680, 'ERROR_NO_DIALTONE', 'no dial tone'],
  [681, 'ERROR_IN_COMMAND', 'a modem command in the .INF file is wrong'],
  [682, 'ERROR_WRITING_SECTIONNAME', 'a section name could not be written'],
  [683, 'ERROR_WRITING_DEVICETYPE', 'a device type could not be written'],
  [684, 'ERROR_WRITING_DEVICENAME', 'a device name could not be written'],
  [685, 'ERROR_WRITING_MAXCONNECTBPS', 'the highest connect speed could not be written'],
  [686, 'ERROR_WRITING_MAXCARRIERBPS', 'the highest carrier speed could not be written'],
  [687, 'ERROR_WRITING_USAGE', 'a usage value could not be written'],
  [688, 'ERROR_WRITING_DEFAULTOFF', 'the defaultoff value could not be written'],
  [689, 'ERROR_READING_DEFAULTOFF', 'the defaultoff value could not be read'],
  [690, 'ERROR_EMPTY_INI_FILE', 'the .INF file is empty'],
  [691, 'ERROR_AUTHENTICATION_FAILURE', 'user name/password rejected for the domain'],
  [692, 'ERROR_PORT_OR_DEVICE', 'hardware failure in port or device'],
  [693, 'ERROR_NOT_BINARY_MACRO', 'a binary macro was expected'],
  [694, 'ERROR_DCB_NOT_FOUND', 'the device block was not found'],
  [695, 'ERROR_STATE_MACHINES_NOT_STARTED', 'state machines not started'],
  [696, 'ERROR_STATE_MACHINES_ALREADY_STARTED', 'state machines already started'],
  [697, 'ERROR_PARTIAL_RESPONSE_LOOPING', 'a partial response is looping'],
  [698, 'ERROR_UNKNOWN_RESPONSE_KEY', 'the response keyword is unknown'],
  [699, 'ERROR_RECV_BUF_FULL', 'device answer overflowed the buffer'],
  [700, 'ERROR_CMD_TOO_LONG', 'the expanded modem command is too long'],
  [701, 'ERROR_UNSUPPORTED_BPS', 'the modem moved to an unsupported speed'],
  [702, 'ERROR_UNEXPECTED_RESPONSE', 'device spoke when silence was expected'],
  [703, 'ERROR_INTERACTIVE_MODE', 'the calling program does not support interactive mode'],
  [704, 'ERROR_BAD_CALLBACK_NUMBER', 'bad callback number'],
  [705, 'ERROR_INVALID_AUTH_STATE', 'authentication state invalid'],
  [706, 'ERROR_WRITING_INITBPS', 'the initial speed could not be written'],
  [707, 'ERROR_X25_DIAGNOSTIC', 'X.25 diagnostic indication'],
  [708, 'ERROR_ACCT_EXPIRED', 'account expired'],
  [709, 'ERROR_CHANGING_PASSWORD', 'changing the password failed'],
  [710, 'ERROR_OVERRUN', 'serial overrun'],
  [711, 'ERROR_RASMAN_CANNOT_INITIALIZE', 'RasMan could not initialise'],
  [712, 'ERROR_BIPLEX_PORT_NOT_AVAILABLE', 'no port for a two-way link is available'],
  [713, 'ERROR_NO_ACTIVE_ISDN_LINES', 'no active ISDN line'],
  [714, 'ERROR_NO_ISDN_CHANNELS_AVAILABLE', 'no free ISDN channel'],
  [715, 'ERROR_TOO_MANY_LINE_ERRORS', 'too many line errors'],
  [716, 'ERROR_IP_CONFIGURATION', 'wrong IP configuration'],
  [717, 'ERROR_NO_IP_ADDRESSES', 'no IP address is left in the pool'],
  [718, 'ERROR_PPP_TIMEOUT', 'PPP timeout'],
  [719, 'ERROR_PPP_REMOTE_TERMINATED', 'PPP terminated by remote'],
  [720, 'ERROR_PPP_NO_PROTOCOLS_CONFIGURED', 'no PPP control protocols configured'],
  [721, 'ERROR_PPP_NO_RESPONSE', 'PPP peer not responding'],
  [722, 'ERROR_PPP_INVALID_PACKET', 'invalid PPP packet'],
  [723, 'ERROR_PHONE_NUMBER_TOO_LONG', 'the phone number is too long'],
  [724, 'ERROR_IPXCP_NO_DIALOUT_CONFIGURED', 'IPX dial-out is not configured'],
  [725, 'ERROR_IPXCP_NO_DIALIN_CONFIGURED', 'IPX dial-in is not configured'],
  [726, 'ERROR_IPXCP_DIALOUT_ALREADY_ACTIVE', 'IPX dial-out is already active'],
  [727, 'ERROR_ACCESSING_TCPCFGDLL', 'the TCP/IP configuration DLL could not be used'],
  [728, 'ERROR_NO_IP_RAS_ADAPTER', 'no IP adapter is bound to remote access'],
  [729, 'ERROR_SLIP_REQUIRES_IP', 'SLIP needs the IP protocol'],
  [730, 'ERROR_PROJECTION_NOT_COMPLETE', 'the registration on the network is not complete'],
  [731, 'ERROR_PROTOCOL_NOT_CONFIGURED', 'the protocol is not configured'],
  [732, 'ERROR_PPP_NOT_CONVERGING', 'PPP negotiation not converging'],
  [733, 'ERROR_PPP_CP_REJECTED', 'the PPP control protocol was rejected'],
  [734, 'ERROR_PPP_LCP_TERMINATED', 'PPP LCP terminated'],
  [735, 'ERROR_PPP_REQUIRED_ADDRESS_REJECTED', 'the requested address was rejected'],
  [736, 'ERROR_PPP_NCP_TERMINATED', 'the PPP network protocol was terminated'],
  [737, 'ERROR_PPP_LOOPBACK_DETECTED', 'the line is looped back'],
  [738, 'ERROR_PPP_NO_ADDRESS_ASSIGNED', 'no address was assigned'],
  [739, 'ERROR_CANNOT_USE_LOGON_CREDENTIALS', 'the logon credentials cannot be used'],
  [740, 'ERROR_TAPI_CONFIGURATION', 'the TAPI devices are not configured as needed'],
  [741, 'ERROR_NO_LOCAL_ENCRYPTION', 'the local computer does not support encryption'],
  [742, 'ERROR_NO_REMOTE_ENCRYPTION', 'the remote computer does not support encryption'],
  [743, 'ERROR_REMOTE_REQUIRES_ENCRYPTION', 'the remote computer requires encryption'],
  [744, 'ERROR_IPXCP_NET_NUMBER_CONFLICT', 'the IPX network number is already in use'],
  [745, 'ERROR_INVALID_SMM', 'invalid session manager module'],
  [746, 'ERROR_SMM_UNINITIALIZED', 'the session manager module is uninitialised'],
  [747, 'ERROR_NO_MAC_FOR_PORT', 'no media access control for the port'],
  [748, 'ERROR_SMM_TIMEOUT', 'the caller did not answer in time'],
  [749, 'ERROR_BAD_PHONE_NUMBER', 'bad phone number'],
  [750, 'ERROR_WRONG_MODULE', 'wrong module'],
  [751, 'ERROR_INVALID_CALLBACK_NUMBER', 'invalid callback number'],
  [752, 'ERROR_SCRIPT_SYNTAX', 'script syntax error'],
  [753, 'ERROR_HANGUP_FAILED', 'the connection could not be hung up'],
  [754, 'ERROR_BUNDLE_NOT_FOUND', 'the bundle was not found'],
  [
    755,
    'ERROR_CANNOT_DO_CUSTOMDIAL',
    'a custom dialler is set, so automated dialling is impossible',
  ],
  [756, 'ERROR_DIAL_ALREADY_IN_PROGRESS', 'dialling is already in progress'],
  [757, 'ERROR_RASAUTO_CANNOT_INITIALIZE', 'the automatic connection service could not start'],
  [758, 'ERROR_CONNECTION_ALREADY_SHARED', 'sharing is already on for the connection'],
  [759, 'ERROR_SHARING_CHANGE_FAILED', 'sharing could not be changed'],
  [760, 'ERROR_SHARING_ROUTER_INSTALL', 'no router is installed for sharing'],
  [761, 'ERROR_SHARE_CONNECTION_FAILED', 'sharing could not be enabled for the connection'],
  [762, 'ERROR_SHARING_PRIVATE_INSTALL', 'sharing could not be set up for the private network'],
  [763, 'ERROR_CANNOT_SHARE_CONNECTION', 'the connection cannot be shared'],
  [764, 'ERROR_NO_SMART_CARD_READER', 'no smart card reader is installed'],
  [765, 'ERROR_SHARING_ADDRESS_EXISTS', 'the sharing address already exists'],
  [766, 'ERROR_NO_CERTIFICATE', 'no certificate was found'],
  [767, 'ERROR_SHARING_MULTIPLE_ADDRESSES', 'sharing needs a single address'],
  [768, 'ERROR_FAILED_TO_ENCRYPT', 'the data could not be encrypted'],
  [769, 'ERROR_BAD_ADDRESS_SPECIFIED', 'the address is not reachable'],
  [770, 'ERROR_CONNECTION_REJECT', 'the remote computer rejected the connection'],
  [771, 'ERROR_CONGESTION', 'the network is congested'],
  [772, 'ERROR_INCOMPATIBLE', 'the hardware is incompatible with the call'],
  [773, 'ERROR_NUMBERCHANGED', 'the number has changed'],
  [774, 'ERROR_TEMPFAILURE', 'temporary failure'],
  [775, 'ERROR_BLOCKED', 'the call was blocked by the remote computer'],
  [776, 'ERROR_DONOTDISTURB', 'do-not-disturb is set at the destination'],
  [777, 'ERROR_OUTOFORDER', 'the modem of the remote computer is out of order'],
  [778, 'ERROR_UNABLE_TO_AUTHENTICATE_SERVER', 'the identity of the server could not be verified'],
  [779, 'ERROR_SMART_CARD_REQUIRED', 'a smart card is needed'],
  [780, 'ERROR_INVALID_FUNCTION_FOR_ENTRY', 'the function is not valid for this entry'],
  [781, 'ERROR_CERT_FOR_ENCRYPTION_NOT_FOUND', 'no certificate for encryption was found'],
  [782, 'ERROR_SHARING_RRAS_CONFLICT', 'sharing conflicts with routing'],
  [783, 'ERROR_SHARING_NO_PRIVATE_LAN', 'no private network for sharing'],
  [784, 'ERROR_NO_DIFF_USER_AT_LOGON', 'the dial-in user must be the one who logs on'],
  [785, 'ERROR_NO_REG_CERT_AT_LOGON', 'no certificate at logon'],
  [786, 'ERROR_OAKLEY_NO_CERT', 'L2TP: no machine certificate'],
  [787, 'ERROR_OAKLEY_AUTH_FAIL', 'L2TP: authentication failed'],
  [788, 'ERROR_OAKLEY_ATTRIB_FAIL', 'L2TP: attributes not negotiated'],
  [789, 'ERROR_OAKLEY_GENERAL_PROCESSING', 'L2TP: processing error in the first negotiation'],
  [790, 'ERROR_OAKLEY_NO_PEER_CERT', 'L2TP: the peer has no machine certificate'],
  [791, 'ERROR_OAKLEY_NO_POLICY', 'L2TP: no policy'],
  [792, 'ERROR_OAKLEY_TIMED_OUT', 'L2TP: the negotiation timed out'],
  [793, 'ERROR_OAKLEY_ERROR', 'L2TP: error in the negotiation'],
  [794, 'ERROR_UNKNOWN_FRAMED_PROTOCOL', 'the framed protocol attribute is unknown'],
  [795, 'ERROR_WRONG_TUNNEL_TYPE', 'the tunnel type is wrong'],
  [796, 'ERROR_UNKNOWN_SERVICE_TYPE', 'the service type is unknown'],
  [797, 'ERROR_CONNECTING_DEVICE_NOT_FOUND', 'the connecting device was not found'],
  [798, 'ERROR_NO_EAPTLS_CERTIFICATE', 'no certificate for EAP'],
  [799, 'ERROR_SHARING_HOST_ADDRESS_CONFLICT', 'the sharing address conflicts with a host'],
  [800, 'ERROR_AUTOMATIC_VPN_FAILED', 'the automatic VPN tunnels all failed'],
  [801, 'ERROR_VALIDATING_SERVER_CERT', 'the server certificate could not be validated'],
  [802, 'ERROR_READING_SCARD', 'the smart card could not be read'],
  [803, 'ERROR_INVALID_PEAP_COOKIE_CONFIG', 'the PEAP cookie of the configuration is invalid'],
  [804, 'ERROR_INVALID_PEAP_COOKIE_USER', 'the PEAP cookie of the user is invalid'],
  [805, 'ERROR_INVALID_MSCHAPV2_CONFIG', 'the MS-CHAP v2 configuration is invalid'],
  [806, 'ERROR_VPN_GRE_BLOCKED', 'VPN: GRE is blocked'],
  [807, 'ERROR_VPN_DISCONNECT', 'VPN: the connection broke off'],
  [808, 'ERROR_VPN_REFUSED', 'VPN: the server refused the connection'],
  [809, 'ERROR_VPN_TIMEOUT', 'VPN: the server did not answer'],
  [810, 'ERROR_VPN_BAD_CERT', 'VPN: bad certificate'],
  [811, 'ERROR_VPN_BAD_PSK', 'VPN: bad pre-shared key'],
  [812, 'ERROR_SERVER_POLICY', 'a policy of the server forbids the connection'],
  [813, 'ERROR_BROADBAND_ACTIVE', 'another broadband connection is active'],
  [814, 'ERROR_BROADBAND_NO_NIC', 'no adapter for the broadband connection'],
  [815, 'ERROR_BROADBAND_TIMEOUT', 'the broadband connection timed out'],
  [816, 'ERROR_FEATURE_DEPRECATED', 'feature deprecated'],
  [817, 'ERROR_CANNOT_DELETE', 'the connection cannot be deleted'],
  [818, 'ERROR_RASQEC_RESOURCE_CREATION_FAILED', 'the quarantine client resource was not created'],
  [819, 'ERROR_RASQEC_NAPAGENT_NOT_ENABLED', 'the network access protection agent is off'],
  [
    820,
    'ERROR_RASQEC_NAPAGENT_NOT_CONNECTED',
    'the network access protection agent is unreachable',
  ],
  [821, 'ERROR_RASQEC_CONN_DOESNOTEXIST', 'the quarantine connection does not exist'],
  [822, 'ERROR_RASQEC_TIMEOUT', 'the quarantine client timed out'],
  [823, 'ERROR_PEAP_CRYPTOBINDING_INVALID', 'the PEAP crypto-binding is invalid'],
  [824, 'ERROR_PEAP_CRYPTOBINDING_NOTRECEIVED', 'the PEAP crypto-binding was not received'],
  [825, 'ERROR_INVALID_VPNSTRATEGY', 'the VPN strategy is invalid'],
  [826, 'ERROR_EAPTLS_CACHE_CREDENTIALS_INVALID', 'the cached EAP-TLS credentials are invalid'],
  [827, 'ERROR_IPSEC_SERVICE_STOPPED', 'the IPsec service is stopped'],
  [828, 'ERROR_IDLE_TIMEOUT', 'idle time-out'],
  [829, 'ERROR_LINK_FAILURE', 'link failure'],
  [830, 'ERROR_USER_LOGOFF', 'the user has logged off'],
  [831, 'ERROR_FAST_USER_SWITCH', 'the user was switched'],
  [832, 'ERROR_HIBERNATION', 'the computer hibernates'],
  [833, 'ERROR_SYSTEM_SUSPENDED', 'the computer is suspended'],
  [834, 'ERROR_RASMAN_SERVICE_STOPPED', 'RasMan service stopped'],
  [835, 'ERROR_INVALID_SERVER_CERT', 'the server certificate is invalid'],
  [836, 'ERROR_NOT_NAP_CAPABLE', 'the computer is not capable of network access protection'],
  [837, 'ERROR_INVALID_TUNNELID', 'the tunnel id is invalid'],
  [838, 'ERROR_UPDATECONNECTION_REQUEST_IN_PROCESS', 'an update of the connection is in progress'],
  [839, 'ERROR_PROTOCOL_ENGINE_DISABLED', 'the protocol engine is disabled'],
  [840, 'ERROR_INTERNAL_ADDRESS_FAILURE', 'internal address failure'],
  [841, 'ERROR_FAILED_CP_REQUIRED', 'a required control protocol failed'],
  [842, 'ERROR_TS_UNACCEPTABLE', 'the traffic selectors are unacceptable'],
  [843, 'ERROR_MOBIKE_DISABLED', 'MOBIKE is disabled'],
  [844, 'ERROR_CANNOT_INITIATE_MOBIKE_UPDATE', 'MOBIKE could not start its update'],
  [845, 'ERROR_PEAP_SERVER_REJECTED_CLIENT_TLV', 'PEAP: the server rejected a field of the client'],
  [846, 'ERROR_INVALID_PREFERENCES', 'the preferences are invalid'],
  [
    847,
    'ERROR_EAPTLS_SCARD_CACHE_CREDENTIALS_INVALID',
    'the cached smart card credentials are invalid',
  ],
  [848, 'ERROR_SSTP_COOKIE_SET_FAILURE', 'the SSTP cookie could not be set'],
  [849, 'ERROR_INVALID_PEAP_COOKIE_ATTRIBUTES', 'the PEAP cookie attributes are invalid'],
  [850, 'ERROR_EAP_METHOD_NOT_INSTALLED', 'the EAP method is not installed'],
  [851, 'ERROR_EAP_METHOD_DOES_NOT_SUPPORT_SSO', 'the EAP method does not support single sign-on'],
  [
    852,
    'ERROR_EAP_METHOD_OPERATION_NOT_SUPPORTED',
    'the EAP method does not support the operation',
  ],
  [853, 'ERROR_EAP_USER_CERT_INVALID', 'EAP: the user certificate is invalid'],
  [854, 'ERROR_EAP_USER_CERT_EXPIRED', 'EAP: the user certificate has expired'],
  [855, 'ERROR_EAP_USER_CERT_REVOKED', 'EAP: the user certificate was revoked'],
  [856, 'ERROR_EAP_USER_CERT_OTHER_ERROR', 'EAP: other error of the user certificate'],
  [857, 'ERROR_EAP_SERVER_CERT_INVALID', 'EAP: the server certificate is invalid'],
  [858, 'ERROR_EAP_SERVER_CERT_EXPIRED', 'EAP: the server certificate has expired'],
  [859, 'ERROR_EAP_SERVER_CERT_REVOKED', 'EAP: the server certificate was revoked'],
  [860, 'ERROR_EAP_SERVER_CERT_OTHER_ERROR', 'EAP: other error of the server certificate'],
  [
    861,
    'ERROR_EAP_USER_ROOT_CERT_NOT_FOUND',
    'EAP: the root certificate of the user was not found',
  ],
  [862, 'ERROR_EAP_USER_ROOT_CERT_INVALID', 'EAP: the root certificate of the user is invalid'],
  [863, 'ERROR_EAP_USER_ROOT_CERT_EXPIRED', 'EAP: the root certificate of the user has expired'],
  [
    864,
    'ERROR_EAP_SERVER_ROOT_CERT_NOT_FOUND',
    'EAP: the root certificate of the server was not found',
  ],
  [865, 'ERROR_EAP_SERVER_ROOT_CERT_INVALID', 'EAP: the root certificate of the server is invalid'],
  [
    866,
    'ERROR_EAP_SERVER_ROOT_CERT_NAME_REQUIRED',
    "EAP: the name of the server's root certificate is needed",
  ],
  [867, 'ERROR_PEAP_IDENTITY_MISMATCH', 'PEAP: the identities do not match'],
  [868, 'ERROR_DNSNAME_NOT_RESOLVABLE', 'the name could not be resolved by DNS'],
  [869, 'ERROR_EAPTLS_PASSWD_INVALID', 'the EAP-TLS password is invalid'],
  [870, 'ERROR_IKEV2_PSK_INTERFACE_ALREADY_EXISTS', 'such an IKEv2 interface exists already'],
  [1053, 'ERROR_SERVICE_REQUEST_TIMEOUT', 'the service did not answer in time'],
  [1157, 'ERROR_DLL_NOT_FOUND', 'a DLL that is needed was not found'],
  [1311, 'ERROR_NO_LOGON_SERVERS', 'no server could be reached to judge the logon'],
  [1460, 'ERROR_TIMEOUT', 'the time for the operation has passed'],
] as const satisfies readonly (readonly [code: number, name: string, meaning: string])[];

/**
 * What a code of raserror.h or winerror.h is called and what it means.
 * @category Errors
 */
export interface RasErrorInfo {
  /** As in raserror.h or winerror.h, such as `ERROR_PORT_DISCONNECTED`. */
  readonly name: string;
  /** In a few words. */
  readonly meaning: string;
}

/**
 * Every documented code from 600 to 870 and its winerror.h companions.
 * @category Errors
 */
export const RAS_ERRORS: ReadonlyMap<number, RasErrorInfo> = new Map(
  CODES.map(([code, name, meaning]) => [code, { name, meaning }]),
);

/**
 * The name of an error in raserror.h or winerror.h, such as `ERROR_REQUEST_TIMEOUT`. SUCCESS and
 * PENDING are no errors.
 *
 * @category Errors
 */
export type RasErrorName = Exclude<(typeof CODES)[number][1], 'SUCCESS' | 'PENDING'>;

const CODE_OF: ReadonlyMap<string, number> = new Map(CODES.map(([code, name]) => [name, code]));

/** The number of a name; undefined for a name that is not among {@link RAS_ERRORS}. */
export function rasErrorCode(name: string): number | undefined {
  return CODE_OF.get(name);
}

/**
 * The name of a code; for one that is not in {@link RAS_ERRORS}, its number as text.
 * @category Errors
 */
export function rasErrorName(code: number): string {
  return RAS_ERRORS.get(code)?.name ?? String(code);
}

/**
 * What GetInfo returns when it has succeeded, and LastError of a Receive that has.
 * @category Errors
 */
export const SUCCESS = 0;
/**
 * What Send and Receive return when they have succeeded (SD-14). Never a dwError (SD-10).
 * @category Errors
 */
export const PENDING = 600;
export const ERROR_INVALID_PORT_HANDLE = 601;
export const ERROR_BUFFER_TOO_SMALL = 603;
export const ERROR_PORT_NOT_CONNECTED = 606;
export const ERROR_BUFFER_INVALID = 610;
export const ERROR_OUT_OF_BUFFERS = 614;
export const ERROR_ASYNC_REQUEST_PENDING = 616;
export const ERROR_ALREADY_DISCONNECTING = 617;
export const ERROR_PORT_NOT_OPEN = 618;
export const ERROR_PORT_DISCONNECTED = 619;
export const ERROR_DISCONNECTION = 628;
export const ERROR_REMOTE_DISCONNECTION = 629;
export const ERROR_HARDWARE_FAILURE = 630;
export const ERROR_USER_DISCONNECTION = 631;
export const ERROR_REQUEST_TIMEOUT = 638;
export const ERROR_AUTH_INTERNAL = 645;
export const ERROR_NO_CONNECTION = 668;
export const ERROR_NO_LOGON_SERVERS = 1311;
