// SPDX-License-Identifier: MIT
#include "addon/forwarded_rasman.h"

#include <cstring>
#include <new>
#include <string>

#include "addon/connection.h"

namespace rasshost {
namespace {

Port* PortOfThisThread(HPORT handle) noexcept {
  Connection* const connection = Connection::OfThisThread();
  return connection == nullptr ? nullptr : connection->FindPort(handle);
}

}  // namespace

VOID WINAPI ForwardedComplete(SECURITY_MESSAGE* message) {
  Port* const port = PortOfThisThread(message->hPort);
  if (port == nullptr) return;
  const auto text = [](const CHAR* field, std::size_t size) {
    return std::string(field, strnlen(field, size));
  };
  Connection& connection = *Connection::OfThisThread();
  connection.Write({port->session(), Verdict{message->dwMsgId, message->dwError,
                                             text(message->UserName, kMaxUserName),
                                             text(message->Domain, kMaxDomain)}});
  connection.Forget(port->session());
}

}  // namespace rasshost

using rasshost::Connection;
using rasshost::Port;

DWORD WINAPI RasSecurityDialogSend(HPORT handle, PBYTE buffer, WORD length) {
  Port* const port = rasshost::PortOfThisThread(handle);
  if (port == nullptr) return ERROR_INVALID_PORT_HANDLE;
  const DWORD result = port->CheckSend(buffer, length);
  if (result != PENDING) return result;
  const auto* bytes = reinterpret_cast<const std::byte*>(buffer);
  try {
    Connection::OfThisThread()->Write({port->session(), rasshost::Send{{bytes, bytes + length}}});
  } catch (const std::bad_alloc&) {
    return ERROR_OUTOFMEMORY;
  }
  return PENDING;
}

DWORD WINAPI RasSecurityDialogReceive(HPORT handle, PBYTE buffer, PWORD length,
                                      DWORD timeout_seconds, HANDLE event) {
  Port* const port = rasshost::PortOfThisThread(handle);
  if (port == nullptr) return ERROR_INVALID_PORT_HANDLE;
  const DWORD result = port->BeginReceive(buffer, length, event);
  if (result != PENDING) return result;
  try {
    Connection::OfThisThread()->Write(
        {port->session(), rasshost::Receive{*length, timeout_seconds}});
  } catch (const std::bad_alloc&) {
    port->CancelReceive();
    return ERROR_OUTOFMEMORY;
  }
  return PENDING;
}

DWORD WINAPI RasSecurityDialogGetInfo(HPORT handle, RAS_SECURITY_INFO* info) {
  const Port* const port = rasshost::PortOfThisThread(handle);
  if (port == nullptr) return ERROR_INVALID_PORT_HANDLE;
  if (info == nullptr) return ERROR_BUFFER_INVALID;
  port->FillInfo(*info);
  return NO_ERROR;
}

extern "C" DWORD WINAPI RasshostAttach(const rasshost::Attachment* attachment) {
  if (attachment == nullptr || attachment->size != sizeof(*attachment)) {
    return ERROR_REVISION_MISMATCH;
  }
  return Connection::Attach(*attachment);
}
