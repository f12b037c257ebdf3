// What rasshost.h of the Windows SDK declares, written anew from its documentation, so that the DLL
// builds without the SDK's RAS headers. With these, include <windows.h>, <lmcons.h>, <mprapi.h>,
// <raserror.h> and <rasshost.h> instead: the names are the same.
#pragma once

#include <windows.h>

#include <cstddef>

constexpr std::size_t UNLEN = 256;            // longest user name
constexpr std::size_t DNLEN = 15;             // longest domain
constexpr std::size_t MAX_DEVICE_NAME = 128;  // longest name of a modem

// Send and Receive have begun. They never return NO_ERROR.
constexpr DWORD PENDING = 600;
constexpr DWORD ERROR_PORT_DISCONNECTED = 619;
constexpr DWORD ERROR_REQUEST_TIMEOUT = 638;  // the time of a Receive has passed

constexpr DWORD SECURITYMSG_SUCCESS = 1;  // PPP follows, and asks for this user's password
constexpr DWORD SECURITYMSG_FAILURE = 2;  // the caller is refused
constexpr DWORD SECURITYMSG_ERROR = 3;    // nobody can tell; dwError goes to the event log

// A port on which a call is. It means something to the functions below only.
using HPORT = HANDLE;

struct SECURITY_MESSAGE {
  DWORD dwMsgId;
  HPORT hPort;
  DWORD dwError;  // with SECURITYMSG_ERROR, and otherwise 0
  CHAR UserName[UNLEN + 1];
  CHAR Domain[DNLEN + 1];
};

struct RAS_SECURITY_INFO {
  DWORD LastError;      // of the last Receive: PENDING while it goes on
  DWORD BytesReceived;  // when LastError is NO_ERROR
  CHAR DeviceName[MAX_DEVICE_NAME + 1];
};

static_assert(sizeof(SECURITY_MESSAGE) == (sizeof(void*) == 8 ? 296 : 288));
static_assert(sizeof(RAS_SECURITY_INFO) == 140);

// Tells the server the verdict: the argument of Begin, which is in no library.
using RasSecurityDialogComplete = VOID(WINAPI*)(SECURITY_MESSAGE*);

// In Rasman.dll, for which there is no import library.
using RasSecurityDialogSend = DWORD(WINAPI*)(HPORT, PBYTE buffer, WORD length);
using RasSecurityDialogReceive = DWORD(WINAPI*)(HPORT, PBYTE buffer, PWORD length, DWORD seconds,
                                                HANDLE event);
using RasSecurityDialogGetInfo = DWORD(WINAPI*)(HPORT, RAS_SECURITY_INFO*);
