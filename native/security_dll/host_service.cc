// SPDX-License-Identifier: MIT
#include "security_dll/host_service.h"

namespace rasshost {

bool HostService::HasStopped() noexcept {
  if (!service_) {
    const UniqueServiceHandle manager(OpenSCManagerW(nullptr, nullptr, SC_MANAGER_CONNECT));
    if (!manager) return false;
    service_.reset(OpenServiceW(manager.get(), L"RemoteAccess", SERVICE_QUERY_STATUS));
    if (!service_) return false;
  }
  SERVICE_STATUS_PROCESS status{};
  DWORD needed = 0;
  if (!QueryServiceStatusEx(service_.get(), SC_STATUS_PROCESS_INFO,
                            reinterpret_cast<BYTE*>(&status), sizeof(status), &needed)) {
    return false;
  }
  if (status.dwProcessId == GetCurrentProcessId()) is_here_ = true;
  return is_here_ && status.dwCurrentState == SERVICE_STOPPED;
}

}  // namespace rasshost
