// SPDX-License-Identifier: MIT
// rasshost.h as the Windows SDK has it, with what it needs before it, and its layout checked
// against the documented one.
#pragma once

#include <windows.h>
// The order matters: rasshost.h uses the types of lmcons.h and mprapi.h.
#include <lmcons.h>
#include <mprapi.h>
#include <raserror.h>
// mingw-w64's copy does not say so itself.
extern "C" {
#include <rasshost.h>
}

#include <cstddef>

#include "common/frame.h"
#include "common/ras_codes.h"

namespace rasshost {

inline constexpr bool kIs64Bit = sizeof(void*) == 8;

static_assert(UNLEN == kMaxUserName && DNLEN == kMaxDomain && MAX_DEVICE_NAME == kMaxDeviceName);

static_assert(sizeof(SECURITY_MESSAGE) == (kIs64Bit ? 296 : 288));
static_assert(alignof(SECURITY_MESSAGE) == (kIs64Bit ? 8 : 4));
static_assert(offsetof(SECURITY_MESSAGE, dwMsgId) == 0);
static_assert(offsetof(SECURITY_MESSAGE, hPort) == (kIs64Bit ? 8 : 4));
static_assert(offsetof(SECURITY_MESSAGE, dwError) == (kIs64Bit ? 16 : 8));
static_assert(offsetof(SECURITY_MESSAGE, UserName) == (kIs64Bit ? 20 : 12));
static_assert(offsetof(SECURITY_MESSAGE, Domain) == (kIs64Bit ? 277 : 269));
static_assert(sizeof(SECURITY_MESSAGE::UserName) == 257 && sizeof(SECURITY_MESSAGE::Domain) == 16);

static_assert(sizeof(RAS_SECURITY_INFO) == 140 && alignof(RAS_SECURITY_INFO) == 4);
static_assert(offsetof(RAS_SECURITY_INFO, LastError) == 0);
static_assert(offsetof(RAS_SECURITY_INFO, BytesReceived) == 4);
static_assert(offsetof(RAS_SECURITY_INFO, DeviceName) == 8);
static_assert(sizeof(RAS_SECURITY_INFO::DeviceName) == 129);

static_assert(SECURITYMSG_SUCCESS == kSuccessMessage && SECURITYMSG_FAILURE == kFailureMessage &&
              SECURITYMSG_ERROR == kErrorMessage);
static_assert(PENDING == kPending && ERROR_BUFFER_TOO_SMALL == kBufferTooSmall &&
              ERROR_BUFFER_INVALID == kBufferInvalid &&
              ERROR_ASYNC_REQUEST_PENDING == kAsyncRequestPending &&
              ERROR_PORT_DISCONNECTED == kPortDisconnected && ERROR_AUTH_INTERNAL == kAuthInternal);

using CompleteFunction = VOID(WINAPI*)(SECURITY_MESSAGE*);
using SendFunction = DWORD(WINAPI*)(HPORT, PBYTE, WORD);
using ReceiveFunction = DWORD(WINAPI*)(HPORT, PBYTE, PWORD, DWORD, HANDLE);
using GetInfoFunction = DWORD(WINAPI*)(HPORT, RAS_SECURITY_INFO*);

}  // namespace rasshost
